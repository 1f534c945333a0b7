"""Documents are true: what they name exists, and what exists that an office must know is named."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from lianqiao.command_line.main import VERBS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("name", re.findall(r"`(lianqiao\.[\w.]+)`", read("docs/glossary.md")))
def test_glossary_names_exist(name: str) -> None:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name


def test_glossary_names_only_promises_of_the_pack() -> None:
    for promise in re.findall(r"promise `([\w-]+)`", read("docs/glossary.md")):
        assert (ROOT / f"districts/ganjiang/mechanisms/{promise}.toml").exists()


def test_every_setting_is_documented() -> None:
    read_in_code = set(re.findall(r'env\.get\("(\w+)"', read("lianqiao/site/environment.py")))
    assert read_in_code, "no setting found: has the way they are read changed?"
    assert read_in_code <= set(re.findall(r"`([A-Z_]+)`", read("docs/operate.md")))


def test_every_command_is_documented() -> None:
    documented = set(re.findall(r"`lianqiao (\w+)", read("docs/operate.md")))
    # modules that would be called after a keyword, or after what they hold
    verbs = {"importing": "import", "exporting": "export", "reporting": "report"}
    assert {verbs.get(verb, verb) for verb in VERBS} == documented


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text())
    broken = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_line_numbers(path: Path) -> None:
    assert re.findall(r"\.(?:py|toml|html):\d+", path.read_text()) == []


def test_decisions_are_numbered_without_gap() -> None:
    numbers = sorted(int(p.name[:4]) for p in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_requirements_name_no_host() -> None:
    assert "://" not in read("constraints.txt")
