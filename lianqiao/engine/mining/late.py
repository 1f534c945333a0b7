"""Which cases came late, by the deadline a file states and by the clock reckoned anew on the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from lianqiao.engine.calendar import FIRST_DAY, LAST_DAY
from lianqiao.engine.clock_bulk import DayTable, due_instants
from lianqiao.engine.mining.event_log import EventLog, numbers_of
from lianqiao.engine.mining.log_map import Promised
from lianqiao.engine.mining.time_reading import as_moment
from lianqiao.engine.spans import Budget

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]
_NAT = np.datetime64("NaT")
NO_START, OUTSIDE, RECKONED, PAUSED = range(4)
# a due time further off than this from the calendar's ends could lie outside it
_FIRST, _LAST = np.datetime64(FIRST_DAY), np.datetime64(LAST_DAY) - np.timedelta64(800, "D")


@dataclass(frozen=True)
class LateCase:
    """One late case. `due` is reckoned anew, `stated` what the file says; either may be missing.

    `ended` is None while the case is open at the end of the log. `late_h` are natural hours past the due time
    that counts: the reckoned one where there is one.
    """

    case: str
    started: datetime | None
    due: datetime | None
    stated: datetime | None
    ended: datetime | None
    late_h: float

    @property
    def wrongly_stated(self) -> bool:
        """True where the file's deadline is another day than the calendar's."""
        return bool(self.due and self.stated and self.due.date() != self.stated.date())


@dataclass(frozen=True)
class LateCases:
    """What became of all deadlines of a log; `late` has the latest first.

    `reckoned` counts cases whose clock could be reckoned, `outside` those that began where no calendar
    reaches, `stated_wrong` those whose stated deadline is another day than the reckoned one, `paused` those
    still waiting for the firm at the end of the log.
    """

    cases: int
    reckoned: int
    outside: int
    stated_wrong: int
    paused: int
    late: tuple[LateCase, ...]

    @property
    def rate(self) -> float | None:
        """The share kept of all cases with a deadline."""
        return 1 - len(self.late) / self.cases if self.cases else None


@dataclass(frozen=True, eq=False)
class Course:
    """The clock of each case as its events tell it; NaT where an event never came."""

    started: Times
    ended: Times
    pauses: tuple[Times, Times]


@dataclass(frozen=True, eq=False)
class CaseClocks:
    """What was promised in each case and what became of it, as columns by case; NaT where nothing is known.

    `due` is reckoned anew, `stated` what the file says, `counts` the one that counts. `closed` is when it
    ended or, while it is open, the moment against which it counts. `known` tells how far the clock could be
    reckoned: NO_START, OUTSIDE the calendar, RECKONED, PAUSED at the end of the log.
    """

    started: Times
    due: Times
    stated: Times
    ended: Times
    closed: Times
    counts: Times
    known: Ints

    @property
    def owed(self) -> Flags:
        """True where there is a deadline to keep."""
        return ~np.isnat(self.counts)

    @property
    def late(self) -> Flags:
        """True where the deadline that counts was passed."""
        return self.owed & (self.closed > self.counts)

    @property
    def late_s(self) -> Ints:
        """Natural seconds past the deadline that counts; 0 where it was kept or there is none."""
        by = np.where(self.late, self.closed - self.counts, np.timedelta64(0, "s"))
        return by.astype("m8[s]").astype(np.int64)


def clocks_of_cases(
    log: EventLog, table: DayTable, *, promise: Promised | None = None, as_of: np.datetime64 | None = None
) -> CaseClocks:
    """Return each case's clock; those still open count against `as_of`, by default the log's last event.

    With a promise due times are reckoned anew; without, the stated deadlines count.
    """
    until = as_of if as_of is not None else log.at.max()
    last = log.at[log.last]
    due, known = np.full(len(log.cases), _NAT, dtype="M8[s]"), np.full(len(log.cases), NO_START)
    # without a promise that tells the end, a case ends where the file says, else with its last event
    ended, started = np.where(np.isnat(log.end), last, log.end), log.at[log.first]
    if promise:
        course = course_of(log, promise)
        ended, started = course.ended, course.started
        due, known = _due(course, promise, table)
    return CaseClocks(
        started=started,
        due=due,
        stated=log.deadline,
        ended=ended,
        closed=np.where(np.isnat(ended), until, ended),
        counts=np.where(known == PAUSED, _NAT, np.where(np.isnat(due), log.deadline, due)),
        known=known,
    )


def late_cases(
    log: EventLog, table: DayTable, *, promise: Promised | None = None, as_of: np.datetime64 | None = None
) -> LateCases:
    """Return the late cases; see `clocks_of_cases` for what counts."""
    clocks = clocks_of_cases(log, table, promise=promise, as_of=as_of)
    both = ~np.isnat(clocks.due) & ~np.isnat(clocks.stated)
    differ = clocks.due.astype("M8[D]") != clocks.stated.astype("M8[D]")
    return LateCases(
        cases=int(clocks.owed.sum()),
        reckoned=int((~np.isnat(clocks.due)).sum()),
        outside=int((clocks.known == OUTSIDE).sum()),
        stated_wrong=int((both & differ).sum()),
        paused=int((clocks.known == PAUSED).sum()),
        late=_told(log, clocks),
    )


def course_of(log: EventLog, promise: Promised) -> Course:
    """Return when each case's clock started, ended and stood still."""
    count = len(log.cases)
    starts = _first(log, _is(log, (promise.start,)), np.full(count, -1))
    ends = _first(log, _is(log, promise.end), starts)
    if promise.restart:
        starts = _last_before(log, _is(log, promise.restart), starts, ends)
    begin, end = _pauses(log, promise, starts, ends)
    return Course(_at(log, starts), _at(log, ends), (begin, end))


