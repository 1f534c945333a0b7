"""The statements every act runs, written out once; everything else goes through the ORM.

What an act costs is the number of its statements, and most of an ORM statement is building it anew. These few
read alike on SQLite (3.35 or newer) and PostgreSQL: `INSERT … ON CONFLICT … DO UPDATE … RETURNING`. Values
are always parameters; the text is put together from names of columns alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models.base import ModelState

from lianqiao.bridge.models import Case
from lianqiao.organization.queries.prepared import ON_SQLITE, Row, Statement, run, run_together, stored


class Table:
    """A table to write rows to, each a tuple in the order of the columns, times as `stored`.

    `key` names the columns one row is found by. `taken` says what is set where a new row's key exists.
    """

    def __init__(self, name: str, columns: str, *, key: str = "id", taken: str = "") -> None:
        self.name, self.columns, self.key, self.taken = name, columns.split(), key.split(), taken
        self._inserts: dict[tuple[int, str], str] = {}
        self._updates: dict[tuple[str, ...], str] = {}

    def write(self, rows: Sequence[Sequence[Any]], *, returning: str) -> list[Row]:
        """Write rows, at least one and no key twice; returns the columns named in `returning` of each."""
        return run(*self.writing(rows, returning=returning))

    def writing(self, rows: Sequence[Sequence[Any]], *, returning: str = "") -> Statement:
        """Return the statement that does what `write` does, to be run with others."""
        return Statement(self._insert(len(rows), returning), [*chain.from_iterable(rows)])

    def changing(self, key: Sequence[Any], changes: Mapping[str, Any]) -> Statement:
        """Return what sets columns of one row; those left out cost nothing, and neither do their indexes."""
        names = tuple(changes)
        text = self._updates.get(names)
        if text is None:
            assignments = ", ".join(f"{name} = %s" for name in names)
            found = " AND ".join(f"{name} = %s" for name in self.key)
            text = self._updates[names] = f"UPDATE {self.name} SET {assignments} WHERE {found}"  # noqa: S608
        return Statement(text, (*changes.values(), *key))

    def _insert(self, rows: int, returning: str) -> str:
        text = self._inserts.get((rows, returning))
        if text is None:
            places = ", ".join([_places(len(self.columns))] * rows)
            text = f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES {places}"  # noqa: S608
            text += f" ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {self.taken}" if self.taken else ""
            text += f" RETURNING {returning}" if returning else ""
            self._inserts[rows, returning] = text
        return text


def _places(count: int) -> str:
    return f"({', '.join(['%s'] * count)})"


ENTRIES = Table("bridge_entry", "case_id seq at name person_id body previous hash once")
PARTS = Table(
    "bridge_part",
    "case_id role duty owner_id holder_id open also",
    key="case_id role",
    taken="duty = excluded.duty, owner_id = excluded.owner_id, "
    "holder_id = excluded.holder_id, open = excluded.open, also = excluded.also",
)
PROMISES = Table(
    "bridge_promise",
    "case_id clock mechanism owner_id state started_at due_at law_due_at ended_at result breaches level"
    " provisional calendar",
    key="case_id clock",
)
NOTICES = Table("bridge_notice", "person_id case_id kind facts at")
LOADS = Table(
    "bridge_load",
    "duty person_id open_cases given",
    key="duty person_id",
    taken="open_cases = bridge_load.open_cases + excluded.open_cases,"
    " given = bridge_load.given + excluded.given",
)
OUTCOMES = Table(
    "bridge_outcomecount",
    "mechanism clock owner_id month kept broken ended",
    key="mechanism clock owner_id month",
    taken="kept = bridge_outcomecount.kept + excluded.kept, "
    "broken = bridge_outcomecount.broken + excluded.broken, "
    "ended = bridge_outcomecount.ended + excluded.ended",
)
COUNTERS = Table("bridge_counter", "series last", key="series", taken="last = bridge_counter.last + 1")

_CASE = tuple(column.attname for column in Case._meta.concrete_fields)
_CASES, _KEYED_CASES = Table("bridge_case", " ".join(_CASE[1:])), Table("bridge_case", " ".join(_CASE))
_EXAMPLE = _CASE.index("example")
_CASE_TIMES = [at for at, name in enumerate(_CASE) if name.endswith("_at")]
_case_row = itemgetter(*_CASE)
# what an entry can change of a case
_CASE_CHANGES = [
    "mechanism",
    "version",
    "title",
    "marking",
    "waits_for",
    "holder_id",
    "state",
    "seq",
    "head",
    "last_at",
    "closed_at",
    "outcome",
    "due_at",
    "next_at",
]
_changeable = itemgetter(*_CASE_CHANGES)


def locked_case(column: str, value: object) -> Case | None:
    """Return the case whose unique column (`number`, `id`) has the value, locked; None without one."""
    found = run(_selecting_case(column), [value])
    if not found:
        return None
    return _case(_plain(found[0]) if ON_SQLITE else found[0])


@lru_cache
def _selecting_case(column: str) -> str:
    # on SQLite the transaction holds the lock of the whole file; on PostgreSQL rows that point to the case
    # may be written meanwhile, for its key stays
    lock = "" if ON_SQLITE else " FOR NO KEY UPDATE"
    return f"SELECT {', '.join(_CASE)} FROM bridge_case WHERE {column} = %s{lock}"  # noqa: S608


def _plain(row: Row) -> Row:
    """Return a row of SQLite, which keeps truth as a number and times as text in UTC, as others give it."""
    values = list(row)
    for at in _CASE_TIMES:
        if text := values[at]:
            values[at] = datetime.fromisoformat(text).replace(tzinfo=UTC)
    values[_EXAMPLE] = bool(values[_EXAMPLE])
    return tuple(values)


def _case(row: Row) -> Case:
    # what `Case.from_db` makes, without the defaults, signals and checks it goes through for each column
    case = Case.__new__(Case)
    case._state = ModelState()
    case._state.adding, case._state.db = False, DEFAULT_DB_ALIAS
    case.__dict__.update(zip(_CASE, row, strict=True))
    return case


def inserting_case(case: Case) -> Statement | None:
    """Return what writes a new case that has its key; one without is written at once, for its key, and None.

    What the case is now is written, whatever becomes of it until the statement is run.
    """
    row = [stored(value) if isinstance(value, datetime) else value for value in _case_row(case.__dict__)]
    case._state.adding = False
    if case.id is None:
        case.id = _CASES.write([row[1:]], returning="id")[0][0]
        return None
    return _KEYED_CASES.writing([row])


def changeable(case: Case) -> Row:
    """Return what an entry can change of a case, to be given to `updating_case` afterwards."""
    return _changeable(case.__dict__)  # type: ignore[no-any-return]


def updating_case(case: Case, before: Row) -> list[Statement]:
    """Return what writes the columns that differ from `before`, as `changeable` gave them; none if none."""
    now = changeable(case)
    if now == before:
        return []
    differ = ((name, new) for name, new, old in zip(_CASE_CHANGES, now, before, strict=True) if new != old)
    changes = {name: stored(new) if isinstance(new, datetime) else new for name, new in differ}
    return [_CASES.changing((case.id,), changes)]


def closing_parts(case_id: int) -> Statement:
    """Return what takes a closed case off everyone's list."""
    return Statement("UPDATE bridge_part SET open = %s WHERE case_id = %s", (False, case_id))


