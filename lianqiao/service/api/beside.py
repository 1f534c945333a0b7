"""What stands beside a case's steps: messages, the firm's rating, documents of decisions and their codes."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge import commands, queries
from lianqiao.engine.errors import refuse
from lianqiao.engine.side_acts import LONGEST_NOTE, LONGEST_RATING
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import Cut, Moment, Page, Shown, Wanted, offer
from lianqiao.service.api.cases import BASE, shown
from lianqiao.service.api.given import named_files
from lianqiao.service.api.paging import named_page
from lianqiao.service.api.shapes import CaseNumber, CaseShown, Sha256
from lianqiao.service.language import in_words

router = Router(tags=["beside"])
ResultCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z -]{1,40}$", examples=["7K3M9QXW2H"])]


class FileNamed(Wanted):
    """A file that was sent before, by what its upload answered."""

    sha256: Sha256
    name: str = Field(min_length=1, max_length=200)
    size: int | None = None
    type: str | None = None


class NoteWanted(Wanted):
    """A message to the other side."""

    text: str = Field(default="", max_length=LONGEST_NOTE, examples=["请问补充材料还缺什么？"])
    files: list[FileNamed] = Field(
        default=[], max_length=5, description=_("Sent before as files of the field `note` of this case.")
    )


class RatingWanted(Wanted):
    """What the firm thought of it: 5 very satisfied … 1 very dissatisfied."""

    grade: Literal[5, 4, 3, 2, 1]
    words: str = Field(default="", max_length=LONGEST_RATING)


class NumbersShown(Shown):
    """The numbers of people that stand in a case, in full."""

    numbers: list[str]


class ResultShown(Shown):
    """The document of a decision; `url` is empty while it is being made out."""

    code: str = Field(description=_("Anyone who has it can verify the document with it."))
    decision: str
    decided_at: Moment
    made_at: Moment | None
    superseded: Moment | None = Field(description=_("When a later decision took its place."))
    name: str
    sha256: str
    url: str


class ResultVerified(Shown):
    """Whether a document is genuine: what anyone with its code may know of it."""

    genuine: bool
    promise: str
    decision: str
    decided_at: Moment
    made_at: Moment | None
    superseded: Moment | None
    sha256: str = Field(description=_("The SHA-256 of the true file; compare it with the one in hand."))
    example: bool


@offer(
    router,
    "POST",
    "/cases/{number}/numbers",
    name="showNumbers",
    scope="read",
    says=_("The telephone and identity numbers that stand in a case, which are masked everywhere else."),
    more=_("For those with a part in the case; that they looked is kept."),
    answer=NumbersShown,
    refuses=(403, 404),
)
def show_numbers(request: HttpRequest, number: Path[CaseNumber]) -> NumbersShown:
    """Return the numbers; refuses as `commands.show_numbers` does."""
    found = commands.show_numbers(number, by=caller(request).person, now=moment(request))
    return NumbersShown(numbers=found)


@offer(
    router,
    "POST",
    "/cases/{number}/notes",
    name="addNote",
    scope="act",
    says=_("Write to the other side of a case; no clock moves."),
    answer=CaseShown,
    status=201,
    refuses=(403, 404, 409),
    headers=("ETag",),
)
def add_note(
    request: HttpRequest, number: Path[CaseNumber], wanted: NoteWanted, response: HttpResponse
) -> CaseShown:
    """Add the message; refuses as `bridge.commands.add_note` does."""
    asked, now = caller(request), moment(request)
    case = queries.case_for(number, asked.person, at=now).case
    files = named_files("files", [one.model_dump() for one in wanted.files], by=asked.person, case=case)
    commands.add_note(number, wanted.text, by=asked.person, now=now, files=files, once=asked.once)
    return shown(request, number, response)


@offer(
    router,
    "POST",
    "/cases/{number}/rating",
    name="rateCase",
    scope="act",
    says=_("Rate a case that has ended, once; a bad rating is followed up."),
    more=_("For the firm."),
    answer=CaseShown,
    status=201,
    refuses=(403, 404, 409),
    headers=("ETag",),
)
def rate(
    request: HttpRequest, number: Path[CaseNumber], wanted: RatingWanted, response: HttpResponse
) -> CaseShown:
    """Rate the case; refuses as `bridge.commands.rate` does."""
    commands.rate(number, wanted.grade, words=wanted.words, by=caller(request).person, now=moment(request))
    return shown(request, number, response)


@offer(
    router,
    "GET",
    "/cases/{number}/results",
    name="listResults",
    scope="read",
    says=_("The documents of a case's decisions, for those who may read them."),
    answer=Page[ResultShown],
    refuses=(404,),
)
def list_results(request: HttpRequest, number: Path[CaseNumber], cut: Query[Cut]) -> Page[ResultShown]:
    """Return a page of the documents, by code; refuses `unknown-case`."""
    seen = queries.case_for(number, caller(request).person, at=moment(request))
    found = queries.results_of(seen.case, seen.mechanism) if seen.private else []
    page, following = named_page(sorted(found, key=lambda one: one.code), cut, name=lambda one: one.code)
    return Page[ResultShown](items=[_result(one) for one in page], next=following)


@offer(
    router,
    "GET",
    "/verifications/{code}",
    name="verifyResult",
    scope="",
    says=_("Whether the document with this code is genuine, for anyone who has it."),
    answer=ResultVerified,
    refuses=(404,),
)
def verify_result(request: HttpRequest, code: Path[ResultCode]) -> ResultVerified:
    """Return what is public of the document; refuses `unknown-result`."""
    found = queries.result_by_code(code)
    if found is None:
        raise refuse("unknown-result", "no document has this code", hint="compare it with the one on paper")
    return ResultVerified(
        genuine=True,
        promise=in_words(queries.mechanism_of(found.case).title),
        decision=in_words(found.decision),
        decided_at=found.decided_at,
        made_at=found.made_at,
        superseded=found.superseded,
        sha256=found.sha256,
        example=found.case.example,
    )


def _result(one: queries.ResultSeen) -> ResultShown:
    address = f"{BASE}/cases/{one.case.number}/documents/{one.sha256}/{quote(one.name, safe='')}"
    return ResultShown(
        code=one.code,
        decision=in_words(one.decision),
        decided_at=one.decided_at,
        made_at=one.made_at,
        superseded=one.superseded,
        name=one.name,
        sha256=one.sha256,
        url=address if one.sha256 else "",
    )
