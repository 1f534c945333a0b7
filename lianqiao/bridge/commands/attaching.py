"""Files kept and let go: what nobody filed, what the product makes itself, what a killed process left."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings

from lianqiao.bridge.commands.receiving import RECEIVING
from lianqiao.bridge.models import Attachment
from lianqiao.bridge.storage import stored_at
from lianqiao.organization.models import Person

# how the names of files begin that are not all there yet
MAKING, PICTURING = "making-", "picturing-"
UNFINISHED = (RECEIVING, MAKING, PICTURING)
LEFT_BEHIND_S = 24 * 3600


def let_go(sha256: str, *, by: Person) -> bool:
    """Forget a file this person sent that no case took; returns whether its bytes went too.

    They stay where somebody else, or a case, has the same.
    """
    Attachment.objects.filter(sha256=sha256, person=by, case=None).delete()
    if Attachment.objects.filter(sha256=sha256).exists():
        return False
    stored_at(sha256).unlink(missing_ok=True)
    return True


def keep_made(content: bytes) -> str:
    """Keep bytes the product made itself, as received files are kept; returns their SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    final = stored_at(digest)
    final.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=Path(settings.MEDIA_ROOT), prefix=MAKING)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, final)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return digest


def clear_leftovers(*, now: datetime) -> int:
    """Remove what processes killed while they received or made a file left behind a day ago or longer."""
    cleared, folder = 0, Path(settings.MEDIA_ROOT)
    for path in (path for prefix in UNFINISHED for path in folder.glob(f"{prefix}*")):
        try:
            if path.stat().st_mtime < now.timestamp() - LEFT_BEHIND_S:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                cleared += 1
        except FileNotFoundError:
            continue  # another worker was first, or the upload has ended
    return cleared
