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
    text = path.read_text()
    # to understand a file takes long, and most reach no table at all
    if "objects" not in text and "select_for_update" not in text:
        return []
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)]


def of_tables(node: ast.AST) -> bool:
    """True where the expression goes back to `Something.objects`."""
    return any(isinstance(part, ast.Attribute) and part.attr == "objects" for part in ast.walk(node))


def test_a_page_reaches_no_table() -> None:
    pages = files("pages", "forms", "api")
    assert len(pages) > 100
    assert [
        f"{path}:{node.lineno}" for path in pages for node in called(path) if node.attr == "objects"
    ] == []


def test_a_query_never_writes() -> None:
    queries = files("queries")
    assert len(queries) > 50
    writes = [
        f"{path}:{node.lineno} {node.attr}"
        for path in queries
        for node in called(path)
        if (node.attr in WRITING and of_tables(node.value)) or node.attr == "select_for_update"
    ]
    assert writes == []


@pytest.mark.parametrize("room", ROOMS)
def test_another_rooms_tables_are_reached_through_it(room: str) -> None:
    paths = [path for path in (PACKAGE / room).rglob("*.py") if "migrations" not in path.parts]
    assert [f"{path}: {reached}" for path in paths if (reached := reached_beyond(room, path))] == []


def reached_beyond(room: str, path: Path) -> list[str]:
    """Return where a file asks tables that another room's models name."""
    asked = called(path)
    if not asked:
        return []
    foreign = {
        name.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[-1] == "models"
        and not (node.module or "").startswith(f"lianqiao.{room}")
        for name in node.names
    }
    return [
        f"{node.lineno}: {node.value.id}.objects"
        for node in asked
        if node.attr == "objects" and isinstance(node.value, ast.Name) and node.value.id in foreign
    ]
