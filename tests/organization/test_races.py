"""Two people doing the same thing at the same moment: one of them has it, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands
from lianqiao.organization.models import Change, Duty, Firm, HandOver, Leave, Membership, Person
from tests.organization.zone_made import DAY, NOW, STEWARD, Zone, credit_code

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy_zone(transactional_db: None) -> Zone:
    """A zone whose rows other connections can see."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
        pytest.skip("an SQLite database in memory has one writer by nature")
    return Zone()


def at_once(*asks: Callable[[], Any]) -> list[str]:
    """Do all at the same moment, each on a connection of its own; return how each ended, sorted."""
    gate = Barrier(len(asks))

    def run(ask: Callable[[], Any]) -> str:
        gate.wait()
        try:
            ask()
        except Refusal as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(asks)) as pool:
        return sorted(pool.map(run, asks))


def test_two_leaves_filed_at_once(busy_zone: Zone) -> None:
    a = busy_zone.officer("A")

    def file() -> None:
        commands.file_leave(a.pk, begin=NOW, end=NOW + DAY, kind="sick", actor=a, now=NOW)

    assert at_once(file, file, file) == ["done", "leave-overlaps", "leave-overlaps"]
    assert Leave.objects.count() == Change.objects.filter(what="file-leave").count() == 1


def test_each_stand_in_of_the_other_at_once(busy_zone: Zone) -> None:
    a, b = busy_zone.officer("A"), busy_zone.officer("B")

    def file(person: Person, stand_in: Person) -> Callable[[], Any]:
        more: dict[str, Any] = {"kind": "sick", "stand_in_id": stand_in.pk, "actor": person, "now": NOW}
        return lambda: commands.file_leave(person.pk, begin=NOW, end=NOW + DAY, **more)

    assert at_once(file(a, b), file(b, a)) == ["done", "stand-in-away"]


def test_two_hand_overs_at_once(busy_zone: Zone) -> None:
    a, b, c = busy_zone.officer("A"), busy_zone.person("B"), busy_zone.person("C")

    def hand(to: Person) -> Callable[[], Any]:
        more: dict[str, Any] = {"code": STEWARD, "reason": "moved", "actor": None, "now": NOW + DAY}
        return lambda: commands.hand_over(a.pk, to_id=to.pk, **more)

    assert at_once(hand(b), hand(c)) == ["done", "duty-handed-over"]
    assert HandOver.objects.count() == 1
    assert Duty.objects.filter(until__isnull=True, code=STEWARD).count() == 1


def test_hand_overs_to_each_other_at_once_do_not_stand_still(busy_zone: Zone) -> None:
    a, b = busy_zone.officer("A"), busy_zone.officer("B")

    def hand(person: Person, to: Person) -> Callable[[], Any]:
        more: dict[str, Any] = {"code": STEWARD, "reason": "swap", "actor": None, "now": NOW + DAY}
        return lambda: commands.hand_over(person.pk, to_id=to.pk, **more)

    assert at_once(hand(a, b), hand(b, a)) == ["done", "done"]
    assert Duty.objects.filter(until__isnull=True, code=STEWARD).count() == 2


def test_the_last_two_of_the_office_going_at_once(busy_zone: Zone) -> None:
    duties = [busy_zone.officer(name, "office").duties.get() for name in "AB"]

    def end(duty: Duty) -> Callable[[], Any]:
        return lambda: commands.end_duty(duty.pk, reason="moved", actor=None, now=NOW + DAY)

    assert at_once(end(duties[0]), end(duties[1])) == ["done", "last-office"]
    assert Duty.objects.filter(until__isnull=True).count() == 1


def test_the_same_code_the_same_name_and_the_same_authority_at_once(busy_zone: Zone) -> None:
    def firm() -> None:
        commands.register_firm(credit_code(500), name="甲", actor=None, now=NOW)

    def person() -> None:
        commands.register_person("zhang", name="张", actor=None, now=NOW)

    assert at_once(firm, firm) == ["done", "firm-exists"]
    assert at_once(person, person) == ["done", "username-taken"]
    agent, one = Person.objects.get(username="zhang"), Firm.objects.get()

    def join() -> None:
        commands.join_firm(agent.pk, firm_id=one.pk, role="agent", actor=None, now=NOW)

    assert at_once(join, join) == ["done", "membership-held"]
    assert Membership.objects.count() == 1
