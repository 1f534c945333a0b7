"""Shifts in a table, as offices keep them: each row a day, from when till when, who stands where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from lianqiao.bridge.tables import open_table
from lianqiao.bridge.tables.layout import Layout, Row
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.organization import commands as organization
from lianqiao.organization import queries
from lianqiao.organization.commands import ShiftWanted
from lianqiao.organization.models import Person

# the headings a file may have; the first of each is what the workbook of the rota writes
COLUMNS = {
    "day": ("日期", "Day", "date"),
    "begins": ("开始", "Begins", "开始时间"),
    "ends": ("结束", "Ends", "结束时间"),
    "duty": ("岗位", "Duty"),
    "place": ("窗口", "Place", "地点"),
    "person": ("用户名", "User name", "人员"),
}
REQUIRED = ("day", "begins", "ends", "duty", "person")
_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})")


@dataclass(frozen=True)
class ShiftsRead:
    """What came of a file: how many shifts are new, and its first day, None where it has no row."""

    new: int
    first: date | None


def read_shifts(path: Path, *, name: str, actor: Person, now: datetime) -> ShiftsRead:
    """Enter the shifts of a file, all or none; returns how many are new and the file's first day.

    Raises Refusal with a `rota-row` for each row that will not do, and as `import_shifts` does.
    """
    table = open_table(path, Layout(COLUMNS, REQUIRED), name=name)
    titles = {title: code for code, title in queries.duty_titles("zh-hans").items()}
    titles |= {title: code for code, title in queries.duty_titles("en").items()}
    reader = _Reader(titles, now)
    wanted = list(reader.rows(table.rows))
    if reader.problems:
        raise Refusal(*reader.problems[:50])
    new = organization.import_shifts(wanted, actor=actor, now=now)
    return ShiftsRead(new, min((one.day for one in wanted), default=None))


class _Reader:
    def __init__(self, titles: dict[str, str], now: datetime) -> None:
        self.titles, self.now = titles, now
        self.people: dict[str, Person | None] = {}
        self.problems: list[Problem] = []

    def rows(self, rows: Iterator[Row]) -> Iterator[ShiftWanted]:
        for row in rows:
            if row.problem is not None:
                self.problems.append(row.problem)
            elif any(row.cells.values()) and (made := self.row(row)) is not None:
                yield made

    def row(self, row: Row) -> ShiftWanted | None:
        cells = {name: text.strip() for name, text in row.cells.items()}
        person, code = self.person(cells["person"]), self.titles.get(cells["duty"], cells["duty"])
        day, begins, ends = _day(cells["day"]), _time(cells["begins"]), _time(cells["ends"])
        wrong = [
            f"{COLUMNS[name][0]}“{cells[name]}”"
            for name, found in (("person", person), ("duty", code), ("day", day),
                                ("begins", begins), ("ends", ends))
            if not found and found != time()
        ]  # fmt: skip
        if wrong or person is None or day is None or begins is None or ends is None:
            facts = {"line": str(row.line), "what": "、".join(wrong)}
            self.problems.append(Problem("rota-row", "not understood", f"line {row.line}", facts=facts))
            return None
        return ShiftWanted(cells.get("place", "")[:60], row.line, person.pk, code, day, begins, ends)

    def person(self, username: str) -> Person | None:
        if username not in self.people:
            self.people[username] = queries.person_named(username)
        return self.people[username]


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _time(text: str) -> time | None:
    found = _TIME.search(text)
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None
