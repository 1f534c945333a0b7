"""Files looked over, as forms and case pages show them: by field, each with its hints or its progress."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lianqiao.bridge.queries import CaseSeen, FileLooked
from lianqiao.engine.file_findings import findings, findings_together
from lianqiao.engine.mechanism import CaseField
from lianqiao.service.finding_words import FindingShown, finding_shown, measured_words
from lianqiao.service.job_words import JobShown, job_shown
from lianqiao.service.language import in_words


@dataclass(frozen=True)
class FileShown:
    """One file: its hints and what was measured, or the job that looks, or neither where nothing ran."""

    sha256: str
    name: str
    hints: tuple[FindingShown, ...]
    measured: str
    done: bool
    job: JobShown | None


@dataclass
class FieldLooked:
    """The files of one field; `together` are hints about all of them."""

    name: str
    title: str
    field: CaseField
    files: list[FileShown] = dataclasses.field(default_factory=list)
    together: tuple[FindingShown, ...] = ()

    @property
    def live(self) -> bool:
        """True while one of its files is being looked over."""
        return any(file.job and file.job.live for file in self.files)

    @property
    def unlooked(self) -> bool:
        """True where a file was not looked over and nobody is at it."""
        return any(not file.done and not (file.job and file.job.live) for file in self.files)


def case_files(seen: CaseSeen) -> Iterator[tuple[str, CaseField, dict[str, Any]]]:
    """Yield the files of a case in whose fields something is looked for, each with its field."""
    for name, field in seen.mechanism.fields.items():
        if field.check is not None:
            for file in seen.state.data.get(name, ()):
                yield name, field, file


def fields_looked(looked: Iterable[FileLooked], data: Mapping[str, Any]) -> dict[str, FieldLooked]:
    """Return how it stands by field, in the active language; `data` is what the hints compare with."""
    by_field: dict[str, FieldLooked] = {}
    reports: dict[str, list[Mapping[str, Any]]] = {}
    for one in looked:
        shown = by_field.setdefault(one.name, FieldLooked(one.name, in_words(one.field.title), one.field))
        shown.files.append(_file(one, data))
        if one.report is not None:
            reports.setdefault(one.name, []).append(one.report)
    for name, shown in by_field.items():
        check = shown.field.check
        # of some of the files nothing is said about the whole
        if check and len(reports.get(name, ())) == len(shown.files):
            hints = findings_together(check, reports[name], data)
            shown.together = tuple(finding_shown(hint, check) for hint in hints)
    return by_field


def _file(one: FileLooked, data: Mapping[str, Any]) -> FileShown:
    check = one.field.check
    hints: tuple[FindingShown, ...] = ()
    if one.report is not None and check is not None:
        hints = tuple(finding_shown(hint, check) for hint in findings(check, one.report, data))
    return FileShown(
        sha256=str(one.file["sha256"]),
        name=str(one.file["name"]),
        hints=hints,
        measured=measured_words(one.report) if one.report is not None else "",
        done=one.report is not None,
        job=job_shown(one.job) if one.job is not None and one.report is None else None,
    )