def asking_loads(duties: Sequence[str]) -> Statement:
    """Return what reads, of everyone who ever had one of the duties: duty, person, cases open, cases ever."""
    places = _places(len(duties))
    text = f"SELECT duty, person_id, open_cases, given FROM bridge_load WHERE duty IN {places}"  # noqa: S608
    return Statement(text, duties)


def next_in_series(series: str) -> int:
    """Return the next number of a series, from 1 on; others wait for it until the transaction ends."""
    return int(COUNTERS.write([(series, 1)], returning="last")[0][0])


def next_in_series_with_key(series: str) -> tuple[int, int | None]:
    """Return what `next_in_series` does, and from the same trip the key of a case to be inserted later.

    None on SQLite, where a trip costs nothing and only inserting gives a key.
    """
    if ON_SQLITE:
        return next_in_series(series), None
    asked = [COUNTERS.writing([(series, 1)], returning="last"), Statement(_CASE_KEY, ())]
    ((number,),), ((key,),) = run_together(asked)
    return int(number), int(key)


_CASE_KEY = "SELECT nextval('bridge_case_id_seq')"

_BIND = """
UPDATE bridge_attachment SET case_id = %s WHERE case_id IS NULL AND id = (
    SELECT id FROM bridge_attachment
    WHERE sha256 = %s AND person_id = %s AND case_id IS NULL AND name = %s AND size = %s AND type = %s
    ORDER BY id LIMIT 1
) RETURNING id
"""


def bind_attachment(case_id: int, file: Mapping[str, Any], person_id: int) -> bool:
    """Bind to a case the first file just like this that the person uploaded for none yet; False if none."""
    values = [case_id, file["sha256"], person_id, file["name"], file["size"], file["type"]]
    return bool(run(_BIND, values))
