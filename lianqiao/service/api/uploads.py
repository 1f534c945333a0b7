"""Large files in pieces, as the tus protocol has it: begun, gone on with from where they are, given up."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext_noop as _
from ninja import Header, Path, Query, Router
from pydantic import BaseModel, Field

from lianqiao.bridge import commands, packs, queries
from lianqiao.bridge.models import Upload
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import LARGEST_ID, Cut, Moment, Page, Shown, offer
from lianqiao.service.api.attachments import Stream, UploadAsked, field_asked
from lianqiao.service.api.shapes import FileShown

router = Router(tags=["uploads"])
TUS = "1.0.0"
PIECE = "application/offset+octet-stream"
BYTES = {"required": True, "content": {PIECE: {"schema": {"type": "string", "format": "binary"}}}}
Token = Path[str]


class Length(BaseModel):
    """How long the file is."""

    length: int = Field(
        alias="Upload-Length", ge=0, le=LARGEST_ID, description=_("How many bytes the file has.")
    )


class Offset(BaseModel):
    """Where a piece begins."""

    offset: int = Field(
        alias="Upload-Offset", ge=0, le=LARGEST_ID, description=_("How many bytes are here already.")
    )


class UploadShown(Shown):
    """An upload: how far it is, and, once whole, the file to be named in the data of a case or an act."""

    id: str
    name: str
    size: int
    offset: int
    purpose: str = Field(description=_("The promise or case and the field it was begun for."))
    made_at: Moment
    file: FileShown | None = Field(description=_("Null until the last byte is here."))


@offer(
    router,
    "POST",
    "/uploads",
    name="beginUpload",
    scope="file act",
    says=_("Begin a file sent in pieces (tus 1.0.0: creation)."),
    more=_("For large files and poor lines: what arrived stays, also when browser or server are killed."),
    answer=UploadShown,
    status=201,
    refuses=(404, 413, 507),
    headers=("Location", "Upload-Offset", "Upload-Expires"),
)
def begin_upload(
    request: HttpRequest, asked: Query[UploadAsked], length: Header[Length], *, response: HttpResponse
) -> UploadShown:
    """Begin it; refuses as `bridge.commands.begin` does, and `unknown-field`."""
    field = field_asked(request, asked)
    upload = commands.begin(
        name=asked.name,
        size=length.length,
        field=field,
        purpose=f"{asked.case or asked.promise}/{asked.field}",
        by=caller(request).person,
        now=moment(request),
    )
    response.headers["Location"] = f"{request.path}/{upload.token}"
    _tell(upload, response)
    return _shown(upload)


@offer(
    router,
    "GET",
    "/uploads",
    name="listUploads",
    scope="file act",
    says=_("Your uploads that are not all there, newest first."),
    answer=Page[UploadShown],
)
def list_uploads(request: HttpRequest, cut: Query[Cut]) -> Page[UploadShown]:
    """Return a page of the caller's uploads under way."""
    found = queries.uploads_under_way(caller(request).person.pk)
    page, following = page_of(found, [Key("made_at", descending=True)], cut)
    return Page[UploadShown](items=[_shown(one) for one in page], next=following)


@offer(
    router,
    "GET",
    "/uploads/{upload}",
    name="showUpload",
    scope="file act",
    says=_("How far an upload is; once whole, its file."),
    more=_("HEAD tells the same in headers alone, as tus clients ask."),
    answer=UploadShown,
    refuses=(404,),
    headers=("Upload-Offset", "Upload-Length", "Upload-Expires"),
)
def show_upload(request: HttpRequest, upload: Token, *, response: HttpResponse) -> UploadShown:
    """Return it; refuses `unknown-upload`."""
    found = queries.upload_of(upload, caller(request).person.pk)
    _tell(found, response)
    return _shown(found)


@offer(
    router,
    "HEAD",
    "/uploads/{upload}",
    name="askUpload",
    scope="file act",
    says=_("How far an upload is; once whole, its file."),
    answer=None,
    refuses=(404,),
    told=False,
)
def ask_upload(request: HttpRequest, upload: Token) -> HttpResponse:
    """Return its offset and length as headers; refuses `unknown-upload`."""
    response = HttpResponse()
    _tell(queries.upload_of(upload, caller(request).person.pk), response)
    return response


@offer(
    router,
    "PATCH",
    "/uploads/{upload}",
    name="appendToUpload",
    scope="file act",
    says=_("Send the next piece; the last one makes the file, its true type is checked then."),
    more=_("409: it begins elsewhere than where the upload is; ask, and go on from there."),
    answer=None,
    status=204,
    refuses=(404, 413, 423, 507),
    headers=("Upload-Offset", "Upload-Expires"),
    body=BYTES,
)
def append_to_upload(request: HttpRequest, upload: Token, piece: Header[Offset]) -> HttpResponse:
    """Add the piece; refuses as `bridge.commands.append` does."""
    found = queries.upload_of(upload, caller(request).person.pk)
    pieces = Stream(found.name, request).chunks()
    after = commands.append(found, pieces, at=piece.offset, now=moment(request))
    response = HttpResponse(status=204)
    _tell(after, response)
    return response


@offer(
    router,
    "DELETE",
    "/uploads/{upload}",
    name="abandonUpload",
    scope="file act",
    says=_("Give an upload up; nothing of it stays."),
    answer=None,
    status=204,
    refuses=(404,),
)
def abandon_upload(request: HttpRequest, upload: Token) -> HttpResponse:
    """Give it up; a file that is whole already stays. Refuses `unknown-upload`."""
    commands.abandon(queries.upload_of(upload, caller(request).person.pk))
    return HttpResponse(status=204, headers={"Tus-Resumable": TUS})


def _tell(upload: Upload, response: HttpResponse) -> None:
    over = upload.touched_at + timedelta(days=packs.current().retention.unfinished_days)
    response.headers["Tus-Resumable"] = TUS
    response.headers["Upload-Offset"] = str(upload.offset)
    response.headers["Upload-Length"] = str(upload.size)
    response.headers["Upload-Expires"] = http_date(over.timestamp())
    response.headers["Cache-Control"] = "no-store"


def _shown(upload: Upload) -> UploadShown:
    file = FileShown(sha256=upload.sha256, name=upload.name, size=upload.size, type=upload.type)
    return UploadShown(
        id=upload.token,
        name=upload.name,
        size=upload.size,
        offset=upload.offset,
        purpose=upload.purpose,
        made_at=upload.made_at,
        file=file if upload.sha256 else None,
    )
