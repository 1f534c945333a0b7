"""Make pictures of files received, a few at a time, each in a limited process of its own."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction

import lianqiao
from lianqiao.bridge.commands.attaching import PICTURING, keep_made
from lianqiao.bridge.models import Content, Preview
from lianqiao.bridge.storage import stored_at

CHILD = "lianqiao.labs.picture_child"
LONGEST_S = 60
LONGEST_ROUND_S = 4.0
MOST_AT_ONCE = 20
log = logging.getLogger(__name__)


def make_pictures(*, now: datetime) -> int:
    """Make pictures of files that wait for them, at most 20 or for about 4 seconds; returns of how many
    files.

    A file of which none can be made is not tried again. Idempotent, with any number of workers.
    """
    done, deadline = 0, monotonic() + LONGEST_ROUND_S
    waiting = Content.objects.filter(preview="waiting").exclude(scan="waiting").order_by("pk")
    for content in waiting[:MOST_AT_ONCE]:
        if monotonic() > deadline:
            break
        done += _pictured(content)
    return done


def _pictured(content: Content) -> bool:
    path = stored_at(content.sha256)
    with tempfile.TemporaryDirectory(dir=settings.MEDIA_ROOT, prefix=PICTURING) as folder:
        made = _made(path, content.type, folder) if path.is_file() else []
        rows = [
            Preview(
                content=content,
                number=number,
                sha256=keep_made((Path(folder) / one["file"]).read_bytes()),
                width=one["width"],
                height=one["height"],
            )
            for number, one in enumerate(made, start=1)
        ]
        with transaction.atomic():
            held = Content.objects.select_for_update().get(pk=content.pk)
            if held.preview != "waiting":
                return False
            Preview.objects.filter(content=held).delete()
            Preview.objects.bulk_create(rows)
            held.preview = "made" if rows else "failed"
            held.save(update_fields=["preview"])
    return bool(rows)


def _made(path: Path, media_type: str, folder: str) -> list[dict[str, Any]]:
    root = str(Path(lianqiao.__file__).resolve().parents[1])
    # the child needs to know nothing of this server: no database, no secret
    known = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    try:
        child = subprocess.run(  # noqa: S603 - our own module, arguments of our own making
            [sys.executable, "-m", CHILD, str(path), media_type, folder],
            capture_output=True, timeout=LONGEST_S, check=False, env={**known, "PYTHONPATH": root},
            cwd=folder,
        )  # fmt: skip
        said = json.loads(child.stdout or b"{}")
    except (subprocess.TimeoutExpired, ValueError):
        said = {}
    if "pictures" not in said:
        log.info("no picture of a file", extra={"facts": {"type": media_type}})
    found: list[dict[str, Any]] = said.get("pictures", [])
    return found
