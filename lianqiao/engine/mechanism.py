"""A mechanism: one promise of the zone as data. This is the shape of its TOML file.

A case moves like a token game. `marking` is the set of states a case is in; a step takes the states
it leaves (`from`: any one of them; `from_all`: every one) and puts the case into `to`. Several states
in `to` open parallel branches, `from_all` joins them again.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator

from lianqiao.engine.file_checks import FileCheck

# the parts every pack file is made of are known by this module's name too
from lianqiao.engine.parts import Identifier as Identifier  # noqa: PLC0414
from lianqiao.engine.parts import Names as Names  # noqa: PLC0414
from lianqiao.engine.parts import Part as Part  # noqa: PLC0414
from lianqiao.engine.parts import Text as Text  # noqa: PLC0414

LANGUAGES = ("zh-hans", "en")
BudgetText = Annotated[str, Field(pattern=r"^[1-9]\d{0,5}(wd|wh|nd|nm|h)$")]
Level = Literal["remind", "urge", "leader", "public"]
FieldType = Literal[
    "text", "long_text", "integer", "money", "date", "boolean", "choice", "choices", "file", "items"
]


class Basis(Part):
    """The public rule a promise leans on, or why the zone chose it."""

    title: Text
    source: str = ""
    """Address or number of the public text."""


class Role(Part):
    """Someone with a part in the case.

    `applicant` is the firm that opened it. `officer` and `leader` are people holding the duty named
    `duty` in the organization; an officer's cases pass to the deputy on leave, a leader's likewise.
    """

    title: Text
    kind: Literal["applicant", "officer", "leader"]
    duty: str = ""
    """The duty people hold in the organization; the applicant has none."""
    facts: dict[Identifier, Identifier] = Field(default_factory=dict)
    """What a duty's scope asks by = the field of the case that says it; by default the fields themselves."""
    on_rota: bool = False
    """A new case goes to whoever stands by the rota then, or next; without a rota to any holder."""


class Choice(Part):
    """One option of a choice."""

    title: Text


class CaseField(Part):
    """One thing the case knows. Money is typed in yuan and kept in fen; files are kept by hash.

    `required_when` is an expression over the case's data; a field without it is required where a step
    needs it unless `optional`. `public` fields show on the public progress page.
    """

    type: FieldType
    title: Text
    help: Text | None = None
    """A sentence shown beside the field."""
    optional: bool = False
    required_when: str = ""
    """A condition over the case's data, such as `tier == "key"`; money in fen."""
    public: bool = False
    """Whether the public progress page shows it."""
    options: dict[Identifier, Choice] = Field(default_factory=dict)
    """`choice` and `choices` only: what can be chosen."""
    formats: tuple[str, ...] = ()
    """`file` only: pdf, jpg, png, docx, xlsx, txt, mp4, mov, mkv."""
    max_mb: int = Field(default=50, ge=1, le=2048)
    """`file` only: the largest size of one file, in MiB."""
    max_length: int = Field(default=0, ge=0)
    """Texts only: how many characters at most; 0 for the usual limit."""
    minimum: int | None = None
    """Numbers only; money in fen."""
    maximum: int | None = None
    """Numbers only; money in fen."""
    case_of: Identifier | None = None
    """`text` only: it holds the number of another open case of this promise."""
    among: Names = ()
    """`items` only: the fields a clerk may tick as missing or incorrect."""
    check: FileCheck | None = None
    """`file` only: what is looked for in each file by itself, as hints to whoever decides."""


class Derived(Part):
    """A value the case works out for itself when it opens, by the dated rules of `policy`."""

    title: Text
    policy: Identifier
    public: bool = False


class State(Part):
    """Where a case can be. `waits_for` names the role that owes the next step; an end waits for nobody."""

    title: Text
    waits_for: Identifier | None = None
    """The role that owes the next step."""
    public_title: Text | None = None
    """The public progress page shows this in place of the title."""
    end: Literal["granted", "refused", "withdrawn", "done"] | None = None


class Rung(Part):
    """One step of escalation: at `at` before or after the due time, these roles are told, once."""

    at: Annotated[str, Field(pattern=r"^[+-]?\d{1,6}(wd|wh|nd|h)$")]
    """`-1wd` is a working day before the due time, `+0wd` the due time, `+2h` two hours after."""
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
    """The role that answers for the promise: an officer or a leader."""
    budget: BudgetText
    """`3wd` working days, `21wh` working hours, `24h` hours, `30nd` natural days, `1nm` months."""
    law: Law | None = None
    receipt: Literal["instant", "office-hours"] = "instant"
    """Whether what comes in after hours counts at once or when the office next opens."""
    part_of: Identifier | None = None
    """The clock of the whole this is a part of; where there is little room only the whole's is told."""
    measured: bool = True
    """False for time given to someone outside: it can run out, but is nobody's broken promise."""
    rungs: tuple[Rung, ...] = ()
    on_expiry: Identifier | None = None
    """The step (with `by = "clock"`) taken when the time runs out."""


