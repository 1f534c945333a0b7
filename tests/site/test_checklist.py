"""The security checklist names only what exists: tests, files, settings, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lianqiao.command_line.main import VERBS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/security-checklist.md").read_text()
NAMED = sorted(set(re.findall(r"`([^`]+)`", TEXT)))
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and "---" not in line and not line.startswith("| requirement")
]


@pytest.mark.parametrize("name", [name for name in NAMED if name.startswith("tests/")])
def test_tests_named_exist(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).is_file()
    assert f"def {test}(" in (ROOT / path).read_text() if test else True


@pytest.mark.parametrize(
    "name", [n for n in NAMED if n.startswith(("deploy/", "lianqiao/")) or n.endswith(".txt")]
)
def test_files_named_exist(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.mark.parametrize("name", [name for name in NAMED if re.fullmatch(r"[A-Z_]+", name)])
def test_settings_named_exist(name: str) -> None:
    assert f'env.get("{name}"' in (ROOT / "lianqiao/site/environment.py").read_text()
    assert f"| `{name}` |" in (ROOT / "docs/operate.md").read_text()


@pytest.mark.parametrize("name", [name for name in NAMED if name.startswith("lianqiao ")])
def test_commands_named_exist(name: str) -> None:
    assert name.split()[1] in VERBS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_says_who_and_what(row: list[str]) -> None:
    requirement, level, who, behind = row
    assert requirement
    assert level in ("2, 3", "3")
    assert set(who.split(", ")) <= {"product", "office", "gap"}
    if "product" in who:
        assert re.search(r"`|one |any |the ", behind), "the product's part names what holds it"
