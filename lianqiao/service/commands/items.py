"""Import a catalogue of service items: good rows kept, bad ones told, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from lianqiao.bridge import packs
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization.commands.authority import require_office
from lianqiao.organization.models import Person
from lianqiao.service.commands.item_terms import TermsKept
from lianqiao.service.item_import.mapping import ItemMap
from lianqiao.service.item_import.report import ImportReport, Listener, RowReport, problem_dict
from lianqiao.service.item_import.rows import Catalogue, ItemRow, open_catalogue
from lianqiao.service.models import ItemImport, ServiceDepartment, ServiceItem

ROWS_AT_ONCE = 1000
PROBLEMS_RECORDED = 200
# what a file says of an item; `withdrawn_at` and the times follow from the import itself
FIELDS = (
    "code", "name", "department", "main_item", "kind", "statutory_limit", "promised_limit", "excluded",
    "audience", "source", "mechanism", "example",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What an import is asked to do; `by` is None for the command line."""

    item_map: ItemMap
    now: datetime
    by: Person | None = None
    complete: bool = False
    dry_run: bool = False
    example: bool = False


def import_items(
    path: Path,
    item_map: ItemMap,
    *,
    now: datetime,
    by: Person | None = None,
    name: str = "",
    complete: bool = False,
    dry_run: bool = False,
    example: bool = False,
    most_rows: int = 0,
    listener: Listener | None = None,
) -> ImportReport:
    """Import a catalogue and return what became of its rows; `listener` hears of every row.

    An item is added, updated with what the file says of it, or unchanged; what the file does not say stays.
    Of several rows with one key the first counts. `complete` withdraws the items of the same source the file
    lacks. The same file twice changes nothing; nothing is written where the import ends before its end, nor
    with `dry_run`. Raises Refusal `office-only`, `import-too-long` beyond `most_rows` (0 for any number),
    `complete-unread` where rows could not be read that may be items, and those of `open_catalogue`.
    """
    require_office(by, now=now)
    asked = Asked(item_map, now, by, complete, dry_run, example)
    promises = frozenset(packs.current().newest_versions)
    catalogue = open_catalogue(path, item_map, name=name, promises=promises)
    if dry_run:
        return _Import(asked, catalogue, listener).run(most_rows)
    with transaction.atomic():
        _one_at_a_time()
        report = _Import(asked, catalogue, listener).run(most_rows)
        if report.blocked:
            raise Refusal(report.blocked)
        _record(report, asked, path)
    return report


def link_item(item: ServiceItem, mechanism: str, *, by: Person, now: datetime) -> None:
    """Say which promise handles an item online, "" for none.

    Raises Refusal `office-only`, `unknown-mechanism`.
    """
    require_office(by, now=now)
    if mechanism:
        packs.current().newest(mechanism)
    ServiceItem.objects.filter(pk=item.pk).update(mechanism=mechanism)


