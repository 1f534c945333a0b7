"""Bind files received to the case whose step names them; keep files the product makes itself."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from lianqiao.bridge import file_types, statements
from lianqiao.bridge.commands import checking
from lianqiao.bridge.commands.receiving import RECEIVING
from lianqiao.bridge.models import Attachment, Case
from lianqiao.bridge.queries.files import ContentSeen, contents_of
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.case_state import Body
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import CaseField, Mechanism
from lianqiao.organization.models import Person

# how the names of files begin that are not all there yet
MAKING, PICTURING = "making-", "picturing-"
UNFINISHED = (RECEIVING, MAKING, PICTURING)
LEFT_BEHIND_S = 24 * 3600


def claim(case: Case, mechanism: Mechanism, body: Body, by: Person | None, *, now: datetime) -> None:
    """Bind the files a step names to its case; refuses `file-not-yours` for a hash someone else uploaded.

    What the case, or the one it is part of, has already may be named again by whoever takes the step. A file
    received for another field must suit this one too: else `file-type` or `file-too-large`.
    """
    files = list(_files_in(mechanism, body))
    for name, file in files:
        _check_fits(mechanism.fields[name], name, file)
    bind(case, files, by)
    fields = mechanism.fields
    checking.look_into([(fields[name], file) for name, file in files], by=by, now=now, case=case)


def bind(case: Case, files: Iterable[tuple[str, dict[str, Any]]], by: Person | None) -> None:
    """Bind files, each with the field it stands in, to the case; refuses `file-not-yours` as `claim` does.

    One in which a virus was found since, or whose bytes are gone, is refused too: `file-infected`,
    `file-gone`.
    """
    found = list(files)
    contents = contents_of(file["sha256"] for _, file in found)
    for name, file in found:
        _check_there(contents[file["sha256"]], name, file)
        if not (by and statements.bind_attachment(case.pk, file, by.pk)) and not _again(case, file, by):
            raise refuse(
                "file-not-yours", f"“{file['name']}” was not uploaded by you", place=f"field {name}",
                hint="choose the file again", field=name,
            )  # fmt: skip


def let_go(sha256: str, *, by: Person) -> bool:
    """Forget a file this person sent that no case took; returns whether its bytes went too.

    They stay where somebody else, or a case, has the same.
    """
    Attachment.objects.filter(sha256=sha256, person=by, case=None).delete()
    if Attachment.objects.filter(sha256=sha256).exists():
        return False
    stored_at(sha256).unlink(missing_ok=True)
    return True


def keep_made(content: bytes) -> str:
    """Keep bytes the product made itself, as received files are kept; returns their SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    final = stored_at(digest)
    final.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=Path(settings.MEDIA_ROOT), prefix=MAKING)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, final)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return digest


def _again(case: Case, file: dict[str, Any], by: Person | None) -> bool:
    """Bind a file that is bound already once more; False where it is neither the person's nor the case's."""
    # name and type are matched too: what the log says of a file must be what was received
    same = Attachment.objects.filter(**file)
    here = [pk for pk in (case.pk, case.parent_id) if pk]
    found = same.filter(case_id__in=here).first() or same.filter(person=by).first()
    if found is not None and found.case_id != case.pk:
        found.pk, found.case = None, case
        found.save(force_insert=True)
    return found is not None


def clear_leftovers(*, now: datetime) -> int:
    """Remove what processes killed while they received or made a file left behind a day ago or longer."""
    cleared, folder = 0, Path(settings.MEDIA_ROOT)
    for path in (path for prefix in UNFINISHED for path in folder.glob(f"{prefix}*")):
        try:
            if path.stat().st_mtime < now.timestamp() - LEFT_BEHIND_S:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                cleared += 1
        except FileNotFoundError:
            continue  # another worker was first, or the upload has ended
    return cleared


def _check_there(content: ContentSeen, name: str, file: dict[str, Any]) -> None:
    if content.state in ("", "scanning"):
        return
    code = "file-infected" if content.state == "infected" else "file-gone"
    raise refuse(
        code, f"“{file['name']}” is not here", place=f"field {name}", hint="choose another file",
        name=file["name"], field=name,
    )  # fmt: skip


def _check_fits(field: CaseField, name: str, file: dict[str, Any]) -> None:
    kinds = [kind for kind in field.formats if file_types.TYPES.get(kind) == file["type"]]
    if field.formats and not kinds:
        formats = ", ".join(kind.upper() for kind in field.formats)
        raise refuse(
            "file-type", f"“{file['name']}” is {file['type']}", place=f"field {name}",
            hint=f"allowed: {formats}", name=file["name"], kind=file["type"], formats=formats, field=name,
        )  # fmt: skip
    if file["size"] > field.max_mb * 1024 * 1024:
        raise refuse(
            "file-too-large", f"“{file['name']}” is larger than {field.max_mb} MB", place=f"field {name}",
            hint="make it smaller or split it", name=file["name"], limit=str(field.max_mb), field=name,
        )  # fmt: skip


def _files_in(mechanism: Mechanism, body: Body) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in body.get("data", {}).items():
        if name in mechanism.fields and mechanism.fields[name].type == "file":
            for file in value:
                yield name, file
