"""Cells of a catalogue made clean: one kind of space, one width of letters and digits, no formulas."""

from __future__ import annotations

import re
import unicodedata

EMPTY = frozenset({"", "-", "--", "—", "——", "/", "无", "null", "NULL", "None", "nan"})
_HAN = "\u3001-\u303f\u3400-\u9fff\uff00-\uffef"
# control characters, zero-width marks and soft hyphens come along when people copy from web pages
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
# Chinese has no spaces: one between its characters came from aligning or from a line break in the cell
_SPACE_IN_HAN = re.compile(f"(?<=[{_HAN}])\\s+(?=[{_HAN}])")
# full-width letters, digits and the space; punctuation stays as official names write it
_NARROW = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_FORMULA = re.compile(r"[=@]|[+\-](?=[A-Za-z0-9(@=+\-])")
_CODE = re.compile(r"\w[^\s/\\<>\"'`|]*")
_POWER = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.I)
_CELL_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!)", re.I)


def clean_text(text: str) -> str:
    """Return a name as people read it: one line, no space inside Chinese, letters and digits narrow."""
    text = _INVISIBLE.sub("", text).translate(_NARROW).replace("\u3000", " ")
    return " ".join(_SPACE_IN_HAN.sub("", text).split())


def clean_code(text: str) -> str:
    """Return a code without spaces, in one width."""
    return "".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).split())


def is_formula(text: str) -> bool:
    """True for text a spreadsheet would run: no name of a service begins like that."""
    return _FORMULA.match(text) is not None


def is_code(text: str) -> bool:
    """True for what can be part of an address: a letter or digit first, no space, slash or quotation mark."""
    return _CODE.fullmatch(text) is not None


def lost_digits(text: str) -> bool:
    """True where a spreadsheet has made a number of a code: 5.11602E+17."""
    return _POWER.fullmatch(text) is not None


def is_error(text: str) -> bool:
    """True for what a spreadsheet shows where a formula failed: #N/A, #REF!."""
    return _CELL_ERROR.fullmatch(text.strip()) is not None
