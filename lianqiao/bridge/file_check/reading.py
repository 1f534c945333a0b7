"""The child process: told on standard input what to look for, it reads the file and says what it found.

Each line it writes is JSON: `{"done": …, "total": …}` while it reads, then `{"report": …}` or
`{"unreadable": reason}`. It knows nothing of the database, the settings, or the network.
"""

from __future__ import annotations

import errno
import json
import sys
import time
from typing import IO, Any

from lianqiao.bridge.file_check.limits import LIMITS, UNITS, Limits, bind
from lianqiao.bridge.file_check.unreadable import Unreadable

SAYS_EVERY_S = 0.3


def main() -> None:
    """Read what is asked and answer."""
    asked = json.loads(sys.stdin.buffer.readline())
    limits = LIMITS[asked["kind"]]
    with open(asked["path"], "rb") as file:
        bind(limits)
        _say(_answer(asked, file, limits))


def _answer(asked: dict[str, Any], file: IO[bytes], limits: Limits) -> dict[str, Any]:
    try:
        return {"report": _report(asked, file, limits)}
    except Unreadable as refused:
        return {"unreadable": refused.reason}
    except MemoryError:
        return {"unreadable": "memory"}
    except Exception as error:
        # strangers' bytes can break a reader in any way; of what it says only the name is repeated
        memory = isinstance(error, OSError) and error.errno == errno.ENOMEM
        return {"unreadable": "memory" if memory else "damaged", "error": type(error).__name__}


def _report(asked: dict[str, Any], file: IO[bytes], limits: Limits) -> dict[str, Any]:
    progress = _Progress()
    if asked["kind"] == "film":
        from lianqiao.bridge.file_check.films import film_report

        return film_report(file, asked["type"], progress=progress)
    from lianqiao.bridge.file_check.texts import pieces_of
    from lianqiao.labs.script_text import measure_text

    pieces = pieces_of(file, asked["type"], unpacked_mb=limits.unpacked_mb, progress=progress)
    rules = asked["rules"]
    return {"unit": UNITS[asked["type"]], **measure_text(pieces, parts=rules["parts"], words=rules["words"])}


class _Progress:
    """Says how far the reading is, not too often."""

    def __init__(self) -> None:
        self.said_s = 0.0

    def __call__(self, done: float, total: float) -> None:
        now_s = time.monotonic()
        if now_s - self.said_s >= SAYS_EVERY_S:
            self.said_s = now_s
            _say({"done": max(0, round(done)), "total": max(0, round(total))})


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
