"""The statements every act runs, written out once; everything else goes through the ORM.

What an act costs is the number of its statements, and most of an ORM statement is building it anew. These few
read alike on SQLite (3.35 or newer) and PostgreSQL: `INSERT … ON CONFLICT … DO UPDATE … RETURNING`. Values
are always parameters; the text is put together from names of columns alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model
from django.db.models.base import ModelState

from lianqiao.bridge.models import Attachment, Case, Promise
from lianqiao.organization.queries.prepared import ON_SQLITE, Row, Statement, run, run_together, stored

MOST_ROWS = 64


class Table:
    """A table to write rows to, each a tuple in the order of the columns, times as `stored`.

    `key` names the columns one row is found by. `taken` says what is set where a new row's key exists.
    """

    def __init__(
        self, name: str, columns: str, *, key: str = "id", taken: str = "", model: type[Model] | None = None
    ) -> None:
        self.name, self.columns, self.key, self.taken = name, columns.split(), key.split(), taken
        self.model = model
        self._joins: dict[tuple[tuple[str, ...], int], str] = {}
        self._inserts: dict[tuple[int, str], str] = {}
        self._updates: dict[tuple[str, ...], str] = {}

    def write(self, rows: Sequence[Sequence[Any]], *, returning: str) -> list[Row]:
        """Write rows, at least one and no key twice; returns the columns named in `returning` of each."""
        return run(*self.writing(rows, returning=returning))

    def writing(self, rows: Sequence[Sequence[Any]], *, returning: str = "") -> Statement:
        """Return the statement that does what `write` does, to be run with others."""
        return Statement(self._insert(len(rows), returning), [*chain.from_iterable(rows)])

    def writing_all(self, rows: Sequence[Sequence[Any]]) -> list[Statement]:
        """Return what writes any number of rows, none too, with few texts for the database to plan."""
        return [self.writing(rows[first:last]) for first, last in _stretches(len(rows))] if rows else []

    def changing(self, key: Sequence[Any], changes: Mapping[str, Any]) -> Statement:
        """Return what sets columns of one row; those left out cost nothing, and neither do their indexes."""
        names = tuple(changes)
        text = self._updates.get(names)
        if text is None:
            assignments = ", ".join(f"{name} = %s" for name in names)
            found = " AND ".join(f"{name} = %s" for name in self.key)
            text = self._updates[names] = f"UPDATE {self.name} SET {assignments} WHERE {found}"  # noqa: S608
        return Statement(text, (*changes.values(), *key))

    def changing_all(self, changes: Iterable[tuple[Sequence[Any], Mapping[str, Any]]]) -> list[Statement]:
        """Return what sets columns of several rows, by key: on PostgreSQL many rows to a statement."""
        if ON_SQLITE:
            return [self.changing(key, new) for key, new in changes]
        alike: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
        for key, new in changes:
            alike[tuple(new)].append((*key, *new.values()))
        return [
            self._changing_rows(names, rows[first:last])
            for names, rows in alike.items()
            for first, last in _stretches(len(rows))
        ]

    def _changing_rows(self, names: tuple[str, ...], rows: Sequence[Row]) -> Statement:
        if len(rows) > 1:
            return Statement(self._joined(names, len(rows)), [*chain.from_iterable(rows)])
        key, new = rows[0][: len(self.key)], rows[0][len(self.key) :]
        return self.changing(key, dict(zip(names, new, strict=True)))

    def _joined(self, names: tuple[str, ...], rows: int) -> str:
        text = self._joins.get((names, rows))
        if text is None:
            columns = [*self.key, *names]
            # the first row says what the others are too
            first = f"({', '.join(f'%s::{self._type_of(name)}' for name in columns)})"
            places = ", ".join([first, *[_places(len(columns))] * (rows - 1)])
            text = f"""UPDATE {self.name} SET {", ".join(f"{name} = new.{name}" for name in names)}
                FROM (VALUES {places}) AS new ({", ".join(columns)})
                WHERE {" AND ".join(f"{self.name}.{name} = new.{name}" for name in self.key)}"""  # noqa: S608
            self._joins[names, rows] = text
        return text

    def _type_of(self, column: str) -> str:
        assert self.model is not None, "the model says what its columns are"
        field = next(one for one in self.model._meta.concrete_fields if one.column == column)
        return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))

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


@lru_cache(maxsize=1024)
def _stretches(count: int) -> list[tuple[int, int]]:
    """Cut a number of rows into stretches of 64, 32, 16 … rows: each length is a text of its own."""
    cut, first = [], 0
    while first < count:
        length = min(MOST_ROWS, 1 << ((count - first).bit_length() - 1))
        cut.append((first, first + length))
        first += length
    return cut


def padded(values: Iterable[Any]) -> list[Any]:
    """Return values for an IN list, the last repeated to 1, 2, 4, 8 …: each length is a text of its own."""
    listed = list(values)
    return listed + listed[-1:] * ((1 << (len(listed) - 1).bit_length()) - len(listed))


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
    model=Promise,
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
OWED = Table(
    "bridge_owedcount",
    "mechanism clock owner_id month standing due_at count",
    key="mechanism clock owner_id month standing due_at",
    taken="count = bridge_owedcount.count + excluded.count",
)
COUNTERS = Table("bridge_counter", "series last", key="series", taken="last = bridge_counter.last + 1")
ATTACHMENTS = Table("bridge_attachment", "sha256 name size type person_id case_id at", model=Attachment)
RESULTS = Table("bridge_result", "case_id seq code sha256 name")

_CASE = tuple(column.attname for column in Case._meta.concrete_fields)
CASES = Table("bridge_case", " ".join(_CASE), model=Case)
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
    return _read_case(found[0]) if found else None


def locked_cases(column: str, values: Iterable[object], *, waits: bool = True) -> list[Case]:
    """Return the cases whose unique column has one of the values, locked, the newest first.

    So a sub-case is locked before the one above it, as everywhere. Without `waits` those locked by others
    are left out.
    """
    listed = padded(dict.fromkeys(values))
    if not listed:
        return []
    return [_read_case(row) for row in run(_selecting_cases(column, len(listed), waits), listed)]


def _read_case(row: Row) -> Case:
    return _case(_plain(row) if ON_SQLITE else row)


@lru_cache
def _selecting_case(column: str) -> str:
    # on SQLite the transaction holds the lock of the whole file; on PostgreSQL rows that point to the case
    # may be written meanwhile, for its key stays
    lock = "" if ON_SQLITE else " FOR NO KEY UPDATE"
    return f"SELECT {', '.join(_CASE)} FROM bridge_case WHERE {column} = %s{lock}"  # noqa: S608


@lru_cache
def _selecting_cases(column: str, count: int, waits: bool) -> str:
    lock = "" if ON_SQLITE else " FOR NO KEY UPDATE" if waits else " FOR NO KEY UPDATE SKIP LOCKED"
    found = f"WHERE {column} IN {_places(count)} ORDER BY id DESC"
    return f"SELECT {', '.join(_CASE)} FROM bridge_case {found}{lock}"  # noqa: S608


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


def new_case(key: int, **columns: Any) -> Case:
    """Return a case not yet written, with its key; columns not named are as the model has them at first."""
    case = _case(_BLANK)
    case._state.adding = True
    case.__dict__.update(columns, id=key)
    return case


def case_row(case: Case) -> Row:
    """Return a case as it now is, to be written."""
    return tuple(stored(one) if isinstance(one, datetime) else one for one in _case_row(case.__dict__))


_BLANK = _case_row(Case().__dict__)


def changeable(case: Case) -> Row:
    """Return what an entry can change of a case, to be given to `case_changes` afterwards."""
    return _changeable(case.__dict__)  # type: ignore[no-any-return]


def case_changes(case: Case, before: Row) -> dict[str, Any]:
    """Return the columns that differ from `before`, as `changeable` gave them, to be written."""
    now = changeable(case)
    if now == before:
        return {}
    differ = ((name, new) for name, new, old in zip(_CASE_CHANGES, now, before, strict=True) if new != old)
    return {name: stored(new) if isinstance(new, datetime) else new for name, new in differ}


def checking_keys_at_once() -> Statement:
    """Return what has PostgreSQL look foreign keys up with each statement from now on, not at COMMIT."""
    return Statement("SET CONSTRAINTS ALL IMMEDIATE", ())


def closing_parts(case_ids: Sequence[int]) -> Statement:
    """Return what takes closed cases, at least one, off everyone's list."""
    listed = padded(case_ids)
    text = f"UPDATE bridge_part SET open = %s WHERE case_id IN {_places(len(listed))}"  # noqa: S608
    return Statement(text, (False, *listed))


