"""The shape of a policy file: who gets what, on which conditions, by which article, from which day on.

Money is whole fen, a share is written “3%” and kept exactly, dates are dates. Every parameter and every rule
has a day it takes effect and names the article and the public text it comes from.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from lianqiao.engine.mechanism import Basis, Identifier, Names, Part, Text

Kind: TypeAlias = Literal["integer", "money", "ratio", "date", "boolean", "choice", "choices", "text"]
# a name conditions can speak of: unlike an id it has no hyphen
_NAME = r"^[a-z][a-z0-9_]{0,63}$"
Variable = Annotated[str, Field(pattern=_NAME)]

# fen: ten billion yuan
MOST = 10**12
Money = Annotated[int, Field(strict=True, ge=0, le=MOST)]
MOST_OPTIONS = 250
MOST_FLAGS = 62


def _fen(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(_NAME, value):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise ValueError(f"a whole number from 0 to {MOST} is expected, or the name of a parameter")
    return value


def _scalar(value: object) -> object:
    if not isinstance(value, bool | int | date | str):
        raise ValueError("a whole number, a date or a text is expected; a share is written “3%”")
    return value


_SUM_SCHEMA = {
    "anyOf": [{"type": "integer", "minimum": 0, "maximum": MOST}, {"type": "string", "pattern": _NAME}]
}
# a sum, or the name of the parameter that holds it
Sum = Annotated[int | str, BeforeValidator(_fen), WithJsonSchema(_SUM_SCHEMA)]
Days = Annotated[str, Field(pattern=r"^\d{1,3}(wd|nd)$")]
RatioText = Annotated[str, Field(pattern=r"^\d{1,4}(\.\d{1,2})?%$")]
# a share, or the name of the parameter that holds it
Share = Annotated[str, Field(pattern=r"^(\d{1,4}(\.\d{1,2})?%|[a-z][a-z0-9_]{0,63})$")]


class Option(Part):
    """One value of a choice."""

    title: Text


class Attribute(Part):
    """Something known of a party: a value, known to be absent, or unknown.

    Money is whole fen, a ratio whole hundredths of a percent, a date ISO 8601.
    """

    kind: Kind
    title: Text
    options: dict[Variable, Option] = Field(default={}, max_length=MOST_OPTIONS)
    """`choice` and `choices` only: what it can be."""
    proof: Text | None = None
    """The paper or register that shows it; attributes with the same proof count as one paper."""
    absent: Text | None = None
    """What it means where it is known to be absent (“no penalty on record”); without it, it cannot be."""
    may_be_future: bool = False
    """`date` only: whether a day after today is plausible; otherwise such a fact is reported and not used."""
    minimum: int | None = None
    maximum: int | None = None
    fixed: bool = False
    """The party cannot change it, so nobody is told to."""
    # neither changes what a rule decides, so neither is in what identifies a rule
    party: Literal["firm", "person"] | None = Field(default=None, exclude=True)
    """Of which kind of party it is known; without it, of both."""
    record: Identifier | None = Field(default=None, exclude=True)
    """What of a person's talent record tells it: `score`, or an indicator of the standard; only where the
    person permits this use."""


class Vocabulary(Part):
    """Attributes that the policies of one folder share: `attributes.toml`."""

    format: Literal[1]
    kind: Literal["attributes"]
    attributes: dict[Variable, Attribute] = Field(min_length=1)


class ParameterValue(Part):
    """What a parameter is from a day on, by which article of which public text."""

    effective_from: date
    value: Annotated[bool | int | date | str, BeforeValidator(_scalar)]
    article: str = Field(min_length=1)
    source: str = ""
    """Address or number of the public text."""


class Parameter(Part):
    """A number, a share, a text or a day that changes with the rules; conditions speak of it by name.

    A `date` may be given relative to the day of the decision: `-3y`, `+90nd`, `-10wd`, `today`.
    """

    kind: Literal["integer", "money", "ratio", "date", "text"]
    title: Text
    values: tuple[ParameterValue, ...] = Field(min_length=1)

    @field_validator("values")
    @classmethod
    def _in_order(cls, values: tuple[ParameterValue, ...]) -> tuple[ParameterValue, ...]:
        days = [value.effective_from for value in values]
        if days != sorted(set(days)):
            raise ValueError("values stand in order of `effective_from`, no day twice")
        return values

    def on(self, day: date) -> ParameterValue | None:
        """Return what holds on a day; None before the first value takes effect."""
        begun = [value for value in self.values if value.effective_from <= day]
        return begun[-1] if begun else None


class Condition(Part):
    """One thing asked for, with its article. All conditions of a version are asked for together."""

    id: Identifier
    title: Text
    when: str = Field(min_length=1, max_length=20_000)
    """CEL over attributes, parameters and `today`."""
    article: str = Field(min_length=1)
    source: str = ""
    """Address or number of the public text, where it is not the version's own."""