class _Import:
    """One import under way; holds what was seen of the file so far."""

    def __init__(self, asked: Asked, catalogue: Catalogue, listener: Listener | None) -> None:
        self.asked = asked
        self.catalogue = catalogue
        self.listener = listener
        table = catalogue.table
        self.report = ImportReport(
            file=table.file,
            source=asked.item_map.source,
            dry_run=asked.dry_run,
            complete=asked.complete,
            encoding=table.encoding,
            sheet=table.sheet,
            absent=tuple(asked.item_map.layout.columns[field][0] for field in table.absent),
            unused=table.unused,
        )
        self.first_lines: dict[str, int] = {}
        self.unread = 0
        self.departments = dict(ServiceDepartment.objects.values_list("name", "pk"))
        self.terms = TermsKept()

    def run(self, most_rows: int) -> ImportReport:
        rows = self.catalogue.rows
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            self._take(batch)
            if most_rows and self.report.rows > most_rows:
                raise _too_long(most_rows)
        if self.asked.complete:
            self._withdraw()
        if not self.asked.dry_run:
            self.terms.save()
        return self.report

    def _take(self, batch: list[ItemRow]) -> None:
        good = [row for row in batch if self._is_good(row)]
        known = ServiceItem.objects.select_related("department").in_bulk(
            [row.key for row in good], field_name="key"
        )
        added: list[tuple[ServiceItem, ItemRow]] = []
        updated: list[tuple[ServiceItem, ItemRow]] = []
        same: list[int] = []
        for row in good:
            item = known.get(row.key)
            if item is None:
                added.append((self._new(row), row))
                self._tell(RowReport(row.line, row.key, "added", problems=row.remarks))
                continue
            changed = self._changed(item, row)
            if changed:
                updated.append((item, row))
                self._tell(RowReport(row.line, row.key, "updated", changed, row.remarks))
            else:
                same.append(item.pk)
                self._tell(RowReport(row.line, row.key, "unchanged", problems=row.remarks))
        if not self.asked.dry_run:
            self._write(added, updated, same)

    def _is_good(self, row: ItemRow) -> bool:
        """Tell of a refused row and of one whose key the file had before; return whether the row counts."""
        problem = row.refusal
        first = self.first_lines.get(row.key) if row.key else None
        if first is None and row.key:
            self.first_lines[row.key] = row.line
        if problem is None and first is not None:
            problem = _repeated(row, first, self.catalogue.table.label("key"))
        if problem is None:
            return True
        # headings that stand in the file again hold no item
        self.unread += not row.key and problem.code != "row-header"
        self._tell(RowReport(row.line, row.key, "refused", problems=(problem,)))
        return False

    def _tell(self, row: RowReport) -> None:
        self.report.take(row)
        if self.listener:
            self.listener(row)

    def _said(self, row: ItemRow) -> dict[str, Any]:
        """Return what the row says of its item, as the table keeps it; the department by name."""
        return {**row.values, "source": self.asked.item_map.source, "example": self.asked.example}

    def _new(self, row: ItemRow) -> ServiceItem:
        now, said = self.asked.now, self._said(row)
        said.pop("department")
        return ServiceItem(key=row.key, first_imported_at=now, last_imported_at=now, **said)

    def _changed(self, item: ServiceItem, row: ItemRow) -> tuple[str, ...]:
        """Put what the row says into the item and return the fields that differ."""
        changed = [name for name, value in self._said(row).items() if value != _kept(item, name)]
        for name in changed:
            if name != "department":
                setattr(item, name, self._said(row)[name])
        if item.withdrawn_at is not None:
            item.withdrawn_at = None
            changed.append("withdrawn_at")
        return tuple(changed)

    def _write(
        self,
        added: list[tuple[ServiceItem, ItemRow]],
        updated: list[tuple[ServiceItem, ItemRow]],
        same: list[int],
    ) -> None:
        now = self.asked.now
        for item, row in (*added, *updated):
            item.department_id = self._department(row.values["department"])
            item.last_imported_at = now
        ServiceItem.objects.bulk_create([item for item, _ in added])
        ServiceItem.objects.bulk_create(
            [item for item, _ in updated],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*FIELDS, "last_imported_at", "withdrawn_at"],
        )
        ServiceItem.objects.filter(pk__in=same).update(last_imported_at=now)
        self.terms.keep([(item.pk, *_searched(item, row)) for item, row in (*added, *updated)])

    def _department(self, name: str) -> int:
        if name not in self.departments:
            self.departments[name] = ServiceDepartment.objects.create(name=name).pk
        return self.departments[name]

    def _withdraw(self) -> None:
        """Withdraw the items of the same source the file lacks, unless rows were lost that may be theirs."""
        if self.unread:
            self.report.blocked = _unread(self.unread)
            return
        there = ServiceItem.objects.filter(source=self.asked.item_map.source, withdrawn_at=None)
        gone = [pk for pk, key in there.values_list("pk", "key").iterator() if key not in self.first_lines]
        self.report.withdrawn = len(gone)
        if not self.asked.dry_run:
            for some in _parts(gone):
                ServiceItem.objects.filter(pk__in=some).update(withdrawn_at=self.asked.now)


def _kept(item: ServiceItem, name: str) -> Any:
    return item.department.name if name == "department" else getattr(item, name)


def _searched(item: ServiceItem, row: ItemRow) -> tuple[str, str]:
    """Return the name, and all else an item is found by."""
    return item.name, f"{item.main_item}\n{row.values['department']}"


def _repeated(row: ItemRow, first: int, column: str) -> Problem:
    return Problem(
        "item-key-repeated",
        f"line {first} has this code already and counts",
        place=f"line {row.line}, column {column}",
        hint="remove one of them; if codes repeat often, name another key column in the map",
        facts={"line": str(row.line), "column": column, "value": row.key, "first": str(first)},
    )


def _unread(count: int) -> Problem:
    return Problem(
        "complete-unread",
        f"{count} row(s) could not be read, so what the catalogue lacks cannot be told",
        hint="mend these rows, or import without withdrawing",
        facts={"count": str(count)},
    )


def _too_long(most_rows: int) -> Refusal:
    return refuse(
        "import-too-long",
        f"the file has more than {most_rows} rows",
        hint="import it on the server: lianqiao import items FILE --map MAP",
        limit=str(most_rows),
    )


def _one_at_a_time() -> None:
    """Hold off other imports until this one ends; readers go on. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE service_serviceitem IN SHARE ROW EXCLUSIVE MODE")


def _record(report: ImportReport, asked: Asked, path: Path) -> None:
    rows = islice(
        ((row, problem) for row in report.needing_a_look for problem in row.problems), PROBLEMS_RECORDED
    )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    ItemImport.objects.create(
        at=asked.now,
        by=asked.by,
        file=report.file[-200:],
        sha256=digest,
        map_name=asked.item_map.id,
        source=report.source,
        complete=asked.complete,
        added=report.counts["added"],
        updated=report.counts["updated"],
        unchanged=report.counts["unchanged"],
        refused=report.counts["refused"],
        withdrawn=report.withdrawn,
        problems=[problem_dict(row, problem) for row, problem in rows],
    )


def _parts(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while part := list(islice(rest, ROWS_AT_ONCE)):
        yield part