class Opens(Part):
    """A sub-case this step opens; the case remembers it under `name`."""

    name: Identifier
    mechanism: Identifier
    data: dict[Identifier, Identifier] = Field(default_factory=dict)
    """Field of the sub-case = field of this case."""


class Extends(Part):
    """More time for a clock, once."""

    clock: Identifier
    by: BudgetText


class Branch(Part):
    """A branch that opens only where `when` holds; elsewhere the case is in `otherwise` at once."""

    when: str = Field(min_length=1)
    """A condition over the case's data."""
    otherwise: Identifier
    """The state that counts as this branch done."""
    assigns: Names = ()
    """The roles for which somebody is chosen where the branch opens."""
    starts: Names = ()
    """The clocks that start where the branch opens."""


class Step(Part):
    """An act that moves the case. `by` is a role, `clock` (an expiry) or `sub-case` (a sub-case ended)."""

    title: Text
    by: str
    from_: Names = Field(default=(), alias="from")
    """The states it leaves: whichever one of them the case is in."""
    from_all: Names = ()
    """The states it leaves all together, joining branches."""
    to: Names
    """The states it leads to; several open branches side by side."""
    branches: dict[Identifier, Branch] = Field(default_factory=dict)
    """A state of `to` = on what condition that branch opens."""
    needs: Names = ()
    """The fields it asks for, in order."""
    asks_again: Identifier | None = None
    """Asks again only for the fields ticked in this `items` field."""
    when: str = ""
    """A condition over the case's data without which it cannot be taken."""
    at_most: int | None = Field(default=None, ge=1)
    """How often it can be taken in one case."""
    assigns: Names = ()
    """The roles for which somebody is chosen, unless somebody has them already."""
    anew: Names = ()
    """Roles of `assigns`, also of its branches, for which somebody is chosen even so."""
    starts: Names = ()
    stops: Names = ()
    pauses: Names = ()
    resumes: Names = ()
    restarts: Names = ()
    """The clocks it starts anew with their whole budget."""
    extends: Extends | None = None
    opens: tuple[Opens, ...] = ()
    """The sub-cases it opens."""
    after: Identifier | None = None
    """With `by = "sub-case"`: the sub-case whose end it follows."""
    clears: bool = False
    """The case leaves every state it is in, whatever branches are open."""
    tell: Names = ()
    """The roles told that it was taken."""
    confirm: bool = False
    """Grave acts ask for a second look before they are done."""
    other_than: Identifier | None = None
    """A role: whoever holds it cannot take this step, so that a second person does."""
    issues: Literal["", "decision"] = ""
    """`decision`: a document with the decision is made out to the applicant, with a code anyone can check."""
    issued: Text | None = None
    """What that document is called, such as a certificate or a letter; by default as the step."""

    @property
    def opening(self) -> bool:
        """True where the step opens a case: it leaves no state."""
        return not (self.from_ or self.from_all or self.clears)


class Resolution(Part):
    """What counts as solved, so that the zone can say live how much is."""

    solved: Names
    """The ends that count as solved."""
    totals: Names = ()
    """Amounts added up over what is solved, such as losses recovered."""
    left_out: Names = ()
    """The ends that count neither as solved nor as unsolved, such as withdrawn."""


class Knowledge(Part):
    """Which fields of a case that ended well become an answer others can look up."""

    question: Identifier
    """The question as anyone may read it; where it is left empty the answer stays with the firm."""
    answer: Identifier
    citations: Identifier
    """What the answer leans on."""
    review_on: Identifier
    """A date: when somebody looks whether it still holds."""


class Mechanism(Part):
    """One version of one promise, as its file says it."""

    format: Literal[1]
    id: Identifier
    version: int = Field(ge=1)
    title: Text
    summary: Text
    number_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,6}$")]
    """Begins the number of every case."""
    subject: Identifier
    """The text field a case is called by."""
    basis: tuple[Basis, ...] = ()
    example: bool = False
    """Marks a promise made up for demonstration."""
    resolution: Resolution | None = None
    """Which ends count as solved; with it there is a list of problems and one of results."""
    knowledge: Knowledge | None = None
    """With it, answers given are kept for others to look up."""
    alike_by: Names = ()
    """Text fields by which open cases like the one being typed are found."""
    taken_in_by: Names = ()
    """Duties whose holders open a case for a firm that comes to the window, calls or is visited."""
    offered: bool = True
    """Whether a firm can ask for it by itself; false for a promise that only follows from another case."""
    rating_follow_up: Identifier | None = None
    """The firm rates an ended case; a bad rating opens a case of this promise. Without it nobody is asked."""
    roles: dict[Identifier, Role]
    fields: dict[Identifier, CaseField]
    derived: dict[Identifier, Derived] = Field(default_factory=dict)
    states: dict[Identifier, State]
    clocks: dict[Identifier, Clock] = Field(default_factory=dict)
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

    @cached_property
    def opening_step(self) -> str:
        return next(name for name, step in self.steps.items() if step.opening)
