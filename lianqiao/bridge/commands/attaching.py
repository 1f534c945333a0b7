"""Receive files, kept once under their SHA-256, and bind them to the case whose step names them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from lianqiao.bridge import file_types, statements
from lianqiao.bridge.commands import checking
from lianqiao.bridge.models import Attachment, Case
from lianqiao.bridge.storage import space_for, stored_at
from lianqiao.engine.case_state import Body
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import CaseField, Mechanism
from lianqiao.engine.needs import CONTROL
from lianqiao.organization.models import Person

# how the names of files begin that are not all there yet
UNFINISHED = ("receiving-", "making-")
LEFT_BEHIND_S = 24 * 3600


class Upload(Protocol):
    """What a web upload and an open file have in common: a name and its bytes in pieces."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


def receive(upload: Upload, *, field: CaseField, by: Person, now: datetime) -> dict[str, Any]:
    """Keep the file and return what a case keeps of it: sha256, name, size in bytes, true media type.

    The same bytes sent twice lie on the disk once. Raises Refusal `file-too-large`, `file-empty`,
    `file-type` where the bytes are none of the field's formats, whatever the name says, and `disk-full`;
    nothing stays then.
    """
    name = _plain_name(str(upload.name or ""))
    with space_for(name):
        digest, size, kind = _keep(upload, field, name)
    Attachment.objects.create(sha256=digest, name=name, size=size, type=kind, person=by, at=now)
    kept = {"sha256": digest, "name": name, "size": size, "type": kind}
    checking.look_into([(field, kept)], by=by, now=now)
    return kept


def _keep(upload: Upload, field: CaseField, name: str) -> tuple[str, int, str]:
    """Put the bytes where they belong; returns their hash, how many they are, and their media type."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=UNFINISHED[0])
    try:
        with os.fdopen(handle, "wb") as file:
            digest, size = _copy(upload.chunks(), file, field, name)
            file.flush()
            os.fsync(file.fileno())
        kind = file_types.checked(Path(temporary), name, field.formats)
        final = stored_at(digest)
        final.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary, final)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return digest, size, kind


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
    """Bind files, each with the field it stands in, to the case; refuses `file-not-yours` as `claim` does."""
    for name, file in files:
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
    handle, temporary = tempfile.mkstemp(dir=Path(settings.MEDIA_ROOT), prefix=UNFINISHED[1])
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
                path.unlink()
                cleared += 1
        except FileNotFoundError:
            continue  # another worker was first, or the upload has ended
    return cleared


def _plain_name(given: str) -> str:
    """Return a file's name without the folders, controls and turned writing a hostile one may have."""
    name = " ".join(CONTROL.sub("", given.replace("\\", "/").rpartition("/")[2]).split())
    return name[-200:].strip() if name.strip(".") else "file"


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


def _copy(chunks: Iterable[bytes], file: Any, field: CaseField, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > field.max_mb * 1024 * 1024:
            raise refuse(
                "file-too-large", f"“{name}” is larger than {field.max_mb} MB",
                hint="make it smaller or split it", name=name, limit=str(field.max_mb),
            )  # fmt: skip
        digest.update(chunk)
        file.write(chunk)
    if size == 0:
        raise refuse("file-empty", f"“{name}” is empty", hint="choose another file", name=name)
    return digest.hexdigest(), size