class Band(Part):
    """One band of a table: up to `upto`, inclusive; the last band has none."""

    upto: int | None = None
    share: RatioText | None = None
    fixed: Money | None = None


class AmountPart(Part):
    """One summand: exactly one of `fixed`, `share`, `each` and `bands`; the last three are `of` something."""

    title: Text
    fixed: Sum | None = None
    share: Share | None = None
    each: Sum | None = None
    bands: tuple[Band, ...] = ()
    sliced: bool = False
    """Bands: each slice at its own share; otherwise the band the value falls into serves for all of it."""
    of: Variable | None = None
    """A money or integer attribute."""
    when: str = ""
    """A condition without which the part is nothing."""
    cap: Sum | None = None
    article: str = ""


class Amount(Part):
    """What is given: the sum of the parts, not above `cap`, not below `least`, rounded down."""

    parts: tuple[AmountPart, ...] = Field(min_length=1)
    cap: Sum | None = None
    least: Sum | None = None
    whole: Literal[1, 100, 10_000, 1_000_000] = 1
    """Rounded down to whole fen, yuan, hundred yuan or ten thousand yuan."""


class Limit(Part):
    """How many, or how much together, and who comes first. Ties go by the party's number."""

    quota: Sum | None = None
    budget: Sum | None = None
    order: Names = Field(min_length=1)
    """Attributes, first the one that matters most; a hyphen before it: the largest first."""
    when_short: Literal["stop", "skip", "rest"] = "stop"
    """When money does not suffice for the next: nobody more, the next who fits, or the rest for this one."""


class Exclusion(Part):
    """Of the policies of one group a party has one: that with the lowest rank it qualifies for."""

    group: Identifier
    rank: int = Field(ge=1)


class Version(Part):
    """The rule from a day on, until another takes effect or it ends."""

    effective_from: date
    effective_until: date | None = None
    """The last day it is in force."""
    basis: Basis
    confidence: Literal["high", "medium", "low"]
    note: Text | None = None
    conditions: tuple[Condition, ...] = Field(min_length=1)
    amount: Amount | None = None
    limit: Limit | None = None


class BenefitPolicy(Part):
    """Something a zone gives by rule."""

    format: Literal[1]
    kind: Literal["benefit"]
    id: Identifier
    title: Text
    summary: Text | None = None
    generated: bool = False
    """An example of our own making (示例), no rule of any authority."""
    party: Literal["firm", "person"]
    delivery: Literal["invited", "instant"]
    """Invited to confirm (免申即享), or granted at once on application (即申即享)."""
    requires: Names = ()
    """Policies that must be had first."""
    exclusions: tuple[Exclusion, ...] = ()
    once: Literal["year", "ever"] = "year"
    """A party has it once a calendar year, or once for ever."""
    confirm_within: Days = "20wd"
    """How long an invitation can be confirmed: working days `wd` or natural days `nd`."""
    public_notice: Days = "5wd"
    """How long a grant is on public notice before it is paid."""
    attributes: dict[Variable, Attribute] = Field(default={})
    """Its own; those of `attributes.toml` in the same folder are known besides."""
    parameters: dict[Variable, Parameter] = Field(default={})
    versions: tuple[Version, ...] = Field(min_length=1)

    @field_validator("versions")
    @classmethod
    def _in_order(cls, versions: tuple[Version, ...]) -> tuple[Version, ...]:
        days = [version.effective_from for version in versions]
        if days != sorted(set(days)):
            raise ValueError("versions stand in order of `effective_from`, no day twice")
        return versions

    def in_force(self, on: date) -> Version | None:
        """Return the version in force on a day, or None where there is none."""
        begun = [version for version in self.versions if version.effective_from <= on]
        if not begun or (begun[-1].effective_until or date.max) < on:
            return None
        return begun[-1]
