"""Cases: opened, found, shown; their log and their documents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge import commands, packs, queries
from lianqiao.bridge.queries.changes import visible_cases
from lianqiao.bridge.queries.log import verify_case
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import (
    PRINTABLE,
    CreditCode,
    Cut,
    Id,
    Page,
    Shown,
    Wanted,
    offer,
)
from lianqiao.organization.models import Firm
from lianqiao.service.api.cases_shown import case_shown, documents_of, log_entry
from lianqiao.service.api.given import given
from lianqiao.service.api.lists import CaseAsked, case_page
from lianqiao.service.api.paging import named_page
from lianqiao.service.api.shapes import (
    CaseNumber,
    CaseRow,
    CaseShown,
    Data,
    DocumentShown,
    Identifier,
    LogEntry,
    Sha256,
)
from lianqiao.service.commands.visits import open_case_from
from lianqiao.service.forms.asked import Asked
from lianqiao.service.models import Visit
from lianqiao.service.queries.visits import visit
from lianqiao.service.ranged import file_response

router = Router(tags=["cases"])
BASE = "/api/v1"
PictureNumber = Annotated[int, Field(ge=1, le=100)]
FileName = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]


class CaseWanted(Wanted):
    """A case to be opened: the promise, the firm, and the data its opening step needs."""

    promise: Identifier
    firm: CreditCode | None = Field(
        default=None, description=_("May be left out where you act for one firm.")
    )
    channel: Literal["", "window", "hotline", "visit"] = Field(
        default="",
        description=_("How the firm brought what an officer files for it; empty for the firm itself."),
    )
    visit: Id | None = Field(default=None, description=_("The visit it came from, with `channel` “visit”."))
    data: Data = Field(
        description=_("By field, as the promise's `needs` say; files as their upload answered."),
        examples=[{"drama_title": "示例剧", "episodes": 80, "investment": "1200000"}],
    )


class EveryCaseAsked(CaseAsked):
    """How the cases one may see are narrowed."""

    channel: Literal["any", "online", "window", "agent", "hotline", "visit"] = Field(
        default="any", description=_("How they came; `online` is the firm itself.")
    )


class Fault(Shown):
    """Something in a log that is not as it was written."""

    code: str
    place: str
    reason: str


class Verified(Shown):
    """Whether the log of a case is intact: every entry hashed with the one before."""

    case: str
    intact: bool
    entries: int
    head: str = Field(description=_("The hash of the newest entry."))
    problems: list[Fault]


@offer(
    router,
    "POST",
    "/cases",
    name="openCase",
    scope="file",
    says=_("Open a case: file what a promise asks for."),
    more=_("The clock starts with it. Upload files first; everything missing is told at once."),
    answer=CaseShown,
    status=201,
    refuses=(403, 404, 409),
    headers=("ETag", "Location"),
)
def open_case(request: HttpRequest, wanted: CaseWanted, response: HttpResponse) -> CaseShown:
    """Open the case; refuses as `bridge.commands.open_case` does, and `firm-needed`."""
    asked, now = caller(request), moment(request)
    promise = packs.current().newest(wanted.promise)
    firm = _firm_anywhere(wanted.firm) if wanted.channel else firm_named(request, wanted.firm, promise.id)
    data = given(Asked(promise, promise.opening_step, beijing(now).date()), wanted.data, by=asked.person)
    opening: dict[str, Any] = {
        "by": asked.person,
        "data": data,
        "now": now,
        "once": asked.once,
        "via": asked.via,
    }
    if wanted.visit is not None:
        case = open_case_from(_visit(wanted, firm), promise.id, **opening)
    else:
        case = commands.open_case(promise.id, firm=firm, channel=wanted.channel, **opening)
    response["Location"] = f"{BASE}/cases/{case.number}"
    return shown(request, case.number, response)


@offer(
    router,
    "GET",
    "/cases",
    name="listCases",
    scope="read",
    says=_("Every case you may see, narrowed and sorted."),
    more=_("`q` is looked for in number, title and firm."),
    answer=Page[CaseRow],
)
def list_cases(request: HttpRequest, asked: Query[EveryCaseAsked]) -> Page[CaseRow]:
    """Return a page of the cases."""
    cases = visible_cases(caller(request).person.pk, at=moment(request))
    if asked.channel != "any":
        cases = cases.filter(channel="" if asked.channel == "online" else asked.channel)
    return case_page(request, cases, asked, sort="-opened")


@offer(
    router,
    "GET",
    "/cases/{number}",
    name="showCase",
    scope="read",
    says=_("One case as you may see it: states, people, data, clocks with their walk, and what you can do."),
    more=_("The ETag changes with every entry of its log; send it as `If-Match` with an act."),
    answer=CaseShown,
    refuses=(304, 404),
    headers=("ETag",),
)
def show_case(
    request: HttpRequest, number: Path[CaseNumber], response: HttpResponse
) -> CaseShown | HttpResponse:
    """Return the case; refuses `unknown-case`, also for one that is not the caller's to see."""
    made = shown(request, number, response)
    unchanged = get_conditional_response(request, etag=response["ETag"])
    # only 304 here: a read never fails a precondition
    return unchanged if unchanged is not None and unchanged.status_code == 304 else made


@offer(
    router,
    "GET",
    "/cases/{number}/log",
    name="listLog",
    scope="read",
    says=_("The log of a case, oldest first; what was written only for those who may read it."),
    answer=Page[LogEntry],
    refuses=(404,),
)
def list_log(
    request: HttpRequest,
    number: Path[CaseNumber],
    cut: Query[Cut],
) -> Page[LogEntry]:
    """Return a page of the log; refuses `unknown-case`."""
    seen = queries.case_for(number, caller(request).person, at=moment(request))
    lines = queries.log_of(seen.case)
    page, following = named_page(lines, cut, name=lambda line: f"{line.seq:09}")
    items = [
        log_entry(seen.case, seq=line.seq, at=line.at, who=line.who, body=line.body, private=seen.private)
        for line in page
    ]
    return Page[LogEntry](items=items, next=following)


