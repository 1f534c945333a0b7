"""What a question in plain Chinese asks for: pairs of characters, words used alike, and how much each weighs.

Chinese is written without spaces, so both what is found and the question are cut into overlapping pairs
of characters (药品零售 → 药品, 品零, 零售); Latin words and numbers stay whole. A database looks the pairs up
with its own index. All weights are whole numbers, so that every database orders alike.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from lianqiao.engine.mechanism import Part as FilePart

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
LONGEST_QUESTION = 100
MOST_TERMS = 40
LONGEST_TERM = 40
# of the words used alike, how many a reader is told
OTHERS_SAID = 3
# a term found in the name counts this many times one found elsewhere
IN_NAME = 3
# what is found must hold this much of what was asked, in hundredths: just so little that all of it found
# outside the name is enough
ENOUGH = 33
# words used alike count a little less than the word typed
ALIKE_TENTHS = 9

Word = Annotated[str, Field(min_length=1, max_length=30)]


class Synonyms(FilePart):
    """`synonyms.toml`: words that mean the same to people, and words of a question that say nothing."""

    format: Literal[1]
    ignored: tuple[Word, ...] = ()
    alike: tuple[tuple[Word, ...], ...] = ()


def plain(text: str) -> str:
    """Return the text in one width and case, anything but letters and digits as single spaces."""
    return " ".join(_RUN.findall(unicodedata.normalize("NFKC", text).casefold()))


def terms(text: str) -> tuple[str, ...]:
    """Return the terms of a text, each once, in order of appearance."""
    return tuple(dict.fromkeys(term for run in _runs(text) for term in _cut(run)))


def spaced(found: Iterable[str]) -> str:
    """Return terms as a database keeps them: a space around each, so that ` term ` is found only whole."""
    return " " + " ".join(found) + " "


@dataclass(frozen=True)
class Wish:
    """One thing a question asks for: the terms typed, and those of words used alike, any of which will do."""

    typed: tuple[str, ...]
    alike: tuple[tuple[str, ...], ...] = ()

    @property
    def wordings(self) -> tuple[tuple[str, ...], ...]:
        return (self.typed, *self.alike)


@dataclass(frozen=True)
class Question:
    """A question as understood: its wishes, and the words kept of it, for saying what was looked for."""

    wishes: tuple[Wish, ...]
    words: tuple[str, ...]

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(term for wish in self.wishes for wording in wish.wordings for term in wording)


class Thesaurus:
    """The words of a synonyms file, ready to read questions."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._ignored = frozenset(plain(word) for word in synonyms.ignored)
        self._alike: dict[str, list[str]] = {}
        for group in synonyms.alike:
            words = [plain(word) for word in group]
            for word in words:
                others = self._alike.setdefault(word, [])
                others += [other for other in words if other not in (word, *others)]
        known = sorted({*self._ignored, *self._alike} - {""}, key=len, reverse=True)
        # the longest word that fits wins: 开办 before 办
        self._known = re.compile("(" + "|".join(map(re.escape, known)) + ")") if known else None

    def read(self, text: str) -> Question:
        """Return the question as understood; a text that is all filler asks for nothing."""
        asked = plain(text[:LONGEST_QUESTION])
        pieces = self._known.split(asked) if self._known else [asked]
        wishes, words = self._wishes(piece for piece in pieces if piece not in self._ignored)
        if not wishes and len(asked) == 1:
            wishes, words = [Wish((asked,))], [asked]
        return Question(tuple(_few(wishes)), tuple(word for word in words if word.strip()))

    def _wishes(self, pieces: Iterable[str]) -> tuple[list[Wish], list[str]]:
        wishes: list[Wish] = []
        words: list[str] = []
        for piece in pieces:
            if piece in self._alike:
                others = self._alike[piece]
                wishes.append(Wish(terms(piece), tuple(terms(other) for other in others)))
                words.append(
                    " / ".join([piece, *others[:OTHERS_SAID]]) + (" …" if len(others) > OTHERS_SAID else "")
                )
            else:
                # one character left over between known words says nothing
                kept = [run for run in _runs(piece) if len(run) > 1 or run.isascii()]
                wishes += [Wish((term,)) for run in kept for term in _cut(run)]
                words += kept
        return wishes, words


