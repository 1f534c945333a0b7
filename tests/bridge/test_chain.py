"""One text for each body, and none for what would not replay exactly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lianqiao.bridge import chain


@pytest.mark.parametrize(
    "value",
    [1.0, 0.5, 1e300, -0.0, float("nan"), float("inf"), [1, 2.5], (3, (4.0,)), {"b": {"c": [None, 5.0]}}],
)
def test_a_fraction_is_refused_however_deep(value: Any) -> None:
    for body in ({"a": value}, [value], {"a": [{"b": value}]}):
        with pytest.raises(TypeError, match="no fractions"):
            chain.canonical(body)


def test_a_body_has_the_text_the_standard_library_gives_it() -> None:
    body = {"乙": [1, True, None, "3.5e1", {"z": "1.5", "a": -7}], "甲": {"x": ("nullum", 2**53)}, "": []}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert chain.canonical(body) == text


def test_what_no_json_holds_is_refused() -> None:
    within: list[Any] = []
    within.append(within)
    for value in (within, {1, 2}, b"bytes", object()):
        with pytest.raises(TypeError):
            chain.canonical({"a": value})
