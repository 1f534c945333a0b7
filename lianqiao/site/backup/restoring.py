"""Restore a zone from a backup: everything is read and checked first, built aside, then put in place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.apps.registry import Apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from lianqiao.bridge import packs, publications
from lianqiao.bridge.queries import Verdict
from lianqiao.bridge.queries.measures import promises_in_use
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.site import new_database
from lianqiao.site.backup import archive, rows, target
from lianqiao.site.backup.making import STORED, Progress, log_of
from lianqiao.site.backup.manifest import ATTACHMENTS, SECRET, TABLES, Manifest, damaged
from lianqiao.site.backup.unpacking import unpack
from lianqiao.site.records import verify_records


@dataclass(frozen=True)
class Restored:
    """What was restored, what verifying its log found, and which promises of its cases the pack lacks."""

    manifest: Manifest
    verdict: Verdict
    promises_lacking: tuple[str, ...]


def check(path: Path, *, progress: Progress) -> Manifest:
    """Read a whole backup and compare every part with its hash; changes nothing, refuses as `restore`."""
    return unpack(path, None, progress=progress)


def restore(path: Path, *, replace: bool, progress: Progress) -> Restored:
    """Bring the zone back as it was; killed or refused anywhere, the target stays as it is.

    An older backup is brought up to this release. Raises Refusal: `target-not-empty` without `replace`,
    `backup-newer`, `backup-damaged`, `backup-row`, `disk-full` and what reading the archive raises.
    """
    settings.ENVIRONMENT.make_home()
    if not replace:
        target.check_empty()
    with _staging() as staging:
        manifest = unpack(path, staging, progress=progress)
        brought: list[Path] = []
        try:
            with target.built_aside(staging):
                _fill(manifest, staging, progress)
                publications.forget()
                restored = Restored(manifest, verify_records(), _promises_lacking())
                # rows that name a file must never be seen without it
                brought = _bring_attachments(staging)
        except BaseException as error:
            for attachment in brought:
                attachment.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise archive.told(error, target.home()) from error
            raise
        _bring_secret(staging)
    return restored


def _fill(manifest: Manifest, staging: Path, progress: Progress) -> None:
    apps = _migrate_as_it_was(manifest)
    models = {model._meta.label_lower: model for model in rows.carried(apps)}
    _compare_columns(manifest, models)
    with transaction.atomic():
        rows.empty(connection, models.values())
        done = 0
        for label, table in manifest.tables.items():
            count = 0
            for piece in sorted((staging / TABLES / label).glob("*.jsonl")):
                with piece.open("rb") as lines:
                    count += rows.put(connection, models[label], table.columns, lines)
                progress("restoring", done + count, manifest.rows)
            if count != table.rows:
                raise damaged(f"table {label} has {count} rows in place of {table.rows}")
            done += count
        connection.check_constraints()
        rows.reset_sequences(connection, models.values())
    call_command("migrate", interactive=False, verbosity=0)
    if log_of("default") != manifest.log:
        raise damaged("the log does not come as far as it did")


def _migrate_as_it_was(manifest: Manifest) -> Apps:
    """Bring an empty database to the schema the backup was made under; returns the models of that schema."""
    executor = MigrationExecutor(connection)
    names = [(app, name) for app, found in manifest.migrations.items() for name in found]
    known = executor.loader.graph.nodes
    unknown = [f"{app}.{name}" for app, name in names if (app, name) not in known]
    if unknown:
        raise refuse(
            "backup-newer",
            f"Lianqiao {manifest.lianqiao} made this; this release does not know {', '.join(unknown[:3])}",
            hint="restore it with that release or a newer one",
        )
    if set(names) == set(executor.loader.disk_migrations):
        return new_database.make_tables()
    graph = executor.loader.graph
    # asked for one that another was made upon, however far, Django would go back to it
    below = {one for name in names for one in graph.forwards_plan(name) if one != name}
    last = [name for name in names if name not in below]
    executor.migrate(last)
    apps: Apps = executor.loader.project_state(last).apps
    return apps


def _compare_columns(manifest: Manifest, models: dict[str, rows.Model]) -> None:
    for label in {*manifest.tables, *models}:
        here = set(rows.column_names(models[label])) if label in models else set()
        there = set(manifest.tables[label].columns) if label in manifest.tables else set()
        if here != there:
            raise refuse(
                "backup-other-schema",
                f"table {label} has other columns: {', '.join(sorted(here ^ there)) or 'none'}",
                hint="the backup was made by an unreleased version; restore it with that very version",
            )


def _promises_lacking() -> tuple[str, ...]:
    lacking = []
    for key in promises_in_use():
        try:
            packs.mechanism(key)
        except Refusal:
            lacking.append(key)
    return tuple(lacking)


def _bring_attachments(staging: Path) -> list[Path]:
    """Move the attachments to where they belong; returns those that were not there before."""
    folder, brought = Path(settings.MEDIA_ROOT), []
    for path in sorted((staging / ATTACHMENTS).glob("??/??/*")):
        inside = path.relative_to(staging / ATTACHMENTS)
        assert STORED.fullmatch(inside.as_posix())
        final = folder / inside
        final.parent.mkdir(parents=True, exist_ok=True)
        if not final.exists():
            brought.append(final)
        shutil.move(path, final)
    return brought


def _bring_secret(staging: Path) -> None:
    kept = staging / SECRET
    if kept.exists():
        kept.chmod(0o600)
        os.replace(kept, target.home() / SECRET)


@contextmanager
def _staging() -> Iterator[Path]:
    """Yield a folder beside what is restored, so that moving is renaming; gone at the end."""
    home = target.home()
    for left in home.glob("restoring-*"):
        shutil.rmtree(left, ignore_errors=True)  # of a restore that was killed
    folder = Path(tempfile.mkdtemp(prefix="restoring-", dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
