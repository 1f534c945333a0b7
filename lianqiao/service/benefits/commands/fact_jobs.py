"""A file of facts taken in by a worker: chunk by chunk, so that a killed one is taken up without harm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext_noop

from lianqiao.bridge.commands import ask_job
from lianqiao.bridge.commands.attaching import let_go
from lianqiao.bridge.long_jobs import Work
from lianqiao.bridge.models import Job
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits.commands.recording import Told, record, require_consent
from lianqiao.service.benefits.fact_tables import FactRow, fact_rows
from lianqiao.service.benefits.models import FactImport
from lianqiao.service.benefits.parties import Kind
from lianqiao.service.benefits.queries.everyone import PURPOSE, people_permitting
from lianqiao.service.benefits.queries.vocabulary import looks_after, recordable

KIND = "facts-import"
ROWS_AT_ONCE = 300
PROBLEMS_KEPT = 200
READING = gettext_noop("Recording facts")


@dataclass(frozen=True)
class FileMeant:
    """How a file is read: columns and units by what they hold, and what is true of the whole file."""

    columns: Mapping[str, str]
    units: Mapping[str, str]
    source: str
    as_of: str
    confidence: str = "medium"
    consent: str = "law"
    purpose: str = ""

    @property
    def kind(self) -> Kind:
        """Whether its rows are about firms or about people."""
        return "person" if "person" in self.columns else "firm"


def ask_facts_import(sha256: str, *, file: str, meant: FileMeant, by: Person, now: datetime) -> Job:
    """Ask for a received file of facts to be taken in; what is about people serves benefits alone.

    Raises Refusal: `wrong-role`, `consent-missing`.
    """
    if not looks_after(by, at=now):
        raise refuse("wrong-role", "only officers bring in facts")
    if meant.kind == "person":
        require_consent(meant.consent)
        meant = replace(meant, purpose=PURPOSE)
    given = {"sha256": sha256, "file": file, "meant": asdict(meant), "day": beijing(now).date().isoformat()}
    return ask_job(KIND, by=by, given=given, about=file, now=now)


def import_facts(work: Work) -> dict[str, Any]:
    """Record the facts of the file; stopped or killed, what was recorded stays, begun again it adds
    the rest."""
    given, by = work.job.given, work.job.person
    path = stored_at(given["sha256"])
    meant = FileMeant(**given["meant"])
    day = date.fromisoformat(given["day"])
    report = FactImport(
        file=given["file"], sha256=given["sha256"], source=meant.source, at=work.clock(), by=by
    )
    total = sum(1 for _ in _rows(path, meant, given["file"], day))
    found = _rows(path, meant, given["file"], day)
    while rows := tuple(islice(found, ROWS_AT_ONCE)):
        _take_in(rows, meant, day, report, by=by, now=work.clock())
        work.go_on(done=min(report.rows, total), total=total, stage=READING)
    report.save()
    if by:
        let_go(given["sha256"], by=by)
    told = {name: getattr(report, name) for name in ("added", "known", "unusable", "left_out")}
    return {"import": report.pk, **told}


def _rows(path: Any, meant: FileMeant, name: str, day: date) -> Iterator[FactRow]:
    return fact_rows(path, meant.columns, meant.units, recordable(meant.kind), name=name, today=day)


def _take_in(
    rows: tuple[FactRow, ...],
    meant: FileMeant,
    day: date,
    report: FactImport,
    *,
    by: Person | None,
    now: datetime,
) -> None:
    named = {row.party for row in rows if row.party}
    parties = _parties(meant.kind, named, by)
    words: list[tuple[int, Told]] = []
    for row in rows:
        report.rows += 1
        problem = row.problem
        if problem is None and row.party not in parties:
            problem = _nobody(meant.kind, row)
        if problem is not None:
            report.left_out += 1
            _tell(report, row.line, problem.code, problem.facts)
            continue
        for name, (text, read) in row.found.items():
            if read.state == "unknown":
                continue
            if read.problem:
                _tell(report, row.line, read.problem, {"column": meant.columns[name], "value": text[:60]})
            words.append((parties[row.party], _told(name, row, meant, day)))
    done = record(meant.kind, words, by=by, now=now, via="import")
    report.added, report.known = report.added + done.added, report.known + done.known
    report.unusable += done.unusable


def _parties(kind: Kind, named: set[str], by: Person | None) -> dict[str, int]:
    """Return the keys of the firms, or of the people who permit it, by what the file calls them."""
    if kind == "firm":
        return {code: firm.pk for code, firm in organization.firms_by_code(named).items()}
    # of themselves officers say no more than anybody does
    return {one.username: one.pk for one in people_permitting(named) if by is None or one.pk != by.pk}


def _nobody(kind: Kind, row: FactRow) -> Problem:
    """Return what is said of a row that is about nobody here; of people the report keeps the line alone."""
    if kind == "person":
        return Problem("person-not-permitting", "nobody here permits it", facts={"line": str(row.line)})
    return Problem("firm-not-entered", "no such firm", facts={"line": str(row.line), "value": row.party})


def _told(name: str, row: FactRow, meant: FileMeant, day: date) -> Told:
    text, read = row.found[name]
    return Told(
        name, read, text[:200], row.source or meant.source,
        row.as_of or (date.fromisoformat(meant.as_of) if meant.as_of else day), row.valid_until,
        meant.confidence, meant.consent, meant.purpose,
    )  # fmt: skip


def _tell(report: FactImport, line: int, code: str, facts: Mapping[str, str]) -> None:
    if len(report.problems) < PROBLEMS_KEPT:
        report.problems.append({"line": line, "code": code, "facts": dict(facts)})
