"""Bundles on offer and those under way."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.bundles import OPENING, Bundle, interview, needed, shared_form
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    PRINTABLE,
    CreditCode,
    Cut,
    Id,
    Page,
    Shown,
    Wanted,
    Words,
    offer,
)
from lianqiao.organization.api.shapes import FirmShown, firm_shown
from lianqiao.service.api.given import given
from lianqiao.service.bundles.commands import runs as commands
from lianqiao.service.bundles.models import Run
from lianqiao.service.bundles.queries import runs as queries
from lianqiao.service.forms.asked import Asked
from lianqiao.service.language import in_words

router = Router(tags=["bundles"])


class QuestionShown(Shown):
    """One question or shared field."""

    name: str
    title: str
    type: str
    options: list[str]
    optional: bool


class MatterOffered(Shown):
    """One matter a bundle can bring."""

    name: str
    promise: str
    when: str = Field(description=_("The condition over the answers; empty where it is always needed."))
    after: list[str]


class BundleShown(Shown):
    """A bundle on offer."""

    id: str
    title: str
    summary: str
    questions: list[QuestionShown]
    matters: list[MatterOffered]


class Interviewed(Shown):
    """What these answers bring."""

    matters: list[str] = Field(description=_("In the order in which they can open."))
    fields: list[QuestionShown] = Field(description=_("What is asked once."))


class Answers(Wanted):
    """The answers to a bundle's questions."""

    answers: dict[str, Any] = Field(default_factory=dict)


class RunWanted(Answers):
    """A bundle to be started."""

    firm: CreditCode
    data: dict[str, Any] = Field(description=_("What is asked once, by shared field; files as uploaded."))


class CaseNamed(Wanted):
    """What becomes of a matter that waits or ended badly."""

    number: str = Field(
        default="",
        max_length=32,
        pattern=PRINTABLE,
        description=_("The case filed by hand; empty to call the matter off."),
    )


class MatterShown(Shown):
    """One matter of a bundle under way."""

    name: str
    promise: str
    state: Literal["waiting", "open", "well", "badly", "called-off"]
    case: str | None
    after: list[str]
    begins: str | None
    ends: str | None = Field(description=_("When it ended or is due; reckoned where it has not begun."))
    critical: bool = Field(description=_("Whether the whole waits for it."))
    problem: str = Field(description=_("Why it could not be opened yet; it is tried again."))


class RunRow(Shown):
    """A bundle under way as lists show it."""

    id: int
    bundle: str
    title: str
    firm: FirmShown
    due: str | None
    ended: bool
    example: bool


class RunShown(RunRow):
    """A bundle under way in full."""

    matters: list[MatterShown]


class RunsAsked(Cut):
    """Which bundles under way are asked for."""

    q: Words = Field(default="", description=_("Looked for in title and firm."))


@offer(
    router,
    "GET",
    "/bundles",
    name="showBundles",
    scope="",
    says=_("Bundles: one matter made of several promises, with its questions."),
    answer=list[BundleShown],
)
def list_bundles(request: HttpRequest) -> list[BundleShown]:
    """Return every bundle of the pack."""
    return [_bundle(one) for one in queries.bundles().values()]


@offer(
    router,
    "POST",
    "/bundles/{bundle}/interview",
    name="askBundle",
    scope="",
    says=_("What these answers bring, and what is asked once for it."),
    answer=Interviewed,
    refuses=(404,),
)
def interview_bundle(request: HttpRequest, bundle: str, wanted: Answers) -> Interviewed:
    """Return the matters needed and the fields; refuses `unknown-bundle`, `needs-…`."""
    found = queries.bundle(bundle)
    names = needed(found, commands.answered(found, wanted.answers))
    return Interviewed(matters=names, fields=_fields(shared_form(found, packs.current(), names)))


