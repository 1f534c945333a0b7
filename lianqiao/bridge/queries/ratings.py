"""What firms thought of their cases: of one, and in figures by promise and by person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from lianqiao.bridge.models import Case, Rating
from lianqiao.engine.side_acts import BAD_GRADES, GRADES


@dataclass(frozen=True)
class RatingTally:
    """How many ratings of each grade, best first."""

    counts: tuple[tuple[int, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)

    @property
    def bad(self) -> int:
        return sum(count for grade, count in self.counts if grade in BAD_GRADES)

    @property
    def good_permille(self) -> int | None:
        """The share of grades that are not bad, in thousandths; None without a rating."""
        return (self.total - self.bad) * 1000 // self.total if self.total else None


def rating_of(case: Case) -> Rating | None:
    """Return the case's rating, None where there is none."""
    return Rating.objects.filter(case=case).first()


def rating_tally(mechanisms: Iterable[str], *, since: datetime | None = None) -> RatingTally:
    """Return the ratings of these promises given since a moment, in one database query."""
    return _tally(dict(_rows(mechanisms, since).values_list("grade").annotate(n=Count("pk"))))


def rating_tally_by_owner(
    mechanisms: Iterable[str], *, since: datetime | None = None
) -> list[tuple[int, RatingTally]]:
    """Return (person id, ratings) of everyone who answered for a rated case, in one database query."""
    found: dict[int, dict[int, int]] = {}
    rows = _rows(mechanisms, since).exclude(owner=None).values_list("owner_id", "grade")
    for owner, grade, count in rows.annotate(n=Count("pk")):
        found.setdefault(owner, {})[grade] = count
    return [(owner, _tally(counts)) for owner, counts in sorted(found.items())]


def _rows(mechanisms: Iterable[str], since: datetime | None) -> QuerySet[Rating]:
    rows = Rating.objects.filter(mechanism__in=list(mechanisms)).order_by()
    return rows.filter(at__gte=since) if since else rows


def _tally(counts: dict[int, int]) -> RatingTally:
    return RatingTally(tuple((grade, counts.get(grade, 0)) for grade in GRADES))
