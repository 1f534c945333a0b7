"""The promise ruler: the days or hours of one clock laid out in a row, and why each counted or did not.

    state = ClockState.from_dict(run.promise)
    made = ruler(explain_clock(state, calendar), calendar=calendar, now=now,
                 law=explain_clock(ClockState.from_dict(run.law), calendar) if run.law else None)

Plain values from plain values: no words (the template has them), no database, no clock of its own. Clocks of
hours get a strip of hours (`lianqiao.bridge.ruler_hours`) while it fits, everything else one of days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from lianqiao.bridge import ruler_hours
from lianqiao.bridge.ruler_cells import Cell, Hour, Reason
from lianqiao.engine.beijing import beijing
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock import Reckoning, WalkDay
from lianqiao.engine.office_hours import DEFAULT_HOURS, OfficeHours

__all__ = ["Cell", "Hour", "Promise", "Reason", "Ruler", "ruler"]

# How many whole weeks alike, side by side, before they are folded into one cell. Counted weeks are the
# point of the picture, so they fold only where there is much else to see.
_FOLD_WEEKS = {"ordinary": 4, "paused": 2, "late": 2, "after": 2}
_FOLD_WEEKS_OF_MANY = _FOLD_WEEKS | {"ordinary": 2}
_MANY_DAYS = 42
# What the calendar alone decides, and so names a festival and a notice.
_BY_CALENDAR = ("make_up", "holiday", "closure")
_LEGEND = ("counted", "make_up", "weekend", "holiday", "closure", "closed", "paused", "provisional", "late")


@dataclass(frozen=True)
class Promise:
    """One clock in one look, as the atom `promise` shows it.

    `state` is running, waiting, at-risk, broken, paused, kept or ended. `owner`, `left` and `note` are words
    in the reader's language; `budget` and `law_budget` are budgets ("3wd") or words. `due` is None while the
    clock stands still; `due_time` overrides the time of day shown ("24:00" belongs to the day that ends).
    `spent` is 0 to 100, None to leave the bar out.
    """

    title: str
    state: str
    owner: str = ""
    budget: str = ""
    due: datetime | None = None
    due_time: str = ""
    left: str = ""
    law_due: datetime | None = None
    law_budget: str = ""
    note: str = ""
    url: str = ""
    provisional: bool = False
    spent: int | None = None


@dataclass(frozen=True)
class Ruler:
    """One clock laid out.

    `unit` is the budget's: wd, wh, h, nd or nm. Exactly one of `cells` (days) and `hours` is filled.
    `due_date` is None while the clock stands still: then `remaining` is what is left ("2wd"). `late` is true
    once the due time has passed and nothing stopped the clock before it. `calendar` is the version used.
    """

    unit: str
    budget: str
    started_at: datetime
    due_date: date | None
    due_time: str
    law_due_date: date | None
    law_due_time: str
    remaining: str
    extension: str
    late: bool
    stopped_at: datetime | None
    provisional: bool
    calendar: str
    cells: tuple[Cell, ...]
    hours: tuple[Hour, ...]
    reasons: tuple[Reason, ...]

    @property
    def first_weekday(self) -> int:
        """The ISO weekday of the first cell, 1 to 7, for laying days out in weeks."""
        return self.cells[0].day.isoweekday() if self.cells else 1

    @property
    def size(self) -> str:
        """How much room the strip needs: `short` up to 10 cells, `medium` up to 16, else `long`."""
        count = len(self.cells or self.hours)
        return "short" if count <= 10 else "medium" if count <= 16 else "long"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The looks of the cells shown, each once, in the order of the legend."""
        shown = {cell.look for cell in self.cells} | {hour.note for hour in self.hours}
        if any(cell.provisional for cell in self.cells):
            shown.add("provisional")
        order = (
            "counted",
            "make_up",
            "weekend",
            "holiday",
            "closure",
            "closed",
            "paused",
            "provisional",
            "late",
        )
        return tuple(kind for kind in order if kind in shown)


def ruler(
    promise: Reckoning,
    *,
    calendar: Calendar,
    now: datetime,
    law: Reckoning | None = None,
    stopped_at: datetime | None = None,
    hours: OfficeHours = DEFAULT_HOURS,
) -> Ruler:
    """Lay out one clock as of `now`, the law's own limit beside it where there is one.

    `stopped_at` is when the clock was stopped, None while it is owed. `hours` are those the clock was started
    under (`ClockState.office_hours`); only working hours need them.
    """
    end = beijing(stopped_at or now)
    days = _days(promise, calendar=calendar, now=now, law=law, stopped_at=stopped_at)
    in_hours = ruler_hours.fits(promise)
    return Ruler(
        unit=promise.budget.unit,
        budget=str(promise.budget),
        started_at=promise.started_at,
        due_date=promise.due_date,
        due_time=promise.due_time or "",
        law_due_date=law.due_date if law else None,
        law_due_time=(law.due_time or "") if law else "",
        remaining=str(promise.remaining) if promise.remaining else "",
        extension=str(promise.extension) if promise.extension else "",
        late=promise.due is not None and end > promise.due,
        stopped_at=beijing(stopped_at) if stopped_at else None,
        provisional=promise.provisional,
        calendar=promise.calendar,
        cells=() if in_hours else tuple(_folded(days)),
        hours=ruler_hours.hours(promise, calendar=calendar, end=end, office=hours) if in_hours else (),
        reasons=tuple(_reasons(days)),
    )


