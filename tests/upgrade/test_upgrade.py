"""A zone of every release so far becomes one of this release: its rows, log and files, on either database.

Snapshots are backups made by the release itself with `make snapshot`. Restoring one builds that release's
schema by its own migrations, fills it and migrates on, as an office does that upgrades.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.command_line.homes import POSTGRES, Home, postgres_database
from tests.upgrade.snapshot import SNAPSHOTS

RELEASES = sorted(SNAPSHOTS.glob("*.tar.gz"))
KINDS = [
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.skipif(not POSTGRES, reason="TEST_POSTGRES_URL is not set")),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("snapshot", RELEASES, ids=lambda path: path.name)
def test_upgrade_with_data(snapshot: Path, kind: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(postgres_database()) if kind == "postgres" else ""
        home = Home(tmp_path / "var", url)
        restored = home.answer("restore", str(snapshot))
        assert restored["intact"] is True
        assert restored["cases"] > 50
        assert restored["promises_lacking"] == [], (
            "the pack must keep every version that open cases stand under"
        )
        # time goes on, and the zone with it
        moved = home.answer("tick", "--as-of", "2026-07-15T10:00")
        assert moved["cases"] > 0
        assert home.verified()["cases"] == restored["cases"]
        home.run("load")
