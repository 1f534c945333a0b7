"""A zone to test with, made through the commands so that nothing in it is impossible."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lianqiao.engine.identifiers import credit_check_character
from lianqiao.organization import commands
from lianqiao.organization.models import Duty, Firm, Leave, Person, Unit

NOW = datetime(2026, 2, 11, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Beijing
DAY = timedelta(days=1)
STEWARD = "drama-steward"


def credit_code(number: int) -> str:
    """Return the valid code with this number in it."""
    first = f"91360112MA{number:07d}"
    return first + credit_check_character(first)


@dataclass
class Zone:
    """Makes people, duties and leaves with few words; `now` is the time of everything it does."""

    now: datetime = NOW
    made: int = field(default=0)

    def person(self, name: str, **more: Any) -> Person:
        self.made += 1
        return commands.register_person(f"p{self.made}", name=name, actor=None, now=self.now, **more)

    def unit(self, name: str, **more: Any) -> Unit:
        return commands.open_unit(name, kind="bureau", actor=None, now=self.now, **more)

    def duty(self, person: Person, code: str = STEWARD, **more: Any) -> Duty:
        return commands.give_duty(person.pk, code=code, actor=None, now=self.now, **more)

    def officer(self, name: str, code: str = STEWARD, **more: Any) -> Person:
        person = self.person(name)
        self.duty(person, code, **more)
        return person

    def leave(self, person: Person, **more: Any) -> Leave:
        span = {"begin": self.now - DAY / 4, "end": self.now + DAY, "kind": "annual"} | more
        return commands.file_leave(person.pk, actor=person, now=self.now, **span)

    def firm(self, name: str = "江西示例科技有限公司", **more: Any) -> Firm:
        self.made += 1
        return commands.register_firm(
            credit_code(self.made), name=name, actor=None, now=self.now, example=True, **more
        )
