"""The change feed: every entry the caller may see, once, in order, none skipped."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from lianqiao.bridge.queries import changes as feed
from tests.portal.api_world import Api, codes
from tests.world import NOW, World, at, build_world


def read(api: Api, after: str = "", limit: int = 200) -> dict[str, Any]:
    told: dict[str, Any] = api.get(f"/changes?after={after}&limit={limit}").json()
    return told


def passed(world: World, case: Any) -> None:
    """Take a step that locks no more than its own case."""
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")


def names(told: dict[str, Any]) -> list[str]:
    return [one["name"] for one in told["items"]]


def test_it_tells_what_happened_and_goes_on_from_there(world: World) -> None:
    case = world.file()
    firm = Api.of(world.agent)
    told = read(firm)
    assert names(told) == ["file"]
    assert told["items"][0]["case"] == case.number
    assert read(firm, told["next"])["items"] == []
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    later = read(firm, told["next"])
    assert names(later) == ["pass_review"]
    assert later["items"][0]["entered"][0]["id"] == "production"


def test_it_never_tells_what_was_written(world: World) -> None:
    world.file()
    (one,) = read(Api.of(world.agent))["items"]
    assert (one["data"], one["note"]) == (None, "")


def test_now_is_only_what_is_to_come(world: World) -> None:
    case = world.file()
    firm = Api.of(world.agent)
    begin = read(firm, "now")
    assert begin["items"] == []
    world.act(case, "withdraw", by=world.agent)
    assert names(read(firm, begin["next"])) == ["withdraw"]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_every_entry_once_however_it_is_cut(world: World, limit: int) -> None:
    for _ in range(4):
        world.act(world.file(), "withdraw", by=world.agent)
    firm, cursor, found = Api.of(world.agent), "", []
    while True:
        told = read(firm, cursor, limit)
        found += [one["cursor"] for one in told["items"]]
        cursor = told["next"]
        if not told["more"]:
            break
    assert len(found) == len(set(found)) == 8
    assert found == sorted(found, key=lambda one: int(one[1:]))


def test_another_firm_hears_nothing_and_officers_only_of_their_promises(world: World) -> None:
    world.file()
    assert read(Api.of(world.stranger))["items"] == []
    assert names(read(Api.of(world.leader))) == ["file"]
    from tests.portal.api_world import office

    assert read(Api.of(office()))["items"] == []


@pytest.mark.parametrize("after", ["x", "c", "c-1", "c99999999999999999999", "c9999999999999999999"])
def test_cursors_that_are_none(world: World, after: str) -> None:
    answer = Api.of(world.agent).get(f"/changes?after={after}")
    assert answer.status_code == 422
    assert codes(answer)[0] in ("invalid", "cursor-malformed")


def test_a_cursor_from_the_future_waits(world: World) -> None:
    world.file()
    assert read(Api.of(world.agent), "c5000") == {"items": [], "next": "c5000", "more": False}


@pytest.mark.skipif(
    "postgresql" not in str(connection.settings_dict["ENGINE"]), reason="SQLite has one writer"
)
@pytest.mark.django_db(transaction=True)
def test_an_act_that_ends_later_than_the_next_is_not_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """One act takes its number first and ends last; a reader in between must wait for it."""
    monkeypatch.setattr(feed, "PATIENCE_S", 0.3)
    with at(NOW):
        world = build_world()
        slow, quick = world.file(), world.file()
        firm = Api.of(world.agent)
        start = read(firm)["next"]
        written, may_end = threading.Event(), threading.Event()

        def act_slowly() -> None:
            with transaction.atomic():
                passed(world, slow)
                written.set()
                may_end.wait(10)
            connection.close()

        thread = threading.Thread(target=act_slowly)
        thread.start()
        assert written.wait(10)
        passed(world, quick)
        between = read(firm, start)
        assert between["items"] == []
        assert between["next"] == start
        may_end.set()
        thread.join()
        told = read(firm, start)
    assert [one["case"] for one in told["items"]] == [slow.number, quick.number]


@pytest.mark.skipif(
    "postgresql" not in str(connection.settings_dict["ENGINE"]), reason="SQLite has one writer"
)
@pytest.mark.django_db(transaction=True)
def test_a_number_that_was_never_used_holds_nobody_up() -> None:
    with at(NOW):
        world = build_world()
        first, second = world.file(), world.file()
        firm = Api.of(world.agent)
        with transaction.atomic():
            world.act(first, "withdraw", by=world.agent)
            transaction.set_rollback(True)
        world.act(second, "withdraw", by=world.agent)
        assert names(read(firm)) == ["file", "file", "withdraw"]


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_a_reader() -> None:
    """What a reader gathers while others act is all there is, in one order."""
    with at(NOW):
        world = build_world()
        cases = [world.file() for _ in range(12)]
        reader = Api.of(world.agent)
        found: list[str] = []
        cursor, stop = "", threading.Event()

        def act(mine: list[Any]) -> None:
            for case in mine:
                world.act(case, "withdraw", by=world.agent)
            connection.close()

        threads = [threading.Thread(target=act, args=(cases[at::4],)) for at in range(4)]
        for thread in threads:
            thread.start()
        while not stop.is_set():
            if not any(thread.is_alive() for thread in threads):
                stop.set()
            told = read(reader, cursor)
            found += [one["cursor"] for one in told["items"]]
            cursor = told["next"]
            # as a program does: without a pause it would be told that it asks too often
            stop.wait(0.02)
    assert len(found) == len(set(found)) == 24
    assert found == sorted(found, key=lambda one: int(one[1:]))


def test_the_feed_waits_no_longer_than_it_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.file()
    monkeypatch.setattr("lianqiao.service.api.changes.settled_position", lambda: None)
    assert read(Api.of(world.agent), "c0") == {"items": [], "next": "c0", "more": False}


def test_rungs_and_stand_ins_are_told_too(world: World) -> None:
    from lianqiao.bridge import jobs
    from lianqiao.organization import commands

    case = world.file()
    friday = NOW + timedelta(days=2, hours=9)
    steward = world.steward_of(case)
    commands.file_leave(
        steward.pk, begin=friday, end=friday + timedelta(days=1), kind="sick", actor=steward, now=NOW
    )
    with at(friday):
        jobs.tick(now=friday)
        told = read(Api.of(world.agent))["items"]
    assert sorted((one["kind"], one["name"]) for one in told) == [
        ("hold", "stand-in"),
        ("rung", "remind"),
        ("step", "file"),
    ]
    assert all(one["title"] for one in told)
