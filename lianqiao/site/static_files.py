"""Where scripts, styles and pictures are served from."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ServedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Files under names that tell their contents, so that browsers keep them for good.

    The address of each is worked out once: a page has scores, and files are collected only before a start.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.url = lru_cache(maxsize=1024)(super().url)