def asking_loads(duties: Sequence[str]) -> Statement:
    """Return what reads, of everyone who ever had one of the duties: duty, person, cases open, cases ever."""
    places = _places(len(duties))
    text = f"SELECT duty, person_id, open_cases, given FROM bridge_load WHERE duty IN {places}"  # noqa: S608
    return Statement(text, duties)


def next_in_series(series: str) -> int:
    """Return the next number of a series, from 1 on; others wait for it until the transaction ends."""
    return int(COUNTERS.write([(series, 1)], returning="last")[0][0])


def next_in_series_with_keys(series: str, count: int, *, after: int = 0) -> tuple[int, list[int]]:
    """Return what `next_in_series` does, and from the same trip what `case_keys` does."""
    if not count:
        return next_in_series(series), []
    ((number,),), keys = run_together(
        [COUNTERS.writing([(series, 1)], returning="last"), _asking_keys(count)]
    )
    return int(number), _keys_told(keys, count, after)


def case_keys(count: int, *, after: int = 0) -> list[int]:
    """Return keys for so many new cases, in order, larger than that of any case before."""
    return _keys_told(run_together([_asking_keys(count)])[0], count, after)


def _asking_keys(count: int) -> Statement:
    # on SQLite nobody else writes: the next keys are those after the last
    return Statement(_LAST_CASE, ()) if ON_SQLITE else Statement(_CASE_KEYS, (count,))


