"""Filing and cancelling leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.models import Change, Leave, Person
from tests.organization.zone_made import DAY, NOW, STEWARD, Zone


def refused(person: Person, *, actor: Person | None, **span: Any) -> Refusal:
    given = {"begin": NOW, "end": NOW + DAY, "kind": "sick"} | span
    with pytest.raises(Refusal) as caught:
        commands.file_leave(person.pk, actor=actor, now=NOW, **given)
    return caught.value


def test_a_leave_filed_for_today_counts_at_once(zone: Zone) -> None:
    a = zone.officer("A")
    assert queries.on_leave(NOW) == frozenset()
    zone.leave(a, begin=NOW - timedelta(hours=10))
    assert queries.on_leave(NOW) == {a.pk}
    assert queries.leave_changes_due(NOW - DAY / 24, now=NOW) == [a.pk]


def test_a_leave_leaves_a_trace(zone: Zone) -> None:
    a = zone.officer("A")
    leave = zone.leave(a)
    [change] = Change.objects.filter(subject=f"leave:{leave.pk}")
    assert (change.what, change.by_id, change.at) == ("file-leave", a.pk, NOW)
    assert change.details["end"] == leave.end.isoformat()


def test_its_end_is_the_first_moment_back(zone: Zone) -> None:
    a = zone.officer("A")
    leave = zone.leave(a, begin=NOW, end=NOW + DAY)
    assert queries.on_leave(NOW) == {a.pk}
    assert queries.on_leave(NOW + DAY - timedelta(microseconds=1)) == {a.pk}
    assert queries.on_leave(leave.end) == frozenset()
    assert queries.leave_changes_due(NOW + DAY / 2, now=NOW + DAY) == [a.pk]
    assert queries.leave_changes_due(NOW + DAY, now=NOW + 2 * DAY) == []


@pytest.mark.parametrize(
    ("begin", "end"),
    [(-1, 1), (0, 1), (1, 2), (-1, 9), (2, 9)],
)
def test_an_overlap_is_refused_and_names_the_other(zone: Zone, begin: int, end: int) -> None:
    a = zone.officer("A")
    first = zone.leave(a, begin=NOW, end=NOW + 3 * DAY)
    refusal = refused(a, actor=a, begin=NOW + begin * DAY, end=NOW + end * DAY)
    assert refusal.code == "leave-overlaps"
    assert refusal.problems[0].facts == {
        "begin": "2026-02-11 10:00",
        "end": "2026-02-14 10:00",
        "leave": str(first.pk),
    }


def test_one_leave_may_begin_as_another_ends(zone: Zone) -> None:
    a = zone.officer("A")
    zone.leave(a, begin=NOW, end=NOW + DAY)
    zone.leave(a, begin=NOW + DAY, end=NOW + 2 * DAY)
    assert Leave.objects.count() == 2


def test_everything_wrong_is_said_at_once(zone: Zone) -> None:
    a, gone = zone.officer("A"), zone.officer("Gone")
    commands.deactivate_person(gone.pk, reason="left", actor=None, now=NOW)
    refusal = refused(a, actor=a, begin=NOW + DAY, end=NOW, kind="siesta", stand_in_id=gone.pk)
    assert [p.code for p in refusal.problems] == ["leave-order", "leave-kind", "stand-in-inactive"]
    assert [p.place for p in refusal.problems] == ["end", "kind", "stand_in"]
    assert not Leave.objects.exists()


def test_a_leave_that_is_over_is_refused(zone: Zone) -> None:
    a = zone.officer("A")
    assert refused(a, actor=a, begin=NOW - 2 * DAY, end=NOW).code == "leave-over"


def test_a_mistyped_year_is_refused(zone: Zone) -> None:
    a = zone.officer("A")
    refusal = refused(a, actor=a, end=NOW + 3650 * DAY)
    assert refusal.code == "leave-too-long"
    assert refusal.problems[0].facts["days"] == "3650"


def test_a_stand_in_who_is_away_too_is_refused(zone: Zone) -> None:
    a, b = zone.officer("A"), zone.officer("B")
    zone.leave(b, begin=NOW + DAY / 2, end=NOW + 5 * DAY)
    refusal = refused(a, actor=a, stand_in_id=b.pk)
    assert refusal.code == "stand-in-away"
    assert refusal.problems[0].facts["name"] == "B"
    zone.leave(a, begin=NOW, end=NOW + DAY / 2, stand_in_id=b.pk)


@pytest.mark.parametrize("who", ["self", "firm", "nobody"])
def test_who_cannot_stand_in(zone: Zone, who: str) -> None:
    a, agent = zone.officer("A"), zone.person("Agent of a firm")
    ids = {"self": a.pk, "firm": agent.pk, "nobody": 9999}
    codes = {"self": "stand-in-self", "firm": "stand-in-not-officer", "nobody": "person-unknown"}
    assert refused(a, actor=a, stand_in_id=ids[who]).code == codes[who]


def test_only_a_leader_or_the_office_files_for_another(zone: Zone) -> None:
    a, colleague = zone.officer("A"), zone.officer("Colleague")
    assert refused(a, actor=colleague).code == "leader-only"
    leader, office = zone.officer("L", "drama-leader"), zone.officer("O", "office")
    for day, actor in enumerate([leader, office, None]):
        begin = NOW + day * DAY
        commands.file_leave(a.pk, begin=begin, end=begin + DAY, kind="trip", actor=actor, now=NOW)
    assert [leave.filed_by_id for leave in queries.leaves_of(a.pk)] == [None, office.pk, leader.pk]


def test_someone_of_a_firm_has_no_leave_to_file(zone: Zone) -> None:
    agent = zone.person("Agent")
    assert refused(agent, actor=agent).code == "not-officer"


def test_a_cancelled_leave_brings_the_person_back_at_once(zone: Zone) -> None:
    a = zone.officer("A")
    leave = zone.leave(a)
    later = NOW + DAY / 24
    commands.cancel_leave(leave.pk, actor=a, now=later)
    assert queries.on_leave(later) == frozenset()
    assert queries.on_leave(NOW) == {a.pk}  # they were away then
    assert queries.leave_changes_due(NOW, now=later) == [a.pk]
    zone.leave(a)  # the same days are free again


def test_a_leave_is_cancelled_once_and_only_by_whom_it_concerns(zone: Zone) -> None:
    a, colleague = zone.officer("A"), zone.officer("Colleague")
    leave = zone.leave(a)
    with pytest.raises(Refusal, match="only a leader"):
        commands.cancel_leave(leave.pk, actor=colleague, now=NOW)
    commands.cancel_leave(leave.pk, actor=a, now=NOW)
    with pytest.raises(Refusal) as caught:
        commands.cancel_leave(leave.pk, actor=a, now=NOW)
    assert caught.value.code == "leave-cancelled"
    assert caught.value.problems[0].facts["at"] == "2026-02-11 10:00"
    with pytest.raises(Refusal) as caught:
        commands.cancel_leave(9999, actor=a, now=NOW)
    assert caught.value.code == "leave-unknown"


def test_a_leave_that_is_over_is_not_cancelled(zone: Zone) -> None:
    a = zone.officer("A")
    leave = zone.leave(a)
    with pytest.raises(Refusal) as caught:
        commands.cancel_leave(leave.pk, actor=a, now=leave.end)
    assert caught.value.code == "leave-over"


def test_whom_one_has_promised_to_stand_in_for(zone: Zone) -> None:
    a, b = zone.officer("A"), zone.officer("B")
    leave = zone.leave(a, stand_in_id=b.pk)
    [found] = queries.stand_in_promises(b.pk, begin=NOW, end=NOW + DAY)
    assert found == leave
    assert queries.stand_in_promises(b.pk, begin=leave.end, end=leave.end + DAY) == []
    zone.leave(b)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == a.pk  # nobody else is there
