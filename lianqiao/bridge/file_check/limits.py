"""What the process that reads strangers' files may use: little memory and time, no disk, no network.

Nothing here is needed for a file to be read; where the system lacks one of the bounds, the others hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
from dataclasses import dataclass

MIB = 1024 * 1024
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_PDEATHSIG = 38, 1


@dataclass(frozen=True)
class Limits:
    """Bounds of one reading: address space and the most it unpacks in MiB, processor and wall time."""

    memory_mb: int
    unpacked_mb: int
    processor_s: int
    wall_s: int


# What each kind reads: a text by which unit, a film with which of FFmpeg's readers. No other reader may be
# chosen by the bytes, such as one that opens addresses.
PDF, TXT = "application/pdf", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNITS = {PDF: "page", DOCX: "paragraph", TXT: "line"}
READERS = {"video/mp4": "mov", "video/quicktime": "mov", "video/x-matroska": "matroska"}
# a film of two hours is read in minutes; its decoder needs room for large pictures in several threads
LIMITS = {
    "text": Limits(memory_mb=1024, unpacked_mb=200, processor_s=120, wall_s=180),
    "film": Limits(memory_mb=3072, unpacked_mb=0, processor_s=7200, wall_s=3600),
}


def bind(limits: Limits) -> None:
    """Bind this process to the limits for the rest of its life; called before anything else is loaded."""
    _set(resource.RLIMIT_AS, limits.memory_mb * MIB)
    _set(resource.RLIMIT_CPU, limits.processor_s)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_NOFILE, 64)
    with contextlib.suppress(OSError):
        os.nice(10)
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # nobody is left to read the answer once the process that asked is gone
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # a network of its own, without a way out; not every system lets a process have one
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _set(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (bound, bound))
