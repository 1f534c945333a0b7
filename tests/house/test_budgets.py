"""Budgets as tests, only ever lowered. Complexity is ruff's affair (`tool.ruff.lint.mccabe`)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 40, 150

SOURCES = sorted(p for p in (ROOT / "lianqiao").rglob("*.py") if "migrations" not in p.parts)
TEMPLATES = sorted((ROOT / "lianqiao").rglob("templates/**/*.html"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_source_within_budget(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= FILE_LINES
    too_long = [
        f"{node.name}: {length} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (length := lines_of(node)) > FUNCTION_LINES
    ]
    assert too_long == []


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """A function's lines without its docstring: saying what it does should not make it too long."""
    said = function.body[0] if ast.get_docstring(function) else None
    documented = (said.end_lineno or 0) - said.lineno + 1 if said else 0
    return (function.end_lineno or 0) - function.lineno + 1 - documented


def test_test_files_within_budget() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    assert [str(path) for path in tests if len(path.read_text().splitlines()) > FILE_LINES] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_template_within_budget(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= TEMPLATE_LINES


def test_names_say_what_is_in_a_file() -> None:
    vague = {"utils", "helpers", "common", "base", "manager", "misc", "util", "helper"}
    assert [str(path) for path in SOURCES if path.stem in vague or path.parent.name in vague] == []


def test_every_module_and_public_function_says_what_it_is() -> None:
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        where = path.relative_to(ROOT)
        if not ast.get_docstring(tree) and path.name != "apps.py" and tree.body:
            silent.append(f"{where}: the module")
        silent += [
            f"{where}: {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert silent == []