def _due(course: Course, promise: Promised, table: DayTable) -> tuple[Times, Ints]:
    """Return due instants and, by case, how far its clock could be reckoned."""
    budget = Budget.parse(promise.budget)
    started = ~np.isnat(course.started)
    within = started & (course.started >= _FIRST) & (course.started <= _LAST)
    due = np.full(len(course.started), _NAT, dtype="M8[s]")
    known = np.where(started, OUTSIDE, NO_START)
    rows = np.flatnonzero(within)
    if rows.size:
        pauses = (course.pauses[0][rows], course.pauses[1][rows])
        due[rows] = due_instants(course.started[rows], budget.whole, table, unit=budget.unit, pauses=pauses)
        known[rows] = np.where(np.isnat(due[rows]), PAUSED, RECKONED)
    return due, known


def _is(log: EventLog, names: tuple[str, ...]) -> Flags:
    return np.isin(log.activity, numbers_of(log.activities, names))


def _first(log: EventLog, wanted: Flags, after: Ints) -> Ints:
    """Return each case's first wanted event after the given one (-1: from its beginning), -1 for none."""
    found = np.full(len(log.cases), -1)
    rows = np.flatnonzero(wanted)
    rows = rows[rows > after[log.case[rows]]]
    # going backwards, the first of each case is written last
    found[log.case[rows[::-1]]] = rows[::-1]
    return found


def _last_before(log: EventLog, wanted: Flags, starts: Ints, ends: Ints) -> Ints:
    """Return each case's last wanted event between start and end, the start itself where there is none."""
    rows = np.flatnonzero(wanted)
    case = log.case[rows]
    rows = rows[(starts[case] >= 0) & (rows > starts[case]) & ((ends[case] < 0) | (rows < ends[case]))]
    found = starts.copy()
    found[log.case[rows]] = rows
    return found


def _pauses(log: EventLog, promise: Promised, starts: Ints, ends: Ints) -> tuple[Times, Times]:
    """Return beginnings and ends of the pauses, shape (cases, most pauses of a case)."""
    spans: list[tuple[int, int, int]] = []
    resumes = _is(log, promise.resume) if promise.resume else np.ones(len(log), dtype=bool)
    last = log.last.tolist()
    for row in np.flatnonzero(_is(log, promise.pause)).tolist() if promise.pause else ():
        case = int(log.case[row])
        if row <= starts[case] or starts[case] < 0 or (0 <= ends[case] <= row):
            continue
        until = row + 1
        while until <= last[case] and not resumes[until]:
            until += 1
        spans.append((case, row, until if until <= last[case] else -1))
    width = np.bincount([case for case, _, _ in spans]).max() if spans else 1
    begins = np.full((len(log.cases), int(width)), _NAT, dtype="M8[s]")
    finishes = begins.copy()
    taken = np.zeros(len(log.cases), dtype=np.int64)
    for case, row, until in spans:
        begins[case, taken[case]] = log.at[row]
        if until >= 0:
            finishes[case, taken[case]] = log.at[until]
        taken[case] += 1
    return begins, finishes


def _at(log: EventLog, rows: Ints) -> Times:
    return np.where(rows >= 0, log.at[np.maximum(rows, 0)], _NAT)


def _told(log: EventLog, clocks: CaseClocks) -> tuple[LateCase, ...]:
    """Return the late cases, the latest first."""

    def moment(times: Times, case: int) -> datetime | None:
        return None if np.isnat(times[case]) else as_moment(int(times[case].astype("M8[s]").astype(np.int64)))

    by_s = clocks.late_s
    rows = np.flatnonzero(clocks.late)
    rows = rows[np.argsort(-by_s[rows], kind="stable")]
    return tuple(
        LateCase(
            case=log.cases[case],
            started=moment(clocks.started, case),
            due=moment(clocks.due, case),
            stated=moment(clocks.stated, case),
            ended=moment(clocks.ended, case),
            late_h=by_s[case] / 3600,
        )
        for case in rows.tolist()
    )
