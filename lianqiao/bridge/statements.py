"""The statements every act runs, written out once; everything else goes through the ORM.

An act's cost is the number of its statements, and half of an ORM statement is building it anew. These few read
alike on SQLite (3.35 or newer) and PostgreSQL: `INSERT … ON CONFLICT … DO UPDATE … RETURNING`. Values are
always parameters. Rows are tuples in the order of the columns named beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from lianqiao.bridge.models import Case

Row = Sequence[Any]

CASE = tuple(column.attname for column in Case._meta.concrete_fields)
_TIMES = frozenset(
    at for at, column in enumerate(Case._meta.concrete_fields) if column.name.endswith("_at")
)
_EXAMPLE = CASE.index("example")
# what `number`, `firm` and their like say never changes, and rewriting a column rewrites its indexes
CASE_CHANGES = (
    "mechanism", "version", "title", "marking", "waits_for", "holder_id", "state", "seq", "head", "last_at",
    "closed_at", "outcome", "due_at", "next_at",
)  # fmt: skip
ENTRY = ("case_id", "seq", "at", "name", "person_id", "body", "previous", "hash", "once")
PART = ("case_id", "role", "duty", "owner_id", "holder_id", "open")
PROMISE = (
    "case_id", "clock", "mechanism", "owner_id", "state", "started_at", "due_at", "law_due_at", "ended_at",
    "result", "breaches", "level", "provisional", "calendar",
)  # fmt: skip
NOTICE = ("person_id", "case_id", "kind", "facts", "at")
LOAD = ("duty", "person_id", "open_cases")

_SELECT_CASE = f"SELECT {', '.join(CASE)} FROM bridge_case WHERE "  # noqa: S608 - names of columns only
_UPDATE_CASE = f"UPDATE bridge_case SET {', '.join(f'{name} = %s' for name in CASE_CHANGES)} WHERE id = %s"  # noqa: S608


def locked_case(column: str, value: object) -> Case | None:
    """Return the case whose unique column (`number`, `id`) has the value, its row locked; None without one.

    On SQLite the whole transaction holds the lock already.
    """
    # rows that point to the case may be written meanwhile: only its key must stay
    lock = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
    rows = _run(f"{_SELECT_CASE}{column} = %s{lock}", [value])
    return _case(rows[0]) if rows else None


def insert_case(case: Case) -> None:
    """Write a new case and give it its key."""
    values = [getattr(case, name) for name in CASE[1:]]
    sql = f"INSERT INTO bridge_case ({', '.join(CASE[1:])}) VALUES {_places(1, len(values))} RETURNING id"  # noqa: S608
    case.pk = _run(sql, values)[0][0]
    case._state.adding = False


def update_case(case: Case) -> None:
    """Write what an entry can change of a case."""
    _run(_UPDATE_CASE, [*(getattr(case, name) for name in CASE_CHANGES), case.pk])


def insert(table: str, columns: Row, rows: Sequence[Row], *, returning: str = "") -> list[Row]:
    """Write new rows; returns the columns named in `returning` of each."""
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {_places(len(rows), len(columns))}"  # noqa: S608
    return _run(f"{sql} RETURNING {returning}" if returning else sql, _flat(rows))


def upsert(table: str, columns: Row, rows: Sequence[Row], *, key: Row) -> None:
    """Write rows, or where the unique `key` is taken all their other columns; no key may stand twice."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {_places(len(rows), len(columns))}"  # noqa: S608
    _run(f"{sql} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}", _flat(rows))


def close_parts(case_id: int) -> None:
    """Take a closed case off everyone's list."""
    _run("UPDATE bridge_part SET open = %s WHERE case_id = %s", [False, case_id])


def add_to_loads(changes: Iterable[tuple[str, int, int]]) -> None:
    """Add to the open cases of (duty, person, change); locked in this order everywhere, so nobody deadlocks."""
    rows = sorted(changes)
    sql = f"INSERT INTO bridge_load ({', '.join(LOAD)}) VALUES {_places(len(rows), len(LOAD))}"  # noqa: S608
    add = "open_cases = bridge_load.open_cases + excluded.open_cases"
    _run(f"{sql} ON CONFLICT (duty, person_id) DO UPDATE SET {add}", _flat(rows))


def loads(duties: Sequence[str]) -> dict[tuple[str, int], int]:
    """Return how many open cases everyone who ever had one of the duties owns under it."""
    sql = f"SELECT {', '.join(LOAD)} FROM bridge_load WHERE duty IN {_places(1, len(duties))}"  # noqa: S608
    return {(duty, person): count for duty, person, count in _run(sql, duties)}


def next_in_series(series: str) -> int:
    """Return the next number of a series, from 1 on; others wait for it until the transaction ends."""
    sql = (
        "INSERT INTO bridge_counter (series, last) VALUES (%s, 1) "
        "ON CONFLICT (series) DO UPDATE SET last = bridge_counter.last + 1 RETURNING last"
    )
    return int(_run(sql, [series])[0][0])


def _run(sql: str, values: Row) -> list[Row]:
    if connection.vendor == "sqlite":
        values = [_as_text(value) if isinstance(value, datetime) else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def _case(row: Row) -> Case:
    if connection.vendor == "sqlite":
        row = [_as_time(value) if at in _TIMES else value for at, value in enumerate(row)]
        row[_EXAMPLE] = bool(row[_EXAMPLE])
    return Case.from_db(connection.alias, CASE, row)


def _as_text(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _as_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=connection.timezone) if text else None


def _places(rows: int, columns: int) -> str:
    one = f"({', '.join(['%s'] * columns)})"
    return ", ".join([one] * rows)


def _flat(rows: Iterable[Row]) -> list[Any]:
    return [value for row in rows for value in row]
