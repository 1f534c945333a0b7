"""How people are told of things, as data: which kinds there are, what passes quiet hours, what is usual."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field

from lianqiao.engine.beijing import BEIJING, beijing
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.mechanism import Part

Kind = Literal["step", "rung", "hold", "note", "document", "recompute", "task", "benefit"]
Channel = Literal["mail", "messenger", "sms"]
Rhythm = Literal["", "daily", "weekly"]
KINDS: tuple[Kind, ...] = ("step", "rung", "hold", "note", "document", "recompute", "task", "benefit")
CHANNELS: tuple[Channel, ...] = ("mail", "messenger", "sms")
Named = Annotated[
    str, Field(pattern=r"^(step|rung|hold|note|document|recompute|task)(:[a-z][a-z0-9_-]{0,63})?$")
]
LONGEST_SEARCH_DAYS = 40


class ChannelRule(Part):
    """What may go by one channel, and what does where a person has chosen nothing."""

    offered: tuple[Kind, ...] = KINDS
    usual: tuple[Kind, ...] = ()


def _usual_channels() -> dict[Channel, ChannelRule]:
    return {"mail": ChannelRule(usual=KINDS), "messenger": ChannelRule(usual=KINDS), "sms": ChannelRule()}


class NoticeRules(Part):
    """`notices/rules.toml`. `urgent` names a kind, or kind:name such as `rung:leader`."""

    format: Literal[1] = 1
    urgent: tuple[Named, ...] = ("rung:leader", "rung:public")
    """What passes quiet hours and waits for no digest."""
    channels: dict[Channel, ChannelRule] = Field(default_factory=_usual_channels)

    def is_urgent(self, kind: str, name: str) -> bool:
        """Return whether a notice of a kind, and of a level or reason, may wake somebody."""
        return kind in self.urgent or f"{kind}:{name}" in self.urgent

    def channel(self, name: Channel) -> ChannelRule:
        """Return the rule of a channel; one the file does not name offers nothing."""
        return self.channels.get(name, ChannelRule(offered=()))


def quiet_until(moment: datetime, begins: str, ends: str) -> datetime | None:
    """Return when the quiet hours that hold at a moment end, Beijing time; None where none hold.

    `begins` and `ends` are HH:MM, and may lie on two sides of midnight; "" or alike: no quiet hours.
    """
    if not begins or not ends or begins == ends:
        return None
    now, first, last = beijing(moment), time.fromisoformat(begins), time.fromisoformat(ends)
    at = now.time()
    if first < last:
        return datetime.combine(now.date(), last, BEIJING) if first <= at < last else None
    if at >= first:
        return datetime.combine(now.date() + timedelta(days=1), last, BEIJING)
    return datetime.combine(now.date(), last, BEIJING) if at < last else None


def next_digest(
    moment: datetime, *, rhythm: Rhythm, hour: int, weekday: int, calendar: Calendar
) -> datetime | None:
    """Return when the next digest after a moment goes out, Beijing time; None without a rhythm.

    Daily ones go out on working days; a weekly one on its weekday (1 is Monday), or, where that is not
    worked, on the next working day.
    """
    if not rhythm:
        return None
    today = beijing(moment).date()
    for offset in range(-LONGEST_SEARCH_DAYS, LONGEST_SEARCH_DAYS):
        day = today + timedelta(days=offset)
        if rhythm == "daily" or day.isoweekday() == weekday:
            due = _at(calendar.working_day_from(day), hour)
            if due > moment:
                return due
    return None


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), BEIJING)
