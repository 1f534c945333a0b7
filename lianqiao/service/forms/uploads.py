"""Files of a form: taken in first, then named by hash, so that none is lost to another field's mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from lianqiao.bridge import commands, queries
from lianqiao.bridge.file_types import TYPES
from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.mechanism import CaseField
from lianqiao.engine.needs import Need
from lianqiao.organization.models import Person
from lianqiao.service.forms.asked import KEPT

MOST_FILES = 20
File = dict[str, Any]


@dataclass
class Uploads:
    """The files of each field as a case would keep them, and what was wrong with those refused."""

    files: dict[str, list[File]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def without(self, name: str, key: str) -> None:
        """Take one file out of a field again."""
        self.files[name] = [file for file in self.files.get(name, []) if file_key(file) != key]


def file_key(file: File) -> str:
    """Return what a form's hidden input says of a file received before: its hash and its name."""
    return f"{file['sha256']} {file['name']}"


def received(
    post: QueryDict,
    sent: MultiValueDict[str, UploadedFile[Any]],
    asked: Iterable[Need],
    *,
    by: Person,
    now: datetime,
    case: Case | None = None,
) -> Uploads:
    """Return the files kept from earlier tries and those sent now, which are received at once."""
    uploads = Uploads()
    needs = [need for need in asked if need.field.type == "file"]
    keys = {need.name: [_key(text) for text in post.getlist(f"{KEPT}.{need.name}")] for need in needs}
    known = queries.received_files((key for found in keys.values() for key in found), by=by, case=case)
    for need in needs:
        kept = [known[key] for key in keys[need.name] if key in known]
        files = [file for file in kept if _fits(file, need.field)]
        if len(files) < len(keys[need.name]):
            uploads.problems.append(_problem("file-not-yours", need.name))
        uploads.files[need.name] = files
        for upload in sent.getlist(need.name):
            _receive(uploads, need, upload, by=by, now=now)
    return uploads


def _receive(uploads: Uploads, need: Need, upload: UploadedFile[Any], *, by: Person, now: datetime) -> None:
    files = uploads.files[need.name]
    if len(files) >= MOST_FILES:
        uploads.problems.append(_problem("files-too-many", need.name, {"limit": str(MOST_FILES)}))
        return
    try:
        file = commands.receive(upload, field=need.field, by=by, now=now)
    except Refusal as refusal:
        uploads.problems += [_problem(p.code, need.name, p.facts) for p in refusal.problems]
        return
    if file_key(file) not in {file_key(other) for other in files}:
        files.append(file)


def _fits(file: File, field: CaseField) -> bool:
    """True where a file received for one field may stand in this one."""
    types = {TYPES[name] for name in field.formats if name in TYPES}
    return (not types or file["type"] in types) and file["size"] <= field.max_mb * 1024 * 1024


def _key(text: str) -> tuple[str, str]:
    sha256, _, name = text.partition(" ")
    return sha256, name


def _problem(code: str, field_name: str, facts: Mapping[str, str] | None = None) -> Problem:
    return Problem(code, code, place=f"field {field_name}", facts={**(facts or {}), "field": field_name})
