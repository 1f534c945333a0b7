"""Files received as a stream of bytes, to be named in a case afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from lianqiao.bridge import commands, packs, queries
from lianqiao.bridge.commands.talking import NOTE_FILES
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import CaseField, Mechanism
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import PRINTABLE, offer
from lianqiao.service.api.shapes import CaseNumber, FileShown, Identifier

router = Router(tags=["attachments"])
# the field of files that go with a message on a case
NOTE = "note"
READ_AT_ONCE = 256 * 1024
FileName = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE, examples=["剧本.pdf"])]
BYTES = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class UploadAsked(BaseModel):
    """What the file is for: a field of a promise, or of the promise of a case."""

    field: Identifier = Field(description=_("`note` with a case: for a message on it."))
    name: FileName
    promise: Identifier | None = None
    case: CaseNumber | None = Field(default=None, description=_("The case it is for; else give the promise."))


@dataclass
class Stream:
    """The body of a request as `bridge.commands.receive` reads a file: never whole in memory."""

    name: str | None
    request: HttpRequest

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in pieces."""
        while piece := self.request.read(READ_AT_ONCE):
            yield piece


@offer(
    router,
    "POST",
    "/attachments",
    name="uploadFile",
    scope="file act",
    says=_("Send a file for a field; what is answered is named in the data of a case or an act."),
    more=_("The body is the file itself. Its true type and size are checked against the field."),
    answer=FileShown,
    status=201,
    refuses=(404, 413),
    body=BYTES,
)
def upload_file(request: HttpRequest, asked: Query[UploadAsked]) -> FileShown:
    """Receive the file; refuses as `bridge.commands.receive` does, and `unknown-field`."""
    field = field_asked(request, asked)
    kept = commands.receive(
        Stream(asked.name, request), field=field, by=caller(request).person, now=moment(request)
    )
    return FileShown(**kept)


def field_asked(request: HttpRequest, asked: UploadAsked) -> CaseField:
    """Return the field a file is for; refuses `unknown-case`, `promise-needed` and `unknown-field`."""
    mechanism = _mechanism(request, asked)
    noted = asked.field == NOTE and asked.case is not None
    return NOTE_FILES if noted else file_field(mechanism, asked.field)


def _mechanism(request: HttpRequest, asked: UploadAsked) -> Mechanism:
    if asked.case is not None:
        return queries.case_for(asked.case, caller(request).person, at=moment(request)).mechanism
    if asked.promise is None:
        raise refuse("promise-needed", "say what it is for", hint="give promise or case", field="promise")
    return packs.current().newest(asked.promise)


def file_field(mechanism: Mechanism, name: str) -> CaseField:
    """Return the field of this name that takes files; refuses `unknown-field`."""
    field = mechanism.fields.get(name)
    if field is None or field.type != "file":
        raise refuse("unknown-field", f"{name} takes no file", hint="look at the needs", field="field")
    return field
