"""`make snapshot`: a backup of a demonstration zone, kept as what a zone of this release looks like."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from lianqiao import __version__
from tests.command_line.homes import Home

SNAPSHOTS = Path(__file__).parent / "snapshots"
RELEASED = Path(__file__).parent / "released.json"
# every state a filing can be in, and all that hangs on it; the same whenever it is made
AS_OF = "2026-06-15T10:00"


def make() -> Path:
    """Write the snapshot of this release, in place of one made before; returns where it lies."""
    to = SNAPSHOTS / f"{__version__}.tar.gz"
    to.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "var")
        home.run("demo", "--yes", "--as-of", AS_OF)
        home.run("backup", "--quiet", str(to))
    RELEASED.write_text(json.dumps(_last_migrations(), indent=1) + "\n")
    return to


def _last_migrations() -> dict[str, str]:
    """Return the last migration of each of our apps: by it the next release knows this one's tables."""
    folders = sorted((Path(__file__).resolve().parents[2] / "lianqiao").glob("**/migrations"))
    return {folder.parent.name: max(one.stem for one in folder.glob("0*.py")) for folder in folders}


if __name__ == "__main__":
    made = make()
    print(f"{made.relative_to(Path.cwd())}: {made.stat().st_size} bytes", file=sys.stderr)
