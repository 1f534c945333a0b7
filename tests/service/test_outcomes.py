"""Counts of outcomes: kept in the same transaction, they are what the promises themselves add up to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianqiao.bridge import commands, jobs, queries
from lianqiao.bridge.commands.outcomes import recount_outcomes
from lianqiao.bridge.models import NEVER_DUE, OutcomeCount, OwedCount, Promise
from tests.world import NOW, World

DAY = timedelta(days=1)
INCORRECT = [{"field": "synopsis", "reason": "与集数不符"}]
REVIEW = {"review_opinion": "同意"}


def history(world: World) -> None:
    """Kept, late, owed and paused promises; one handed to another owner, one withdrawn."""
    kept, late, _, paused, given, gone = (world.file() for _ in range(6))
    world.act(kept, "pass_review", by=world.steward_of(kept), now=NOW + DAY, **REVIEW)
    world.act(paused, "return_incorrect", by=world.steward_of(paused), now=NOW + DAY, incorrect=INCORRECT)
    world.act(given, "pass_review", by=world.steward_of(given), now=NOW + DAY, **REVIEW)
    commands.reassign(given.number, "steward", world.other_steward(given), by=world.leader, now=NOW + DAY)
    world.act(gone, "withdraw", by=world.agent, now=NOW + DAY)
    jobs.tick(now=NOW + 15 * DAY)
    world.act(late, "pass_review", by=world.steward_of(late), now=NOW + 15 * DAY, **REVIEW)
    jobs.tick(now=NOW + 40 * DAY)


def test_the_counts_are_what_the_promises_add_up_to(world: World) -> None:
    history(world)
    assert OutcomeCount.objects.exists()
    assert queries.outcomes_differ() == []
    later = NOW + 41 * DAY
    assert queries.summed(queries.tallies(now=later).values()) == queries.tally(queries.promises(), now=later)
    # what ended under one owner and is now another's is counted for the other
    owners = set(Promise.objects.exclude(result="").values_list("owner_id", flat=True))
    rows = OutcomeCount.objects.exclude(kept=0, broken=0, ended=0)
    assert set(rows.values_list("owner_id", flat=True)) == {one or 0 for one in owners}


def test_the_counts_agree_with_the_plain_count_at_every_moment(world: World) -> None:
    """Also while nothing is written: a promise becomes late by time alone."""
    history(world)
    world.file(now=NOW + 40 * DAY)
    owed = Promise.objects.filter(result="", state="running").exclude(due_at=None)
    dues = sorted({one.due_at for one in owed if one.due_at})
    assert dues
    moments = [due + timedelta(seconds=shift) for due in dues for shift in (-1, 0, 1)]
    for moment in (NOW, *moments, NOW + 200 * DAY):
        plain = queries.tally(queries.promises(), now=moment)
        assert queries.summed(queries.tallies(now=moment).values()) == plain, moment
    found = [queries.summed(queries.tallies(now=one).values()).overdue for one in moments]
    assert max(found) > min(found)


def test_one_moment_is_one_row_however_it_is_written(world: World) -> None:
    for _ in range(3):
        world.file()
    rows = OwedCount.objects.filter(clock="first_review", count__gt=0)
    firsts = Promise.objects.filter(clock="first_review", result="")
    assert sum(row.count for row in rows) == firsts.count() == 3
    assert {row.due_at for row in rows} == set(firsts.values_list("due_at", flat=True))
    # what waits for the firm falls due at no time
    case = world.file()
    world.act(case, "return_incorrect", by=world.steward_of(case), now=NOW + DAY, incorrect=INCORRECT)
    assert OwedCount.objects.get(standing="paused", count=1).due_at == NEVER_DUE


def test_rows_of_nothing_are_swept_and_others_stay(world: World) -> None:
    history(world)
    before = queries.tallies(now=NOW + 41 * DAY)
    case = world.file(now=NOW + 41 * DAY)
    world.act(case, "withdraw", by=world.agent, now=NOW + 41 * DAY)
    assert OwedCount.objects.filter(count=0).exists()
    jobs.tick(now=NOW + 41 * DAY)
    assert not OwedCount.objects.filter(count=0).exists()
    assert queries.outcomes_differ() == []
    after = queries.tallies(now=NOW + 41 * DAY)
    assert {group for group in before if before[group].total} <= set(after)


def test_a_bent_count_of_what_is_owed_is_found(world: World) -> None:
    world.file()
    assert queries.verify_log().problems == ()
    row = OwedCount.objects.filter(count__gt=0)[0]
    OwedCount.objects.filter(pk=row.pk).update(count=row.count + 1)
    assert [problem.code for problem in queries.verify_log().problems] == ["count-differs"]
    recount_outcomes()
    assert queries.verify_log().problems == ()


def test_counted_anew_they_are_the_same_and_a_bent_one_is_found(world: World) -> None:
    history(world)
    before = queries.tallies(now=NOW)
    recount_outcomes()
    assert {group: tally for group, tally in before.items() if tally.total} == queries.tallies(now=NOW)
    row = OutcomeCount.objects.filter(kept__gt=0)[0]
    OutcomeCount.objects.filter(pk=row.pk).update(kept=row.kept + 1)
    assert len(queries.outcomes_differ()) == 1
    problems = queries.verify_log().problems
    assert [problem.code for problem in problems] == ["count-differs"]


@pytest.mark.parametrize("span", ["2026-01", "2026-02", "2026-03"])
def test_a_month_is_beijings(world: World, span: str) -> None:
    """Filed at 00:30 on 1 March in Beijing, when February goes on in UTC."""
    world.file(now=NOW.replace(day=28, hour=16, minute=30))
    with CaptureQueriesContext(connection) as asked:
        found = queries.tallies(now=NOW + 40 * DAY, since=span, until=span)
    assert len(asked) == 2
    assert [group.month for group in found] == ([span] if span == "2026-03" else [])
