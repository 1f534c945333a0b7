"""One's sessions and memberships, requests to act for a firm, a firm's members, locked sign-ins."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.errors import refuse
from lianqiao.engine.masking import masked_name, shown_username
from lianqiao.organization import commands, queries
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.firms import administered_firm
from lianqiao.organization.api.offering import (
    PRINTABLE,
    CreditCode,
    Cut,
    Id,
    Moment,
    Page,
    Shown,
    Wanted,
    Words,
    offer,
)
from lianqiao.organization.api.shapes import MemberShown, member_shown
from lianqiao.organization.models import BindingRequest, Session, SignInTries

router = Router(tags=["identity"])
Label = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", examples=["0123456789abcdef"])]
State = Literal["", "pending", "accepted", "refused", "withdrawn"]
Role = Literal["agent", "administrator"]
Note = Annotated[str, Field(max_length=500, pattern=PRINTABLE)]
Long = Annotated[str, Field(max_length=200, pattern=PRINTABLE)]


class SessionShown(Shown):
    """A browser in which the caller is signed in."""

    label: str
    began_at: Moment | None
    seen_at: Moment | None
    address: str
    agent: str = Field(description=_("What the browser calls itself."))
    means: str = Field(description=_("How they signed in: password, oidc or example."))


class Ended(Shown):
    """How many sessions ended."""

    count: int


class BindingShown(Shown):
    """A request to act for a firm."""

    id: int
    person: str = Field(description=_("Masked, but for the caller's own."))
    credit_code: str
    firm_name: str
    entered: bool = Field(description=_("Whether there is a firm with this code."))
    state: str
    made_at: Moment
    decided_at: Moment | None
    reason: str


class BindingsAsked(Cut):
    """Which requests."""

    q: Words = ""
    state: State = ""


class BindingWanted(Wanted):
    """For which firm the caller wants to act."""

    credit_code: CreditCode
    firm_name: Long
    note: Note = ""


class BindingDecided(Wanted):
    """The answer to a request."""

    accept: bool
    role: Role = "agent"
    firm_name: Long = Field(default="", description=_("Under which name a firm not yet entered is entered."))
    reason: Long = Field(default="", description=_("Needed to refuse."))


class Invited(Wanted):
    """Who is invited to act for a firm."""

    email: Long
    role: Role = "agent"


class InvitationShown(Shown):
    """An invitation that was sent."""

    email: str
    expires_at: Moment


class LockShown(Shown):
    """A locked sign-in."""

    id: int
    account: str | None = Field(
        description=_("The user name, where the account exists; an address is masked.")
    )
    kind: str
    address: str
    failures: int
    locked_until: Moment | None


@offer(
    router,
    "GET",
    "/me/sessions",
    name="showSessions",
    scope="read",
    says=_("Where you are signed in."),
    answer=Page[SessionShown],
)
def show_sessions(request: HttpRequest) -> Page[SessionShown]:
    """Return every session of the caller."""
    found = queries.sessions_of(caller(request).person.pk, at=moment(request))
    return Page[SessionShown](items=[_session(one) for one in found], next=None)


@offer(
    router,
    "POST",
    "/me/sessions/{label}/ending",
    name="endSession",
    scope="act",
    says=_("End one of your sessions."),
    answer=Ended,
    refuses=(404,),
)
def end_session(request: HttpRequest, label: Path[Label]) -> Ended:
    """End the session; raises Refusal `session-unknown`."""
    if not commands.end_session(label, actor=caller(request).person, now=moment(request)):
        raise refuse("session-unknown", "you have no such session", hint="look at the list")
    return Ended(count=1)


@offer(
    router,
    "GET",
    "/me/memberships",
    name="showMemberships",
    scope="read",
    says=_("For which firms you act, and as what."),
    answer=Page[MemberShown],
)
def show_memberships(request: HttpRequest) -> Page[MemberShown]:
    """Return the caller's memberships in force."""
    held = queries.memberships_of(caller(request).person.pk, at=moment(request))
    return Page[MemberShown](items=[member_shown(one) for one in held], next=None)


@offer(
    router,
    "GET",
    "/binding-requests",
    name="listBindingRequests",
    scope="read",
    says=_("Requests to act for a firm: your own; for the service window and the office everybody's."),
    answer=Page[BindingShown],
)
def list_binding_requests(request: HttpRequest, asked: Query[BindingsAsked]) -> Page[BindingShown]:
    """Return a page of the requests, those made first first."""
    me, now = caller(request).person.pk, moment(request)
    rows = queries.binding_requests(state=asked.state, text=asked.q)
    if not queries.duties_of(me, at=now) & {"office", "window-clerk"}:
        rows = rows.filter(person_id=me)
    page, following = page_of(rows, [Key("made_at")], asked)
    return Page[BindingShown](items=[_binding(one, own=one.person_id == me) for one in page], next=following)


