"""Where received files lie: once for each content, in a folder two levels deep."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from lianqiao.engine.errors import Refusal, refuse

# what the operating system says of a disk, or of one's share of it, that is used up
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# the database and the log lie on the same disk more often than not
SPARE_BYTES = 64 * 1024 * 1024


def stored_at(sha256: str) -> Path:
    """Return where the bytes with this hash lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def incoming_at(token: str) -> Path:
    """Return where an upload that is not all there yet lies."""
    return Path(settings.MEDIA_ROOT) / "incoming" / token


def quarantined_at(sha256: str) -> Path:
    """Return where bytes lie in which a virus was found: nothing reads them but the office."""
    return Path(settings.MEDIA_ROOT) / "quarantine" / sha256


def require_space(name: str, size: int) -> None:
    """Refuse `disk-full` where the disk could not hold so many bytes more and still have some to spare."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < size + SPARE_BYTES:
        raise _full(name)


@contextmanager
def space_for(name: str) -> Iterator[None]:
    """Say of a disk that turns out full while the file called `name` is kept: Refusal `disk-full`."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise _full(name) from error


def _full(name: str) -> Refusal:
    return refuse(
        "disk-full",
        f"the server has no space left for “{name}”",
        hint="tell the administrator; nothing was kept of it",
        name=name,
    )
