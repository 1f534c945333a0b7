"""One store of facts: what is known of a firm counts for its licences, and the other way round."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianqiao.bridge.queries import state_of
from lianqiao.organization.models import Person
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands.recording import Told, record
from lianqiao.service.benefits.fact_values import FactRead
from lianqiao.service.benefits.models import Fact, FactProblem
from lianqiao.service.benefits.queries.facts import facts_of
from lianqiao.service.licences.commands import register
from lianqiao.service.licences.commands.renewing import run_night
from lianqiao.service.licences.models import Decision, Licence
from lianqiao.service.licences.queries.explained import explained
from tests.service.licences.register import ABSENT, GOOD, NOW, World, enter, fact, night, officers
from tests.world import read, signed_in

SILENT = {name: one for name, one in GOOD.items() if name != "last_penalty"}
NONE, PENALTY = FactRead("absent"), FactRead("value", "2026-02-05")


@pytest.fixture(autouse=True)
def on_duty(world: World) -> Person:
    return officers()[0]


def say(world: World, said: FactRead, day: str, *, source: str = "示例信用平台", purpose: str = "") -> None:
    told = Told("last_penalty", said, "示例", source, date.fromisoformat(day), purpose=purpose)
    record("firm", [(world.firm.pk, told)], by=None, now=NOW, via="import")


def decided(licence: Licence) -> tuple[str, dict[str, Any]]:
    run_night(night(), now=NOW)
    row = Decision.objects.filter(licence=licence).latest("seq")
    return row.outcome, json.loads(row.body)


def test_what_is_known_of_the_firm_decides_with_source_and_day(world: World) -> None:
    licence = enter("示例S1", world.firm, known=SILENT)
    say(world, NONE, "2026-02-03")
    shown = explained(licence, at=NOW)
    assert shown is not None
    assert shown.verdict == "yes"
    outcome, body = decided(licence)
    assert (outcome, body["absent"]) == ("renewed", ["last_penalty"])
    assert body["sources"]["last_penalty"] == "示例信用平台 2026-02-03"
    assert body["sources"]["business_active"] == "示例来源 2026-02-01"


@pytest.mark.parametrize(
    ("own", "firms", "day", "expected"),
    [
        (ABSENT, PENALTY, "2026-02-06", "failed"),  # the firm's is newer
        (fact("2026-01-20"), NONE, "2026-02-03", "renewed"),
        (ABSENT, PENALTY, "2026-01-31", "renewed"),  # the licence's own is newer
        (ABSENT, PENALTY, "2026-02-01", "missing"),  # as of one day they disagree
        (ABSENT, NONE, "2026-02-01", "renewed"),
        ({**fact("2026-01-20"), "until": "2026-02-02"}, NONE, "2026-01-31", "renewed"),  # its own ran out
    ],
)
def test_the_newer_word_counts(
    world: World, own: dict[str, Any], firms: FactRead, day: str, expected: str
) -> None:
    licence = enter("示例S2", world.firm, days=100, known={**SILENT, "last_penalty": own})
    say(world, firms, day)
    outcome, body = decided(licence)
    assert outcome == expected
    assert body.get("unusable", {}) == ({"last_penalty": "facts-disagree"} if expected == "missing" else {})


def test_sources_that_disagree_never_decide(world: World, on_duty: Person) -> None:
    licence = enter("示例S3", world.firm, days=20)
    say(world, PENALTY, "2026-02-05")
    say(world, NONE, "2026-02-03", source="示例部门")
    outcome, body = decided(licence)
    assert (outcome, body["unusable"]) == ("missing", {"last_penalty": "facts-disagree"})
    licence.refresh_from_db()
    # a person is told that it is not a paper that lacks
    assert "信用报告：现有的说法互相矛盾或不能使用" in state_of(licence.case).data["why"]  # type: ignore[arg-type]
    assert "不同来源说法不一" in read(signed_in(on_duty).get(f"/licences/{licence.pk}/"))


def test_what_was_given_for_benefits_only_is_not_used(world: World) -> None:
    licence = enter("示例S4", world.firm, days=100, known=SILENT)
    say(world, NONE, "2026-02-03", purpose="benefits")
    assert decided(licence)[0] == "missing"


def test_what_an_officer_records_of_a_licence_is_known_to_policies(world: World) -> None:
    licence = enter("示例S5", world.firm, known=SILENT)

    def say_of(attribute: str, value: str) -> None:
        register.record_fact(
            licence.pk, attribute=attribute, value=value, source="信用报告", by=None, now=NOW
        )

    say_of("last_penalty", "无")
    say_of("fatal_accident", "否")
    kept = Fact.objects.get()
    assert (kept.attribute, kept.state, kept.source, kept.via) == (
        "last_penalty",
        "absent",
        "信用报告",
        "licence",
    )
    known = facts_of(parties.of_firm(world.firm), NOW.date())
    assert known.facts.absent == {"last_penalty"}
    assert decided(licence)[0] == "renewed"
    # another source says otherwise: told there, and it decides nothing on either side
    say(world, PENALTY, "2026-02-05")
    assert FactProblem.objects.get(solved_at=None).code == "facts-disagree"
    assert facts_of(parties.of_firm(world.firm), NOW.date()).facts.absent == frozenset()
    shown = explained(licence, at=NOW)
    assert shown is not None
    assert shown.verdict == "unknown"


def test_many_licences_ask_once(world: World) -> None:
    say(world, NONE, "2026-02-03")

    def asked(count: int, first: int) -> int:
        for number in range(first, first + count):
            enter(f"示例T{number}", world.firm, known=SILENT)
        with CaptureQueriesContext(connection) as queries:
            assert run_night(night(), now=NOW).renewed == count
        return sum('SELECT "benefits_fact"' in one["sql"] for one in queries.captured_queries)

    assert (asked(2, 0), asked(9, 2)) == (1, 1)