def _keys_told(answer: Sequence[Row], count: int, after: int) -> list[int]:
    if ON_SQLITE:
        first = max(answer[0][0], after) + 1
        return list(range(first, first + count))
    return [key for (key,) in answer]


def setting_series(series: str, last: int) -> Statement:
    """Return what writes the last number given out of a series this transaction holds."""
    return Statement("UPDATE bridge_counter SET last = %s WHERE series = %s", (last, series))


_CASE_KEYS = "SELECT nextval('bridge_case_id_seq') FROM generate_series(1, %s)"
_LAST_CASE = "SELECT coalesce(max(id), 0) FROM bridge_case"


def asking_contents(digests: Iterable[str]) -> Statement:
    """Return what reads how the bytes of these files stand: SHA-256, why they are gone, what a scan found."""
    listed = padded(digests)
    text = f"SELECT sha256, gone, scan FROM bridge_content WHERE sha256 IN {_places(len(listed))}"  # noqa: S608
    return Statement(text, listed)


def asking_unbound(digests: Iterable[str], people: Iterable[int]) -> Statement:
    """Return what reads, and locks in the order of their keys, files these people sent that no case has.

    Each is its key, SHA-256, person, name, size, type and time.
    """
    files, senders = padded(digests), padded(people)
    lock = "" if ON_SQLITE else " FOR NO KEY UPDATE"
    text = f"""SELECT id, sha256, person_id, name, size, type, at FROM bridge_attachment
        WHERE case_id IS NULL AND sha256 IN {_places(len(files))} AND person_id IN {_places(len(senders))}
        ORDER BY id{lock}"""  # noqa: S608
    return Statement(text, [*files, *senders])


def binding(files: Iterable[tuple[int, int]]) -> list[Statement]:
    """Return what makes files locked before the cases' own, each by its key and the case's."""
    return ATTACHMENTS.changing_all(((key,), {"case_id": case_id}) for key, case_id in files)
