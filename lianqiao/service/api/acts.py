"""Acts on a case: what the caller can do now, what it needs, and doing it; work given to someone else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Header, Path, Query, Router
from pydantic import BaseModel, Field

from lianqiao.bridge import commands, queries
from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.beijing import beijing
from lianqiao.engine.case import possible_steps
from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.duties import require_officer
from lianqiao.organization.api.offering import Cut, Id, Name, Page, Reason, Shown, Wanted, offer
from lianqiao.organization.models import Person
from lianqiao.service.api.cases import shown
from lianqiao.service.api.given import given
from lianqiao.service.api.needs_schema import needs_schema
from lianqiao.service.api.paging import named_page
from lianqiao.service.api.shapes import CaseNumber, CaseShown, Data, Identifier, PossibleAct
from lianqiao.service.forms.asked import Asked
from lianqiao.service.language import in_words

router = Router(tags=["acts"])


class Conditions(BaseModel):
    """When an act is to be taken at all."""

    if_match: str = Field(
        default="",
        alias="If-Match",
        pattern=r'^("[0-9]{1,9}"|\*)?$',
        description=_("The ETag of the case you saw: refused with 412 if a step was taken since."),
    )


class ActWanted(Wanted):
    """A step to be taken."""

    data: Data = Field(
        default={},
        description=_("By field, as the act's `needs` say; files as their upload answered."),
        examples=[{"review_opinion": "同意"}],
    )
    confirmed: bool = Field(default=False, description=_("Needed for grave acts, such as refusing."))


class ReassignmentWanted(Wanted):
    """Who is to have a role in a case."""

    role: Identifier
    to: Id


class RebasingWanted(Wanted):
    """The version of its promise a case is to go on under, and why."""

    version: int = Field(ge=1, le=10_000)
    reason: Reason


class HandOverWanted(Wanted):
    """A duty to be handed over for good, with every open case under it."""

    duty: Name = Field(examples=["drama-steward"])
    to: Id
    reason: Reason
    by: Id | None = Field(default=None, description=_("Whose duty it is; your own where left out."))


class HandOverDone(Shown):
    """How many open cases went along."""

    cases: int


@offer(
    router,
    "GET",
    "/cases/{number}/acts",
    name="listActs",
    scope="read",
    says=_("The steps you can take in a case now, each with the JSON Schema of the data it needs."),
    answer=Page[PossibleAct],
    refuses=(404,),
)
def list_acts(
    request: HttpRequest,
    number: Path[CaseNumber],
    cut: Query[Cut],
) -> Page[PossibleAct]:
    """Return the possible acts in the order of the promise's file; refuses `unknown-case`."""
    seen = queries.case_for(number, caller(request).person, at=moment(request))
    possible = sorted(possible_steps(seen.mechanism, seen.state, seen.roles))
    page, following = named_page(possible, cut, name=str)
    items = [
        PossibleAct(
            step=name,
            title=in_words(seen.mechanism.steps[name].title),
            confirm=seen.mechanism.steps[name].confirm,
            needs=needs_schema(_asked(request, seen, name)),
        )
        for name in page
    ]
    return Page[PossibleAct](items=items, next=following)


@offer(
    router,
    "POST",
    "/cases/{number}/acts/{step}",
    name="act",
    scope="act",
    says=_("Take a step of a case."),
    more=_("409: it cannot be taken now, or someone got there first; 412: the case is not as you saw it."),
    answer=CaseShown,
    refuses=(403, 404, 409, 412),
    headers=("ETag",),
)
def act(
    request: HttpRequest,
    number: Path[CaseNumber],
    step: Path[Identifier],
    wanted: ActWanted,
    *,
    response: HttpResponse,
    headers: Header[Conditions],
) -> CaseShown:
    """Take the step; refuses as `bridge.commands.act` does, and `confirm-needed`."""
    asked, now = caller(request), moment(request)
    seen = queries.case_for(number, asked.person, at=now)
    taken = seen.mechanism.steps.get(step)
    if taken is None or taken.opening:
        raise refuse("unknown-step", f"there is no step {step} to take here", hint="list the acts")
    if taken.by not in seen.roles:
        raise refuse("wrong-role", f"the step belongs to {taken.by}", hint="list the acts", role=taken.by)
    if taken.confirm and not wanted.confirmed:
        raise refuse("confirm-needed", "this is a grave act", hint="send confirmed: true", field="confirmed")
    seen_steps = _steps_seen(seen, headers.if_match)
    data = given(_asked(request, seen, step), wanted.data, by=asked.person, case=seen.case)
    commands.act(
        number, step, by=asked.person, data=data, now=now, seen=seen_steps, once=asked.once, via=asked.via
    )
    return shown(request, number, response)


