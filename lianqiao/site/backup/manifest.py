"""What an archive says of itself: who made it, what is in it, and the hash of each part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lianqiao import __version__
from lianqiao.engine.errors import Refusal, refuse

FORMAT = "lianqiao-backup"
# raised when an archive of this release could not be read by the last one
FORMAT_VERSION = 1

# the first member and the last: what is cut short has no manifest
HEAD = "lianqiao-backup.json"
MANIFEST = "manifest.json"
SECRET = "secret_key"  # noqa: S105 - the name of a file
TABLES, ATTACHMENTS, DISTRICT = "tables/", "attachments/", "district/"


@dataclass(frozen=True)
class Table:
    """The rows of one table: the columns in the order of each row's values, and how many rows."""

    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Log:
    """How far the log had come; `heads` is SHA-256 over a line `number seq hash` a case, by number."""

    cases: int
    entries: int
    seals: int
    last_seal: str
    heads: str


@dataclass(frozen=True)
class Manifest:
    """Everything an archive holds. `parts` are all other members by name, each with its SHA-256.

    Attachments are not among them: each is named by its hash. `absent` and `damaged` are attachments that
    were not where they belong, or not what they were, when the backup was made.
    """

    made_at: str
    lianqiao: str
    python: str
    django: str
    database: str
    district: str
    migrations: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Table]
    log: Log
    attachments: int
    attachment_bytes: int
    parts: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    secret: bool = False

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(table.rows for table in self.tables.values())

    def to_json(self) -> str:
        """Return the manifest as it stands in the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)


def head(*, made_at: str) -> str:
    """Return what stands first in an archive: enough to tell what it is and whether it can be read."""
    facts = {"format": FORMAT, "version": FORMAT_VERSION, "lianqiao": __version__, "made_at": made_at}
    return json.dumps(facts)


def check_head(text: bytes) -> None:
    """Let an archive pass that this release can read; raises Refusal `not-a-backup` or `backup-newer`."""
    try:
        found = json.loads(text)
        known, version = found["format"] == FORMAT, int(found["version"])
    except (ValueError, KeyError, TypeError):
        raise not_a_backup() from None
    if not known:
        raise not_a_backup()
    if version > FORMAT_VERSION:
        raise refuse(
            "backup-newer",
            f"Lianqiao {found.get('lianqiao', '?')} made this backup in a form this release cannot read",
            hint="restore it with that release or a newer one",
        )


def read(text: bytes) -> Manifest:
    """Return the manifest an archive holds; raises Refusal `backup-damaged`."""
    try:
        facts: dict[str, Any] = json.loads(text)
        facts["tables"] = {
            label: Table(tuple(table["columns"]), int(table["rows"]))
            for label, table in facts["tables"].items()
        }
        facts["migrations"] = {app: tuple(names) for app, names in facts["migrations"].items()}
        facts["log"] = Log(**facts["log"])
        for name in ("absent", "damaged"):
            facts[name] = tuple(facts[name])
        return Manifest(**facts)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise damaged("its manifest cannot be read") from None


def not_a_backup() -> Refusal:
    """Return the refusal for a file that is something else."""
    return refuse(
        "not-a-backup", "this is no backup of Lianqiao", hint="name a file made by `lianqiao backup`"
    )


def damaged(what: str) -> Refusal:
    """Return the refusal for an archive that is not what was written."""
    return refuse(
        "backup-damaged",
        f"the backup is damaged: {what}",
        hint="take another backup; nothing was changed here",
    )