def _days(
    promise: Reckoning,
    *,
    calendar: Calendar,
    now: datetime,
    law: Reckoning | None,
    stopped_at: datetime | None,
) -> list[Cell]:
    """Return one cell for each day from receipt to the last thing to show, none folded."""
    walked = {step.day: _unnamed(step, promise.budget.unit) for step in promise.walk}
    end = beijing(stopped_at or now).date()
    marks = [
        (beijing(now).date(), "today"),
        (promise.due_date, "due"),
        (law.due_date if law else None, "law"),
        (end if stopped_at else None, "stopped"),
    ]
    first = promise.walk[0].day
    last = max([promise.walk[-1].day, end, *([law.due_date] if law and law.due_date else [])])
    cells = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        step = walked.get(day) or _beyond(day, calendar, promise, end)
        cells.append(
            Cell(
                day=day,
                until=day,
                kind=step.kind,
                note=step.note,
                number=step.counted,
                last_number=step.counted,
                spent=step.spent,
                name=step.name,
                notice=step.notice,
                marks=tuple(mark for on, mark in marks if on == day),
                past=day < end,
                provisional=calendar.is_provisional(day),
            )
        )
    return cells


def _beyond(day: date, calendar: Calendar, promise: Reckoning, end: date) -> WalkDay:
    """Return a day the walk does not reach: still paused, overdue, or past what was promised."""
    fact = calendar.explain(day)
    if promise.state == "suspended":
        note = "paused" if fact.working else "rest"
    else:
        note = "late" if day <= end else "after"
    return WalkDay(day, str(fact.kind), None, note, fact.notice, fact.name)


def _unnamed(step: WalkDay, unit: str) -> WalkDay:
    """Return the day without its festival where it counts all the same, as every natural day does."""
    if unit in ("wd", "wh") or step.note != "counted":
        return step
    return replace(step, kind="working", name="", notice="")


def _folded(days: Sequence[Cell]) -> Iterable[Cell]:
    """Yield the cells with long runs of like weeks folded; only whole weeks, so that columns stay true."""
    enough = _FOLD_WEEKS_OF_MANY if len(days) > _MANY_DAYS else _FOLD_WEEKS
    weeks = [list(week) for _, week in groupby(days, key=lambda cell: cell.day.isocalendar()[:2])]
    for likeness, run in groupby(weeks, key=_likeness):
        alike = list(run)
        if likeness and len(alike) >= enough[likeness[0]]:
            yield _one([cell for week in alike for cell in week])
        else:
            yield from (cell for week in alike for cell in week)


def _likeness(week: Sequence[Cell]) -> tuple[str, bool, bool] | None:
    """Return what a whole uneventful week has in common, None where it must be shown day by day."""
    notes = {cell.note for cell in week} - {"rest"}
    if len(week) < 7 or len(notes) != 1 or any(cell.marks for cell in week):
        return None
    note = notes.pop()
    if note == "counted":
        if any(cell.look not in ("counted", "weekend") for cell in week):
            return None
        note = "ordinary"
    return (note, week[0].provisional, week[0].past) if note in _FOLD_WEEKS else None


def _one(run: Sequence[Cell]) -> Cell:
    numbers = [cell.number for cell in run if cell.number is not None]
    first = next((cell for cell in run if cell.note != "rest"), run[0])
    return replace(
        first,
        day=run[0].day,
        until=run[-1].day,
        number=numbers[0] if numbers else None,
        last_number=numbers[-1] if numbers else None,
    )


def _reasons(days: Sequence[Cell]) -> Iterable[Reason]:
    """Yield why the days count or not, like days together; those beyond the promise are left out."""
    told = [cell for cell in days if cell.note != "after"]
    for _, run in groupby(told, key=_alike):
        cells = list(run)
        first = cells[0]
        numbers = [cell.number for cell in cells if cell.number is not None]
        by_calendar = first.because in _BY_CALENDAR
        yield Reason(
            because=first.because,
            first=first.day,
            last=cells[-1].day,
            first_number=numbers[0] if numbers else None,
            last_number=numbers[-1] if numbers else None,
            weekends=first.because == "ordinary" and any(cell.kind == "weekend" for cell in cells),
            spent=first.spent if len(cells) == 1 else "",
            name=first.name if by_calendar else "",
            notice=first.notice if by_calendar else "",
            provisional=first.provisional,
        )


def _alike(cell: Cell) -> tuple[object, ...]:
    """Return what neighbouring days must share to be told together."""
    # a day that used up hours says how many, so it stands alone
    alone = cell.day if cell.spent and cell.note == "counted" else None
    named = (cell.name, cell.notice) if cell.because in _BY_CALENDAR else ()
    return cell.because, named, cell.provisional, alone
