"""Statements asked in every act and on every page: built once and handed to the database's own driver.

Building a query costs the ORM ten times what it costs to ask it, and its cursors cost more than a quick
answer. What is asked in every act and on every page goes this way; all else through the ORM.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

if TYPE_CHECKING:
    from lianqiao.organization.queries.one_trip import Trips

Row = tuple[Any, ...]
Found = TypeVar("Found")
# so many keys a statement is made for
ROOMS = (1, 2, 5, 10, 20, 50, 100, 500)
# looked up once: one process serves one database
ON_SQLITE = connection.vendor == "sqlite"


class Statement(NamedTuple):
    """One statement with its values: `%s` stands for a value, times as `stored`."""

    sql: str
    values: Sequence[Any]


@runtime_checkable
class Counting(Protocol):
    """An `execute_wrapper` that only counts: it is told of statements that are not sent one by one."""

    def told(self, statements: int, spent_s: float) -> None:
        """Take note of so many statements."""


def run(sql: str, values: Sequence[Any]) -> list[Row]:
    """Run one statement and return its rows, as `run_together` does."""
    return run_together([Statement(sql, values)])[0]


def run_together(statements: Sequence[Statement], *, commits: bool = False) -> list[list[Row]]:
    """Run statements, in one trip on PostgreSQL, and return the rows of each.

    Rows come as the driver gives them: JSON is text, and SQLite's times are text in UTC. Errors are Django's.
    `commits` may be given where nothing but the end of an outermost `atomic` follows, which then finds its
    work done; it goes without saying where it cannot be done together. Where statements are watched
    (`CaptureQueriesContext`, `execute_wrapper`), these are too.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if not database.in_atomic_block:
        # as Django's cursors do before the first statement of a request
        database.close_if_health_check_failed()
    have_landed(database)
    if _is_watched(database):
        return [_watched(database, statement) for statement in statements]
    with _counted(database, len(statements)):
        return _unwatched(database, statements, commits=commits)


def send_together(statements: Sequence[Statement]) -> None:
    """Send statements that answer nothing, inside a transaction, without waiting until they are done.

    Whatever is asked of the database next waits for them, and raises what was wrong with them; a transaction
    that ends must call `have_landed` before. On SQLite, and where statements are watched, they are run.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if ON_SQLITE or not database.in_atomic_block or _is_watched(database, but_for=_landing):
        run_together(statements)
        return
    have_landed(database)
    with _counted(database, len(statements)), database.wrap_database_errors:
        _trips(database).send(statements)
    database.execute_wrappers.append(_landing)


def have_landed(database: Any = None) -> None:
    """Wait for what `send_together` sent, if anything; raises what was wrong with it, as Django's errors."""
    database = database or connections[DEFAULT_DB_ALIAS]
    if _landing in database.execute_wrappers:
        database.execute_wrappers.remove(_landing)
        with database.wrap_database_errors:
            _trips(database).land()


def _landing(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """An `execute_wrapper` before a cursor of Django's, which must not take another's answers for its own."""
    have_landed(context["connection"])
    return execute(sql, params, many, context)


def _is_watched(database: Any, but_for: Any = None) -> bool:
    """Return whether somebody wants to see each statement, for which Django's cursors must run it."""
    watchers = (one for one in database.execute_wrappers if one is not but_for)
    return (
        database.connection is None
        or database.force_debug_cursor
        or not all(isinstance(one, Counting) for one in watchers)
    )


@contextmanager
def _counted(database: Any, statements: int) -> Iterator[None]:
    """Tell those who only count that so many statements were run."""
    began = time.perf_counter()
    try:
        yield
    finally:
        for one in database.execute_wrappers:
            if isinstance(one, Counting):
                one.told(statements, time.perf_counter() - began)


def _unwatched(database: Any, statements: Sequence[Statement], *, commits: bool) -> list[list[Row]]:
    with database.wrap_database_errors:
        if ON_SQLITE:
            execute = database.connection.execute
            return [list(execute(_question_marks(sql), values)) for sql, values in statements]
        trips = _trips(database)
        return trips.run(statements, commits=commits and not database.needs_rollback)


def _watched(database: Any, statement: Statement) -> list[Row]:
    with database.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        return cursor.fetchall() if cursor.description else []


def _trips(database: Any) -> Trips:
    """Return what sends statements over the connection Django has now: a new one knows no plans."""
    kept: Trips | None = getattr(database, "trips", None)
    if kept is None or kept.connection is not database.connection:
        from lianqiao.organization.queries.one_trip import Trips  # noqa: PLC0415 - SQLite needs no psycopg

        kept = database.trips = Trips(database.connection)
    return kept


@lru_cache(maxsize=1024)
def stored(moment: datetime | str | None) -> str | None:
    """Return a time, or an ISO 8601 text of it ("" is none), as the database takes it: UTC text on SQLite."""
    if not ON_SQLITE:
        return (moment if isinstance(moment, str) else moment.isoformat()) if moment else None
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment) if moment else None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if moment else None


