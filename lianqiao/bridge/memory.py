"""Memory nobody needs any more goes back to the machine: a zone's server is idle most of the time."""

from __future__ import annotations

import ctypes
import gc
from functools import cache

# of `mallopt` in GNU's malloc.h
_ARENA_MAX = -8


def one_heap() -> None:
    """Have threads to come take memory from one heap: each keeps what it once took in one of its own."""
    if hasattr(_c_library(), "mallopt"):
        _c_library().mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Let go of what is garbage, and of pages the C library keeps for itself; some milliseconds.

    Worth it after what takes tens of megabytes for a moment, such as cutting a font.
    """
    gc.collect()
    # of GNU's C library; others give back by themselves
    if hasattr(_c_library(), "malloc_trim"):
        _c_library().malloc_trim(0)


@cache
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None)
