"""The register of administrative divisions is taken over from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.identifiers import checked_division_code, parent_division
from lianqiao.organization.commands.authority import require_office
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person, Region

_BATCH_ROWS = 500
_COLUMNS = ("name", "parent_code", "valid_to")
_Key = tuple[str, date | None]


@dataclass(frozen=True)
class RegionImport:
    """What an import did: rows entered, put right and found as they were, and each row that was refused."""

    created: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]


@transaction.atomic
def import_regions(rows: Iterable[Mapping[str, str]], *, actor: Person | None, now: datetime) -> RegionImport:
    """Take over divisions from rows with the columns `code`, `name`, `parent_code`, `valid_from`, `valid_to`.

    Good rows are kept, bad ones reported by row (from 1) and column. A second import puts right what
    changed; the key is code and `valid_from`. The last three columns may be empty; the division above then
    follows from the code. Raises Refusal: `office-only`.
    """
    require_office(actor, now=now)
    problems: list[Problem] = []
    wanted = _read(rows, problems)
    known = {(region.code, region.valid_from): region for region in _known(wanted)}
    fresh = [region for key, region in wanted.items() if key not in known]
    changed = []
    for key, region in wanted.items():
        there = known.get(key)
        if there is not None and _take_over(there, region):
            changed.append(there)
    Region.objects.bulk_create(fresh, batch_size=_BATCH_ROWS)
    Region.objects.bulk_update(changed, _COLUMNS, batch_size=_BATCH_ROWS)
    done = RegionImport(len(fresh), len(changed), len(wanted) - len(fresh) - len(changed), tuple(problems))
    trace(
        "import-regions",
        Region(pk=0),
        actor=actor,
        now=now,
        created=done.created,
        updated=done.updated,
        refused=len(problems),
    )
    return done


def _read(rows: Iterable[Mapping[str, str]], problems: list[Problem]) -> dict[_Key, Region]:
    found: dict[_Key, Region] = {}
    for number, row in enumerate(rows, start=1):
        region = _region(row, number, problems)
        if region is None:
            continue
        key = (region.code, region.valid_from)
        if key in found:
            problems.append(
                _problem(
                    number, "code", f"{region.code} was in an earlier row already", "keep one", region.code
                )
            )
            continue
        found[key] = region
    return found


def _region(row: Mapping[str, str], number: int, problems: list[Problem]) -> Region | None:
    before = len(problems)
    code = _division(row, "code", number, problems)
    parent_code = _division(row, "parent_code", number, problems) if row.get("parent_code") else ""
    name = (row.get("name") or "").strip()
    if not 0 < len(name) <= 60:
        problems.append(
            _problem(number, "name", "the name is missing or too long", "1 to 60 characters", name)
        )
    valid_from = _day(row, "valid_from", number, problems)
    valid_to = _day(row, "valid_to", number, problems)
    if valid_from and valid_to and valid_to <= valid_from:
        problems.append(
            _problem(
                number, "valid_to", "it ends before it begins", "the first day it is not valid", str(valid_to)
            )
        )
    if len(problems) > before:
        return None
    return Region(
        code=code,
        name=name,
        parent_code=parent_code or parent_division(code),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _division(row: Mapping[str, str], column: str, number: int, problems: list[Problem]) -> str:
    text = str(row.get(column) or "")
    try:
        return checked_division_code(text)
    except Refusal as refusal:
        first = refusal.problems[0]
        problems.append(_problem(number, column, first.reason, first.hint, text))
        return ""


def _day(row: Mapping[str, str], column: str, number: int, problems: list[Problem]) -> date | None:
    text = (row.get(column) or "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(_problem(number, column, f"“{text}” is not a date", "such as 2019-12-31", text))
        return None


def _problem(number: int, column: str, reason: str, hint: str, value: str) -> Problem:
    facts = {"row": str(number), "column": column, "value": value}
    return Problem("region-row", reason, place=f"row {number}, column {column}", hint=hint, facts=facts)


def _known(wanted: Mapping[_Key, Region]) -> Iterable[Region]:
    codes = sorted({code for code, _ in wanted})
    for begin in range(0, len(codes), _BATCH_ROWS):
        yield from Region.objects.filter(code__in=codes[begin : begin + _BATCH_ROWS])


def _take_over(there: Region, region: Region) -> bool:
    """Copy what differs; return whether anything did."""
    differs = False
    for column in _COLUMNS:
        if getattr(there, column) != getattr(region, column):
            setattr(there, column, getattr(region, column))
            differs = True
    return differs
