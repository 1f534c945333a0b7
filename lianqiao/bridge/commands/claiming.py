"""Files a step names become the case's: looked at before anything of the act is written, bound with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lianqiao.bridge import file_types, statements
from lianqiao.bridge.models import Attachment, Case
from lianqiao.bridge.queries.files import content_state
from lianqiao.engine.case_state import Body
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import CaseField, Mechanism
from lianqiao.engine.needs import CONTROL
from lianqiao.organization.models import Person
from lianqiao.organization.queries.prepared import Row, Statement, run_together, stored

# name and type are matched too: what the log says of a file must be what was received
FileKey = tuple[str, str, int, str]


class Received(NamedTuple):
    """A file as it was received: who sent it, and when as the database takes it; `id` is 0 for a copy's."""

    id: int
    person_id: int
    at: Any


@dataclass
class Claimed:
    """What an act takes of the files received: some become the case's, some are written once more for it."""

    bound: dict[FileKey, list[Received]] = field(default_factory=dict)
    copied: dict[FileKey, Received] = field(default_factory=dict)
    named: list[tuple[CaseField, dict[str, Any]]] = field(default_factory=list)


class FilesKnown:
    """What one transaction knows of the files its acts name, and what it has taken of them so far."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self._asked: set[tuple[str, int]] = set()
        self._unbound: dict[tuple[FileKey, int], list[Received]] = {}
        self._of_case: dict[tuple[int, FileKey], Received] = {}
        self._bound: list[tuple[int, int]] = []
        self._copies: list[Row] = []

    def ask(self, files: Iterable[tuple[str, int]]) -> None:
        """Ask in one trip after files not known yet, by (SHA-256, person); locks those of no case."""
        new = {one for one in files if one not in self._asked}
        if not new:
            return
        digests = sorted({sha256 for sha256, _ in new})
        asked = [statements.asking_contents(digests)]
        if senders := sorted({person for _, person in new if person}):
            asked.append(statements.asking_unbound(digests, senders))
        contents, *unbound = run_together(asked)
        self._states |= dict.fromkeys(digests, "")
        self._states |= {sha256: content_state(gone, scan) for sha256, gone, scan in contents}
        for key, sha256, person_id, name, size, kind, at in unbound[0] if unbound else ():
            if (sha256, person_id) in new:
                of = ((sha256, name, size, kind), person_id)
                self._unbound.setdefault(of, []).append(Received(key, person_id, at))
        self._asked |= new

    def claim(
        self,
        files: Sequence[tuple[str, dict[str, Any]]],
        by: Person | None,
        *,
        case: Case | None,
        above: int | None,
    ) -> Claimed:
        """Return what files, each with the field it stands in, become of; nothing is taken yet.

        `case` is None for one that is only being opened, `above` the key of the case it is part of. Refuses
        `file-not-yours`, and where a virus was found since, or the bytes are gone: `file-infected`,
        `file-gone`.
        """
        claimed = Claimed()
        self.ask((file["sha256"], by.id if by else 0) for _, file in files)
        for name, file in files:
            _check_there(self._states[file["sha256"]], name, file)
            if not self._claim(claimed, _key(file), by, case, above):
                raise refuse(
                    "file-not-yours", f"“{file['name']}” was not uploaded by you", place=f"field {name}",
                    hint="choose the file again", field=name,
                )  # fmt: skip
        return claimed

    def take(self, claimed: Claimed, case: Case) -> None:
        """Have a case get what was claimed for it, when the book is written."""
        for key, taken in claimed.bound.items():
            self._of_case[case.id, key] = taken[0]
            self._bound += ((one.id, case.id) for one in taken)
            del self._unbound[key, taken[0].person_id][: len(taken)]
        for key, one in claimed.copied.items():
            self._of_case[case.id, key] = one
            self._copies.append((*key, one.person_id, case.id, one.at))

    def writing(self) -> list[Statement]:
        """Return what binds and copies all that was taken."""
        return statements.binding(self._bound) + statements.ATTACHMENTS.writing_all(self._copies)

    def _claim(
        self, claimed: Claimed, key: FileKey, by: Person | None, case: Case | None, above: int | None
    ) -> bool:
        """Claim the first file just like this that the person sent and no case has, else one there is."""
        # a part has what the case above it has: nothing more is locked for it
        if above and self._again(claimed, key, by, case, above):
            return True
        unbound = self._unbound.get((key, by.id), []) if by else []
        taken = len(claimed.bound.get(key, ()))
        if taken < len(unbound):
            claimed.bound.setdefault(key, []).append(unbound[taken])
            return True
        return self._again(claimed, key, by, case, above)

    def _again(
        self, claimed: Claimed, key: FileKey, by: Person | None, case: Case | None, above: int | None
    ) -> bool:
        """Claim once more a file that is bound already; False where neither person nor case has it."""
        if key in claimed.bound or key in claimed.copied:
            return True
        if case and (case.id, key) in self._of_case:
            return True
        if above and (known := self._of_case.get((above, key))):
            claimed.copied[key] = known
            return True
        same = Attachment.objects.filter(**dict(zip(("sha256", "name", "size", "type"), key, strict=True)))
        here = [pk for pk in (case and case.pk, above) if pk]
        found = same.filter(case_id__in=here).first() or same.filter(person=by).first()
        if found is None:
            return False
        if case is None or found.case_id != case.pk:
            claimed.copied[key] = Received(0, found.person_id, stored(found.at))
        return True


def claim(
    known: FilesKnown,
    mechanism: Mechanism,
    body: Body,
    by: Person | None,
    *,
    case: Case | None,
    above: int | None,
) -> Claimed:
    """Return what becomes of the files a step names; refuses `file-not-yours` for a hash someone else sent.

    What the case, or the one it is part of, has already may be named again by whoever takes the step. A file
    received for another field must suit this one too: else `file-type` or `file-too-large`.
    """
    files = list(files_in(mechanism, body.get("data", {})))
    if not files:
        return Claimed()
    for name, file in files:
        _check_fits(mechanism.fields[name], name, file)
    claimed = known.claim(files, by, case=case, above=above)
    claimed.named = [(mechanism.fields[name], file) for name, file in files]
    return claimed


def files_in(mechanism: Mechanism, data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every file among what a case keeps, with its field."""
    for name, value in data.items():
        if name in mechanism.fields and mechanism.fields[name].type == "file":
            for file in value:
                yield name, file


def hashes_in(mechanism: Mechanism, typed: Mapping[str, Any]) -> Iterator[str]:
    """Yield the SHA-256 of every file among what was typed, whatever else may be wrong with it."""
    for name, value in typed.items():
        if name in mechanism.fields and mechanism.fields[name].type == "file":
            for file in value if isinstance(value, (list, tuple)) else [value]:
                sha256 = file.get("sha256") if isinstance(file, Mapping) else None
                if isinstance(sha256, str) and not CONTROL.search(sha256):
                    yield sha256


def _key(file: dict[str, Any]) -> FileKey:
    return (file["sha256"], file["name"], file["size"], file["type"])


def _check_there(state: str, name: str, file: dict[str, Any]) -> None:
    if state in ("", "scanning"):
        return
    code = "file-infected" if state == "infected" else "file-gone"
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
