"""A district as its pack says it: who it is, where it lies, when its offices are open, what it leans on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator

from lianqiao.engine.calendar import FIRST_DAY, LAST_DAY, Closure
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Identifier, Part, Text
from lianqiao.engine.office_hours import OfficeHours

DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class Region(Part):
    """A county-level division the zone lies in, by its code in GB/T 2260."""

    code: DivisionCode
    title: Text


class Duty(Part):
    """What a duty is called; people hold it in the organization, roles name it."""

    title: Text


class District(Part):
    """`district.toml`: office hours are Beijing time, such as "09:00-12:00 13:30-17:30"."""

    format: Literal[1]
    id: Identifier
    title: Text
    note: Text | None = None
    regions: tuple[Region, ...] = Field(min_length=1)
    office_hours: str = "09:00-12:00 13:30-17:30"
    duties: dict[Identifier, Duty] = Field(default_factory=dict)

    @field_validator("office_hours")
    @classmethod
    def _readable(cls, text: str) -> str:
        try:
            OfficeHours.parse(text)
        except Refusal as refusal:
            raise ValueError(f"{refusal.problems[0].reason}; {refusal.problems[0].hint}") from None
        return text

    @property
    def hours(self) -> OfficeHours:
        return OfficeHours.parse(self.office_hours)


class ClosedDay(Part):
    """A working day the zone's offices stay shut, by whose order and why; `published` when that was told."""

    day: date
    order: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    published: date | None = None

    @field_validator("day")
    @classmethod
    def _within_the_calendar(cls, day: date) -> date:
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError(f"the calendar runs from {FIRST_DAY} to {LAST_DAY}")
        return day


class Closures(Part):
    """`calendar/closures.toml`."""

    format: Literal[1]
    closures: tuple[ClosedDay, ...] = ()

    @property
    def days(self) -> tuple[Closure, ...]:
        return tuple(Closure(c.day, c.order, c.reason, c.published) for c in self.closures)


class Source(Part):
    """A public text the pack leans on; `used_for` says for what."""

    title: str = Field(min_length=1)
    author: str = ""
    published: date | None = None
    address: str = ""
    used_for: Text


class Sources(Part):
    """`sources.toml`."""

    format: Literal[1]
    sources: dict[Identifier, Source] = Field(default_factory=dict)
