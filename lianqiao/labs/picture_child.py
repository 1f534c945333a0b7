"""Make pictures of one file in a process of its own that cannot harm the server; see `main`."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from lianqiao.labs.pictures import pictures_of

MEMORY_BYTES = 3 * 1024**3
CPU_S = 40
FILE_BYTES = 32 * 1024 * 1024


def main(arguments: list[str]) -> int:
    """Make pictures of `arguments` = file, media type, folder; prints them as JSON, or why there are none.

    Memory, processor time and the size of what is written are limited; nothing is read but the file.
    """
    _limit()
    path, media_type, into = arguments
    try:
        made = pictures_of(Path(path), media_type, into=Path(into))
    except Exception as error:  # whatever a decoder trips over is an answer here
        print(json.dumps({"problem": f"{type(error).__name__}: {error}"[:300]}))
        return 1
    print(
        json.dumps({"pictures": [{"file": p.path.name, "width": p.width, "height": p.height} for p in made]})
    )
    return 0


def _limit() -> None:
    # whoever waits for a page comes first
    os.nice(10)
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
