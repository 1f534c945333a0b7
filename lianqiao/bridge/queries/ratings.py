"""What firms thought of their cases: of one, and in figures by promise and by person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce

from lianqiao.bridge.models import Case, Rating
from lianqiao.engine.side_acts import BAD_GRADES, GRADES
from lianqiao.organization.queries.prepared import Prepared

EVER = datetime(2000, 1, 1, tzinfo=UTC)


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
    return next(iter(_OF(case_id=case.pk)), None)


def rating_tally(mechanisms: Iterable[str], *, since: datetime | None = None) -> RatingTally:
    """Return the ratings of these promises given since a moment, in one database query."""
    return rating_sum(rating_tally_by_owner(mechanisms, since=since))


def rating_sum(tallies: Mapping[int, RatingTally]) -> RatingTally:
    """Return several tallies added up."""
    found = Counter(dict.fromkeys(GRADES, 0))
    for tally in tallies.values():
        found.update(dict(tally.counts))
    return _tally(found)


def rating_tally_by_owner(
    mechanisms: Iterable[str], *, since: datetime | None = None
) -> dict[int, RatingTally]:
    """Return the ratings of everyone who answered for a rated case, by their id, in one database query.

    Under 0 are those of cases nobody answered for.
    """
    found: dict[int, dict[int, int]] = {}
    for owner, grade, count in _BY_OWNER(mechanisms=sorted(mechanisms), since=since or EVER):
        found.setdefault(owner, {})[grade] = count
    return {owner: _tally(counts) for owner, counts in sorted(found.items())}


def _by_owner(mechanisms: list[str], since: datetime) -> QuerySet[Rating, Any]:
    rows = Rating.objects.filter(mechanism__in=mechanisms, at__gte=since).order_by()
    return rows.values_list(Coalesce("owner_id", 0), "grade").annotate(n=Count("pk"))


def _of(case_id: int) -> QuerySet[Rating, Rating]:
    return Rating.objects.filter(case_id=case_id)


_BY_OWNER, _OF = Prepared(_by_owner), Prepared(_of)


def _tally(counts: Mapping[int, int]) -> RatingTally:
    return RatingTally(tuple((grade, counts.get(grade, 0)) for grade in GRADES))
