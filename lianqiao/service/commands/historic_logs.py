"""Keep a log of another system, reckon what was promised in it anew, forget it again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction

from lianqiao.bridge import packs
from lianqiao.bridge.queries.event_logs import Pseudonyms
from lianqiao.engine.clock_bulk import day_table
from lianqiao.engine.errors import Problem, refuse
from lianqiao.engine.mining import (
    CaseClocks,
    EventLog,
    LogMap,
    Promised,
    Reading,
    clocks_of_cases,
    joined,
    report_of,
    variant_of_each,
)
from lianqiao.engine.mining.event_log import Times
from lianqiao.engine.mining.time_reading import as_moment
from lianqiao.organization.commands.authority import require_office
from lianqiao.organization.models import Person
from lianqiao.service.log_import.files import read_log_file
from lianqiao.service.models import HistoricCase, HistoricLog
from lianqiao.service.queries.historic_logs import map_of, stored_log, trails

ROWS_AT_ONCE = 2000
PROBLEMS_RECORDED = 200
# variants and passages kept for the pages; a log can have as many variants as cases
MOST_FOUND = 200
LONGEST_NAME, LONGEST_NUMBER = 100, 200
Told = Callable[[int], None]
# what a file says of a case; the rest is reckoned from it
SAID = ("trail", "stated_due_at", "stated_end_at")
COLUMNS = (
    *SAID, "events", "variant", "first_at", "last_at", "started_at", "ended_at", "due_at", "owed", "late_s",
)  # fmt: skip


@dataclass
class LogImport:
    """What an import did: cases of the file added, updated with what it says, or known as they were."""

    name: str
    rows: int
    left_out: int
    cases: int = 0
    events: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON-ready values."""
        return {**asdict(self), "problems": [asdict(problem) for problem in self.problems]}


def import_log(
    reading: Reading,
    *,
    name: str,
    log_map: LogMap,
    file: str,
    sha256: str,
    now: datetime,
    by: Person | None = None,
    example: bool = False,
    told: Told | None = None,
) -> LogImport:
    """Keep a log that was read under `name`; a case known under that name is replaced by what the file says.

    Cases the file lacks stay. All of it or nothing, also where `told`, which hears how many cases are
    written, raises. People become pseudonyms. Raises Refusal `office-only`, `log-name`, `case-name-too-long`.
    """
    require_office(by, now=now)
    name = name.strip()
    _check_names(name, reading.log)
    report = LogImport(name, reading.rows, reading.dirty, problems=reading.problems)
    new = _without_names(reading.log)
    with transaction.atomic():
        kept = HistoricLog.objects.select_for_update().filter(name=name).first()
        whole = joined(stored_log(kept), new) if kept else new
        if kept and not log_map.promise:
            # what the office said on the page stays said
            log_map = log_map.model_copy(update={"promise": map_of(kept).promise})
        row = kept or HistoricLog(name=name)
        row.map, row.file, row.sha256 = log_map.model_dump(mode="json"), file[-200:], sha256
        row.at, row.by, row.example, row.left_out = now, by, example, reading.dirty
        row.problems = [asdict(problem) for problem in reading.problems[:PROBLEMS_RECORDED]]
        _keep(row, whole, log_map.promise, now=now, report=report, of_file=frozenset(new.cases), told=told)
    return report


def import_log_file(
    path: Path,
    *,
    name: str,
    log_map: LogMap | None,
    file: str,
    now: datetime,
    by: Person | None = None,
    example: bool = False,
    most_rows: int = 0,
    read: Told | None = None,
    begun: Callable[[], None] | None = None,
    told: Told | None = None,
) -> LogImport:
    """Read a log's file and keep it as `import_log` does; `read` hears how many rows are read.

    `begun` is called when all is read and it goes on to reckoning and writing; it may still raise.

    `file` is what it is called. Raises Refusal `log-too-long` beyond `most_rows` (0 for any number), and as
    `import_log` and `files.read_log_file` do.
    """
    require_office(by, now=now)

    def counted(rows: int) -> None:
        _check_length(rows, most_rows)
        if read:
            read(rows)

    reading = read_log_file(path, log_map, name=file, told=counted)
    _check_length(reading.rows, most_rows)
    if begun:
        begun()
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return import_log(
        reading,
        name=name,
        log_map=log_map or LogMap(),
        file=file,
        sha256=digest,
        now=now,
        by=by,
        example=example,
        told=told,
    )


def reckon_log(
    log: HistoricLog, *, promise: Promised | None, now: datetime, by: Person | None = None
) -> HistoricLog:
    """Say what was promised in an imported log, and reckon its clocks anew on the calendar as it is now.

    Raises Refusal `office-only`.
    """
    require_office(by, now=now)
    with transaction.atomic():
        row = HistoricLog.objects.select_for_update().get(pk=log.pk)
        row.map = map_of(row).model_copy(update={"promise": promise}).model_dump(mode="json")
        _keep(row, stored_log(row), promise, now=now, report=LogImport(row.name, 0, 0))
    return row