@dataclass(frozen=True)
class Scored:
    """How one wish is scored: each term typed by its weight, words used alike only where they stand whole."""

    typed: Mapping[str, int]
    alike: tuple[tuple[tuple[str, ...], int], ...] = ()

    def most(self, without: frozenset[str] = frozenset()) -> int:
        """Return the most a thing can score that has none of the terms in `without`."""
        typed = sum(weight for term, weight in self.typed.items() if term not in without)
        return IN_NAME * max(
            [typed, *(value for wording, value in self.alike if without.isdisjoint(wording))]
        )

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(self.typed).union(*(wording for wording, _ in self.alike))


@dataclass(frozen=True)
class Weighed:
    """A question with the weight of each term: how to score what is found, the same in every place.

    A wish scores what its best wording scores; `whole` is what would fulfil all wishes.
    """

    parts: tuple[Scored, ...]
    whole: int

    @property
    def enough(self) -> int:
        """The least score with which something counts as found."""
        return max(1, self.whole * ENOUGH // 100)

    def score(self, name: Iterable[str], text: Iterable[str]) -> int:
        """Return the score of a thing with these terms in its name and these in all it says."""
        named = frozenset(name)
        said = named.union(text)

        def hit(wording: Iterable[str], value: int) -> int:
            return IN_NAME * value if named.issuperset(wording) else value if said.issuperset(wording) else 0

        return sum(
            max(
                [
                    sum(hit((term,), weight) for term, weight in part.typed.items()),
                    *(hit(wording, value) for wording, value in part.alike),
                ]
            )
            for part in self.parts
        )

    def deciding(self, counts: Mapping[str, int]) -> tuple[str, ...]:
        """Return the rarest terms without any of which nothing can score enough, rarest first."""
        every = frozenset[str]().union(*(part.terms for part in self.parts))
        chosen: list[str] = []
        for term in sorted(every, key=lambda term: (counts[term], term)):
            if sum(part.most(frozenset(chosen)) for part in self.parts) < self.enough:
                break
            chosen.append(term)
        return tuple(chosen)


def weigh(question: Question, counts: Mapping[str, int], total: int) -> Weighed:
    """Return the question weighed: the rarer a term among `total` things, the more it says.

    `counts` says in how many things a term occurs; a term that occurs in none cannot be found, but what was
    asked is the less fulfilled for it.
    """
    # as much as a term in every tenth thing, in a small lot no more than half of what a rare one does
    unknown = min(_weight(1, 10), _weight(1, total) // 2)
    known = {term: _weight(counts[term], total) for term in question.terms if counts.get(term)}
    parts, whole = [], 0
    for wish in question.wishes:
        alike = [wording for wording in wish.alike if all(term in known for term in wording)]
        typed = {term: known[term] for term in wish.typed if term in known}
        value = sum(known.get(term, unknown) for term in wish.typed)
        if not typed:
            # nobody here says it as it was typed: then it weighs what the words used alike do
            value = max([value, *(known[term] for wording in alike for term in wording)])
        whole += IN_NAME * value
        if typed or alike:
            parts.append(Scored(typed, tuple((wording, value * ALIKE_TENTHS // 10) for wording in alike)))
    return Weighed(tuple(parts), whole)


def _weight(count: int, total: int) -> int:
    return round(100 * math.log(1 + total / count))


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _cut(run: str) -> list[str]:
    if len(run) == 1 or not re.match(f"[{_HAN}]", run):
        return [run[:LONGEST_TERM]]
    return [run[start : start + 2] for start in range(len(run) - 1)]


def _few(wishes: list[Wish]) -> Iterable[Wish]:
    """Yield the wishes up to as many terms as a question may have; the same one counts once."""
    used = 0
    for wish in dict.fromkeys(wishes):
        used += sum(map(len, wish.wordings))
        if used > MOST_TERMS:
            return
        yield wish
