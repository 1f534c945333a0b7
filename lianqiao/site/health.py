"""Whether this process can do its work now: each thing it needs, and the reason where one is missing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from lianqiao.bridge import packs
from lianqiao.engine.errors import Refusal
from lianqiao.site import pulse, schema


@dataclass(frozen=True)
class Check:
    """One thing looked at; `reason` says what is wrong, for those who run the server."""

    name: str
    ok: bool
    reason: str = ""


def checks(*, now: datetime) -> list[Check]:
    """Return every check: database, its schema, the pack, the attachment folder, this process's worker.

    The schema is left out while the database is away, the worker where none runs in this process.
    """
    found = [_looked("database", _database)]
    if found[0].ok:
        found.append(_looked("schema", schema.require))
    found += [_looked("pack", _pack), _looked("attachments", _attachments)]
    age_s = pulse.HERE.age_s(now)
    if age_s is not None:
        late = f"the worker last ticked {age_s:.0f} s ago" if age_s > pulse.FRESH_S else ""
        found.append(Check("worker", not late, late))
    return found


def _looked(name: str, look: Callable[[], object]) -> Check:
    try:
        look()
    except Refusal as refusal:
        return Check(name, False, str(refusal))
    except (DatabaseError, OSError) as error:
        return Check(name, False, f"{type(error).__name__}: {error}".strip())
    return Check(name, True)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _pack() -> None:
    packs.current()


def _attachments() -> None:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"1")
