"""Unified social credit codes and division codes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianqiao.engine.errors import Refusal
from lianqiao.engine.identifiers import (
    CREDIT_ALPHABET,
    checked_credit_code,
    checked_division_code,
    credit_check_character,
    parent_division,
)

# A published example, not made by the function under test: 1·9 + 3·1 + 9·3 + … leaves 3 to the next 31.
KNOWN = "91350100M000100Y43"


@st.composite
def codes(draw: st.DrawFn) -> str:
    characters = st.sampled_from(CREDIT_ALPHABET)
    head = draw(st.text(characters, min_size=2, max_size=2))
    region = draw(st.text(st.sampled_from("0123456789"), min_size=6, max_size=6))
    body = draw(st.text(characters, min_size=9, max_size=9))
    return head + region + body + credit_check_character(head + region + body)


def refused(text: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        checked_credit_code(text)
    return caught.value


def test_the_example_of_the_standard_passes() -> None:
    assert checked_credit_code(KNOWN) == KNOWN


@pytest.mark.parametrize(
    "typed",
    [
        f"  {KNOWN}\n",
        KNOWN.lower(),
        f"{KNOWN[:4]} {KNOWN[4:10]}\u3000{KNOWN[10:]}",
        f"{KNOWN[:8]}-{KNOWN[8:]}",
        "".join(chr(ord(c) + 0xFEE0) for c in KNOWN),
        f"\ufeff{KNOWN[:9]}\u200b{KNOWN[9:]}",
    ],
)
def test_spaces_small_letters_and_full_width_characters_are_put_right(typed: str) -> None:
    assert checked_credit_code(typed) == KNOWN


@given(codes())
def test_every_code_made_by_the_rule_passes(code: str) -> None:
    assert checked_credit_code(code) == code


@given(codes(), st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_every_change_of_one_character_is_caught(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    if changed == code:
        assert checked_credit_code(changed) == code
    else:
        assert refused(changed).code in {"credit-code-check-digit", "credit-code-character"}


@given(codes(), st.integers(0, 16))
def test_every_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        assert refused(swapped).code in {"credit-code-check-digit", "credit-code-character"}


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_a_refusal(text: str) -> None:
    with contextlib.suppress(Refusal):
        assert len(checked_credit_code(text)) == 18


def test_a_wrong_character_is_named_with_its_place() -> None:
    problem = refused(KNOWN[:11] + "O" + KNOWN[12:]).problems[0]
    assert problem.code == "credit-code-character"
    assert problem.facts["position"] == "12"
    assert problem.facts["found"] == "O"
    assert "is it 0" in problem.hint


def test_a_letter_among_the_digits_of_the_region_is_named() -> None:
    problem = refused(KNOWN[:4] + "A" + KNOWN[5:]).problems[0]
    assert (problem.code, problem.place) == ("credit-code-character", "character 5")


def test_the_check_character_that_would_fit_is_named() -> None:
    problem = refused(KNOWN[:17] + "4").problems[0]
    assert problem.code == "credit-code-check-digit"
    assert problem.facts["expected"] == "3"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "credit-code-empty"), ("   ", "credit-code-empty"), (KNOWN[:17], "credit-code-length")],
)
def test_what_is_missing_is_said(typed: str, code: str) -> None:
    assert refused(typed).code == code


def test_the_region_inside_the_code_is_not_compared_with_anything() -> None:
    body = "91999999MA0000000"
    assert checked_credit_code(body + credit_check_character(body)).startswith("91999999")


@pytest.mark.parametrize(
    ("typed", "code", "above"),
    [
        ("36", "36", ""),
        ("3601", "3601", "36"),
        (" 360112 ", "360112", "3601"),
        ("３６０４８２", "360482", "3604"),
        ("360112001", "360112001", "360112"),
        ("360112001001", "360112001001", "360112001"),
    ],
)
def test_a_division_code_and_what_lies_above_it(typed: str, code: str, above: str) -> None:
    assert checked_division_code(typed) == code
    assert parent_division(code) == above


@pytest.mark.parametrize("typed", ["", "3", "36011", "36O112", "990101", "江西", "²⁶", "٣٦"])
def test_what_is_no_division_code_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        checked_division_code(typed)
    assert caught.value.code == "division-code"
