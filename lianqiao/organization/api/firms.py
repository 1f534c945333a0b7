"""Firms, and who acts for them."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.errors import refuse
from lianqiao.organization import commands, queries
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.duties import require_officer
from lianqiao.organization.api.offering import (
    CreditCode,
    Cut,
    Id,
    Name,
    Page,
    Wanted,
    When,
    Words,
    instant,
    offer,
)
from lianqiao.organization.api.shapes import FirmShown, MemberShown, firm_shown, member_shown
from lianqiao.organization.models import Firm

router = Router(tags=["firms"])


class FirmWanted(Wanted):
    """A firm to be entered."""

    credit_code: CreditCode
    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    short_name: str = Field(default="", max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")
    region_code: str = Field(default="", pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$")
    address: Words = ""
    email: Words = ""
    registered_capital_fen: int | None = Field(default=None, ge=0, le=2**63 - 1)


class MemberWanted(Wanted):
    """Someone who is to act for a firm."""

    person: Id
    role: Literal["agent", "administrator"] = "agent"
    until: When | None = None


@offer(
    router,
    "GET",
    "/firms",
    name="searchFirms",
    scope="read",
    says=_("Firms whose code or name begins with, or contains, what is asked; the first 20."),
    more=_("For officers."),
    answer=Page[FirmShown],
    refuses=(403,),
)
def search_firms(request: HttpRequest, q: Query[Name]) -> Page[FirmShown]:
    """Return the firms that match, beginnings before the rest."""
    require_officer(request)
    return Page[FirmShown](items=[firm_shown(firm) for firm in queries.firms_matching(q)], next=None)


@offer(
    router,
    "POST",
    "/firms",
    name="registerFirm",
    scope="office",
    says=_("Enter a firm under its unified social credit code."),
    more=_("For the service window and the office."),
    answer=FirmShown,
    status=201,
    refuses=(403, 409),
)
def register_firm(request: HttpRequest, wanted: FirmWanted) -> FirmShown:
    """Enter the firm; refuses as `commands.register_firm` does."""
    made = commands.register_firm(**wanted.model_dump(), actor=caller(request).person, now=moment(request))
    return firm_shown(made)


@offer(
    router,
    "POST",
    "/firms/{credit_code}/members",
    name="joinFirm",
    scope="office",
    says=_("Let a person act for a firm."),
    more=_("For the firm's administrator, the service window and the office."),
    answer=MemberShown,
    status=201,
    refuses=(403, 404, 409),
)
def join_firm(request: HttpRequest, credit_code: Path[CreditCode], wanted: MemberWanted) -> MemberShown:
    """Let the person act for the firm; refuses as `commands.join_firm` does."""
    firm = queries.firm_by_code(credit_code)
    made = commands.join_firm(
        wanted.person,
        # whoever may not do this must not learn whether there is such a firm
        firm_id=firm.pk if firm else 0,
        role=wanted.role,
        until=instant(wanted.until, "until") if wanted.until else None,
        actor=caller(request).person,
        now=moment(request),
    )
    return member_shown(made)


@offer(
    router,
    "POST",
    "/members/{member}/ending",
    name="leaveFirm",
    scope="office",
    says=_("End a person's acting for a firm now."),
    more=_("For the firm's administrator, the service window and the office."),
    answer=MemberShown,
    refuses=(403, 404),
)
def leave_firm(request: HttpRequest, member: Path[Id]) -> MemberShown:
    """End it; refuses as `commands.leave_firm` does."""
    return member_shown(commands.leave_firm(member, actor=caller(request).person, now=moment(request)))


@offer(
    router,
    "GET",
    "/firms/{credit_code}/members",
    name="listMembers",
    scope="read",
    says=_("Who acts for a firm."),
    more=_("For the firm's administrator, the service window and the office."),
    answer=Page[MemberShown],
    refuses=(403,),
)
def list_members(request: HttpRequest, credit_code: Path[CreditCode], cut: Query[Cut]) -> Page[MemberShown]:
    """Return a page of the firm's members."""
    firm, now = administered_firm(request, credit_code), moment(request)
    page, following = page_of(queries.members_of(firm.pk, at=now), [Key("role"), Key("since")], cut)
    return Page[MemberShown](items=[member_shown(one) for one in page], next=following)


def administered_firm(request: HttpRequest, credit_code: str) -> Firm:
    """Return the firm for its administrator, the window and the office.

    Whoever may not look must not learn whether there is such a firm. Raises Refusal: `window-only`,
    `firm-unknown`.
    """
    me, now, firm = caller(request).person.pk, moment(request), queries.firm_by_code(credit_code)
    keeper = bool(queries.duties_of(me, at=now) & {"office", "window-clerk"})
    if firm is not None and (keeper or queries.administers(me, firm.pk, at=now)):
        return firm
    if keeper:
        raise refuse("firm-unknown", f"there is no firm {credit_code}", hint="choose one from the list")
    raise refuse("window-only", "only the firm's administrator may do this", hint="ask at the window")
