"""Fill in and send the pages of a case as a browser does: with all the inputs the page held."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from lianqiao.bridge.models import Case
from tests.world import FILING, TYPED, upload

NEW = f"/services/{FILING}/new/"


class Inputs(HTMLParser):
    """Reads the hidden inputs, the errors and the tick boxes out of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, list[str]] = {}
        self.errors: dict[str, str] = {}
        self._error = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given["name"] != "csrfmiddlewaretoken":
            self.hidden.setdefault(str(given["name"]), []).append(str(given["value"]))
        if tag == "ul" and "errorlist" in str(given.get("class")):
            self._error = str(given.get("id") or "").removeprefix("id_").removesuffix("_error")

    def handle_data(self, data: str) -> None:
        if self._error and data.strip():
            self.errors[self._error] = data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "ul":
            self._error = ""


def page(response: Any) -> str:
    """Return a page's text."""
    return str(response.content.decode())


def hidden(response: Any) -> dict[str, list[str]]:
    """Return the hidden inputs of a page."""
    return Inputs(page(response)).hidden


def errors(response: Any) -> dict[str, str]:
    """Return what a page says is wrong, by field."""
    return Inputs(page(response)).errors


def papers() -> dict[str, Any]:
    """Return the files an ordinary filing needs."""
    return {name: upload(f"{name}.pdf") for name in ("application_form", "production_licence", "script")}


def file_case(client: Client, **more: Any) -> Case:
    """File a micro-drama through its form and return the case."""
    start = client.get(NEW)
    response = client.post(NEW, {**hidden(start), **TYPED, **papers(), **more})
    assert response.status_code == 302, errors(response)
    return Case.objects.get(number=response.headers["Location"].split("/")[2])


def act(client: Client, case: Case, step: str, **typed: Any) -> Any:
    """Open a step's form and send it; returns the answer."""
    address = f"/cases/{case.number}/acts/{step}/"
    start = client.get(address)
    assert start.status_code == 200, start.status_code
    return client.post(address, {**hidden(start), **typed})