@offer(
    router,
    "POST",
    "/cases/{number}/reassignment",
    name="reassignCase",
    scope="duty",
    says=_("Give a case's role to another holder of its duty."),
    more=_("For leaders of the promise."),
    answer=CaseShown,
    refuses=(403, 404, 409),
    headers=("ETag",),
)
def reassign(
    request: HttpRequest, number: Path[CaseNumber], wanted: ReassignmentWanted, response: HttpResponse
) -> CaseShown:
    """Give the role away; refuses as `bridge.commands.reassign` does."""
    me, now = caller(request).person, moment(request)
    # a stranger must not learn that there is such a case
    queries.case_for(number, me, at=now)
    commands.reassign(number, wanted.role, _person(wanted.to), by=me, now=now)
    return shown(request, number, response)


@offer(
    router,
    "POST",
    "/cases/{number}/rebasing",
    name="rebaseCase",
    scope="duty",
    says=_("Move a running case to another version of its promise."),
    more=_("For leaders of the promise; what was promised stays promised."),
    answer=CaseShown,
    refuses=(403, 404, 409),
    headers=("ETag",),
)
def rebase(
    request: HttpRequest, number: Path[CaseNumber], wanted: RebasingWanted, response: HttpResponse
) -> CaseShown:
    """Move the case; refuses as `bridge.commands.rebase` does."""
    me, now = caller(request).person, moment(request)
    queries.case_for(number, me, at=now)
    commands.rebase(number, wanted.version, by=me, reason=wanted.reason, now=now)
    return shown(request, number, response)


@offer(
    router,
    "POST",
    "/hand-overs",
    name="handOver",
    scope="duty",
    says=_("Hand a duty and every open case under it to someone else, for good."),
    more=_("Your own, or a colleague's as a leader or the office."),
    answer=HandOverDone,
    status=201,
    refuses=(403, 404, 409),
)
def hand_over(request: HttpRequest, wanted: HandOverWanted) -> HandOverDone:
    """Hand over; refuses as `bridge.commands.hand_over` does."""
    require_officer(request)
    me, now = caller(request).person, moment(request)
    owner = me if wanted.by in (None, me.pk) else _person(wanted.by or 0)
    moved = commands.hand_over(
        owner, to_person=_person(wanted.to), duty=wanted.duty, by=me, reason=wanted.reason, now=now
    )
    return HandOverDone(cases=moved)


def _asked(request: HttpRequest, seen: CaseSeen, step: str) -> Asked:
    return Asked(seen.mechanism, step, beijing(moment(request)).date(), seen.state.data)


def _steps_seen(seen: CaseSeen, if_match: str) -> int | None:
    """Return how many steps the case had when its log was as long as the ETag says; None where any will do.

    What only time did since, a rung or a stand-in, does not make an act late.
    """
    if if_match in ("", "*"):
        return None
    length = int(if_match.strip('"'))
    since = sum("step" in line.body for line in queries.log_of(seen.case) if line.seq > length)
    # an ETag from the future was never given out
    return seen.steps_taken - since if length <= seen.case.seq else -1


def _person(person_id: int) -> Person:
    found = organization.person(person_id)
    if found is None:
        reason = f"there is no person {person_id}"
        raise refuse("person-unknown", reason, hint="choose someone from the list", field="to")
    return found
