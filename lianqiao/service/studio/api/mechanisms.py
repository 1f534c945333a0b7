"""Promises as the studio knows them: what each says, how it stands, its versions, its diagram."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from lianqiao.bridge import commands
from lianqiao.engine.bpmn_xml import bpmn_text
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.words import describe
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import Moment, Shown, offer
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.drafting.api import WithdrawalWanted
from lianqiao.service.language import in_words, language
from lianqiao.service.studio.api.rights import require_studio
from lianqiao.service.studio.queries import mechanisms as queries
from lianqiao.service.studio.queries.mechanisms import Version

router = Router(tags=["studio"])
Standing = Literal["current", "earlier", "coming", "held-back", "withdrawn"]


class MechanismRow(Shown):
    """A promise and how it stands."""

    id: str
    key: str = Field(description=_("The version new cases are opened under, as `id@version`."))
    title: str
    open: int = Field(description=_("Cases that are open now."))
    kept: int
    at_risk: int
    broken: int
    rate: float | None = Field(description=_("Kept ÷ (kept + broken), in percent; null before any ended."))
    median_days: float | None = Field(
        description=_("From filing to the end, of the cases that ended last, in natural days.")
    )


class Mechanisms(Shown):
    """Every promise of the zone."""

    items: list[MechanismRow]


class VersionShown(Shown):
    """One version of a promise; `sha256` is that of its text where it was published in the studio."""

    key: str
    standing: Standing
    source: str = Field(description=_("The file of the district's pack; empty where it was published."))
    open: int
    sha256: str
    note: str
    written_by: str
    published_by: str
    published_at: Moment | None
    effective_at: Moment | None
    withdrawn_at: Moment | None
    held_back: str = Field(description=_("Why it could not take effect; empty where it did."))


class MechanismShown(MechanismRow):
    """A promise in full: what it says, sentence by sentence, and every version."""

    says: list[str]
    text: str = Field(description=_("The words of its file."))
    versions: list[VersionShown]


class VersionAsked(BaseModel):
    """Which version."""

    version: int | None = Field(default=None, ge=1, le=100_000, description=_("The newest without it."))


@offer(
    router,
    "GET",
    "/studio/mechanisms",
    name="showMechanisms",
    scope="read",
    says=_("Every promise of the zone with its figures."),
    more=_("For leaders and the digital office."),
    answer=Mechanisms,
    refuses=(403,),
)
def list_mechanisms(request: HttpRequest) -> Mechanisms:
    """Return the promises; refuses `leader-only`."""
    require_studio(request)
    return Mechanisms(items=[MechanismRow(**_row(request, one)) for one in queries.newest_versions()])


@offer(
    router,
    "GET",
    "/studio/mechanisms/{promise}",
    name="showMechanism",
    scope="read",
    says=_("What a promise says, how it stands, and its versions."),
    more=_("For leaders and the digital office."),
    answer=MechanismShown,
    refuses=(403, 404),
)
def show_mechanism(
    request: HttpRequest, promise: Path[Identifier], asked: Query[VersionAsked]
) -> MechanismShown:
    """Return the promise; refuses `leader-only`, `unknown-mechanism`."""
    require_studio(request)
    one = queries.mechanism_of(promise, asked.version)
    versions = queries.versions_of(promise, now=moment(request))
    return MechanismShown(
        **_row(request, one),
        says=describe(one, language())[1:],
        text=queries.text_of(one),
        versions=[_version(version) for version in versions],
    )


@offer(
    router,
    "GET",
    "/studio/mechanisms/{promise}/bpmn",
    name="exportBpmn",
    scope="read",
    says=_("A promise as BPMN 2.0 with its diagram, for any standard viewer."),
    more=_("For leaders and the digital office."),
    answer=None,
    refuses=(403, 404),
    gives="application/octet-stream",
)
def export_bpmn(request: HttpRequest, promise: Path[Identifier], asked: Query[VersionAsked]) -> HttpResponse:
    """Answer with the diagram; refuses `leader-only`, `unknown-mechanism`."""
    require_studio(request)
    text = bpmn_text(queries.mechanism_of(promise, asked.version), language())
    return HttpResponse(text, content_type="application/octet-stream")


@offer(
    router,
    "POST",
    "/studio/mechanisms/{promise}/versions/{version}/withdrawal",
    name="withdrawMechanism",
    scope="office act",
    says=_("Withdraw a published version: no new case is opened under it, those that run keep it."),
    more=_("For leaders and the digital office."),
    answer=VersionShown,
    refuses=(403, 404, 409),
)
def withdraw_mechanism(
    request: HttpRequest, promise: Path[Identifier], version: Path[int], wanted: WithdrawalWanted
) -> VersionShown:
    """Withdraw the version; refuses as `bridge.commands.withdraw` does."""
    now = moment(request)
    made = commands.withdraw(f"{promise}@{version}", by=caller(request).person, reason=wanted.reason, now=now)
    return _version(next(one for one in queries.versions_of(promise, now=now) if one.key == made.key))


def _row(request: HttpRequest, one: Mechanism) -> dict[str, object]:
    found = queries.figures(one.id, now=moment(request))
    rate = found.tally.rate
    return {
        "id": one.id,
        "key": one.key,
        "title": in_words(one.title),
        "open": found.open,
        "kept": found.tally.kept,
        "at_risk": found.tally.at_risk,
        "broken": found.tally.broken,
        "rate": None if rate is None else rate / 10,
        "median_days": None if found.median_days is None else round(found.median_days, 3),
    }


def _version(version: Version) -> VersionShown:
    made = version.publication
    return VersionShown(
        key=version.key,
        standing=version.standing,
        source=version.source,
        open=version.open,
        sha256=made.sha256 if made else "",
        note=made.note if made else "",
        written_by=made.written_by.name if made else "",
        published_by=made.published_by.name if made else "",
        published_at=made.published_at if made else None,
        effective_at=made.effective_at if made else None,
        withdrawn_at=made.withdrawn_at if made else None,
        held_back=made.held_back if made else "",
    )
