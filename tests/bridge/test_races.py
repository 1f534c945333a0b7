"""Several people and several workers at once: each thing happens once, and who comes second is told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from lianqiao.bridge import commands, jobs
from lianqiao.bridge.models import Case, Entry, Load, Notice, Promise, Seal
from lianqiao.bridge.queries import verify_log
from lianqiao.engine.errors import Refusal
from tests.bridge.laws import assert_lawful, bodies
from tests.bridge.town import LEADER, STEWARD, Town, beijing

pytestmark = pytest.mark.django_db(transaction=True)
on_postgres = pytest.mark.skipif(
    "postgresql" not in settings.DATABASES["default"]["ENGINE"],
    reason="SQLite has one writer at a time",
)


def at_once(*asks: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each on a connection of its own; return what each gave, or its refusal."""
    gate = Barrier(len(asks))

    def run(ask: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return ask()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(run, asks))


@contextmanager
def held(number: str, *, people: list[Any] | None = None) -> Iterator[Event]:
    """Hold a case's row on another connection until the block ends or the event given is set."""
    locked, release = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Case.objects.select_for_update().get(number=number)
                locked.set()
                release.wait(5)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        locked.wait(5)
        try:
            yield release
        finally:
            release.set()
            holding.result()


def test_two_clerks_decide_at_once_and_one_wins(busy_town: Town) -> None:
    case = busy_town.open("simple", name="示例")
    deputy = busy_town.officer("示例同事", STEWARD)

    def decide(step: str, **data: Any) -> Callable[[], Any]:
        return lambda: busy_town.step(case, step, busy_town.a, seen=1, **data)

    busy_town.later(minutes=1)
    ends = at_once(
        decide("pass"), decide("refuse", reason="示例理由"), decide("note", reason="记"), decide("pass")
    )
    [moved] = [end for end in ends if isinstance(end, Case)]
    refused = [end.problems[0] for end in ends if isinstance(end, Refusal)]
    assert len(refused) == 3
    winner = bodies(moved)[-1]["step"]
    for problem in refused:
        assert problem.code == "case-moved"
        assert (problem.facts["who"], problem.facts["step"]) == (busy_town.a.name, winner)
        assert beijing("2026-02-11 10:01") == beijing_of(problem.facts["at"])
    assert Entry.objects.filter(case=case).count() == 2
    assert deputy.pk != moved.holder_id
    assert_lawful()


def beijing_of(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)


def test_without_having_seen_the_case_only_what_is_still_possible_is_done(busy_town: Town) -> None:
    case = busy_town.open("simple", name="示例")
    ends = at_once(*[lambda: busy_town.step(case, "pass", busy_town.a)] * 4)
    assert (
        sorted(end.code if isinstance(end, Refusal) else "done" for end in ends)
        == ["done"] + ["step-not-possible"] * 3
    )
    assert_lawful()


def test_the_same_form_sent_in_parallel_opens_one_case(busy_town: Town) -> None:
    token = "the-form-s-token"
    ends = at_once(*[lambda: busy_town.open("simple", name="示例", once=token)] * 6)
    assert len({end.number for end in ends}) == 1
    assert (Case.objects.count(), Entry.objects.count(), Promise.objects.count()) == (1, 1, 1)
    assert Notice.objects.filter(kind="step").count() == 1
    assert_lawful()


def test_the_same_act_sent_in_parallel_is_one_entry_and_nobody_is_told_off(busy_town: Town) -> None:
    case = busy_town.open("simple", name="示例")
    ends = at_once(
        *[lambda: busy_town.step(case, "note", busy_town.a, seen=1, once="a-token", reason="记一笔")] * 6
    )
    assert {end.number for end in ends} == {case.number}
    assert [body["step"] for body in bodies(case)] == ["file", "note"]
    assert_lawful()


def test_a_token_of_another_case_or_another_person_gives_nothing_away(busy_town: Town) -> None:
    mine = busy_town.open("simple", name="示例", once="token")
    other = busy_town.open("simple", name="别家", by=busy_town.other_agent, firm=busy_town.other_firm)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        busy_town.open(
            "simple", name="别家", by=busy_town.other_agent, firm=busy_town.other_firm, once="token"
        )
    assert mine.number not in str(caught.value)
    with pytest.raises(Refusal) as refused:
        busy_town.step(mine, "withdraw", busy_town.other_agent, once="token")
    assert refused.value.code == "unknown-case"
    assert Entry.objects.filter(case=other).count() == 1


def test_eight_openers_at_once_get_numbers_of_their_own_and_the_loads_add_up(busy_town: Town) -> None:
    cases = at_once(*[lambda: busy_town.open("simple", name="示例")] * 8)
    numbers = sorted(case.number for case in cases)
    assert numbers == [f"SI-2026-{number:06d}" for number in range(1, 9)]
    assert len({case.progress_code for case in cases}) == 8
    loads = dict(Load.objects.filter(duty=STEWARD).values_list("person_id", "open_cases"))
    assert sum(loads.values()) == 8
    # who has fewest is read before the number is drawn: at the same instant several may choose the same one
    assert set(loads) <= {busy_town.a.pk, busy_town.c.pk}
    assert_lawful()
    assert verify_log().problems == ()


def test_different_promises_opened_at_once_share_people_and_nobody_waits_for_ever(busy_town: Town) -> None:
    # their roles come in another order in each file: whoever counts loads in that order stands still here
    asks = [
        lambda: busy_town.open("simple", name="示例"),
        lambda: busy_town.open("joint", site="示例", risk="low"),
        lambda: busy_town.open("gathered", name="示例"),
    ]
    at_once(*asks * 4)
    assert Case.objects.filter(parent=None).count() == 12
    assert Load.objects.get(duty=LEADER, person=busy_town.leader).open_cases == 16
    assert_lawful()


