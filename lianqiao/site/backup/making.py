"""Make a backup of a zone that goes on serving."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from lianqiao import __version__
from lianqiao.bridge import packs
from lianqiao.bridge.queries import measures
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.site import schema
from lianqiao.site.backup import archive, rows, source
from lianqiao.site.backup.manifest import (
    ATTACHMENTS,
    DISTRICT,
    HEAD,
    MANIFEST,
    SECRET,
    TABLES,
    Log,
    Manifest,
    Table,
    head,
)

# what is under way, how much of it is done, and how much there is (0 where nobody knows)
Progress = Callable[[str, int, int], None]
STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}")


@dataclass
class _Files:
    count: int = 0
    size: int = 0
    damaged: list[str] = field(default_factory=list)
    found: set[str] = field(default_factory=set)


def make(to: Path, *, with_secret: bool, now: datetime, progress: Progress) -> Manifest:
    """Write everything the zone consists of into one archive; returns what is in it.

    Rows are of one moment; files kept by hash never change, so those rows name are all there. Raises Refusal
    `schema-newer`, `schema-older`, `secret-elsewhere`, and all that `archive.written` raises.
    """
    schema.require()
    secret = _secret() if with_secret else None
    with archive.written(to, now_s=int(now.timestamp())) as made, source.snapshot() as connection:
        parts: dict[str, str] = {}
        made.add_bytes(HEAD, head(made_at=_told(now)).encode())
        tables = _add_tables(made, connection, parts, progress)
        _add_pack(made, parts)
        if secret:
            parts[SECRET] = made.add_bytes(SECRET, secret)
        files = _add_attachments(made, progress)
        manifest = _manifest(connection, now, tables=tables, files=files, parts=parts, secret=bool(secret))
        made.add_bytes(MANIFEST, manifest.to_json().encode())
    return manifest


def log_of(alias: str) -> Log:
    """Return how far the log has come in the database with this alias."""
    counts = measures.log_length(using=alias)
    return Log(
        counts.cases, counts.entries, counts.seals, counts.last_seal, measures.heads_digest(using=alias)
    )


def _add_tables(
    made: archive.Archive, connection: BaseDatabaseWrapper, parts: dict[str, str], progress: Progress
) -> dict[str, Table]:
    models, tables, done = rows.carried(apps), {}, 0
    for model in models:
        count, label = 0, model._meta.label_lower
        for number, (size, content) in enumerate(rows.pieces(connection, model), start=1):
            name = f"{TABLES}{label}/{number:06d}.jsonl"
            parts[name] = made.add_bytes(name, content)
            count, done = count + size, done + size
            progress("rows", done, 0)
        tables[label] = Table(rows.column_names(model), count)
    return tables


def _add_pack(made: archive.Archive, parts: dict[str, str]) -> None:
    folder = settings.ENVIRONMENT.district
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_file() and "__pycache__" not in inside and not path.name.startswith("."):
            name = DISTRICT + inside
            parts[name], _ = made.add_file(name, path)


def _add_attachments(made: archive.Archive, progress: Progress) -> _Files:
    folder, files = Path(settings.MEDIA_ROOT), _Files()
    there = [path for path in folder.glob("??/??/*") if STORED.fullmatch(path.relative_to(folder).as_posix())]
    for done, path in enumerate(sorted(there), start=1):
        try:
            digest, size = made.add_file(ATTACHMENTS + path.relative_to(folder).as_posix(), path)
        except FileNotFoundError:
            continue  # its time to be kept ran out since we looked; rows that name it would be told as absent
        files.count, files.size = files.count + 1, files.size + size
        files.found.add(path.name)
        if digest != path.name:
            files.damaged.append(path.name)
        progress("attachments", done, len(there))
    return files


def _manifest(
    connection: BaseDatabaseWrapper,
    now: datetime,
    *,
    tables: dict[str, Table],
    files: _Files,
    parts: dict[str, str],
    secret: bool,
) -> Manifest:
    applied: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        applied.setdefault(app, []).append(name)
    wanted = set(measures.files_named(using=source.ALIAS))
    return Manifest(
        made_at=_told(now),
        lianqiao=__version__,
        python=platform.python_version(),
        django=django.get_version(),
        database=source.version(connection),
        district=packs.current().district.id,
        migrations={app: tuple(names) for app, names in applied.items()},
        tables=tables,
        log=log_of(source.ALIAS),
        attachments=files.count,
        attachment_bytes=files.size,
        parts=parts,
        absent=tuple(sorted(wanted - files.found)),
        damaged=tuple(files.damaged),
        secret=secret,
    )


def _told(now: datetime) -> str:
    return beijing(now).isoformat(timespec="seconds")


def _secret() -> bytes:
    if settings.ENVIRONMENT.secret_given:
        raise refuse(
            "secret-elsewhere",
            "SECRET_KEY comes from the environment, so it is not in the home folder",
            hint="leave out --with-secret, and keep the key where you keep the environment",
        )
    return (settings.ENVIRONMENT.home / SECRET).read_bytes()
