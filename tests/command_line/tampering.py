"""A zone whose log is verified, and what someone at the database might do to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from lianqiao.bridge.models import Case, Entry
from lianqiao.command_line.main import main
from tests.bridge.town import Town

Verify = Callable[[], tuple[int, dict[str, Any]]]


@pytest.fixture
def zone() -> Town:
    """Two filings under way and one closed; nothing is sealed yet."""
    town = Town()
    first, second, third = town.file_drama("甲"), town.file_drama("乙"), town.file_drama("丙")
    town.later(hours=2).pass_review(first)
    town.pass_review(second, town.c)
    town.later(hours=2).send_film(first)
    town.step(third, "withdraw", town.agent)
    return town


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Verify:
    """Run the command as an office would; gives its exit status and what it said."""

    def run() -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        status = main(["log", "verify", "--json"])
        return status, json.loads(capsys.readouterr().out)

    return run


@contextmanager
def undone() -> Iterator[None]:
    """Do something and take it back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seal(town: Town) -> None:
    assert town.later(minutes=1).tick().sealed


def first() -> Case:
    return Case.objects.order_by("pk")[0]


def second() -> Case:
    return Case.objects.order_by("pk")[1]


def log_of(case: Case) -> list[Entry]:
    return list(Entry.objects.filter(case=case).order_by("seq"))


def codes(said: dict[str, Any]) -> set[str]:
    return {problem["code"] for problem in said["problems"]}


def change(row: Any, **columns: Any) -> None:
    """Change columns of a row as someone at the database would: past the program."""
    type(row).objects.filter(pk=row.pk).update(**columns)


def alter_body() -> None:
    entry = log_of(first())[1]
    change(entry, body=entry.body.replace("通过", "不行"))