@offer(
    router,
    "POST",
    "/binding-requests",
    name="askBinding",
    scope="act",
    says=_("Ask to act for a firm."),
    answer=BindingShown,
    status=201,
    refuses=(409,),
)
def ask_binding(request: HttpRequest, wanted: BindingWanted) -> BindingShown:
    """Ask; refuses as `commands.ask_binding` does."""
    made = commands.ask_binding(caller(request).person, **wanted.model_dump(), now=moment(request))
    return _binding(made, own=True)


@offer(
    router,
    "POST",
    "/binding-requests/{request_id}/decision",
    name="decideBinding",
    scope="office",
    says=_("Accept or refuse a request to act for a firm."),
    more=_("For the service window and the office; for the firm's administrator where the firm is entered."),
    answer=BindingShown,
    refuses=(403, 404, 409),
)
def decide_binding(request: HttpRequest, request_id: Path[Id], wanted: BindingDecided) -> BindingShown:
    """Decide; refuses as `commands.decide_binding` does."""
    done = commands.decide_binding(
        request_id, **wanted.model_dump(), actor=caller(request).person, now=moment(request)
    )
    return _binding(done, own=False)


@offer(
    router,
    "POST",
    "/binding-requests/{request_id}/withdrawal",
    name="withdrawBinding",
    scope="act",
    says=_("Take your request to act for a firm back."),
    answer=BindingShown,
    refuses=(404, 409),
)
def withdraw_binding(request: HttpRequest, request_id: Path[Id]) -> BindingShown:
    """Take it back; refuses as `commands.withdraw_binding` does."""
    done = commands.withdraw_binding(request_id, actor=caller(request).person, now=moment(request))
    return _binding(done, own=True)


@offer(
    router,
    "POST",
    "/firms/{credit_code}/invitations",
    name="inviteMember",
    scope="office",
    says=_("Invite somebody by mail to act for a firm."),
    more=_("For the firm's administrator, the service window and the office."),
    answer=InvitationShown,
    status=201,
    refuses=(403,),
)
def invite_member(request: HttpRequest, credit_code: Path[CreditCode], wanted: Invited) -> InvitationShown:
    """Send the invitation; refuses as `commands.invite_member` does."""
    firm = administered_firm(request, credit_code)
    sent = commands.invite_member(
        firm.pk, email=wanted.email, role=wanted.role, actor=caller(request).person, now=moment(request)
    )
    return InvitationShown(email=sent.email, expires_at=sent.expires_at)


@offer(
    router,
    "POST",
    "/members/{member}/administration",
    name="handOverFirm",
    scope="office",
    says=_("Make another member administrator of a firm in your own place."),
    more=_("For the firm's administrator."),
    answer=MemberShown,
    refuses=(403, 404),
)
def hand_over_firm(request: HttpRequest, member: Path[Id]) -> MemberShown:
    """Hand it over; refuses as `commands.hand_over_firm` does."""
    return member_shown(commands.hand_over_firm(member, actor=caller(request).person, now=moment(request)))


@offer(
    router,
    "GET",
    "/locks",
    name="listLocks",
    scope="office",
    says=_("Sign-ins that are locked now, and until when."),
    more=_("For the office."),
    answer=Page[LockShown],
    refuses=(403,),
)
def list_locks(request: HttpRequest, cut: Query[Cut]) -> Page[LockShown]:
    """Return a page of the locks."""
    if "office" not in queries.duties_of(caller(request).person.pk, at=moment(request)):
        raise refuse("office-only", "only the office may do this", hint="ask the office")
    page, following = page_of(queries.locks(at=moment(request)), [Key("locked_until")], cut)
    return Page[LockShown](items=[_lock(one) for one in page], next=following)


@offer(
    router,
    "POST",
    "/locks/{lock}/unlocking",
    name="unlock",
    scope="office",
    says=_("Let somebody try to sign in again at once."),
    more=_("For the office."),
    answer=Ended,
    refuses=(403, 404),
)
def unlock(request: HttpRequest, lock: Path[Id]) -> Ended:
    """End the lock; refuses as `commands.unlock` does."""
    commands.unlock(lock, actor=caller(request).person, now=moment(request))
    return Ended(count=1)


def _session(one: Session) -> SessionShown:
    return SessionShown(
        label=one.label,
        began_at=one.began_at,
        seen_at=one.seen_at,
        address=one.address,
        agent=one.agent,
        means=one.means,
    )


def _binding(one: BindingRequest, *, own: bool) -> BindingShown:
    # a list reads it along, for one alone it is asked for
    known = one.entered if hasattr(one, "entered") else queries.firm_by_code(one.credit_code)
    return BindingShown(
        id=one.pk,
        person=one.person.name if own else masked_name(one.person.name),
        credit_code=one.credit_code,
        firm_name=one.firm_name,
        entered=known is not None,
        state=one.state,
        made_at=one.made_at,
        decided_at=one.decided_at,
        reason=one.reason,
    )


def _lock(one: SignInTries) -> LockShown:
    return LockShown(
        id=one.pk,
        account=shown_username(one.person.username) if one.person else None,
        kind=one.kind,
        address=one.address,
        failures=one.failures,
        locked_until=one.locked_until,
    )
