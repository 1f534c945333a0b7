"""Licences for programs: the register, one licence, what is done to it, the nights."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import PRINTABLE, Cut, Id, Page, Shown, Wanted, Words, offer
from lianqiao.service.licences.api.shapes import CredentialShown, LicenceShown, licence_shown
from lianqiao.service.licences.commands import register as commands
from lianqiao.service.licences.models import Licence
from lianqiao.service.licences.queries import register as queries
from lianqiao.service.licences.queries.rights import keeps_register, require_keeper

router = Router(tags=["licences"])


class LicencesAsked(Cut):
    """Which licences are asked for."""

    q: Words = Field(default="", description=_("Looked for in number and holder."))
    kind: Words = ""
    standing: Literal[
        "", "near", "failed", "missing", "person", "refused", "renewed", "opted-out", "lapsed", "revoked"
    ] = ""


class RenewalChoice(Wanted):
    """Whether the holder opts out of renewal without application."""

    out: bool


class Revoking(Wanted):
    """Why a licence is revoked."""

    reason: str = Field(min_length=1, max_length=500, pattern=PRINTABLE)


class LicenceFactWanted(Wanted):
    """One thing known of a licence."""

    attribute: str = Field(min_length=1, max_length=64, pattern=PRINTABLE)
    value: str = Field(min_length=1, max_length=100, pattern=PRINTABLE)
    source: str = Field(min_length=1, max_length=100, pattern=PRINTABLE)


class NightShown(Shown):
    """One run over the register."""

    id: int
    day: str
    scheduled: bool
    ended: bool
    registered: int
    near: int
    renewed: int
    failed: int
    missing: int
    passed_on: int
    lapsed: int
    took_ms: int


@offer(
    router,
    "GET",
    "/licences",
    name="listLicences",
    scope="read",
    says=_("Licences, in order of entry."),
    more=_("Licence officers see the whole register, others the licences of the firms they act for."),
    answer=Page[LicenceShown],
)
def list_licences(request: HttpRequest, asked: Query[LicencesAsked]) -> Page[LicenceShown]:
    """Return a page of the licences this person sees."""
    person, now = caller(request).person, moment(request)
    found = queries.licences(text=asked.q, kind=asked.kind, standing=asked.standing, on=beijing(now).date())
    if not keeps_register(person, at=now):
        found = found.filter(firm_id__in=[firm.pk for firm in organization.firms_of(person.pk, at=now)])
    page, following = page_of(found, [], asked)
    issued = queries.credentials_of(page)
    items = [licence_shown(one, issued.get(one.pk), at=now) for one in page]
    return Page[LicenceShown](items=items, next=following)


@offer(
    router,
    "GET",
    "/licences/{licence}",
    name="showLicence",
    scope="read",
    says=_("One licence, and why it is renewed or not."),
    answer=LicenceShown,
    refuses=(404,),
)
def show_licence(request: HttpRequest, licence: Path[Id]) -> LicenceShown:
    """Return the licence; refuses `unknown-licence`."""
    return _shown(request, queries.licence_for(licence, caller(request).person, at=moment(request)))


@offer(
    router,
    "GET",
    "/licences/{licence}/e-licence",
    name="showELicence",
    scope="read",
    says=_("The e-licence of the present term."),
    more=_("Made out on first asking where the licence is in force."),
    answer=CredentialShown,
    refuses=(404, 409),
)
def show_e_licence(request: HttpRequest, licence: Path[Id]) -> CredentialShown:
    """Return the credential; refuses `unknown-licence`, `licence-not-valid`."""
    made = commands.issue_current(licence, by=caller(request).person, now=moment(request))
    return CredentialShown(code=made.code, token=made.token)


@offer(
    router,
    "POST",
    "/licences/{licence}/choice",
    name="chooseRenewal",
    scope="act",
    says=_("Opt out of renewal without application, or in again."),
    more=_("For whoever acts for the holder."),
    answer=LicenceShown,
    refuses=(404,),
)
def choose_renewal(request: HttpRequest, licence: Path[Id], wanted: RenewalChoice) -> LicenceShown:
    """Keep the choice; refuses `unknown-licence`."""
    return _shown(
        request, commands.choose(licence, out=wanted.out, by=caller(request).person, now=moment(request))
    )


@offer(
    router,
    "POST",
    "/licences/{licence}/facts",
    name="recordLicenceFact",
    scope="act",
    says=_("Record what is known of a licence; the next night looks at it."),
    more=_("For licence officers."),
    answer=LicenceShown,
    refuses=(403, 404),
)
def record_fact(request: HttpRequest, licence: Path[Id], wanted: LicenceFactWanted) -> LicenceShown:
    """Record the fact; refuses as `commands.register.record_fact` does."""
    row = commands.record_fact(licence, **wanted.model_dump(), by=caller(request).person, now=moment(request))
    return _shown(request, row)


@offer(
    router,
    "POST",
    "/licences/{licence}/revocation",
    name="revokeLicence",
    scope="act",
    says=_("Revoke a licence for a reason; its e-licences verify as revoked."),
    more=_("For licence officers."),
    answer=LicenceShown,
    refuses=(403, 404, 409),
)
def revoke_licence(request: HttpRequest, licence: Path[Id], wanted: Revoking) -> LicenceShown:
    """Revoke it; refuses as `commands.register.revoke` does."""
    row = commands.revoke(licence, reason=wanted.reason, by=caller(request).person, now=moment(request))
    return _shown(request, row)


@offer(
    router,
    "GET",
    "/licence-nights",
    name="listLicenceNights",
    scope="read",
    says=_("Runs over the register of licences, newest first."),
    more=_("For licence officers."),
    answer=Page[NightShown],
    refuses=(403,),
)
def list_nights(request: HttpRequest, asked: Query[Cut]) -> Page[NightShown]:
    """Return a page of the nights; refuses `licences-only`."""
    require_keeper(caller(request).person, at=moment(request))
    page, following = page_of(queries.nights(), [Key("asked_at", descending=True)], asked)
    items = [
        NightShown(
            id=one.pk, day=one.day.isoformat(), scheduled=one.scheduled, ended=one.ended_at is not None,
            registered=one.registered, near=one.near, renewed=one.renewed, failed=one.failed,
            missing=one.missing, passed_on=one.opened, lapsed=one.lapsed, took_ms=one.took_ms,
        )
        for one in page
    ]  # fmt: skip
    return Page[NightShown](items=items, next=following)


def _shown(request: HttpRequest, row: Licence) -> LicenceShown:
    return licence_shown(row, queries.current_credential(row), at=moment(request))
