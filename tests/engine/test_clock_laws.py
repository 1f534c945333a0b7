"""Laws of the clock, tried on histories nobody would think of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock import (
    Budget,
    ClockState,
    Extension,
    Pause,
    Reckoning,
    explain_clock,
    extend_clock,
    is_overdue,
    offset_due,
    pause_clock,
    reckon,
    recompute_clock,
    resume_clock,
    start_clock,
)
from lianqiao.engine.errors import Refusal
from lianqiao.engine.spans import parse_offset

KNOWN = Calendar.known_on(date(2026, 6, 1))
UNITS = ["wd", "wh", "h", "nd", "nm"]
MORNING, EVENING = time(9), time(17, 30)
NEVER = datetime.fromisoformat("9999-01-01")

# Instants cluster where rules change: round hours, closing time, holidays.
starts = st.builds(
    datetime.combine,
    st.dates(date(2019, 1, 1), date(2026, 11, 1)),
    st.times().map(lambda at: at.replace(microsecond=0)),
) | st.builds(
    datetime.combine,
    st.dates(date(2019, 1, 1), date(2026, 11, 1)) | st.dates(date(2026, 2, 9), date(2026, 3, 2)),
    st.sampled_from([time(), MORNING, time(12), time(13, 30), EVENING, time(17, 30, 1), time(23, 59, 59)]),
)
gaps = st.integers(0, 9 * 86_400) | st.sampled_from([0, 1, 3600, 86_400, 3 * 86_400])
budgets = st.builds(
    lambda n, unit: Budget(n if unit != "nm" else n % 3 + 1, unit), st.integers(1, 25), st.sampled_from(UNITS)
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[datetime, Budget, list[Pause]]:
    """A start, a budget, and pauses that may overlap, touch, come too late or too early, or still last."""
    start = draw(starts)
    pauses: list[Pause] = []
    moment = start - timedelta(days=draw(st.integers(0, 1)))
    for _ in range(draw(st.integers(0, 4))):
        begin = moment + timedelta(seconds=draw(gaps))
        end = begin + timedelta(seconds=draw(gaps))
        pauses.append(Pause(begin, end))
        moment = draw(st.sampled_from([begin, end]))
    lasts = draw(st.booleans())
    if pauses and lasts:
        pauses[-1] = Pause(pauses[-1].begin)
    return start, draw(budgets), pauses


def due_of(answer: Reckoning) -> datetime:
    """The due instant; a suspended clock is due after everything."""
    return answer.due or datetime(9999, 1, 1, tzinfo=BEIJING)


def simulated(start: datetime, budget: Budget, pauses: list[Pause]) -> str:
    """An independent clock of days: it walks from day to day and knows no formula."""
    spans = [(p.begin, p.end or NEVER) for p in pauses if p.begin != p.end]
    natural = budget.unit == "nd"

    def outside(day: date) -> bool:
        return not any(max(begin, start).date() < day <= end.date() for begin, end in spans)

    def held(at: datetime) -> bool:
        return any(max(begin, start) <= at and (at <= end if natural else at < end) for begin, end in spans)

    day, counted = start.date(), 0
    while True:
        day += timedelta(days=1)
        counted += (natural or KNOWN.is_working_day(day)) and outside(day)
        closing = (
            datetime.combine(day, EVENING)
            if not natural
            else datetime.combine(day + timedelta(days=1), time())
        )
        if counted >= budget.amount and KNOWN.is_working_day(day) and not held(closing):
            return day.isoformat()
        if held(closing) and any(begin <= closing and end == NEVER for begin, end in spans):
            return "suspended"


@settings(max_examples=120, deadline=None)
@given(histories().filter(lambda history: history[1].unit in {"wd", "nd"}))
def test_a_clock_that_only_walks_from_day_to_day_agrees(
    history: tuple[datetime, Budget, list[Pause]],
) -> None:
    start, budget, pauses = history
    answer = reckon(start, budget, calendar=KNOWN, pauses=pauses)
    assert (answer.due_date.isoformat() if answer.due_date else "suspended") == simulated(
        start, budget, pauses
    )


@settings(max_examples=40, deadline=None)
@given(
    st.dates(date(2026, 1, 1), date(2026, 3, 20)),
    st.integers(0, 24 * 12),
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 24 * 40), st.integers(1, 24 * 20)), max_size=3),
    st.sampled_from(["h", "wh"]),
)
def test_a_clock_that_ticks_every_five_minutes_agrees(
    day: date, begun: int, hours: int, spans: list[tuple[int, int]], unit: str
) -> None:
    tick = timedelta(minutes=5)
    start = datetime.combine(day, time()) + begun * tick
    pauses = [Pause(start + a * 6 * tick, start + (a + b) * 6 * tick) for a, b in spans]
    now, left = start, hours * 12
    while left:
        runs = not any(p.begin <= now and p.end is not None and now < p.end for p in pauses)
        opened = MORNING <= now.time() < time(12) or time(13, 30) <= now.time() < EVENING
        left -= runs and (unit == "h" or (opened and KNOWN.is_working_day(now.date())))
        now += tick
    # A pause that begins at the very instant of expiry is still in time and moves it to its end.
    while moved := [p.end for p in pauses if p.begin <= now and p.end is not None and now < p.end]:
        now = max(moved)
    answer = reckon(start, Budget(hours, unit), calendar=KNOWN, pauses=pauses)
    assert answer.due is not None
    assert answer.due.replace(tzinfo=None) == now


@settings(max_examples=40, deadline=None)
@given(histories(), st.integers(1, 5))
def test_more_budget_is_never_due_earlier(history: tuple[datetime, Budget, list[Pause]], more: int) -> None:
    start, budget, pauses = history
    larger = replace(budget, amount=budget.amount + more)
    assert due_of(reckon(start, budget, calendar=KNOWN, pauses=pauses)) <= due_of(
        reckon(start, larger, calendar=KNOWN, pauses=pauses)
    )


@settings(max_examples=40, deadline=None)
@given(histories(), gaps, gaps)
def test_one_more_pause_is_never_due_earlier(
    history: tuple[datetime, Budget, list[Pause]], after: int, long: int
) -> None:
    start, budget, pauses = history
    begin = start + timedelta(seconds=after)
    more = [*pauses, Pause(begin, begin + timedelta(seconds=long))]
    assert due_of(reckon(start, budget, calendar=KNOWN, pauses=pauses)) <= due_of(
        reckon(start, budget, calendar=KNOWN, pauses=more)
    )


@settings(max_examples=40, deadline=None)
@given(histories(), st.data())
def test_a_pause_cut_in_two_changes_nothing(
    history: tuple[datetime, Budget, list[Pause]], data: st.DataObject
) -> None:
    start, budget, pauses = history
    cut: list[Pause] = []
    for pause in pauses:
        end = pause.end or pause.begin + timedelta(days=3)
        middle = pause.begin + timedelta(
            seconds=data.draw(st.integers(0, int((end - pause.begin).total_seconds())))
        )
        cut += [Pause(pause.begin, middle), Pause(middle, pause.end)]
    whole, parts = (reckon(start, budget, calendar=KNOWN, pauses=some) for some in (pauses, cut))
    assert replace(parts, ignored=()) == replace(whole, ignored=())


@settings(max_examples=40, deadline=None)
@given(histories())
def test_the_walk_counts_the_budget_and_ends_on_the_due_day(
    history: tuple[datetime, Budget, list[Pause]],
) -> None:
    start, budget, pauses = history
    answer = reckon(start, budget, calendar=KNOWN, pauses=pauses)
    counted = [step.counted for step in answer.walk if step.counted]
    assert counted == list(range(1, len(counted) + 1))
    walked = [step.day for step in answer.walk]
    assert walked == [start.date() + timedelta(days=n) for n in range(len(walked))]
    assert sum(step.spent != "" for step in answer.walk) in {0, len(walked)}
    if answer.state == "due":
        assert answer.walk[-1].day == answer.due_date or answer.due_time == "00:00"
        if budget.unit in {"wd", "nd"}:
            assert len(counted) == budget.amount
        if budget.unit in {"h", "wh"}:
            assert sum(parse_offset(step.spent)[1].seconds for step in answer.walk) == budget.seconds
    else:
        assert answer.remaining is not None
        if budget.unit in {"wd", "nd"}:
            assert answer.remaining.amount == budget.amount - len(counted)


@st.composite
def acts(draw: st.DrawFn) -> tuple[datetime, Budget, list[tuple[str, datetime]]]:
    """Acts on a clock as they happen: pauses and resumptions in turn, with one extension somewhere."""
    start = draw(starts)
    moment, done = start, []
    paused, extend = False, draw(st.integers(0, 8))
    for number in range(draw(st.integers(0, 7))):
        moment += timedelta(seconds=draw(gaps))
        if number == extend:
            done.append(("extend", moment))
        else:
            done.append(("resume" if paused else "pause", moment))
            paused = not paused
    return start, draw(budgets), done


@settings(max_examples=50, deadline=None)
@given(acts(), st.sampled_from(["instant", "office-hours"]))
def test_a_clock_kept_act_by_act_agrees_with_one_reckoned_at_once(
    history: tuple[datetime, Budget, list[tuple[str, datetime]]], receipt: str
) -> None:
    start, budget, done = history
    state = start_clock(budget, start, KNOWN, receipt=receipt)
    pauses: list[Pause] = []
    extension = None
    more = Budget(2, budget.unit)
    for act, moment in done:
        if act == "pause":
            state = pause_clock(state, moment, KNOWN)
            pauses.append(Pause(moment))
        elif act == "resume":
            state = resume_clock(state, moment, KNOWN)
            pauses[-1] = Pause(pauses[-1].begin, moment)
        else:
            extension = Extension(more, moment)
            if is_overdue(state, moment):
                with pytest.raises(Refusal, match="ran out"):
                    extend_clock(state, more, moment, KNOWN)
            else:
                state = extend_clock(state, more, moment, KNOWN)
        assert ClockState.from_dict(state.to_dict()) == state
        assert recompute_clock(state, KNOWN) == state
    at_once = reckon(start, budget, calendar=KNOWN, pauses=pauses, extension=extension, receipt=receipt)
    assert state.due == (at_once.due.isoformat() if at_once.due else "")
    assert (state.state == "paused") == (at_once.state == "suspended")
    kept = explain_clock(state, KNOWN)
    assert replace(kept, ignored=()) == replace(at_once, ignored=())


@settings(max_examples=50, deadline=None)
@given(starts, budgets, st.sampled_from(["wd", "wh", "h", "nd"]), st.integers(0, 9))
def test_offsets_lie_on_their_side_of_the_due_time(
    start: datetime, budget: Budget, unit: str, size: int
) -> None:
    state = start_clock(budget, start, KNOWN)
    due = state.due_at
    assert due is not None
    assert offset_due(state, f"-{size}{unit}", KNOWN) <= due <= offset_due(state, f"+{size}{unit}", KNOWN)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 10**7), st.sampled_from(["h", "wh"]))
def test_budgets_of_any_seconds_round_trip(seconds: int, unit: str) -> None:
    budget = Budget.of_seconds(seconds, unit)
    assert Budget.parse(str(budget)) == budget
    assert budget.seconds == seconds
