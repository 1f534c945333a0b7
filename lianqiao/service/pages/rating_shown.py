"""Ratings in words and figures: of a case, of a promise, of the people who answered for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lianqiao.bridge import queries
from lianqiao.bridge.queries import CaseSeen, RatingTally
from lianqiao.engine.side_acts import BAD_GRADES, GRADES
from lianqiao.organization import queries as organization

_GRADES = {
    5: gettext_noop("Very satisfied"),
    4: gettext_noop("Satisfied"),
    3: gettext_noop("Fairly satisfied"),
    2: gettext_noop("Dissatisfied"),
    1: gettext_noop("Very dissatisfied"),
}


@dataclass(frozen=True)
class RatingFigures:
    """Ratings counted: `grades` holds (words, count, share in percent), best first; `good` in percent."""

    total: int
    bad: int
    good: str
    grades: list[tuple[str, int, int]]


def grade_words(grade: int) -> str:
    """Return what a grade is called."""
    return _(_GRADES[grade]) if grade in _GRADES else str(grade)


def rating_figures(tally: RatingTally) -> RatingFigures:
    """Return a tally as the page shows it."""
    good = tally.good_permille
    return RatingFigures(
        total=tally.total,
        bad=tally.bad,
        good="" if good is None else f"{good / 10:.1f}".removesuffix(".0"),
        grades=[
            (grade_words(grade), count, count * 100 // tally.total if tally.total else 0)
            for grade, count in tally.counts
        ],
    )


def rated_people(tallies: Mapping[int, RatingTally]) -> list[tuple[str, RatingFigures]]:
    """Return each rated person's name and figures, most bad ratings first; one database query."""
    names = organization.names(owner for owner in tallies if owner)
    shown = [(names.get(owner, ""), rating_figures(tally)) for owner, tally in tallies.items() if owner]
    return sorted(shown, key=lambda one: (-one[1].bad, -one[1].total, one[0]))


def rating_shown(seen: CaseSeen) -> dict[str, Any] | None:
    """Return the rating of a case that has ended, or that it can be given; None where neither is so."""
    if seen.state.open or not seen.private or seen.mechanism.rating_follow_up is None:
        return None
    rating = queries.rating_of(seen.case)
    may_rate = any(seen.mechanism.roles[name].kind == "applicant" for name in seen.roles)
    if rating is None and not may_rate:
        return None
    return {
        "given": grade_words(rating.grade) if rating else "",
        "bad": bool(rating and rating.grade in BAD_GRADES),
        "at": rating.at if rating else None,
        "grades": [(grade, grade_words(grade)) for grade in GRADES],
    }
