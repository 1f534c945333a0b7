"""Memory nobody needs any more goes back to the machine: a zone's server is idle most of the time."""

from __future__ import annotations

import ctypes
import gc
from functools import cache
from typing import Any


def give_back() -> None:
    """Let go of what is garbage, and of pages the C library keeps for itself; some milliseconds.

    Worth it after what takes tens of megabytes for a moment, such as cutting a font.
    """
    gc.collect()
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Any:
    # of GNU's C library; others give back by themselves
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