@offer(
    router,
    "GET",
    "/cases/{number}/verification",
    name="verifyCase",
    scope="read",
    says=_("Whether the log of a case is intact, read from its first entry to its last."),
    answer=Verified,
    refuses=(404,),
)
def verify(request: HttpRequest, number: Path[CaseNumber]) -> Verified:
    """Return the verdict on one case; refuses `unknown-case`."""
    case = queries.case_for(number, caller(request).person, at=moment(request)).case
    problems = verify_case(case)
    return Verified(
        case=case.number,
        intact=not problems,
        entries=case.seq,
        head=case.head,
        problems=[Fault(code=one.code, place=one.place, reason=refusal_text(one)) for one in problems],
    )


@offer(
    router,
    "GET",
    "/cases/{number}/documents",
    name="listDocuments",
    scope="read",
    says=_("The files of a case, for those who may read them."),
    answer=Page[DocumentShown],
    refuses=(404,),
)
def list_documents(
    request: HttpRequest,
    number: Path[CaseNumber],
    cut: Query[Cut],
) -> Page[DocumentShown]:
    """Return a page of the files the case holds; refuses `unknown-case`."""
    seen = queries.case_for(number, caller(request).person, at=moment(request))
    found = sorted(documents_of(seen, base=BASE), key=_place)
    page, following = named_page(found, cut, name=_place)
    return Page[DocumentShown](items=page, next=following)


@offer(
    router,
    "GET",
    "/cases/{number}/documents/{sha256}/{name}",
    name="readDocument",
    scope="read",
    says=_("One file of a case, its bytes as they were received."),
    answer=None,
    more=_("`Range` is understood, so that a broken download can be gone on with."),
    refuses=(404, 409),
    gives="application/octet-stream",
)
def read_document(
    request: HttpRequest, number: Path[CaseNumber], sha256: Path[Sha256], name: Path[FileName]
) -> HttpResponseBase:
    """Return the file, or a range of it; refuses `unknown-case`, `unknown-document` and `file-closed`."""
    seen = queries.case_for(number, caller(request).person, at=moment(request))
    found = queries.document_of(seen.case, sha256, name) if seen.private else None
    if found is None:
        raise _unknown_document()
    if found.state:
        raise refuse("file-closed", f"it is closed: {found.state}", hint="list documents", state=found.state)
    return file_response(request, found.path, name=found.name, media_type=found.type, sha256=sha256)


@offer(
    router,
    "GET",
    "/cases/{number}/pictures/{sha256}/{picture}",
    name="readPicture",
    scope="read",
    says=_("A picture made of a file: itself, a page of a PDF, a frame of a film; JPEG."),
    answer=None,
    refuses=(404,),
    gives="image/jpeg",
)
def read_picture(
    request: HttpRequest, number: Path[CaseNumber], sha256: Path[Sha256], picture: Path[PictureNumber]
) -> HttpResponseBase:
    """Return the picture; refuses `unknown-case` and `unknown-document`."""
    seen = queries.case_for(number, caller(request).person, at=moment(request))
    path = queries.picture_of(seen.case, sha256, picture) if seen.private else None
    if path is None:
        raise _unknown_document()
    return file_response(
        request, path, name=f"{picture}.jpg", media_type="image/jpeg", sha256=path.name, download=False
    )


def _unknown_document() -> Refusal:
    return refuse("unknown-document", "this case has no such file for you", hint="list its documents")


def shown(request: HttpRequest, number: str, response: HttpResponse) -> CaseShown:
    """Return the case as the caller sees it now, its ETag set on the response."""
    now = moment(request)
    made = case_shown(queries.case_for(number, caller(request).person, at=now), now=now)
    response["ETag"] = f'"{made.seq}"'
    return made


def _place(file: DocumentShown) -> str:
    return f"{file.field} {file.name} {file.sha256}"


def _firm_anywhere(credit_code: str | None) -> Firm:
    """Return the firm an officer files for; refuses `firm-needed` and `firm-unknown`."""
    if credit_code is None:
        raise refuse("firm-needed", "say for which firm", hint="give its credit code", field="firm")
    firm = organization.firm_by_code(credit_code)
    if firm is None:
        raise refuse("firm-unknown", f"there is no firm {credit_code}", field="firm", firm=credit_code)
    return firm


def _visit(wanted: CaseWanted, firm: Firm) -> Visit:
    """Return the visit named; refuses `unknown-visit`, also where it was to another firm or no channel."""
    found = visit(wanted.visit or 0)
    if found.firm_id != firm.pk or wanted.channel != "visit":
        raise refuse("unknown-visit", "the visit was to another firm", field="visit")
    return found


def firm_named(request: HttpRequest, credit_code: str | None, promise: str) -> Firm:
    """Return the firm to file for under a promise; refuses `no-firm`, `firm-needed` and `wrong-role`."""
    firms = queries.firms_acted_for(caller(request).person.pk, promise, at=moment(request))
    if not firms:
        raise refuse("no-firm", "the person acts for no firm", hint="ask the firm's administrator")
    if credit_code is None and len(firms) > 1:
        codes = ", ".join(firm.credit_code for firm in firms)
        raise refuse("firm-needed", "you act for several firms", hint=f"one of {codes}", field="firm")
    chosen = [firm for firm in firms if credit_code in (None, firm.credit_code)]
    if not chosen:
        hint = "choose one you act for"
        raise refuse("wrong-role", "you do not act for this firm", hint=hint, field="firm")
    return chosen[0]
