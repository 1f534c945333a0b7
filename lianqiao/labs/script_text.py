"""What a script's text shows: its length, the parts and episodes it has, and given words in their context.

A text comes as the pieces it is read in: pages of a PDF, paragraphs of a document, lines of a plain text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

# characters shown on each side of a word
CONTEXT = 24
# how many places of each word, and of all words together, are told; the rest is counted
PLACES_EACH, PLACES_ALL = 5, 200
LONGEST_HEADING = 40
MOST_EPISODES = 2000

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_EPISODE = re.compile(
    r"^[\s【\[（(《#*·-]*(?:第\s*([0-9]{1,4}|[〇零一二两三四五六七八九十百千]{1,7})\s*[集话回]"
    r"|(?:ep(?:isode)?|e)[\s.:#-]*([0-9]{1,4})\b)",
    re.IGNORECASE,
)
_BETWEEN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u9fff\uff00-\uffef])")
_SPACE = re.compile(r"\s+")


class Found(NamedTuple):
    """A word where it occurs: the piece, counted from 1, and the text on both sides."""

    word: str
    at: int
    before: str
    after: str


def measure_text(
    pieces: Sequence[str], *, parts: Mapping[str, Sequence[str]], words: Sequence[str]
) -> dict[str, Any]:
    """Return what the text shows, as JSON: `characters` without spaces, `parts`, `episodes`, `words`.

    `parts` maps names to their usual headings. Of each part the piece it was found in is told, None where it
    was not; of episodes the numbers that head a line, in order; of words their places and how many in all.
    """
    plain = [_plain(piece) for piece in pieces]
    counts, places = _words(plain, words)
    return {
        "pieces": len(pieces),
        "characters": sum(len(_SPACE.sub("", piece)) for piece in plain),
        "parts": {name: _heading(plain, headings) for name, headings in parts.items()},
        "episodes": sorted(episode_numbers(plain))[:MOST_EPISODES],
        "words": counts,
        "places": [place._asdict() for place in places],
    }


def episode_numbers(pieces: Sequence[str]) -> set[int]:
    """Return the numbers of the episodes whose headings stand at the beginning of a line."""
    found = set()
    for line in (line for piece in pieces for line in piece.splitlines()):
        if heading := _EPISODE.match(line):
            number = chinese_number(heading[1] or heading[2])
            if 0 < number <= MOST_EPISODES:
                found.add(number)
    return found


def chinese_number(text: str) -> int:
    """Return what 12, 十二, 一百零二 or 二〇 says."""
    if text.isdecimal():
        return int(text)
    if not set(text) & set(_TENS):
        return int("".join(str(_DIGITS[digit]) for digit in text))
    total, last = 0, 0
    for letter in text:
        if letter in _TENS:
            total, last = total + (last or 1) * _TENS[letter], 0
        else:
            last = _DIGITS[letter]
    return total + last


def by_first_letter(words: Iterable[str]) -> dict[str, list[str]]:
    """Return the words, letter case aside, by the letter they begin with."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in dict.fromkeys(word.casefold() for word in words if word):
        found[word[0]].append(word)
    return found


def occurrences(text: str, by_first: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Yield where words of `by_first_letter` occur; letter case does not matter, overlaps count."""
    folded = text.casefold()
    for at, letter in enumerate(folded):
        for word in by_first.get(letter, ()):
            if folded.startswith(word, at):
                yield at, word


def _plain(piece: str) -> str:
    """Return the piece with one width of letters, without the spaces a typesetter put between characters."""
    lines = unicodedata.normalize("NFKC", piece).splitlines()
    return "\n".join(_BETWEEN_CHINESE.sub("", line).strip() for line in lines)


def _heading(pieces: Sequence[str], headings: Sequence[str]) -> int | None:
    wanted = [_SPACE.sub("", unicodedata.normalize("NFKC", heading)).casefold() for heading in headings]
    for at, piece in enumerate(pieces, start=1):
        for line in piece.splitlines():
            short = _SPACE.sub("", line).casefold()
            if len(short) <= LONGEST_HEADING and any(heading in short for heading in wanted):
                return at
    return None


def _words(pieces: Sequence[str], words: Sequence[str]) -> tuple[dict[str, int], list[Found]]:
    # a word broken over two lines is one word
    joined = [_BETWEEN_CHINESE.sub("", piece.replace("\n", " ")) for piece in pieces]
    named = {unicodedata.normalize("NFKC", word).casefold(): word for word in words}
    counts: dict[str, int] = defaultdict(int)
    places: list[Found] = []
    by_first = by_first_letter(named)
    for number, text in enumerate(joined, start=1):
        for at, folded in occurrences(text, by_first):
            word = named[folded]
            counts[word] += 1
            if counts[word] <= PLACES_EACH and len(places) < PLACES_ALL:
                end = at + len(folded)
                places.append(Found(word, number, text[max(0, at - CONTEXT) : at], text[end : end + CONTEXT]))
    return dict(counts), places
