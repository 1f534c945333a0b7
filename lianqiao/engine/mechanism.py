"""A mechanism: one promise of the zone as data. This is the shape of its TOML file.

A case moves like a token game. `marking` is the set of states a case is in; a step takes the states
it leaves (`from`: any one of them; `from_all`: every one) and puts the case into `to`. Several states
in `to` open parallel branches, `from_all` joins them again.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

LANGUAGES = ("zh-hans", "en")
BudgetText = Annotated[str, Field(pattern=r"^[1-9]\d*(wd|wh|nd|nm|h)$")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Level = Literal["remind", "urge", "leader", "public"]
FieldType = Literal[
    "text", "long_text", "integer", "money", "date", "boolean", "choice", "choices", "file", "items"
]


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]


class Part(BaseModel):
    """Base of every table in a mechanism file: unknown keys are errors, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Part):
    """The same words in each language of the product."""

    zh_hans: str = Field(alias="zh-hans", min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str) -> str:
        """Return the words in `language`; anything but English reads Chinese, the product's default."""
        return self.en if language.startswith("en") else self.zh_hans


class Basis(Part):
    """The public rule a promise leans on, or why the zone chose it."""

    title: Text
    source: str = ""


class Role(Part):
    """Someone with a part in the case.

    `applicant` is the firm that opened it. `officer` and `leader` are people holding the duty named
    `duty` in the organization; an officer's cases pass to the deputy on leave, a leader's likewise.
    """

    title: Text
    kind: Literal["applicant", "officer", "leader"]
    duty: str = ""


class Choice(Part):
    title: Text


class CaseField(Part):
    """One thing the case knows. Money is typed in yuan and kept in fen; files are kept by hash.

    `required_when` is an expression over the case's data; a field without it is required where a step
    needs it unless `optional`. `public` fields show on the public progress page.
    """

    type: FieldType
    title: Text
    help: Text | None = None
    optional: bool = False
    required_when: str = ""
    public: bool = False
    options: dict[Identifier, Choice] = {}
    formats: tuple[str, ...] = ()
    max_mb: int = Field(default=50, ge=1, le=2048)
    max_length: int = Field(default=0, ge=0)
    minimum: int | None = None
    maximum: int | None = None
    # `items` only: the fields a clerk may tick as missing or incorrect
    among: Names = ()


class Derived(Part):
    """A value the case works out for itself when it opens, by the dated rules of `policy`."""

    title: Text
    policy: Identifier
    public: bool = False


class State(Part):
    """Where a case can be. `waits_for` names the role that owes the next step; an end waits for nobody."""

    title: Text
    waits_for: Identifier | None = None
    # the public progress page shows this in place of the title
    public_title: Text | None = None
    end: Literal["granted", "refused", "withdrawn", "done"] | None = None


class Rung(Part):
    """One step of escalation: at `at` before or after the due time, these roles are told, once."""

    at: Annotated[str, Field(pattern=r"^[+-]?\d+(wd|wh|nd|h)$")]
    level: Level
    tell: Names


class Law(Part):
    """The statutory limit that runs beside the promise (法定时限 beside 承诺时限)."""

    budget: BudgetText
    basis: str = Field(min_length=1)


class Clock(Part):
    """A time promised. `owner` answers for it; `on_expiry` is the step the clock itself takes, if any."""

    title: Text
    owner: Identifier
    budget: BudgetText
    law: Law | None = None
    receipt: Literal["instant", "office-hours"] = "instant"
    rungs: tuple[Rung, ...] = ()
    on_expiry: Identifier | None = None


class Opens(Part):
    """A sub-case this step opens; the case remembers it under `name`."""

    name: Identifier
    mechanism: Identifier
    # field of the sub-case = field of this case
    data: dict[Identifier, Identifier] = {}


class Extends(Part):
    clock: Identifier
    by: BudgetText


class Step(Part):
    """An act that moves the case. `by` is a role, `clock` (an expiry) or `sub-case` (a sub-case ended)."""

    title: Text
    by: str
    from_: Names = Field(default=(), alias="from")
    from_all: Names = ()
    to: Names
    needs: Names = ()
    # asks again only for the fields ticked in this `items` field
    asks_again: Identifier | None = None
    when: str = ""
    at_most: int | None = Field(default=None, ge=1)
    assigns: Names = ()
    starts: Names = ()
    stops: Names = ()
    pauses: Names = ()
    resumes: Names = ()
    restarts: Names = ()
    extends: Extends | None = None
    opens: tuple[Opens, ...] = ()
    after: Identifier | None = None
    # the case leaves every state it is in, whatever branches are open
    clears: bool = False
    tell: Names = ()
    # grave acts ask for a second look before they are done
    confirm: bool = False

    @property
    def opening(self) -> bool:
        """True where the step opens a case: it leaves no state."""
        return not (self.from_ or self.from_all or self.clears)


class Mechanism(Part):
    """One version of one promise, as its file says it."""

    format: Literal[1]
    id: Identifier
    version: int = Field(ge=1)
    title: Text
    summary: Text
    number_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,6}$")]
    subject: Identifier
    basis: tuple[Basis, ...] = ()
    example: bool = False
    roles: dict[Identifier, Role]
    fields: dict[Identifier, CaseField]
    derived: dict[Identifier, Derived] = {}
    states: dict[Identifier, State]
    clocks: dict[Identifier, Clock] = {}
    steps: dict[Identifier, Step]

    @field_validator("steps")
    @classmethod
    def _some_step_opens(cls, steps: dict[str, Step]) -> dict[str, Step]:
        if sum(step.opening for step in steps.values()) != 1:
            raise ValueError("exactly one step opens the case: the one without `from`")
        return steps

    @property
    def key(self) -> str:
        """`id@version`, the name a case keeps to say under which promise it was opened."""
        return f"{self.id}@{self.version}"

    @property
    def opening_step(self) -> str:
        return next(name for name, step in self.steps.items() if step.opening)
