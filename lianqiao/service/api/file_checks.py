"""What was found in files: hints to whoever decides and to the firm, never a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge import commands, packs, queries
from lianqiao.bridge.queries import FileLooked, unknown_case
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import PRINTABLE, Cut, Page, Shown, offer
from lianqiao.service.api.attachments import file_field
from lianqiao.service.api.paging import named_page
from lianqiao.service.api.shapes import CaseNumber, Identifier, Sha256
from lianqiao.service.finding_words import FindingShown
from lianqiao.service.looked import FieldLooked, case_files, fields_looked

router = Router(tags=["attachments"])
FileName = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE, examples=["剧本.pdf"])]


class FileChecksAsked(Cut):
    """For which field of which promise the file was sent, and under what name."""

    promise: Identifier
    field: Identifier
    name: FileName


class SpotFound(Shown):
    """A place in a file: a page, or a stretch of time; for words with what stands around them."""

    where: str
    before: str
    word: str
    after: str


class Hint(Shown):
    """Something that stands out."""

    code: str
    words: str
    spots: list[SpotFound]


class FileChecked(Shown):
    """A file, and what was found in it."""

    field: str
    sha256: str = Field(description=_("Empty for hints about all the files of the field together."))
    name: str
    state: str = Field(description=_("done, waiting, running, failed or cancelled; none where nobody asked."))
    job: int | None = Field(description=_("The long job that looks; see `showJob`."))
    hints: list[Hint]
    measured: str = Field(description=_("What was measured, in one line."))


@offer(
    router,
    "GET",
    "/cases/{number}/checks",
    name="listChecks",
    scope="read",
    says=_("What was found in the files of a case, for those who may read them: hints, no verdict."),
    answer=Page[FileChecked],
    refuses=(404,),
)
def list_checks(request: HttpRequest, number: Path[CaseNumber], cut: Query[Cut]) -> Page[FileChecked]:
    """Return a page of the files that are looked over; refuses `unknown-case`."""
    seen = queries.case_for(number, caller(request).person, at=moment(request))
    looked = queries.looked_into(case_files(seen)) if seen.private else []
    return _page(looked, seen.state.data, cut)


@offer(
    router,
    "POST",
    "/cases/{number}/checks",
    name="lookIntoFiles",
    scope="file act",
    says=_("Have the files of a case looked over that were not, or not to the end."),
    answer=Page[FileChecked],
    refuses=(404,),
)
def look_into_files(request: HttpRequest, number: Path[CaseNumber]) -> Page[FileChecked]:
    """Begin what is left; refuses `unknown-case`, also for those who may not read the files."""
    asked, now = caller(request), moment(request)
    seen = queries.case_for(number, asked.person, at=now)
    if not seen.private:
        raise unknown_case(number)
    files = [(field, file) for _name, field, file in case_files(seen)]
    commands.look_into(files, by=asked.person, now=now, case=seen.case)
    return _page(queries.looked_into(case_files(seen)), seen.state.data, Cut())


@offer(
    router,
    "GET",
    "/attachments/{sha256}/checks",
    name="listFileChecks",
    scope="read",
    says=_("What was found in a file you sent, before it is filed; empty where nothing is looked for."),
    answer=Page[FileChecked],
    refuses=(404,),
)
def list_file_checks(
    request: HttpRequest, sha256: Path[Sha256], asked: Query[FileChecksAsked]
) -> Page[FileChecked]:
    """Return the one file, nothing where the caller did not send it; refuses `unknown-field`."""
    field = file_field(packs.current().newest(asked.promise), asked.field)
    found = queries.received_files([(sha256, asked.name)], by=caller(request).person)
    looked = queries.looked_into((asked.field, field, file) for file in found.values())
    return _page(looked, {}, asked)


def _page(looked: Iterable[FileLooked], data: Mapping[str, Any], cut: Cut) -> Page[FileChecked]:
    rows = [row for field in fields_looked(looked, data).values() for row in _rows(field)]
    page, following = named_page(sorted(rows, key=_place), cut, name=_place)
    return Page[FileChecked](items=page, next=following)


def _rows(field: FieldLooked) -> list[FileChecked]:
    rows = [
        FileChecked(
            field=field.name,
            sha256=file.sha256,
            name=file.name,
            state="done" if file.done else file.job.job.state if file.job else "none",
            job=file.job.id if file.job else None,
            hints=[_hint(hint) for hint in file.hints],
            measured=file.measured,
        )
        for file in field.files
    ]
    if field.together:
        hints = [_hint(hint) for hint in field.together]
        rows.append(
            FileChecked(
                field=field.name, sha256="", name="", state="done", job=None, hints=hints, measured=""
            )
        )
    return rows


def _hint(hint: FindingShown) -> Hint:
    spots = [
        SpotFound(where=one.where, before=one.before, word=one.word, after=one.after) for one in hint.spots
    ]
    return Hint(code=hint.code, words=hint.words, spots=spots)


def _place(row: FileChecked) -> str:
    return f"{row.field} {row.name} {row.sha256}"
