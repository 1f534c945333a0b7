"""How cases, their clocks, their log and what is asked for look in the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop as _
from pydantic import Field

from lianqiao.organization.api.offering import Moment, Shown
from lianqiao.organization.api.shapes import FirmShown, PersonShown

CaseNumber = Annotated[str, Field(pattern=r"^[A-Z]{2,6}-[0-9]{4}-[0-9]{6,9}$", examples=["WDJ-2026-000001"])]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$", examples=["microdrama-filing"])]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]
Standing = Literal["broken", "at-risk", "running", "paused", "waiting", "kept", "ended"]
Data = dict[str, Any]


class Titled(Shown):
    """A name of the promise's file with what people call it."""

    id: str
    title: str


class PromiseRef(Shown):
    """The promise a case stands under, in the version it was opened under."""

    id: str
    version: int
    title: str


class CaseRow(Shown):
    """A case as lists show it."""

    number: str
    title: str
    promise: PromiseRef
    firm: FirmShown | None
    states: list[Titled] = Field(description=_("Where the case is; several while branches are open."))
    standing: Standing = Field(description=_("The worst of what it is owed now; once closed, of all it had."))
    waits_for: str = Field(description=_("The role that owes the next step; empty once closed."))
    holder: PersonShown | None = Field(description=_("The officer who owes the next step."))
    due: Moment | None
    opened_at: Moment
    last_at: Moment
    closed_at: Moment | None
    outcome: str = Field(description=_("granted, refused, withdrawn or done; empty while open."))
    progress_code: str
    channel: str = Field(
        description=_("How it came where the firm did not file it itself: window, hotline, visit or agent.")
    )
    example: bool = Field(description=_("Made up for demonstration."))


class Part(Shown):
    """Who has a role: `owner` answers for it, `holder` does it now, another person during a leave."""

    role: str
    title: str
    owner: PersonShown
    holder: PersonShown


class FileShown(Shown):
    """A file as a case keeps it."""

    sha256: str
    name: str
    size: int
    type: str


class DocumentShown(FileShown):
    """A file of a case, and where it is read."""

    field: str
    url: str
    state: str = Field(
        description=_("Empty where it can be read; scanning, infected, retention or unbound where not.")
    )
    previews: list[int] = Field(description=_("The numbers of the pictures there are of it."))


class LawShown(Shown):
    """The statutory limit beside the promise."""

    budget: str
    due: Moment | None
    basis: str


class WalkDay(Shown):
    """One day of a deadline: whether it counted, and by which notice not."""

    day: str
    kind: str
    counted: int | None
    note: str
    notice: str
    name: str
    spent: str = ""


class ClockShown(Shown):
    """One clock of a case, with the walk that explains its due time day by day."""

    name: str
    title: str
    owner: str = Field(description=_("The role that answers for the promise."))
    standing: Standing
    state: Literal["running", "paused", "stopped"]
    result: str = Field(description=_("kept, broken or ended; empty while owed."))
    budget: str = Field(description=_("Such as 3wd: working days; wh, h, nd and nm likewise."))
    left: str = Field(description=_("The time left in words; empty once it is over."))
    due: Moment | None = Field(description=_("Null while the clock stands still."))
    due_date: str
    due_time: str = Field(description=_("24:00 belongs to the day it ends."))
    law: LawShown | None
    provisional: bool = Field(description=_("The due day lies past the last published calendar notice."))
    calendar: str
    started_at: Moment
    stopped_at: Moment | None
    extension: str
    runs: int
    breaches: int
    walk: list[WalkDay]


class CaseShown(CaseRow):
    """A case as the caller may see it; what they may not read is named in `withheld`."""

    seq: int = Field(description=_("How many entries its log has; the ETag is made of it."))
    private: bool = Field(description=_("Whether the caller reads what was filed and written about it."))
    roles: list[str] = Field(description=_("The roles the caller holds in it now."))
    people: list[Part]
    data: Data = Field(description=_("What the case knows, by field; money in fen, files by hash."))
    withheld: list[str] = Field(description=_("Fields that are filled and not shown to this caller."))
    clocks: list[ClockShown]
    acts: list[Titled] = Field(description=_("The steps the caller can take now."))


class Effect(Shown):
    """What an entry did to a clock."""

    clock: str
    state: str
    result: str
    due: str


class LogEntry(Shown):
    """One entry of a case's log; `data` and `note` only for those who may read them."""

    case: str
    seq: int
    at: Moment
    kind: str = Field(description=_("step, rung, hold, recompute, rebase, note, issue or rate."))
    name: str = Field(description=_("The step taken, the level climbed, or why the work moved."))
    title: str
    who: str = Field(description=_("Who acted; empty where time or the system did."))
    on_behalf_of: str = Field(
        description=_("The firm for which somebody acted who is not its own: by mandate, or taken in.")
    )
    role: str
    via: str = Field(description=_("api or mcp for acts that came that way; empty for pages."))
    entered: list[Titled]
    left: list[Titled]
    clocks: list[Effect]
    outcome: str
    data: Data | None
    note: str


class PossibleAct(Shown):
    """A step the caller can take now, and the JSON Schema of the data it needs."""

    step: str
    title: str
    confirm: bool = Field(description=_("A grave act: send `confirmed: true` with it."))
    needs: Data
