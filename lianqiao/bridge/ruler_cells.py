"""What a promise ruler is made of: days, hours, and the reasons behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Cell:
    """One day of a ruler, or a run of whole weeks folded into one (`until` is its last day).

    `kind` is the calendar's DayKind. `note` is the walk's (received, start, counted, rest, paused, rolled,
    resumption, idle), or `late` for a day past due while the promise was owed, or `after` for one beyond it.
    `number` (to `last_number`) says which days of the budget these are. `marks`: today, due, law, stopped.
    `past` days lie before today, or before the day the clock was stopped.
    """

    day: date
    until: date
    kind: str
    note: str
    number: int | None = None
    last_number: int | None = None
    spent: str = ""
    name: str = ""
    notice: str = ""
    marks: tuple[str, ...] = ()
    past: bool = False
    provisional: bool = False

    @property
    def folded(self) -> bool:
        """True for a run of weeks in one cell."""
        return self.until != self.day

    @property
    def length_days(self) -> int:
        """How many days the cell stands for."""
        return (self.until - self.day).days + 1

    @property
    def look(self) -> str:
        """How the day is drawn: what its clock did first, what kind of day it is second."""
        if self.note in ("received", "start", "paused", "late", "after"):
            return self.note
        if self.note == "counted":
            return "make_up" if self.kind == "make_up" else "counted"
        if self.kind in ("holiday", "closure"):
            return self.kind
        return "weekend" if self.note == "rest" or self.kind == "weekend" else "idle"

    @property
    def badge(self) -> str:
        """`work` on a make-up working day, `rest` on a day off that would be worked, else ""."""
        if self.folded:
            return ""
        if self.kind == "make_up":
            return "work"
        return "rest" if self.kind in ("holiday", "closure") else ""

    @property
    def because(self) -> str:
        """The reason for the day: its note, or `ordinary`, `make_up`, `holiday`, `closure`, `weekend`."""
        if self.note == "counted":
            return "make_up" if self.kind == "make_up" else "ordinary"
        if self.note == "rest":
            return self.kind if self.kind in ("holiday", "closure") else "ordinary"
        return self.note


@dataclass(frozen=True)
class Hour:
    """A stretch of an hours ruler: up to one hour counted, or a longer one in which the clock stood still.

    `note` is counted, paused, closed (the office is shut) or late. `number` is set where an hour of the
    budget is complete. `marks` may hold `due`, and `today` for the present; `now_percent` is how far into the
    stretch the present is, None where it is elsewhere. `past` stretches are over.
    """

    begin: datetime
    end: datetime
    note: str
    number: int | None = None
    marks: tuple[str, ...] = ()
    past: bool = False
    now_percent: int | None = None

    @property
    def seconds(self) -> int:
        """Length of the stretch."""
        return int((self.end - self.begin).total_seconds())

    @property
    def share(self) -> int:
        """How wide the stretch is drawn, in hundredths of an hour; standing still is drawn narrow."""
        return max(30, min(100, self.seconds // 36)) if self.note == "counted" else 80


@dataclass(frozen=True)
class Reason:
    """Why a run of like days counts or does not.

    `because` is a Cell's. `weekends` is true where a counted run passes over weekends that did not count;
    `spent` the hours a single day used up ("2wh").
    """

    because: str
    first: date
    last: date
    first_number: int | None = None
    last_number: int | None = None
    weekends: bool = False
    spent: str = ""
    name: str = ""
    notice: str = ""
    provisional: bool = False

    @property
    def one_day(self) -> bool:
        """True where the run is a single day."""
        return self.first == self.last

    @property
    def length_days(self) -> int:
        """How many days the run has."""
        return (self.last - self.first).days + 1
