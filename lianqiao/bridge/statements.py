"""The statements every act runs, written out once; everything else goes through the ORM.

What an act costs is the number of its statements, and most of an ORM statement is building it anew. These few
read alike on SQLite (3.35 or newer) and PostgreSQL: `INSERT … ON CONFLICT … DO UPDATE … RETURNING`. Values are
always parameters; the text is put together from names of columns alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from lianqiao.bridge.models import Case
from lianqiao.organization.queries.prepared import Row, run


class Table:
    """A table to write rows to, each a tuple in the order of the columns.

    A row whose unique `key` is taken replaces the other columns of the one there, or is added to its `sum`.
    """

    def __init__(self, name: str, columns: str, *, key: str = "", sums: str = "") -> None:
        self.name, self.columns, self.key, self.sums = name, columns.split(), key.split(), sums
        self._texts: dict[tuple[int, str], str] = {}

    def write(self, rows: Sequence[Sequence[Any]], *, returning: str = "") -> list[Row]:
        """Write rows, at least one and no key twice; returns the columns named in `returning` of each."""
        text = self._texts.get((len(rows), returning))
        if text is None:
            text = self._texts[len(rows), returning] = self._text(len(rows), returning)
        return run(text, [value for row in rows for value in row])

    def _text(self, rows: int, returning: str) -> str:
        row = _places(len(self.columns))
        text = f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608
        if self.key:
            others = [name for name in self.columns if name not in self.key]
            new = {name: f"excluded.{name}" for name in others}
            if self.sums:
                new[self.sums] = f"{self.name}.{self.sums} + excluded.{self.sums}"
            changes = ", ".join(f"{name} = {value}" for name, value in new.items())
            text += f" ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changes}"
        return f"{text} RETURNING {returning}" if returning else text


def _places(count: int) -> str:
    return f"({', '.join(['%s'] * count)})"


ENTRIES = Table("bridge_entry", "case_id seq at name person_id body previous hash once")
PARTS = Table("bridge_part", "case_id role duty owner_id holder_id open", key="case_id role")
PROMISES = Table(
    "bridge_promise",
    "case_id clock mechanism owner_id state started_at due_at law_due_at ended_at result breaches level"
    " provisional calendar",
    key="case_id clock",
)
NOTICES = Table("bridge_notice", "person_id case_id kind facts at")
LOADS = Table("bridge_load", "duty person_id open_cases", key="duty person_id", sums="open_cases")
COUNTERS = Table("bridge_counter", "series last", key="series", sums="last")

_CASE = tuple(column.attname for column in Case._meta.concrete_fields)
_CASES = Table("bridge_case", " ".join(_CASE[1:]))
_EXAMPLE = _CASE.index("example")
_CASE_TIMES = {at for at, name in enumerate(_CASE) if name.endswith("_at")}
# the others never change, and writing a column writes its indexes
_CASE_CHANGES = (
    "mechanism version title marking waits_for holder_id state seq head last_at closed_at outcome due_at next_at"
).split()
_UPDATE_CASE = f"UPDATE bridge_case SET {', '.join(f'{name} = %s' for name in _CASE_CHANGES)} WHERE id = %s"  # noqa: S608


def locked_case(column: str, value: object) -> Case | None:
    """Return the case whose unique column (`number`, `id`) has the value, its row locked; None without one."""
    found = run(_selecting_case(column, connection.vendor), [value])
    return _case(found[0]) if found else None


@lru_cache
def _selecting_case(column: str, vendor: str) -> str:
    # on SQLite the transaction holds the lock of the whole file; on PostgreSQL rows that point to the case may
    # be written meanwhile, for its key stays
    lock = " FOR NO KEY UPDATE" if vendor == "postgresql" else ""
    return f"SELECT {', '.join(_CASE)} FROM bridge_case WHERE {column} = %s{lock}"  # noqa: S608


def _case(row: Row) -> Case:
    values = list(row)
    if connection.vendor == "sqlite":
        values = [_time(part) if at in _CASE_TIMES else part for at, part in enumerate(row)]
        values[_EXAMPLE] = bool(values[_EXAMPLE])
    return Case.from_db(connection.alias, _CASE, values)


def _time(text: str | None) -> datetime | None:
    # SQLite keeps times as text without their zone, which is UTC
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def insert_case(case: Case) -> None:
    """Write a new case and give it its key."""
    case.pk = _CASES.write([[getattr(case, name) for name in _CASE[1:]]], returning="id")[0][0]
    case._state.adding = False


def update_case(case: Case) -> None:
    """Write what an entry can change of a case."""
    run(_UPDATE_CASE, [*(getattr(case, name) for name in _CASE_CHANGES), case.pk])


def close_parts(case_id: int) -> None:
    """Take a closed case off everyone's list."""
    run("UPDATE bridge_part SET open = %s WHERE case_id = %s", [False, case_id])


def loads(duties: Sequence[str]) -> dict[tuple[str, int], int]:
    """Return how many open cases everyone who ever had one of the duties owns under it."""
    text = f"SELECT duty, person_id, open_cases FROM bridge_load WHERE duty IN {_places(len(duties))}"  # noqa: S608
    return {(duty, person_id): count for duty, person_id, count in run(text, duties)}


def next_in_series(series: str) -> int:
    """Return the next number of a series, from 1 on; others wait for it until the transaction ends."""
    return int(COUNTERS.write([(series, 1)], returning="last")[0][0])


_BIND = """
UPDATE bridge_attachment SET case_id = %s WHERE case_id IS NULL AND id = (
    SELECT id FROM bridge_attachment
    WHERE sha256 = %s AND person_id = %s AND case_id IS NULL AND name = %s AND size = %s AND type = %s
    ORDER BY id LIMIT 1
) RETURNING id
"""


def bind_attachment(case_id: int, file: Mapping[str, Any], person_id: int) -> bool:
    """Bind to a case the first file just like this that the person uploaded for none yet; False without one."""
    values = [case_id, file["sha256"], person_id, file["name"], file["size"], file["type"]]
    return bool(run(_BIND, values))
