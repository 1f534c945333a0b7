"""What no rule can renew is passed on a hundred at a time: each once, whatever befalls the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import verify_log
from lianqiao.engine.errors import Refusal
from lianqiao.service.licences.commands import passing_on
from lianqiao.service.licences.commands.passing_on import ForAPerson, pass_on
from lianqiao.service.licences.models import Licence
from tests.service.licences.register import GOOD, NOW, World, enter, fact, officers

FINDING = {"conditions": ["rectified"], "papers": []}


def found(world: World, count: int) -> list[ForAPerson]:
    """Return licences for a person; whose turn they are is known."""
    officers()
    bad = {**GOOD, "rectification_open": fact(True)}
    rows = [enter(f"示例P{number}", world.firm, known=bad) for number in range(count)]
    return [ForAPerson(row.pk, row.valid_until, FINDING) for row in rows]


def telling(monkeypatch: pytest.MonkeyPatch, number: str, otherwise: Callable[[], dict[str, str]]) -> None:
    """Let something else be told of one licence."""
    told = passing_on._told

    def other(licence: Licence, finding: Any) -> dict[str, str]:
        return otherwise() if licence.number == number else told(licence, finding)

    monkeypatch.setattr(passing_on, "_told", other)


def numbers() -> list[str]:
    assert verify_log().problems == ()
    return sorted(Licence.objects.filter(case__isnull=False).values_list("number", flat=True))


def test_each_term_has_one_case(world: World) -> None:
    some = found(world, 5)
    assert pass_on(some[:2], now=NOW) == {"opened": 2}
    assert pass_on(some, now=NOW) == {"opened": 3}
    assert pass_on(some, now=NOW) == {}
    licences = Licence.objects.select_related("case")
    assert {one.case.title[-4:] for one in licences if one.case} == {f"示例P{number}" for number in range(5)}
    assert {(one.standing, one.case_until == one.valid_until) for one in licences} == {("person", True)}
    assert numbers() == [f"示例P{number}" for number in range(5)]


def test_one_refused_leaves_the_others_passed_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    some = found(world, 4)
    with monkeypatch.context() as patched:
        # the opening step needs what is told: of this one nothing is
        telling(patched, "示例P1", dict)
        with pytest.raises(Refusal) as refused:
            pass_on(some, now=NOW)
    assert refused.value.code == "needs-missing"
    assert numbers() == ["示例P0", "示例P2", "示例P3"]
    assert sorted(Case.objects.values_list("number", flat=True))[-1].endswith("000003")
    assert pass_on(some, now=NOW) == {"opened": 1}


def test_a_fault_with_one_leaves_the_others_passed_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    some = found(world, 4)
    with monkeypatch.context() as patched:
        telling(patched, "示例P0", lambda: {}["示例"])
        with pytest.raises(KeyError):
            pass_on(some, now=NOW)
    assert numbers() == ["示例P1", "示例P2", "示例P3"]
    assert pass_on(some, now=NOW) == {"opened": 1}
    assert Case.objects.count() == 4


def test_more_of_them_take_few_more_statements(world: World) -> None:
    some = found(world, 24)
    counts = []
    for part in (some[:4], some[4:]):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            pass_on(part, now=NOW)
        counts.append(len(asked))
    few, many = counts
    # of each its firm's contact, and now and then a statement more for rows
    assert many - few <= 16 + 8, counts
