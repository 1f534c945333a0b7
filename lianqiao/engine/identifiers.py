"""The codes by which the state knows firms and places, checked as far as their own rules allow."""

from __future__ import annotations

import re
import unicodedata

from lianqiao.engine.errors import Refusal, refuse

# Source: GB 32100-2015, table 1: no I, O, S, V, Z. A character's value is its place here.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Source: GB 32100-2015, 5.3: the weight of place i is 3^(i-1) mod 31.
CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
CREDIT_LENGTH = 18
_VALUES = {character: value for value, character in enumerate(CREDIT_ALPHABET)}
_REGION_PLACES = range(2, 8)
_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}

# Source: GB/T 2260-2007: the first two digits of every division.
PROVINCES = frozenset(
    str(number)
    for numbers in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82),
    )
    for number in numbers
)
# province, city, county, street or town (GB/T 10114), village or neighbourhood
_DIVISION_LENGTHS = (2, 4, 6, 9, 12)
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")


def checked_credit_code(text: str) -> str:
    """Return a unified social credit code in its one written form: 18 characters, capitals, no spaces.

    Spaces, hyphens, small letters and full-width characters are put right. Only what the standard says is
    checked; the region inside is that of the registering office and need not be the firm's own.
    Raises Refusal: `credit-code-empty`, `credit-code-length`, `credit-code-character`,
    `credit-code-check-digit`. Places count from 1 in the tidied code.
    Source: GB 32100-2015.
    """
    code = _tidied(text).upper().replace("-", "")
    if not code:
        raise refuse(
            "credit-code-empty",
            "no unified social credit code was given",
            hint="copy the 18 characters from the business licence",
        )
    _check_characters(code)
    if len(code) != CREDIT_LENGTH:
        raise refuse(
            "credit-code-length",
            f"a unified social credit code has 18 characters, this one has {len(code)}",
            hint="compare it with the business licence: a character is missing or doubled",
            given=code,
            length=str(len(code)),
        )
    wanted = credit_check_character(code[:17])
    if code[17] != wanted:
        raise refuse(
            "credit-code-check-digit",
            f"the last character does not fit the others: it would have to be {wanted}, not {code[17]}",
            place="character 18",
            hint="a character was mistyped or two were swapped: compare all 18 with the business licence",
            given=code,
            position="18",
            expected=wanted,
            found=code[17],
        )
    return code


def credit_check_character(first_17: str) -> str:
    """Return the 18th character for the first 17 of a unified social credit code."""
    total = sum(_VALUES[c] * weight for c, weight in zip(first_17, CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def checked_division_code(text: str) -> str:
    """Return an administrative division code: 2, 4, 6, 9 or 12 digits below a province there is.

    Raises Refusal: `division-code`. Whether the code is in force on a day is for a table to say.
    Source: GB/T 2260-2007, GB/T 10114-2003.
    """
    code = _tidied(text)
    if not (code.isascii() and code.isdigit()) or len(code) not in _DIVISION_LENGTHS:
        raise refuse(
            "division-code",
            f"“{text}” is not a division code: it has 2, 4, 6, 9 or 12 digits",
            hint="a county or district has six, such as 360112",
            given=text,
        )
    if code[:2] not in PROVINCES:
        raise refuse(
            "division-code",
            f"“{text}” is not a division code: no province has the number {code[:2]}",
            place="characters 1–2",
            hint="the first two digits are the province's, such as 36 for Jiangxi",
            given=text,
        )
    return code


def parent_division(code: str) -> str:
    """Return the code of the division above; empty above a province."""
    at = _DIVISION_LENGTHS.index(len(code))
    return code[: _DIVISION_LENGTHS[at - 1]] if at else ""


def _tidied(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _check_characters(code: str) -> None:
    for place, character in enumerate(code):
        if place in _REGION_PLACES and character in _VALUES and not character.isdigit():
            raise _wrong_character(code, place, "places 3 to 8 are digits: the registering office's region")
        if character not in _VALUES:
            likely = _LOOKALIKES.get(character)
            hint = f"the code has no letter {character}: is it {likely}?" if likely else ""
            raise _wrong_character(
                code, place, hint or "only digits and capital letters but I, O, S, V, Z occur"
            )


def _wrong_character(code: str, place: int, hint: str) -> Refusal:
    return refuse(
        "credit-code-character",
        f"character {place + 1}, “{code[place]}”, cannot stand there",
        place=f"character {place + 1}",
        hint=hint,
        given=code,
        position=str(place + 1),
        found=code[place],
    )
