"""Whether the database is of this release: while a zone is upgraded, two releases meet on one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.site import new_database

Name = tuple[str, str]  # the label of an app and the name of one of its migrations
# any number will do, as long as nothing else in the same database locks the same
MIGRATING = 0x4C51_0001


@dataclass(frozen=True)
class Schema:
    """How the database differs from what this release needs: migrations `missing`, and `newer` ones.

    `empty` where there is no zone yet: no migration of ours was ever applied.
    """

    missing: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    empty: bool = False

    @property
    def refusal(self) -> Refusal | None:
        """Why this release may not work on the database; None where it may."""
        if self.newer:
            return refuse(
                "schema-newer",
                f"the database belongs to a newer release: it has {_listed(self.newer)}",
                hint="start that release; to go back, restore a backup made by this one",
            )
        if self.empty:
            return refuse(
                "zone-missing",
                f"there is no zone here yet: {place()} holds nothing",
                hint="run `lianqiao load` to make one, or `lianqiao demo --yes` for one with examples",
            )
        if self.missing:
            return refuse(
                "schema-older",
                f"the database is not up to date: it lacks {_listed(self.missing)}",
                hint="run `lianqiao load` with this release",
            )
        return None


def look() -> Schema:
    """Compare the database with this release, in one or two queries; makes no file where there is none."""
    applied: set[Name] = set() if _no_file() else set(MigrationRecorder(connection).applied_migrations())
    known = _known()
    missing = [name for name, stands_for in known.items() if not {name, *stands_for} & applied]
    here = {config.label for config in apps.get_app_configs()}
    covered = {name for stands_for in known.values() for name in stands_for}
    newer = [name for name in applied if name[0] in here and name not in known and name not in covered]
    return Schema(_texts(missing), _texts(newer), empty=not any(name[0] in here for name in applied))


def require() -> None:
    """Let only a database of this release pass.

    Raises Refusal `zone-missing`, `schema-newer` or `schema-older`.
    """
    if refusal := look().refusal:
        raise refusal


def bring_up_to_date() -> None:
    """Migrate the database, one process at a time; raises Refusal `schema-newer` and leaves it alone then.

    The home folder is made with it.
    """
    settings.ENVIRONMENT.make_home()
    with _alone():
        schema = look()
        if schema.newer and (refusal := schema.refusal):
            raise refusal
        if new_database.is_empty():
            new_database.make_tables()
        call_command("migrate", interactive=False, verbosity=0)


def away(error: Exception) -> Refusal:
    """Return what to say where the database cannot be reached or read; its password is not in it."""
    cause = " ".join(str(error).split())
    if password := connection.settings_dict.get("PASSWORD"):
        cause = cause.replace(password, "…")
    return refuse(
        "database-away",
        f"the database cannot be reached or read, {place()}: {cause}",
        hint="see that it runs, and that DATABASE_URL and LIANQIAO_HOME name it",
    )


def place() -> str:
    """Return where the database is: a file, or a server and a name, never with a password."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(facts["NAME"])
    at = ":".join(str(facts[name]) for name in ("HOST", "PORT") if facts.get(name))
    return f"{connection.vendor} {at}/{facts['NAME']}"


def _no_file() -> bool:
    """Return whether SQLite would make a new file if it were asked."""
    name = str(connection.settings_dict["NAME"])
    return connection.vendor == "sqlite" and not (name.startswith((":", "file:")) or Path(name).exists())


@contextmanager
def _alone() -> Iterator[None]:
    """Make other processes that would migrate the same PostgreSQL wait; SQLite has one writer by nature."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])


@lru_cache(maxsize=1)
def _known() -> dict[Name, tuple[Name, ...]]:
    """Return this release's migrations, each with those it stands for."""
    on_disk = MigrationLoader(None).disk_migrations
    return {name: tuple(migration.replaces) for name, migration in on_disk.items()}


def _texts(names: list[Name]) -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in names))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