class _Compiled(NamedTuple):
    sql: str
    # for each place in the SQL the name and position of the value that goes there, or None and a constant
    places: tuple[tuple[tuple[str, int] | None, Any], ...]
    read: Callable[[Sequence[Row]], list[Any]]


class Prepared(Generic[Found]):
    """A query whose values come later: `Prepared(build)(at=now, person_id=7)` returns what it finds.

    `build` takes the values by name and returns a query of models, with the relations it selects, or a
    `values_list`, whose rows are as `run` gives them. It is called once for each choice of names and each
    number of values in a list, so it may not look at them. A value is a whole number, a text, an aware
    datetime or a list of whole numbers or texts, never None or an empty list.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Found]]) -> None:
        self.build = build
        self._compiled: dict[Row, _Compiled] = {}

    def __call__(self, **values: Any) -> list[Found]:
        compiled = self._known(values)
        return compiled.read(run(*_filled(compiled, values)))

    def for_keys(self, keys: Iterable[int], **values: Any) -> list[Found]:
        """Return what is found for any number of `keys`, 500 of them in one query; none is asked for none.

        They are filled up with the last of them: there are few statements however many keys there are.
        """
        wanted = sorted(set(keys))
        found: list[Found] = []
        for first in range(0, len(wanted), ROOMS[-1]):
            some = wanted[first : first + ROOMS[-1]]
            room = next(size for size in ROOMS if size >= len(some))
            found += self(keys=some + some[-1:] * (room - len(some)), **values)
        return found

    def count(self, *, most: int | None = None, **values: Any) -> int:
        """Return how many rows there are, counted no further than `most`."""
        sql, given = self.asking(**values)
        if most is not None:
            sql, given = f"{sql} LIMIT %s", [*given, most]
        ((count,),) = run(f"SELECT COUNT(*) FROM ({sql}) counted", given)  # noqa: S608 - the ORM's own text
        return int(count)

    def some(self, *, first: int, size: int, **values: Any) -> list[Found]:
        """Return `size` rows from the `first`, which is 0, on."""
        sql, given = self.asking(**values)
        return self.read(run(f"{sql} LIMIT %s OFFSET %s", [*given, size, first]), **values)

    def asking(self, **values: Any) -> Statement:
        """Return the statement, to be run with others."""
        return _filled(self._known(values), values)

    def read(self, rows: Sequence[Row], **values: Any) -> list[Found]:
        """Return what `rows`, the answer to `asking` with these values, tell of."""
        return self._known(values).read(rows)

    def _known(self, values: Mapping[str, Any]) -> _Compiled:
        shape = tuple((name, len(one) if isinstance(one, list) else 0) for name, one in values.items())
        if shape not in self._compiled:
            self._compiled[shape] = self._compile(values)
        return self._compiled[shape]

    def _compile(self, values: Mapping[str, Any]) -> _Compiled:
        marks: dict[str, Any] = {}
        places: dict[Any, tuple[str, int]] = {}
        for name, value in values.items():
            made = [_mark(one, len(places) + at) for at, one in enumerate(_listed(value))]
            marks[name] = made if isinstance(value, list) else made[0]
            # the ORM leaves times as they are for PostgreSQL
            places |= {_for_database(mark) if ON_SQLITE else mark: (name, at) for at, mark in enumerate(made)}
        found = self.build(**marks)
        compiler = found.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, given = compiler.as_sql()
        read = _models(found, compiler) if issubclass(found._iterable_class, ModelIterable) else list
        return _Compiled(sql, tuple((places.get(one), one) for one in given), read)


def _models(found: QuerySet[Any, Any], compiler: Any) -> Callable[[Sequence[Row]], list[Any]]:
    """Return what makes models of rows, as Django's own `ModelIterable` does."""
    about, columns = compiler.klass_info, compiler.select
    fields = about["select_fields"]
    first, last = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in columns[first:last]]
    related = get_related_populators(about, columns, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    beside = list(compiler.annotation_col_map.items())
    # an expression may have been written down more than once, but it is read once
    converters = compiler.get_converters([column[0] for column in columns])

    def read(rows: Sequence[Row]) -> list[Any]:
        made = []
        for row in compiler.apply_converters(rows, converters) if converters else rows:
            one = about["model"].from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            for populate in related:
                populate.populate(row, one)
            for name, at in beside:
                setattr(one, name, row[at])
            made.append(one)
        return made

    return read


def _filled(compiled: _Compiled, values: Mapping[str, Any]) -> Statement:
    lists = {name: [*map(_for_database, _listed(value))] for name, value in values.items()}
    given = [constant if at is None else lists[at[0]][at[1]] for at, constant in compiled.places]
    return Statement(compiled.sql, given)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _mark(value: Any, number: int) -> Any:
    """Return a value of the same kind that no query writes as a constant."""
    if isinstance(value, datetime):
        return datetime(1900 + number, 1, 1, tzinfo=UTC)
    return f"mark {number}" if isinstance(value, str) else -1900 - number


def _for_database(value: Any) -> Any:
    return stored(value) if isinstance(value, datetime) else value


@lru_cache(maxsize=512)
def _question_marks(sql: str) -> str:
    return sql.replace("%s", "?").replace("%%", "%")
