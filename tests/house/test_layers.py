"""What import contracts cannot see: who reads and who writes tables."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "lianqiao"
ROOMS = ("portal", "service", "industry", "innovation", "bridge", "organization")
WRITING = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}


def files(*layers: str) -> list[Path]:
    found: list[Path] = []
    for room in ROOMS:
        for layer in layers:
            # also in the subjects that are applications of their own inside a room
            found += [*(PACKAGE / room).rglob(f"{layer}.py"), *(PACKAGE / room).glob(f"**/{layer}/**/*.py")]
    return found


def called(path: Path) -> list[ast.Attribute]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)]


def of_tables(node: ast.AST) -> bool:
    """True where the expression goes back to `Something.objects`."""
    return any(isinstance(part, ast.Attribute) and part.attr == "objects" for part in ast.walk(node))


@pytest.mark.parametrize("path", files("pages", "forms", "api"), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_page_reaches_no_table(path: Path) -> None:
    assert [node.lineno for node in called(path) if node.attr == "objects"] == []


@pytest.mark.parametrize("path", files("queries"), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_query_never_writes(path: Path) -> None:
    writes = [
        f"{node.lineno}: {node.attr}"
        for node in called(path)
        if (node.attr in WRITING and of_tables(node.value)) or node.attr == "select_for_update"
    ]
    assert writes == []


@pytest.mark.parametrize(
    "path",
    [p for room in ROOMS for p in (PACKAGE / room).rglob("*.py") if "migrations" not in p.parts],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_another_rooms_tables_are_reached_through_it(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    tree = ast.parse(path.read_text())
    foreign = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[-1] == "models"
        and not (node.module or "").startswith(f"lianqiao.{room}")
        for name in node.names
    }
    reached = [
        f"{node.lineno}: {node.value.id}.objects"
        for node in called(path)
        if node.attr == "objects" and isinstance(node.value, ast.Name) and node.value.id in foreign
    ]
    assert reached == []
