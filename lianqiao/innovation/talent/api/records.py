"""One's own record, and the records opened to the talent office."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.innovation.talent import commands, queries
from lianqiao.innovation.talent.api.shapes import (
    EvaluationShown,
    Purpose,
    TalentEntryShown,
    TalentRow,
    TalentShown,
    entry_shown,
    evaluation_shown,
    row_shown,
    talent_shown,
)
from lianqiao.innovation.talent.commands.records import require_talent_office
from lianqiao.innovation.talent.models import Talent
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    PRINTABLE,
    CreditCode,
    Cut,
    Id,
    Name,
    Page,
    Shown,
    Wanted,
    When,
    Words,
    instant,
    offer,
)

router = Router(tags=["talents"])
LARGEST = 1_000_000_000


class RecordWanted(Wanted):
    """The head of one's record."""

    post: str = Field(min_length=1, max_length=60, pattern=PRINTABLE)
    field: str = Field(min_length=1, max_length=60, pattern=PRINTABLE)
    firm: CreditCode | None = Field(default=None, description=_("The employer; one you act for."))


class PermissionsWanted(Wanted):
    """What one's record may be used for from now on; what is left out is taken back."""

    purposes: list[Purpose] = Field(max_length=3)


class EntryWanted(Wanted):
    """An entry to be added."""

    indicator: Name = Field(examples=["invention-patent"])
    amount: int = Field(default=0, ge=0, le=LARGEST)
    choice: str = Field(default="", max_length=64, pattern=PRINTABLE)
    day: When
    proof: str = Field(min_length=1, max_length=200, pattern=PRINTABLE)


class DecisionWanted(Wanted):
    """Whether an entry is confirmed, and why not."""

    confirm: bool
    reason: str = Field(default="", max_length=200, pattern=PRINTABLE)


class TalentsAsked(Cut):
    """Which records."""

    q: Words = Field(default="", description=_("Looked for in post, field and employer."))
    waiting: bool = Field(default=False, description=_("Only those with an entry to confirm."))


class AppraisalShown(Shown):
    """An evaluation that was made."""

    id: int
    hundredths: int = Field(description=_("In hundredths of a point, of 10,000."))
    evaluation: EvaluationShown | None


@offer(
    router,
    "GET",
    "/talent",
    name="showOwnTalent",
    scope="read",
    says=_("One's own talent record, and what it scores."),
    answer=TalentShown,
    refuses=(404,),
)
def show_own(request: HttpRequest) -> TalentShown:
    """Return the caller's record; refuses `unknown-talent`."""
    return talent_shown(_own(request), named=True)


@offer(
    router,
    "PUT",
    "/talent",
    name="keepTalent",
    scope="act",
    says=_("Open one's talent record, or change its head."),
    more=_("Nobody else reads it until it is permitted."),
    answer=TalentShown,
    refuses=(403, 404),
)
def keep(request: HttpRequest, wanted: RecordWanted) -> TalentShown:
    """Keep the record; refuses as `commands.keep_record`."""
    firm = organization.firm_by_code(wanted.firm) if wanted.firm else None
    if wanted.firm and firm is None:
        raise refuse("firm-unknown", f"there is no firm {wanted.firm}", field="firm", firm=wanted.firm)
    made = commands.keep_record(
        caller(request).person, post=wanted.post, field=wanted.field, firm=firm, now=moment(request)
    )
    return talent_shown(made, named=True)


@offer(
    router,
    "PUT",
    "/talent/permissions",
    name="permitTalentUses",
    scope="act",
    says=_("Say what one's record may be used for."),
    answer=TalentShown,
    refuses=(404,),
)
def permit(request: HttpRequest, wanted: PermissionsWanted) -> TalentShown:
    """Set the permissions; refuses `unknown-talent`."""
    own, person, now = _own(request), caller(request).person, moment(request)
    given, wished = set(queries.permissions_of(own)), {str(one) for one in wanted.purposes}
    for purpose in sorted(wished - given):
        commands.permit(own, purpose, actor=person, now=now)
    for purpose in sorted(given - wished):
        commands.withdraw_permission(own, purpose, actor=person, now=now)
    return talent_shown(own, named=True)


