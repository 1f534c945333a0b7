"""An empty database gets its tables at once: the very ones that all migrations would have made."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from lianqiao.site import new_database, schema
from tests.command_line.homes import POSTGRES, ROOT, Home, postgres_database

COLUMNS = """
    SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, identity_generation,
           character_maximum_length, numeric_precision, numeric_scale, generation_expression
    FROM information_schema.columns WHERE table_schema = 'public'
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable, condeferred
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
WITHOUT_ROWS = {"django_migrations", "sqlite_sequence", "sqlite_stat1", "sqlite_stat4"}


def migrate(home: Home) -> None:
    """Bring a home's database through every migration, as a zone that grew with the releases did."""
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
        cwd=ROOT, env={**home.environment, "DJANGO_SETTINGS_MODULE": "lianqiao.site.settings"}, check=True,
    )  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"])
def homes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Home, Home]]:
    """A home made new, and one brought through all migrations."""
    if request.param == "sqlite":
        made, grown = Home(tmp_path / "made"), Home(tmp_path / "grown")
        for home in (made, grown):
            home.folder.mkdir()
        yield made, grown
    elif not POSTGRES:
        pytest.skip("TEST_POSTGRES_URL is not set")
    else:
        with postgres_database() as one, postgres_database() as other:
            yield Home(tmp_path / "made", one), Home(tmp_path / "grown", other)


def parts(sql: str) -> list[str]:
    """Return what a statement says, the columns and constraints between its brackets in order of name."""
    begin, end = sql.find("("), sql.rfind(")")
    found, depth, last = [], 0, begin + 1
    for place in range(begin + 1, end + 1):
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        if (sql[place] == "," and depth == 0) or place == end:
            found.append(re.sub(r"\s+", " ", sql[last:place]).strip())
            last = place + 1
    return [sql[:begin].strip(), *sorted(found), sql[end + 1 :].strip()]


def in_sqlite(home: Home) -> set[tuple[Any, ...]]:
    with closing(sqlite3.connect(home.folder / "lianqiao.sqlite3")) as database:
        rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {
            (kind, name, table, *parts(sql)) for kind, name, table, sql in rows if table not in WITHOUT_ROWS
        } | {(*row,) for row in database.execute("SELECT app, name FROM django_migrations")}


def in_postgres(home: Home) -> set[tuple[Any, ...]]:
    import psycopg

    with psycopg.connect(home.database_url.replace("postgres://", "postgresql://")) as database:
        found: set[tuple[Any, ...]] = set()
        for asked in (COLUMNS, INDEXES, CONSTRAINTS, "SELECT app, name FROM django_migrations"):
            found |= set(database.execute(asked).fetchall())
        return found


def test_the_same_tables_as_by_all_migrations(homes: tuple[Home, Home]) -> None:
    made, grown = homes
    made.run("load")
    migrate(grown)
    read = in_postgres if made.database_url else in_sqlite
    one, other = read(made), read(grown)
    assert one - other == set()
    assert other - one == set()
    assert len(one) > 300


@pytest.mark.django_db
def test_only_an_empty_database_is_made_new() -> None:
    assert not new_database.is_empty()
    with mock.patch.object(new_database, "make_tables") as make:
        schema.bring_up_to_date()
    assert not make.called
    assert connection.introspection.table_names()


def test_killed_on_the_way_nothing_is_left(tmp_path: Path) -> None:
    home = Home(tmp_path)
    script = (
        "import os\n"
        "from unittest import mock\n"
        "from lianqiao.command_line import django_site\n"
        "django_site.start_without_zone()\n"
        "from lianqiao.site import new_database, schema\n"
        "with mock.patch.object(new_database, '_by_hand', lambda *_: os._exit(9)):\n"
        "    schema.bring_up_to_date()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=home.environment, check=False)
    assert done.returncode == 9
    with closing(sqlite3.connect(home.folder / "lianqiao.sqlite3")) as database:
        left = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert left == []
    home.run("load")
    home.verified()
