"""Where received files lie: once for each content, in a folder two levels deep."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from lianqiao.engine.errors import refuse

# what the operating system says of a disk, or of one's share of it, that is used up
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def stored_at(sha256: str) -> Path:
    """Return where the bytes with this hash lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


@contextmanager
def space_for(name: str) -> Iterator[None]:
    """Say of a disk that turns out full while the file called `name` is kept: Refusal `disk-full`."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise refuse(
            "disk-full",
            f"the server has no space left for “{name}”",
            hint="tell the administrator; nothing was kept of it",
            name=name,
        ) from error
