"""Rows as text that any database can take back: what the columns hold, not what a model makes of it.

A column that a field encrypts stays encrypted; JSON stays the very text it was.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import Any, TypeAlias
from uuid import UUID

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import Error as DatabaseError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from lianqiao.engine.errors import refuse

# rows read, and lines written into one member of the archive, at a time
AT_ONCE = 2000
# who is signed in is of the machine, not of the zone: after a restore everyone signs in again
LEFT_OUT = frozenset({"sessions.session", "organization.session"})
# rows a new database gets of itself
MADE_BY_ITSELF = frozenset(
    {"django_migrations", "django_content_type", "auth_permission", "django_session", "organization_session"}
)

Model = type[models.Model]
Field: TypeAlias = "models.Field[Any, Any]"


def carried(apps: Apps) -> list[Model]:
    """Return the models whose tables a backup carries, many-to-many tables too, in order of label."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)


def columns(model: Model) -> list[Field]:
    """Return the fields of the table's columns; what the database reckons itself is left out."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def column_names(model: Model) -> tuple[str, ...]:
    """Return the names of those columns."""
    return tuple(str(field.column) for field in columns(model))


def pieces(connection: BaseDatabaseWrapper, model: Model) -> Iterator[tuple[int, bytes]]:
    """Yield the table in order of its key: how many rows, and a line of JSON for each."""
    fields = columns(model)
    readers = [_reader(connection, model, field) for field in fields]
    names = ", ".join(connection.ops.quote_name(name) for name in column_names(model))
    keys = ", ".join(connection.ops.quote_name(str(field.column)) for field in model._meta.pk_fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} ORDER BY {keys}")  # noqa: S608 - names of columns only
        while rows := cursor.fetchmany(AT_ONCE):
            lines = (
                json.dumps(
                    [read(value) for read, value in zip(readers, row, strict=True)], ensure_ascii=False
                )
                for row in rows
            )
            yield len(rows), "".join(f"{line}\n" for line in lines).encode()


def put(connection: BaseDatabaseWrapper, model: Model, names: Sequence[str], lines: Iterable[bytes]) -> int:
    """Write rows into the table; `names` are the columns in the order of each row. Returns how many.

    Raises Refusal `backup-row` where this database cannot hold a value the other one could.
    """
    by_column = {field.column: field for field in columns(model)}
    writers = [_writer(connection, by_column[name]) for name in names]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    places = ", ".join(["%s"] * len(names))
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"INSERT INTO {table} ({quoted}) VALUES ({places})"  # noqa: S608 - names of columns only
    rows = [[write(v) for write, v in zip(writers, json.loads(line), strict=True)] for line in lines]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        try:
            cursor.executemany(sql, rows)
        except (DatabaseError, ValueError) as error:
            raise refuse(
                "backup-row",
                f"a row between {rows[0][0]} and {rows[-1][0]} does not fit this database: {error}".strip(),
                place=f"table {model._meta.db_table}",
                hint="nothing was changed; put the row right where the backup was made",
            ) from error
    return len(rows)


def empty(connection: BaseDatabaseWrapper, made: Iterable[Model]) -> None:
    """Delete all rows of these tables, such as those a migration wrote; references are checked at the end."""
    with connection.cursor() as cursor:
        for model in made:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def reset_sequences(connection: BaseDatabaseWrapper, made: Iterable[Model]) -> None:
    """Let each table count on from its greatest key."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(made)):
            cursor.execute(statement)


def tables_with_rows(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables that hold something which a new database would not, whoever made them."""
    held = []
    with connection.cursor() as cursor:
        indexes = _search_indexes(connection)
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in MADE_BY_ITSELF or table.startswith(indexes):
                continue
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                held.append(table)
    return held


def _search_indexes(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Return the virtual tables of SQLite; each keeps tables of its own whose names begin with its name."""
    if connection.vendor != "sqlite":
        return ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'")
        return tuple(name for (name,) in cursor.fetchall())


def _reader(connection: BaseDatabaseWrapper, model: Model, field: Field) -> Callable[[Any], Any]:
    """Return what makes a column's value a plain one: the database's own conversions, none of the field's."""
    of = field.get_col(model._meta.db_table)
    converters = connection.ops.get_db_converters(of)

    def read(value: Any) -> Any:
        for convert in converters:
            value = convert(value, of, connection)
        return _as_json(value)

    return read


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID, IPv4Address, IPv6Address)):
        return str(value)
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode()
    return value


def _writer(connection: BaseDatabaseWrapper, field: Field) -> Callable[[Any], Any]:
    """Return what makes a value of `_as_json` one this database takes for the column."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    plain = _PLAIN.get(field.get_internal_type())
    if plain is None:
        return lambda value: value
    maker, made = plain
    of = maker(field)
    return lambda value: (
        None if value is None else of.get_db_prep_value(made(value), connection, prepared=False)
    )


def _of(kind: type[Field], made: Callable[[Any], Any]) -> tuple[Callable[[Any], Field], Callable[[Any], Any]]:
    return lambda _: kind(), made


_PLAIN: dict[str, tuple[Callable[[Any], Field], Callable[[Any], Any]]] = {
    "DateTimeField": _of(models.DateTimeField, datetime.fromisoformat),
    "DateField": _of(models.DateField, date.fromisoformat),
    "TimeField": _of(models.TimeField, time.fromisoformat),
    "DurationField": _of(models.DurationField, lambda value: timedelta(microseconds=value)),
    "BooleanField": _of(models.BooleanField, bool),
    "UUIDField": _of(models.UUIDField, UUID),
    "BinaryField": _of(models.BinaryField, base64.b64decode),
    "GenericIPAddressField": _of(models.GenericIPAddressField, str),
    "DecimalField": (
        lambda field: models.DecimalField(max_digits=field.max_digits, decimal_places=field.decimal_places),
        Decimal,
    ),
}
