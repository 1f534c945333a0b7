"""Files brought in to be read: kept at once, named by the address of the next page, told of by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lianqiao.bridge import commands, queries
from lianqiao.bridge.refusals import refusal_text
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.mechanism import CaseField
from lianqiao.service.pages import asking


def brought(
    request: HttpRequest,
    form: Form,
    *,
    field: CaseField,
    look: Callable[[Path, str], object] = lambda path, name: None,
    formats: str = "",
) -> dict[str, Any] | None:
    """Keep the `file` of a form that was sent; None where there is none, with why in the form.

    `look` raises Refusal where a file of this name cannot be read. `formats` are those a file of another type
    is told of, where they are not called as the field has them.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    by, now = asking.person(request), asking.moment(request)
    try:
        file = commands.receive(form.cleaned_data["file"], field=field, by=by, now=now)
        look(stored_at(file["sha256"]), file["name"])
    except Refusal as refusal:
        for one in refusal.problems:
            known = {"formats": formats} if formats and one.code == "file-type" else {}
            form.add_error("file", refusal_text(replace(one, facts={**one.facts, **known})))
        return None
    return file


def page_of(view: str, file: dict[str, Any], **more: str) -> str:
    """Return the address of the page that goes on with a file kept; `more` is what else it asks for."""
    return f"{reverse(view, args=[file['sha256']])}?{urlencode({'name': file['name'], **more})}"


def name_of(request: HttpRequest, sha256: str) -> str:
    """Return what the file was called when this person brought it in; raises Http404 where they did not."""
    name = request.GET.get("name", "")
    if not queries.received_files([(sha256, name)], by=asking.person(request)):
        raise Http404
    return name


def problem_columns() -> list[dict[str, Any]]:
    """Return the columns of a list of `problem_row`."""
    return [
        {"key": "line", "label": _("Line"), "lead": True},
        {"key": "column", "label": _("Column")},
        {"key": "value", "label": _("Value")},
        {"key": "words", "label": _("What is wrong and what to do")},
    ]


def problem_row(line: Any, problem: Problem) -> dict[str, Any]:
    """Return a problem of one line of a file as lists show it."""
    facts = problem.facts
    return {
        "line": line,
        "column": facts.get("column", ""),
        "value": facts.get("value", ""),
        "words": refusal_text(problem),
    }
