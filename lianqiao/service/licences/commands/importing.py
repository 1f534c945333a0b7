"""A register kept elsewhere is brought in: a spreadsheet, its columns named, its bad rows told by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from lianqiao.bridge import packs
from lianqiao.bridge.commands import ask_job
from lianqiao.bridge.commands.attaching import let_go
from lianqiao.bridge.long_jobs import Work
from lianqiao.bridge.models import Job
from lianqiao.bridge.storage import stored_at
from lianqiao.bridge.tables import Layout, Row, open_table
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem
from lianqiao.engine.licences.reading import LicenceKinds
from lianqiao.engine.licences.shape import LicenceKind
from lianqiao.engine.policy.cells import Unusable, parse_cell
from lianqiao.engine.policy.shape import Attribute
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.licences.commands.register import LicenceEntry, enter_licences, fact_of
from lianqiao.service.licences.queries.rights import require_keeper

KIND = "licence-import"
READING = gettext_noop("Entering licences")
AT_ONCE = 500
PROBLEMS_KEPT = 200
LONGEST_NUMBER = 80
# what the columns of a register are called
CALLED: dict[str, tuple[str, ...]] = {
    "kind": ("证照类型", "证照名称", "许可证名称", "许可证类型", "licence", "kind"),
    "number": ("证照编号", "许可证编号", "证号", "编号", "number"),
    "firm": ("统一社会信用代码", "信用代码", "credit code", "firm"),
    "issued_on": ("发证日期", "颁发日期", "签发日期", "issued"),
    "valid_until": ("有效期至", "有效期截止", "截止日期", "到期日期", "valid until"),
    "premises": ("地址", "经营场所", "生产地址", "premises"),
    "scope": ("许可范围", "经营范围", "生产范围", "scope"),
}
NEEDED = ("kind", "number", "firm", "issued_on")
_DAY = Attribute.model_validate(
    {"kind": "date", "title": {"zh-hans": "日期", "en": "day"}, "may_be_future": True}
)
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass
class Imported:
    """What came of a file; `problems` are the first of them, `refused` counts every row left out."""

    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)


def ask_import(sha256: str, *, file: str, columns: Mapping[str, str], by: Person, now: datetime) -> Job:
    """Ask for a received file to be entered; `columns` maps fields to headings. Refuses `licences-only`."""
    require_keeper(by, at=now)
    given = {"sha256": sha256, "file": file, "columns": dict(columns)}
    return ask_job(KIND, by=by, given=given, about=file, now=now)


def import_uploaded(work: Work) -> dict[str, Any]:
    """Enter an uploaded register piece by piece; begun again it goes over what is there already."""
    given, by = work.job.given, work.job.person
    path = stored_at(given["sha256"])
    total = sum(1 for _ in open_table(path, layout(given["columns"]), name=given["file"]).rows)
    done = import_file(
        path,
        name=given["file"],
        columns=given["columns"],
        now=work.clock(),
        told=lambda rows: work.go_on(done=rows, total=total, stage=READING),
    )
    if by:
        let_go(given["sha256"], by=by)
    return {**asdict(done), "job": work.job.pk}


def import_file(
    path: Path,
    *,
    name: str,
    now: datetime,
    columns: Mapping[str, str] | None = None,
    example: bool = False,
    told: Callable[[int], None] = lambda rows: None,
) -> Imported:
    """Enter the licences of a CSV file or workbook; returns what came of it.

    Raises Refusal where the file as a whole cannot be read: see `bridge.tables.open_table`.
    """
    done = Imported()
    reader = _Reader(packs.current().licences, today=beijing(now).date(), example=example)
    rows = open_table(path, layout(columns or {}), name=name).rows
    while some := list(islice(rows, AT_ONCE)):
        entries: dict[tuple[str, str], LicenceEntry] = {}
        for row in some:
            entry, problems = reader.read(row)
            done.problems += problems[: max(0, PROBLEMS_KEPT - len(done.problems))]
            if entry is None:
                done.refused += 1
            else:
                # of a licence told twice in a piece the last row counts
                entries[entry.kind, entry.number] = entry
        told_of = enter_licences(list(entries.values()), now=now)
        done.rows += len(some)
        done.added += told_of["added"]
        done.updated += told_of["updated"]
        done.unchanged += told_of["unchanged"]
        told(done.rows)
    return done


def layout(columns: Mapping[str, str]) -> Layout:
    """Return which column holds what: as chosen, else as such columns are usually called."""
    facts = {
        f"fact:{name}": (name, one.title.zh_hans, one.title.en)
        for name, one in packs.current().licences.policies().attributes.items()
    }
    usual = {**CALLED, **facts}
    chosen = {name: (columns[name],) for name in usual if columns.get(name)}
    known = {name: called for name, called in usual.items() if name not in columns}
    return Layout(columns={**known, **chosen}, required=NEEDED)


class _Reader:
    """Reads rows into entries; firms are looked up once each."""

    def __init__(self, kinds: LicenceKinds, *, today: date, example: bool) -> None:
        self.kinds, self.today, self.example = kinds, today, example
        self.called = {
            text: one for one in kinds.kinds.values() for text in (one.id, one.title.zh_hans, one.title.en)
        }
        self.firms: dict[str, Any] = {}

    def read(self, row: Row) -> tuple[LicenceEntry | None, list[Problem]]:
        """Return the entry of a row, None where it is left out, and every problem of the row."""
        if row.problem is not None:
            return None, [row.problem]
        cells = {name: text.strip() for name, text in row.cells.items()}
        problems = [_problem("needs-missing", row, name, "") for name in NEEDED if not cells.get(name)]
        if problems:
            return None, problems
        kind = self.called.get(cells["kind"])
        firm = self.firm(cells["firm"])
        if kind is None:
            problems.append(_problem("unknown-licence-kind", row, "kind", cells["kind"]))
        if firm is None:
            problems.append(_problem("firm-unknown", row, "firm", cells["firm"]))
        if len(cells["number"]) > LONGEST_NUMBER:
            problems.append(_problem("licence-number-long", row, "number", cells["number"][:40]))
        issued, ends = (
            self.day(row, cells, "issued_on", problems),
            self.day(row, cells, "valid_until", problems),
        )
        if problems or kind is None or issued is None:
            return None, problems
        ends = ends or kind.first_last_day(issued)
        if ends < issued:
            return None, [_problem("licence-last-day", row, "valid_until", cells.get("valid_until", ""))]
        known = dict(self.facts(row, cells, kind, problems))
        entry = LicenceEntry(
            kind=kind.id, number=cells["number"], firm=firm, issued_on=issued, valid_until=ends,
            premises=cells.get("premises", "")[:300], scope=cells.get("scope", "")[:500],
            known=known, example=self.example,
        )  # fmt: skip
        return entry, problems

    def firm(self, code: str) -> Any:
        if code not in self.firms:
            self.firms[code] = organization.firm_by_code(code.upper())
        return self.firms[code]

    def day(self, row: Row, cells: Mapping[str, str], name: str, problems: list[Problem]) -> date | None:
        try:
            found = parse_cell(cells.get(name, ""), _DAY, "", self.today)
        except Unusable as error:
            problems.append(_problem(error.code, row, name, cells[name]))
            return None
        return date.fromordinal(found + _EPOCH) if isinstance(found, int) else None

    def facts(
        self, row: Row, cells: Mapping[str, str], kind: LicenceKind, problems: list[Problem]
    ) -> Iterator[tuple[str, Any]]:
        """Yield what the row knows; what cannot be read stays unknown and is reported."""
        for name, described in self.kinds.attributes_of(kind).items():
            text = cells.get(f"fact:{name}", "")
            try:
                found = parse_cell(text, described, "", self.today)
            except Unusable as error:
                problems.append(_problem(error.code, row, name, text))
                continue
            if found is not None:
                yield name, fact_of(found, described, source="证照台账", today=self.today)


def _problem(code: str, row: Row, column: str, value: str, **facts: str) -> Problem:
    told = {"line": str(row.line), "column": column, "value": value[:60], **facts}
    return Problem(code, code, place=f"line {row.line}", facts=told)
