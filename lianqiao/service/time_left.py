"""How much time a promise has left, in the unit it is counted in and in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianqiao.engine.beijing import beijing
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case_state import CaseState
from lianqiao.engine.clock import ClockState, remaining
from lianqiao.engine.spans import Budget


@dataclass(frozen=True)
class TimeLeft:
    """What a list shows of one clock: words, whether the due time has passed, when it is (Beijing time).

    `due` is None while the clock stands still; `due_time` can be 24:00, which belongs to the day it ends.
    """

    words: str = ""
    late: bool = False
    due: datetime | None = None
    due_date: date | None = None
    due_time: str = ""


NO_CLOCK = TimeLeft()


def time_left(state: CaseState, *, calendar: Calendar, now: datetime) -> TimeLeft:
    """Return the time left of the case's most pressing open clock: the earliest due, else the one paused."""
    owed = [ClockState.from_dict(run.promise) for run in state.clocks.values() if not run.result]
    running = [clock for clock in owed if clock.state == "running" and clock.due_at]
    if running:
        return left_of(min(running, key=lambda clock: clock.due), calendar=calendar, now=now)
    return left_of(owed[0], calendar=calendar, now=now) if owed else NO_CLOCK


def left_of(clock: ClockState, *, calendar: Calendar, now: datetime) -> TimeLeft:
    """Return the time one clock has left at `now`, counted as people count: due on Wednesday, Monday says 2.

    Late is told by the days of the same kind that passed since the due day.
    """
    due = clock.due_at
    if due is None:
        rest = budget_words(str(remaining(clock, now, calendar)))
        return TimeLeft(_("Paused, %(rest)s left") % {"rest": rest})
    late = now > due
    words = _late(clock, due, calendar, now) if late else _ahead(clock, due, calendar, now)
    return TimeLeft(words, late, beijing(due), date.fromisoformat(clock.due_date), clock.due_time)


def budget_words(text: str) -> str:
    """Return a budget such as "3wd" in words: “3 个工作日”."""
    unit = text.lstrip("0123456789.:")
    amount = text.removesuffix(unit)
    count = int(amount) if amount.isdigit() else 2
    words = {
        "wd": ngettext("%(n)s working day", "%(n)s working days", count),
        "wh": ngettext("%(n)s working hour", "%(n)s working hours", count),
        "h": ngettext("%(n)s hour", "%(n)s hours", count),
        "nd": ngettext("%(n)s calendar day", "%(n)s calendar days", count),
        "nm": ngettext("%(n)s month", "%(n)s months", count),
    }
    return words[unit] % {"n": amount} if unit in words else text


def _ahead(clock: ClockState, due: datetime, calendar: Calendar, now: datetime) -> str:
    budget = Budget.parse(clock.budget)
    if budget.unit == "wh":
        return _("%(rest)s left") % {"rest": _hours(remaining(clock, now, calendar).seconds, working=True)}
    if budget.unit == "h":
        return _("%(rest)s left") % {"rest": _hours(int((due - now).total_seconds()))}
    days = _days_to_due(clock, now, calendar)
    if days > 0:
        return _("%(rest)s left") % {"rest": budget_words(f"{days}{_day_unit(clock)}")}
    return _("Due today at %(time)s") % {"time": clock.due_time}


def _late(clock: ClockState, due: datetime, calendar: Calendar, now: datetime) -> str:
    if Budget.parse(clock.budget).in_hours and now - due < timedelta(days=2):
        return _("Overdue by %(rest)s") % {"rest": _hours(int((now - due).total_seconds()))}
    days = -_days_to_due(clock, now, calendar)
    if days <= 0:
        return _("Overdue")
    return _("Overdue by %(rest)s") % {"rest": budget_words(f"{days}{_day_unit(clock)}")}


def _day_unit(clock: ClockState) -> str:
    return "wd" if Budget.parse(clock.budget).unit in ("wd", "wh") else "nd"


def _days_to_due(clock: ClockState, now: datetime, calendar: Calendar) -> int:
    """Return the days from today to the due day, working days where those are promised; below 0 if late."""
    today, due = beijing(now).date(), date.fromisoformat(clock.due_date)
    if _day_unit(clock) == "wd":
        return calendar.working_index(due) - calendar.working_index(today)
    return (due - today).days


def _hours(seconds: int, *, working: bool = False) -> str:
    hours, minutes = seconds // 3600, seconds // 60 % 60
    words = []
    if hours:
        words.append(budget_words(f"{hours}{'wh' if working else 'h'}"))
    if minutes or not hours:
        words.append(ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes})
    return " ".join(words)
