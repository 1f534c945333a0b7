"""Start the child process that reads a file, follow it, and end it in time."""

from __future__ import annotations

import json
import logging
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lianqiao.bridge.file_check.limits import LIMITS

COMMAND = (sys.executable, "-m", "lianqiao.bridge.file_check.reading")
PACKAGE_FOLDER = Path(__file__).resolve().parents[3]
LOOKS_EVERY_S = 0.3
# a report has a few hundred places in words; more is not one
LONGEST_ANSWER = 4 * 1024 * 1024
log = logging.getLogger(__name__)

Report = dict[str, Any]
# called every moment with how much is done of how much; may raise, which ends the child
GoOn = Callable[[int, int], None]


def look_over(path: Path, *, kind: str, media_type: str, rules: dict[str, Any], go_on: GoOn) -> Report:
    """Return what was found in the file, or `{"unreadable": reason}`; whatever the file does to the child.

    `kind` is `text` or `film`. What `go_on` raises is raised here, once the child is gone.
    """
    asked = {"path": str(path), "kind": kind, "type": media_type, "rules": rules}
    process = subprocess.Popen(  # noqa: S603 - this program itself
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
    )
    try:
        assert process.stdin
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.flush()
        return _followed(process, go_on, time.monotonic() + LIMITS[kind].wall_s)
    except BrokenPipeError:
        return {"unreadable": "crashed"}
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def _followed(process: subprocess.Popen[bytes], go_on: GoOn, until_s: float) -> Report:
    assert process.stdout
    seen, buffer, length = (0, 0), b"", 0
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            ready = selector.select(LOOKS_EVERY_S)
            if ready:
                piece = os.read(process.stdout.fileno(), 65536)
                length += len(piece)
                if not piece or length > LONGEST_ANSWER:
                    return _ended(process)
                *lines, buffer = (buffer + piece).split(b"\n")
                for line in lines:
                    told = json.loads(line)
                    if "done" not in told:
                        return dict(told.get("report") or _noted(told))
                    seen = (told["done"], told["total"])
            if time.monotonic() > until_s:
                return {"unreadable": "time"}
            go_on(*seen)


def _ended(process: subprocess.Popen[bytes]) -> Report:
    """Say why a child went without an answer: out of processor time, or broken by the file."""
    status = process.wait()
    log.warning("a file ended the process that read it: %s", status)
    return {"unreadable": "time" if status in (-24, -9) else "crashed"}


def _noted(told: Report) -> Report:
    log.info("a file could not be read: %s (%s)", told["unreadable"], told.get("error", ""))
    return {"unreadable": told["unreadable"]}


def _environment() -> dict[str, str]:
    """Return what the child may know: where the program is; no secret, no address of a database."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    # a pool of threads for arrays would take the memory a picture needs
    return {**kept, "PYTHONPATH": str(PACKAGE_FOLDER), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
