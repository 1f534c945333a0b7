"""The log: one line a request that can be read by machines, and nothing a person typed or is called."""

from __future__ import annotations

import json
import logging
import smtplib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError
from django.test import Client

from lianqiao.bridge.models import Case
from lianqiao.site import worker
from lianqiao.site.logging_lines import JsonLines, PlainLines
from tests.site.conftest import HERE
from tests.world import FILING, NOW, World, at, read, signed_in

Log = Callable[[], list[dict[str, Any]]]


@pytest.fixture(params=[JsonLines, PlainLines], ids=["json", "plain"])
def written(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """All that is logged, by any library at any level, as either format writes it."""
    yield from listening(request.param())


@pytest.fixture
def lines() -> Iterator[Log]:
    """What is logged from INFO on, as JSON."""
    streams = listening(JsonLines(), level=logging.INFO)
    stream = next(streams)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    next(streams, None)


def listening(formatter: logging.Formatter, *, level: int = logging.DEBUG) -> Iterator[StringIO]:
    stream, root = StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(stream), root.level
    handler.setFormatter(formatter)
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def requests(log: Log) -> list[dict[str, Any]]:
    return [line for line in log() if line["logger"] == "lianqiao.requests"]


def test_one_line_a_request(world: World, lines: Log) -> None:
    case = world.file()
    response = signed_in(world.agent).get(f"/cases/{case.number}/?page=2")
    [line] = requests(lines)
    assert line.keys() == {
        "time", "level", "logger", "message", "request", "method", "route", "status", "took_ms",
        "database_ms", "statements", "person",
    }  # fmt: skip
    assert (line["method"], line["route"], line["status"]) == ("GET", "case", 200)
    assert line["person"] == world.agent.pk
    assert line["request"] == response.headers["X-Request-ID"]
    assert line["took_ms"] >= line["database_ms"] > 0
    assert line["statements"] > 0


@pytest.mark.django_db
def test_nobody_signed_in(lines: Log) -> None:
    Client().get("/sign-in/")
    [line] = requests(lines)
    assert "person" not in line


@pytest.mark.django_db
def test_unknown_address_and_method(lines: Log) -> None:
    Client().generic("SECRET-WORD", "/示例/secret-word/?code=secret-word")
    [line] = requests(lines)
    assert (line["method"], line["route"], line["status"]) == ("other", "none", 404)
    assert "secret" not in json.dumps(lines()).lower()


@pytest.mark.django_db
def test_machines_that_ask_every_few_seconds_are_not_written_down(lines: Log) -> None:
    for address in ("/health/live", "/health/ready", "/metrics"):
        assert Client().get(address, **HERE).status_code == 200
    with closing(Client().get("/static/portal/tokens.css")) as response:
        assert response.status_code == 200
    assert requests(lines) == []


def test_each_request_has_its_own_number() -> None:
    answers = [Client().get("/health/live", headers={"X-Request-ID": "chosen"}) for _ in range(3)]
    numbers = {answer.headers["X-Request-ID"] for answer in answers}
    assert len(numbers) == 3
    assert "chosen" not in numbers, "what a visitor sends does not go into the log"


def test_other_lines_carry_the_number_of_the_request(world: World, lines: Log) -> None:
    inside = logging.getLogger("lianqiao.example")
    with mock.patch("lianqiao.site.health._pack", side_effect=lambda: inside.info("within")):
        number = Client().get("/health/ready", **HERE).headers["X-Request-ID"]
    inside.info("outside")
    within, outside = [line for line in lines() if line["logger"] == inside.name]
    assert within["request"] == number
    assert "request" not in outside


def test_an_error_is_told_by_type_and_place(world: World, lines: Log) -> None:
    def fail(*_: Any, **__: Any) -> None:
        try:
            raise IntegrityError("Key (email)=(someone@example.invalid) already exists")
        except IntegrityError as error:
            raise LookupError("示例剧管家01") from error

    client = signed_in(world.steward_a)
    client.raise_request_exception = False
    with mock.patch("lianqiao.service.pages.worklist.render", fail):
        response = client.get("/worklist/")
    assert response.status_code == 500
    error = next(line for line in lines() if line["logger"] == "lianqiao.site.failures")
    assert error["level"] == "error"
    assert error["request"] == response.headers["X-Request-ID"]
    types = [one["type"] for one in error["errors"]]
    assert types == ["builtins.LookupError", "django.db.utils.IntegrityError"]
    assert any(place.startswith("lianqiao/service/pages/worklist.py ") for place in error["errors"][0]["at"])
    assert not any(place.startswith("/") for place in error["errors"][0]["at"])
    assert error["request"] in read(response)


def test_a_line_stays_one_line() -> None:
    record = logging.LogRecord("lianqiao.x", logging.INFO, "x.py", 1, "two\nlines %s", ("\x1b[31m",), None)
    assert "\n" not in JsonLines().format(record)
    assert "\n" not in PlainLines().format(record)
    assert "\x1b" not in PlainLines().format(record)


def test_other_loggers_are_quoted_without_what_was_filled_in() -> None:
    def formatted(words: str, *values: str) -> str:
        record = logging.LogRecord("library", logging.INFO, "/a/b/c.py", 7, words, values, None)
        return JsonLines().format(record)

    assert "secret" not in formatted("sent to %s", "secret")
    assert "sent to %s" in formatted("sent to %s", "secret")
    assert "secret" not in formatted("sent to secret")


def test_no_name_address_code_or_text_reaches_the_log(world: World, written: StringIO) -> None:
    """A filing from sign-in to a failing mail server and a failing page, with everything logged at DEBUG."""
    secret = {
        "title": "机密剧名甲",
        "opinion": "机密意见乙",
        "remark": "机密更正丙",
        "query": "机密查询丁",
        "password": "Mima-wujiji-2026",
        "cookie": "jimi-cookie-geng",
    }
    world.agent.email = "agent-jimi@example.invalid"
    world.agent.set_password(secret["password"])
    world.agent.save()
    client = Client(raise_request_exception=False, headers={"user-agent": secret["cookie"]})
    client.cookies["theme"] = secret["cookie"]
    client.post("/sign-in/", {"username": world.agent.username, "password": "wrong-" + secret["password"]})
    client.post("/sign-in/", {"username": world.agent.username, "password": secret["password"]})
    case = world.file(drama_title=secret["title"])
    steward = world.steward_of(case)
    pages = ("matters/", f"cases/{case.number}/", f"services/{FILING}/new/", f"?q={secret['query']}", "")
    for address in (f"/{page}" for page in pages):
        client.get(address)
    client.get(f"/progress/{case.progress_code}/")
    client.post(f"/services/{FILING}/new/", {"drama_title": secret["title"], "synopsis": secret["remark"]})
    officer = signed_in(steward)
    officer.raise_request_exception = False
    officer.post(f"/cases/{case.number}/acts/pass_review/", {"review_opinion": secret["opinion"]})
    officer.get("/worklist/", {"q": secret["query"]})

    def broken(*_: Any, **__: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({world.agent.email: (550, secret["opinion"].encode())})

    with mock.patch("django.core.mail.EmailMessage.send", broken):
        worker.tick_once(now=NOW + timedelta(hours=1))
    told = ValueError(f"{secret['title']} {world.agent.email}")
    with mock.patch("lianqiao.bridge.jobs.tick", side_effect=told):
        worker._tick()
    with mock.patch("lianqiao.service.pages.matters.render", side_effect=ValueError(secret["title"])):
        assert client.get("/matters/").status_code == 500

    text = written.getvalue()
    assert "lianqiao.requests" in text
    case = Case.objects.select_related("firm").get(pk=case.pk)
    people = [world.agent, world.steward_a, world.steward_b, world.leader, world.stranger]
    private = [
        *secret.values(),
        *(person.name for person in people),
        *(person.username for person in people),
        world.agent.email,
        world.firm.name,
        world.firm.credit_code,
        case.number,
        case.progress_code,
    ]
    assert [word for word in private if word in text or word.encode("unicode_escape").decode() in text] == []


def test_time_is_utc_and_iso(world: World, lines: Log) -> None:
    with at(NOW):
        Client().get("/")
    assert requests(lines)[0]["time"].endswith("+00:00")
