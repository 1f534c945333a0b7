"""The specification's own conformance cases, those whose text lies in the subset.

Source: cel-spec, tests/simple/testdata, Apache-2.0; read from the shared data folder, skipped without it.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lianqiao.engine.errors import Refusal
from lianqiao.engine.expression import evaluate, parse

FILES = ("basic", "comparisons", "conversions", "fp_math", "integer_math", "lists", "logic", "macros")
MORE = ("macros2", "parse", "plumbing", "string", "timestamps", "unknowns")
_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<word>[\w.+-]+|\[[^\]]*\])|(?P<sign>[{}:])"""
)
Message = list[tuple[str, Any]]


def test_the_cases_in_the_subset_come_out_as_the_specification_says(shared: Path) -> None:
    asked: Counter[str] = Counter()
    wrong = []
    for name in (*FILES, *MORE):
        for case in cases((shared / "cel_conformance" / f"{name}.textproto").read_text(encoding="utf-8")):
            expected = answer(case)
            try:
                expression = parse(case["expr"])
            except Refusal:
                continue
            if expected is NotImplemented or "bindings" in case or case.get("container"):
                continue
            asked[name] += 1
            found = evaluate(expression, {})
            if (type(found), found) != (type(expected), expected):
                wrong.append((name, case["name"], case["expr"], found, expected))
    assert wrong == []
    # logic, comparisons, lists and texts are what the subset is made of
    assert asked.total() >= 150, asked
    assert asked["logic"] >= 15
    assert asked["string"] >= 20


def cases(text: str) -> Iterator[dict[str, Any]]:
    for key, section in message(tokens(text)):
        if key == "section":
            yield from (dict(test) for name, test in section if name == "test")


def answer(case: dict[str, Any]) -> Any:
    """What a case expects in our terms: a value, None for an error, NotImplemented for what we lack."""
    if "eval_error" in case or "any_eval_errors" in case or "unknown" in case:
        return None
    # where a case expects nothing, it expects true
    [(kind, value)] = case.get("value", [("bool_value", "true")])
    return plain(kind, value)


def plain(kind: str, value: Any) -> Any:
    if kind == "bool_value":
        return value == "true"
    if kind == "int64_value":
        return int(value)
    if kind == "string_value":
        return value
    if kind == "list_value":
        items = [plain(*item[0]) for name, item in value if name == "values"]
        return NotImplemented if NotImplemented in items else tuple(items)
    return NotImplemented


def tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        if found.lastgroup:
            yield found.lastgroup, found.group()


def message(stream: Iterator[tuple[str, str]]) -> Message:
    """A message of the text format: keys with their values, messages within it as lists."""
    found: Message = []
    for kind, key in stream:
        if (kind, key) == ("sign", "}"):
            break
        _, mark = next(stream)
        if mark == "{":
            found.append((key, message(stream)))
            continue
        form, value = next(stream)
        if value == "{":
            found.append((key, message(stream)))
            continue
        # the format joins texts that follow one another; none of the cases' own does
        found.append((key, unquoted(value) if form == "text" else value))
    return found


def unquoted(value: str) -> str:
    # the text format escapes bytes of UTF-8 in octal, which are put together again here
    text: str = ast.literal_eval(re.sub(r"\\(.)", lambda found: "?" if found[1] == "?" else found[0], value))
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
