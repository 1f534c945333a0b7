"""Budgets as tests, only ever lowered. Complexity is ruff's affair (`tool.ruff.lint.mccabe`)."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 40, 150

SOURCES = sorted(p for p in (ROOT / "lianqiao").rglob("*.py") if "migrations" not in p.parts)
TEMPLATES = sorted((ROOT / "lianqiao").rglob("templates/**/*.html"))


def test_sources_within_budget() -> None:
    assert longer_than(FILE_LINES, SOURCES) == []
    too_long = [
        f"{path}: {node.name}: {length} lines"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (length := lines_of(node)) > FUNCTION_LINES
    ]
    assert too_long == []


def longer_than(lines: int, paths: list[Path]) -> list[str]:
    """Return the files with more lines than these."""
    return [str(path.relative_to(ROOT)) for path in paths if len(path.read_text().splitlines()) > lines]


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """A function's lines without its docstring: saying what it does should not make it too long."""
    said = function.body[0] if ast.get_docstring(function) else None
    documented = (said.end_lineno or 0) - said.lineno + 1 if said else 0
    return (function.end_lineno or 0) - function.lineno + 1 - documented


def test_test_files_within_budget() -> None:
    assert longer_than(FILE_LINES, sorted((ROOT / "tests").rglob("*.py"))) == []


def test_templates_within_budget() -> None:
    assert longer_than(TEMPLATE_LINES, TEMPLATES) == []


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