@offer(
    router,
    "POST",
    "/talent/entries",
    name="addTalentEntry",
    scope="act",
    says=_("Add an entry to one's record."),
    more=_("It counts when the talent office has confirmed it."),
    answer=TalentEntryShown,
    status=201,
    refuses=(404, 409),
)
def add_entry(request: HttpRequest, wanted: EntryWanted) -> TalentEntryShown:
    """Add the entry; refuses as `commands.add_achievement`."""
    made = commands.add_achievement(
        _own(request),
        wanted.indicator,
        amount=wanted.amount,
        choice=wanted.choice,
        day=beijing(instant(wanted.day, "day")).date(),
        proof=wanted.proof,
        actor=caller(request).person,
        now=moment(request),
    )
    return entry_shown(made)


@offer(
    router,
    "DELETE",
    "/talent/entries/{achievement}",
    name="takeBackTalentEntry",
    scope="act",
    says=_("Take an entry of one's own record back."),
    answer=TalentShown,
    refuses=(404,),
)
def take_back(request: HttpRequest, achievement: Path[Id]) -> TalentShown:
    """Take the entry back; refuses `unknown-entry`."""
    own = _own(request)
    commands.take_back_achievement(achievement, actor=caller(request).person, now=moment(request))
    return talent_shown(own, named=True)


@offer(
    router,
    "GET",
    "/talents",
    name="listTalents",
    scope="read",
    says=_("Records opened for evaluation, newest first."),
    more=_("For the talent office. Names are masked."),
    answer=Page[TalentRow],
    refuses=(403,),
)
def list_talents(request: HttpRequest, asked: Query[TalentsAsked]) -> Page[TalentRow]:
    """Return a page of the records; refuses `talent-office-only`."""
    require_talent_office(caller(request).person, now=moment(request))
    rows = queries.talents(text=asked.q, waiting=asked.waiting)
    page, following = page_of(rows, [Key("made_at", descending=True)], asked)
    return Page[TalentRow](items=[TalentRow(**row_shown(one)) for one in page], next=following)


@offer(
    router,
    "GET",
    "/talents/{talent}",
    name="showTalent",
    scope="read",
    says=_("A record opened for evaluation."),
    more=_("For the talent office."),
    answer=TalentShown,
    refuses=(403, 404),
)
def show_talent(request: HttpRequest, talent: Path[Id]) -> TalentShown:
    """Return the record; refuses `talent-office-only`, `unknown-talent`."""
    require_talent_office(caller(request).person, now=moment(request))
    return talent_shown(queries.talent(talent, purpose="evaluation"), named=True)


@offer(
    router,
    "POST",
    "/talents/entries/{achievement}/decision",
    name="decideTalentEntry",
    scope="act",
    says=_("Confirm an entry, or say why not."),
    more=_("For the talent office, never about oneself."),
    answer=TalentEntryShown,
    refuses=(403, 404, 409),
)
def decide(request: HttpRequest, achievement: Path[Id], wanted: DecisionWanted) -> TalentEntryShown:
    """Decide the entry; refuses as `commands.decide_achievement`."""
    done = commands.decide_achievement(
        achievement,
        confirm=wanted.confirm,
        reason=wanted.reason,
        actor=caller(request).person,
        now=moment(request),
    )
    return entry_shown(done)


@offer(
    router,
    "POST",
    "/talents/{talent}/appraisals",
    name="appraiseTalent",
    scope="act",
    says=_("Evaluate a record by the standard in force; the result is kept with all it saw."),
    more=_("For the talent office, never about oneself."),
    answer=AppraisalShown,
    status=201,
    refuses=(403, 404),
)
def appraise(request: HttpRequest, talent: Path[Id]) -> AppraisalShown:
    """Evaluate the record; refuses as `commands.appraise`."""
    require_talent_office(caller(request).person, now=moment(request))
    found = queries.talent(talent, purpose="evaluation")
    made = commands.appraise(found, actor=caller(request).person, now=moment(request))
    shown = evaluation_shown(queries.evaluation_of(found))
    return AppraisalShown(id=made.pk, hundredths=made.hundredths, evaluation=shown)


def _own(request: HttpRequest) -> Talent:
    found = queries.talent_of(caller(request).person.pk)
    if found is None:
        raise refuse("unknown-talent", "you keep no record", hint="open it first")
    return found