def forget_log(log: HistoricLog, *, now: datetime, by: Person | None = None) -> None:
    """Remove an imported log with all its cases; raises Refusal `office-only`."""
    require_office(by, now=now)
    with transaction.atomic():
        HistoricLog.objects.filter(pk=log.pk).delete()


def _check_length(rows: int, most_rows: int) -> None:
    if most_rows and rows > most_rows:
        raise refuse(
            "log-too-long",
            f"the file has more than {most_rows} rows",
            hint="import it on the server: lianqiao import log FILE --map MAP",
            limit=str(most_rows),
        )


def _check_names(name: str, log: EventLog) -> None:
    if not 0 < len(name) <= LONGEST_NAME:
        raise refuse(
            "log-name",
            f"a log's name has 1 to {LONGEST_NAME} characters",
            place="name",
            hint="give it another",
            limit=str(LONGEST_NAME),
        )
    if long := next((one for one in log.cases if len(one) > LONGEST_NUMBER), "")[:40]:
        raise refuse(
            "case-name-too-long",
            f"“{long}…” is no number of a case",
            place="case",
            hint="see whether the map names the right column for cases",
            name=long,
        )


def _without_names(log: EventLog) -> EventLog:
    pseudonym = Pseudonyms()
    return replace(log, people=tuple(pseudonym("officer", name) for name in log.people))


def _keep(
    row: HistoricLog,
    log: EventLog,
    promise: Promised | None,
    *,
    now: datetime,
    report: LogImport,
    of_file: frozenset[str] = frozenset(),
    told: Told | None = None,
) -> None:
    """Write the log as a whole, its findings and those of its cases that are not as they were."""
    calendar = packs.calendar(now)
    table = day_table(calendar)
    row.cases, row.events, row.calendar = len(log.cases), len(log), calendar.version
    row.first_at = as_moment(int(log.at.min().astype(np.int64)))
    row.last_at = as_moment(int(log.at.max().astype(np.int64)))
    row.activities, row.people = list(log.activities), list(log.people)
    row.findings = report_of(log, table, promise=promise, top=MOST_FOUND)
    clocks = clocks_of_cases(log, table, promise=promise)
    row.owed, row.late = int(clocks.owed.sum()), int(clocks.late.sum())
    row.save()
    report.cases, report.events = row.cases, row.events
    before = {
        known[1]: (known[0], known[2:])
        for known in HistoricCase.objects.filter(log=row).values_list("pk", "number", *COLUMNS).iterator()
    }
    columns = _columns(log, clocks)
    rows = zip(log.cases, zip(*(columns[name] for name in COLUMNS), strict=True), strict=True)
    written = 0
    while some := list(islice(rows, ROWS_AT_ONCE)):
        _write(row, some, before, report, of_file)
        written += len(some)
        if told:
            told(written)


def _columns(log: EventLog, clocks: CaseClocks) -> dict[str, Iterable[Any]]:
    """Return what is kept of each case, by column."""
    return {
        "trail": trails(log),
        "stated_due_at": _moments(log.deadline),
        "stated_end_at": _moments(log.end),
        "events": np.bincount(log.case, minlength=len(log.cases)).tolist(),
        "variant": variant_of_each(log),
        "first_at": _moments(log.at[log.first]),
        "last_at": _moments(log.at[log.last]),
        "started_at": _moments(clocks.started),
        "ended_at": _moments(clocks.ended),
        "due_at": _moments(clocks.due),
        "owed": clocks.owed.tolist(),
        "late_s": clocks.late_s.tolist(),
    }


def _write(
    row: HistoricLog,
    some: list[tuple[str, tuple[Any, ...]]],
    before: dict[str, tuple[int, tuple[Any, ...]]],
    report: LogImport,
    of_file: frozenset[str],
) -> None:
    added, changed = [], []
    for number, values in some:
        known = before.get(number)
        if known is None:
            added.append(_case(row, number, values))
        elif known[1] != values:
            changed.append(_case(row, number, values, pk=known[0]))
        if number in of_file:
            said = known[1][: len(SAID)] if known else None
            report.added += known is None
            report.updated += known is not None and said != values[: len(SAID)]
            report.unchanged += known is not None and said == values[: len(SAID)]
    HistoricCase.objects.bulk_create(added)
    HistoricCase.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["id"], update_fields=list(COLUMNS)
    )


def _case(row: HistoricLog, number: str, values: tuple[Any, ...], *, pk: int | None = None) -> HistoricCase:
    return HistoricCase(pk=pk, log=row, number=number, **dict(zip(COLUMNS, values, strict=True)))


def _moments(times: Times) -> Iterator[datetime | None]:
    for second, missing in zip(
        times.astype("M8[s]").astype(np.int64).tolist(), np.isnat(times).tolist(), strict=True
    ):
        yield None if missing else as_moment(second)
