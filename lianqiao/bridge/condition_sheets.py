"""Spreadsheets of conditions as offices have them: the columns read into rows of the engine. No Django."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lianqiao.bridge.tables import Layout, open_table
from lianqiao.engine.errors import Problem
from lianqiao.engine.policy.sheet import ConditionRow

LAYOUT = Layout(
    columns={
        "title": ("条件", "条件名称", "名称", "title", "condition"),
        "article": ("条款", "依据", "依据条款", "article"),
        "attribute": ("指标", "事实", "属性", "attribute"),
        "test": ("要求", "关系", "运算", "test"),
        "value": ("值", "标准", "取值", "value"),
        "group": ("任一组", "或组", "group"),
        "absent": ("没有时", "缺失时", "absent"),
    },
    required=("title", "article", "attribute", "test"),
)
MOST_ROWS = 500


def condition_rows(path: Path, *, name: str = "") -> tuple[list[ConditionRow], list[Problem]]:
    """Return the conditions of a CSV file or spreadsheet, and what is wrong with rows that cannot be read.

    Raises Refusal as `open_table` does. Rows beyond `MOST_ROWS` are told, not read: no policy has so many.
    """
    rows: list[ConditionRow] = []
    problems: list[Problem] = []
    for row in open_table(path, LAYOUT, name=name).rows:
        if row.problem:
            problems.append(row.problem)
        elif any(row.cells.values()):
            rows.append(ConditionRow(row.line, **{key: row.cells.get(key, "") for key in LAYOUT.columns}))
        if len(rows) > MOST_ROWS:
            problems.append(_too_many(rows.pop().line))
            break
    return rows, problems


def asked_in_words() -> Iterator[str]:
    """Yield the headings a sheet may have, the usual one first."""
    yield from (names[0] for names in LAYOUT.columns.values())


def _too_many(line: int) -> Problem:
    return Problem(
        "rows-too-many",
        f"more than {MOST_ROWS} conditions",
        place=f"line {line}",
        hint="split the sheet",
        facts={"most": str(MOST_ROWS)},
    )
