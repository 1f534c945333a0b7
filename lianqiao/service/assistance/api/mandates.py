"""Mandates: who may act for a firm, given and taken back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.assistance import MandateKind
from lianqiao.engine.errors import refuse
from lianqiao.organization import commands as organization_commands
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    PRINTABLE,
    CreditCode,
    Cut,
    Id,
    Moment,
    Page,
    Shown,
    Wanted,
    When,
    instant,
    offer,
)
from lianqiao.organization.api.shapes import FirmShown, PersonShown, firm_shown, person_shown
from lianqiao.organization.models import Firm, Mandate
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.assistance import commands

router = Router(tags=["assistance"])


class MandatesAsked(Cut):
    """Whose mandates."""

    firm: CreditCode | None = Field(
        default=None, description=_("A firm of yours: who may act for it. Left out: for whom you act.")
    )


class MandateWanted(Wanted):
    """A mandate to be given."""

    firm: CreditCode
    person: Id
    kind: MandateKind
    promises: list[Identifier] = Field(
        default=[], max_length=100, description=_("What it covers; empty for every promise.")
    )
    since: When
    until: When = Field(description=_("The first moment at which it no longer holds."))


class Revocation(Wanted):
    """Why a mandate is taken back."""

    reason: str = Field(default="", max_length=200, pattern=PRINTABLE)


class MandateShown(Shown):
    """A mandate: who may act for which firm, in what, from when till when."""

    id: int
    firm: FirmShown
    person: PersonShown
    kind: str
    promises: list[str] = Field(description=_("Empty for every promise."))
    since: Moment
    until: Moment
    state: str = Field(description=_("in-force, to-come, over or revoked."))
    given_at: Moment
    revoked_at: Moment | None


@offer(
    router,
    "GET",
    "/mandates",
    name="listMandates",
    scope="read",
    says=_("Who may act for a firm of yours by its mandate, or for whom you may; past ones too."),
    answer=Page[MandateShown],
    refuses=(403, 404),
)
def list_mandates(request: HttpRequest, asked: Query[MandatesAsked]) -> Page[MandateShown]:
    """Return a page of the mandates; refuses `firm-unknown` and `wrong-role`."""
    me, now = caller(request).person, moment(request)
    if asked.firm is None:
        found = organization.mandates(person_id=me.pk)
    else:
        firm = _firm(asked.firm)
        if not organization.acts_for(me.pk, firm.pk, at=now):
            raise refuse("wrong-role", "only the firm's own people see this", field="firm")
        found = organization.mandates(firm_id=firm.pk)
    page, following = page_of(found, [Key("given_at", descending=True)], asked)
    return Page[MandateShown](items=[_shown(one, now) for one in page], next=following)


@offer(
    router,
    "POST",
    "/mandates",
    name="giveMandate",
    scope="act",
    says=_("Let a party member, an agent or a window clerk act for your firm."),
    more=_("For the firm's administrator. It holds within the promises and the time named only."),
    answer=MandateShown,
    status=201,
    refuses=(403, 404, 409),
)
def give_mandate(request: HttpRequest, wanted: MandateWanted) -> MandateShown:
    """Give the mandate; refuses as `commands.give` does, and `firm-unknown`."""
    now = moment(request)
    made = commands.give(
        _firm(wanted.firm).pk,
        person_id=wanted.person,
        kind=wanted.kind,
        matters=wanted.promises,
        since=instant(wanted.since, "since"),
        until=instant(wanted.until, "until"),
        actor=caller(request).person,
        now=now,
    )
    return _shown(made, now)


@offer(
    router,
    "POST",
    "/mandates/{mandate}/revocation",
    name="revokeMandate",
    scope="act",
    says=_("Take a mandate back, or give up one of yours; nothing can be done by it from then on."),
    answer=MandateShown,
    refuses=(403, 404),
)
def revoke_mandate(request: HttpRequest, mandate: Path[Id], wanted: Revocation) -> MandateShown:
    """Take it back; refuses `mandate-unknown` and `mandate-firm-only`."""
    now = moment(request)
    done = organization_commands.revoke_mandate(
        mandate, reason=wanted.reason, actor=caller(request).person, now=now
    )
    return _shown(done, now)


def _firm(credit_code: str) -> Firm:
    firm = organization.firm_by_code(credit_code)
    if firm is None:
        raise refuse("firm-unknown", f"there is no firm {credit_code}", field="firm", firm=credit_code)
    return firm


def _shown(one: Mandate, now: Any) -> MandateShown:
    return MandateShown(
        id=one.pk,
        firm=firm_shown(one.firm),
        person=person_shown(one.person),
        kind=one.kind,
        promises=one.matters.split(),
        since=one.since,
        until=one.until,
        state=organization.mandate_state(one, at=now),
        given_at=one.given_at,
        revoked_at=one.revoked_at,
    )