def overdue(town: Town, count: int) -> None:
    for number in range(count):
        town.open("simple", name=f"示例{number}")
    town.at("2026-02-20 10:00")


def climbed() -> dict[str, list[int]]:
    """Return the rungs each case has climbed, in the order of the log."""
    return {
        case.number: [rung for body in bodies(case) for rung in body.get("rungs", ())]
        for case in Case.objects.all()
    }


def test_ticks_at_once_climb_each_rung_once_and_tell_of_it_once(busy_town: Town) -> None:
    overdue(busy_town, 6)
    at_once(*[busy_town.tick] * 3)
    busy_town.tick()
    assert set(map(tuple, climbed().values())) == {(0, 1)}
    told = Counter(Notice.objects.filter(kind="rung").values_list("person_id", "case_id"))
    assert set(told.values()) == {1}
    assert_lawful()
    assert verify_log().problems == ()


def test_ticks_at_once_seal_in_one_chain(busy_town: Town) -> None:
    for _ in range(4):
        for number in range(3):
            busy_town.open("simple", name=f"示例{number}")
        at_once(*[busy_town.tick] * 3)
        busy_town.later(seconds=15)
    at_once(*[lambda: busy_town.open("simple", name="示例"), busy_town.tick] * 3)
    busy_town.tick()
    verdict = verify_log()
    assert verdict.problems == ()
    sealed = [
        number for heads in Seal.objects.values_list("heads", flat=True) for number, _, _ in json.loads(heads)
    ]
    assert Counter(sealed) == Counter(Case.objects.values_list("number", flat=True))


@on_postgres
def test_a_second_sealer_follows_the_first_ones_seal(
    busy_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for the newest seal's row gets the one that was newest before: the chain would fork."""
    busy_town.open("simple", name="甲")
    busy_town.tick()
    busy_town.open("simple", name="乙")
    writing, go_on, second_waits = Event(), Event(), Event()
    create = Seal.objects.create

    def slow(**values: Any) -> Seal:
        if not writing.is_set():
            writing.set()
            go_on.wait(5)
        return create(**values)

    monkeypatch.setattr(Seal.objects, "create", slow)

    def late() -> None:
        writing.wait(5)
        busy_town.open("simple", name="丙")
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(lambda: (busy_town.tick(), connections.close_all()))
            # long enough for it to come to where it waits
            second_waits.wait(0.3)
            go_on.set()
            second.result()

    at_once(busy_town.tick, late)
    assert verify_log().problems == ()
    assert Seal.objects.count() == 3


@on_postgres
def test_a_tick_passes_by_a_case_under_an_act(busy_town: Town) -> None:
    overdue(busy_town, 3)
    number = Case.objects.order_by("pk")[1].number
    with held(number):
        assert busy_town.tick().cases == 2
    assert busy_town.tick().cases == 1


@on_postgres
def test_a_hand_over_and_an_act_of_the_same_person_do_not_wait_for_each_other(busy_town: Town) -> None:
    """The hand-over holds people still, the act's entry points to one of them, each wants the other's row."""
    case = busy_town.open("simple", name="示例")
    busy_town.later(minutes=1)

    def hand_over() -> int:
        return commands.hand_over(
            busy_town.a,
            to_person=busy_town.c,
            duty=STEWARD,
            by=busy_town.a,
            reason="示例调岗",
            now=busy_town.now,
        )

    ends = at_once(hand_over, *[lambda: busy_town.step(case, "note", busy_town.a, reason="记")] * 5)
    assert ends[0] == 1
    assert_lawful()


@on_postgres
def test_sub_cases_end_while_their_parents_are_sealed_and_handed_over(busy_town: Town) -> None:
    parts = []
    for _ in range(6):
        whole = busy_town.open("gathered", name="示例")
        busy_town.step(whole, "finish_here", Case.objects.get(pk=whole.pk).holder)
        parts.append(Case.objects.get(parent=whole))
    busy_town.later(minutes=1)
    ends = [lambda part=part: busy_town.step(part, "withdraw", busy_town.agent) for part in parts]

    def hand_over() -> int:
        return commands.hand_over(
            busy_town.a,
            to_person=busy_town.c,
            duty=STEWARD,
            by=busy_town.a,
            reason="示例调岗",
            now=busy_town.now,
        )

    at_once(*ends, busy_town.tick, hand_over, lambda: jobs.tick(now=busy_town.now))
    assert not Case.objects.filter(closed_at=None).exists()
    assert_lawful()
    busy_town.tick()
    assert verify_log().problems == ()


def test_verifying_while_others_act_cries_no_wolf(busy_town: Town) -> None:
    cases = [busy_town.open("simple", name="示例") for _ in range(4)]
    stop = Event()

    def act(case: Case) -> Callable[[], None]:
        def run() -> None:
            for _ in range(12):
                busy_town.step(case, "note", case.holder, reason="记")
            stop.set()

        return run

    def look() -> list[Any]:
        found: list[Any] = []
        while not stop.is_set():
            found += verify_log().problems
        return found

    found = at_once(look, *map(act, cases))[0]
    assert found == []
    assert verify_log().problems == ()


def test_the_database_under_test_is_one_others_can_reach(busy_town: Town) -> None:
    """An SQLite database in memory has one writer by nature; every test here would prove nothing on it."""
    assert connection.vendor == "postgresql" or not connection.is_in_memory_db()  # type: ignore[attr-defined]
