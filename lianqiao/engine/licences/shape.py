"""The shape of a licence's file: how long it lasts, when its renewal is looked at, on which conditions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.mechanism import Basis, Identifier, Part, Text
from lianqiao.engine.policy.days import relative_day
from lianqiao.engine.policy.shape import (
    Attribute,
    BenefitPolicy,
    Condition,
    Parameter,
    Variable,
    Version,
)

Lasting = Annotated[str, Field(pattern=r"^[1-9]\d{0,2}(y|nm)$")]
Before = Annotated[str, Field(pattern=r"^[1-9]\d{0,3}(nd|wd|nm)$")]
FOLDER = "licences"


class Citation(Part):
    """A rule of law this kind leans on."""

    law: Text
    article: str = Field(min_length=1)
    """Such as 第十三条."""
    says: Text
    """What it says, in our own words."""
    source: str = ""
    """Address or number of the public text."""


class LicenceKind(Part):
    """One kind of licence, renewed by rule."""

    format: Literal[1]
    kind: Literal["licence"]
    id: Identifier
    title: Text
    authority: Text
    """Which line of work issues it."""
    validity: Lasting
    """How long it lasts: `5y`, `18nm`. The new term begins on the day after the old one's last."""
    opens: Before
    """How long before its last day the renewal is first looked at: `90wd`, `120nd`, `6nm`."""
    law_asks: Before | None = None
    """How long before its last day the law asks for the application; the window opens before that."""
    person_within: Before = "45nd"
    """From when before its last day a person takes up what no rule can decide."""
    citations: tuple[Citation, ...] = Field(min_length=1)
    effective_from: date
    attributes: dict[Variable, Attribute] = Field(default={})
    """Its own; those of `attributes.toml` in the same folder are known besides."""
    parameters: dict[Variable, Parameter] = Field(default={})
    conditions: tuple[Condition, ...] = Field(min_length=1)
    told: Text
    """What the holder is told when it was renewed."""
    known_as: Variable | None = None
    """The attribute under which policies ask until which day a firm holds one; absent where it holds none."""

    @property
    def policy(self) -> BenefitPolicy:
        """The conditions as the one policy engine takes them."""
        first = self.citations[0]
        basis = Basis(title=first.law, source=first.source)
        version = Version(
            effective_from=self.effective_from, basis=basis, confidence="high", conditions=self.conditions
        )
        return BenefitPolicy(
            format=1,
            kind="benefit",
            id=self.id,
            title=self.title,
            party="firm",
            delivery="instant",
            attributes=self.attributes,
            parameters=self.parameters,
            versions=(version,),
        )

    def next_last_day(self, last_day: date) -> date:
        """Return the last day of the term that follows one: five years on, the day of the same number."""
        return relative_day(f"+{self.validity}", last_day)

    def first_last_day(self, issued_on: date) -> date:
        """Return the last day of a term that begins on a day."""
        return relative_day(f"+{self.validity}", issued_on) - timedelta(days=1)

    def looked_at_until(self, today: date, calendar: Calendar | None = None) -> date:
        """Return the furthest last day whose renewal is looked at today."""
        return relative_day(f"+{self.opens}", today, calendar)

    def person_until(self, today: date, calendar: Calendar | None = None) -> date:
        """Return the furthest last day with which a person is troubled today where no rule can decide."""
        return relative_day(f"+{self.person_within}", today, calendar)