@offer(
    router,
    "POST",
    "/bundles/{bundle}/runs",
    name="startBundle",
    scope="file",
    says=_("Start a bundle for a firm: the first cases open, the others in their turn."),
    more=_("Everything any of the matters lacks is told at once, by shared field."),
    answer=RunShown,
    status=201,
    refuses=(403, 404, 409),
)
def start_bundle(request: HttpRequest, bundle: str, wanted: RunWanted) -> RunShown:
    """Start it; refuses as `commands.runs.start_run` does, and `firm-unknown`."""
    asker, now = caller(request), moment(request)
    found = queries.bundle(bundle)
    firm = organization.firm_by_code(wanted.firm)
    if firm is None:
        raise refuse("firm-unknown", f"there is no firm {wanted.firm}", field="firm", firm=wanted.firm)
    if not organization.acts_for(asker.person.pk, firm.pk, at=now):
        raise refuse("wrong-role", "you do not act for this firm")
    names = needed(found, commands.answered(found, wanted.answers))
    asking = Asked(shared_form(found, packs.current(), names), OPENING, beijing(now).date())
    run = commands.start_run(
        bundle,
        firm=firm,
        by=asker.person,
        answers=wanted.answers,
        data=given(asking, wanted.data, by=asker.person),
        now=now,
        once=asker.once,
        via=asker.via,
    )
    return _shown(request, run.pk)


@offer(
    router,
    "GET",
    "/bundle-runs",
    name="listBundleRuns",
    scope="read",
    says=_("Bundles under way, newest first: a firm's own, an officer's with a promise they serve."),
    answer=Page[RunRow],
)
def list_runs(request: HttpRequest, asked: Query[RunsAsked]) -> Page[RunRow]:
    """Return a page of the runs the caller may see."""
    found = queries.seen_by(caller(request).person, at=moment(request), text=asked.q)
    page, following = page_of(found, [Key("started_at", descending=True)], asked)
    return Page[RunRow](items=[RunRow(**_row(request, one)) for one in page], next=following)


@offer(
    router,
    "GET",
    "/bundle-runs/{run}",
    name="showBundleRun",
    scope="read",
    says=_("One bundle under way: its cases, what it waits for, when all is due."),
    answer=RunShown,
    refuses=(404,),
)
def show_run(request: HttpRequest, run: Path[Id]) -> RunShown:
    """Return the run; refuses `unknown-run`."""
    return _shown(request, run)


@offer(
    router,
    "POST",
    "/bundle-runs/{run}/matters/{matter}",
    name="settleBundleMatter",
    scope="act",
    says=_("Name the case filed by hand for a matter, or call it off."),
    answer=RunShown,
    refuses=(403, 404, 409),
)
def settle_matter(request: HttpRequest, run: Path[Id], matter: str, wanted: CaseNamed) -> RunShown:
    """Link a case or call off; refuses as `commands.runs.link_case` and `call_off` do."""
    by, now = caller(request).person, moment(request)
    one = queries.run_for(run, by, at=now)
    if wanted.number:
        commands.link_case(one, matter, wanted.number, by=by, now=now)
    else:
        commands.call_off(one, matter, by=by, now=now)
    return _shown(request, run)


def _bundle(one: Bundle) -> BundleShown:
    return BundleShown(
        id=one.id,
        title=in_words(one.title),
        summary=in_words(one.summary),
        questions=_fields(interview(one)),
        matters=[
            MatterOffered(name=name, promise=matter.mechanism, when=matter.when, after=list(matter.after))
            for name, matter in one.matters.items()
        ],
    )


def _fields(asking: Mechanism) -> list[QuestionShown]:
    return [
        QuestionShown(
            name=name,
            title=in_words(field.title),
            type=field.type,
            options=list(field.options),
            optional=field.optional,
        )
        for name, field in asking.fields.items()
    ]


def _shown(request: HttpRequest, run_id: int) -> RunShown:
    one = queries.run_for(run_id, caller(request).person, at=moment(request))
    planned = {at.matter.name: at for at in queries.plan(one, now=moment(request)).matters}
    matters = []
    for matter in one.matters.all():
        at = planned.get(matter.name)
        matters.append(
            MatterShown(
                name=matter.name,
                promise=matter.mechanism,
                state=matter.state,
                case=matter.case.number if matter.case else None,
                after=matter.after,
                begins=beijing(at.begins).isoformat() if at else None,
                ends=beijing(at.ends).isoformat() if at else None,
                critical=bool(at and at.critical),
                problem=matter.problem,
            )
        )
    return RunShown(**_row(request, one), matters=matters)


def _row(request: HttpRequest, one: Run) -> dict[str, Any]:
    due = queries.plan(one, now=moment(request)).due
    return {
        "id": one.pk,
        "bundle": one.bundle,
        "title": one.title,
        "firm": firm_shown(one.firm),
        "due": beijing(due).isoformat() if due else None,
        "ended": one.ended_at is not None,
        "example": one.example,
    }
