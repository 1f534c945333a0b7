"""What was raised and what of it is solved: the list of problems, the list of results, the live share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Count, Q, QuerySet

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import cases_under
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization

LISTS = ("", "solved", "public", "all")


@dataclass(frozen=True)
class Share:
    """How much is solved. `rate` is in thousandths of what counts; None while nothing does."""

    raised: int
    solved: int
    left_out: int
    public: int
    firms: int

    @property
    def counted(self) -> int:
        return self.raised - self.left_out

    @property
    def unsolved(self) -> int:
        return self.counted - self.solved

    @property
    def rate(self) -> int | None:
        return 1000 * self.solved // self.counted if self.counted else None


def listed_for(person_id: int, *, at: datetime, with_a_part: bool = False) -> list[Mechanism]:
    """Return the promises with such lists in which the person has a duty.

    `with_a_part` leaves out those they only take in for firms.
    """
    return listed_with(organization.duties_of(person_id, at=at), with_a_part=with_a_part)


def listed_with(duties: frozenset[str], *, with_a_part: bool = False) -> list[Mechanism]:
    """Return the same for whoever holds these duties; asks the database nothing."""
    every = packs.current().newest_versions.values()
    return [one for one in every if one.resolution and duties & _duties(one, with_a_part=with_a_part)]


def _duties(mechanism: Mechanism, *, with_a_part: bool) -> set[str]:
    held = {role.duty for role in mechanism.roles.values() if role.duty}
    return held if with_a_part else held | set(mechanism.taken_in_by)


def share_of(mechanism: Mechanism) -> Share:
    """Return how much of what was raised is solved, counted now; one database query."""
    found = cases_under(mechanism.id).order_by()
    solved, left_out = _ends(mechanism)
    public = Q(pk__in=_public(mechanism))
    return Share(
        **found.aggregate(
            raised=Count("pk"),
            solved=Count("pk", filter=Q(marking__in=solved)),
            left_out=Count("pk", filter=Q(marking__in=left_out)),
            public=Count("pk", filter=public),
            firms=Count("firm", distinct=True),
        )
    )


def totals_of(mechanism: Mechanism) -> dict[str, int]:
    """Return each amount the promise adds up, over what is solved; money in fen."""
    wanted = mechanism.resolution.totals if mechanism.resolution else ()
    sums = dict.fromkeys(wanted, 0)
    if not wanted:
        return sums
    states = cases_under(mechanism.id).filter(marking__in=_ends(mechanism)[0]).order_by()
    for text in states.values_list("state", flat=True).iterator(chunk_size=2000):
        data = orjson.loads(text)["data"]
        for name in wanted:
            sums[name] += data.get(name, 0)
    return sums


def listed_in(mechanism: Mechanism, name: str) -> QuerySet[Case]:
    """Return the cases of one of LISTS: problems (""), what is solved, what is on the public list, all."""
    found = cases_under(mechanism.id)
    solved, left_out = _ends(mechanism)
    if name == "solved":
        return found.filter(marking__in=solved)
    if name == "public":
        return found.filter(pk__in=_public(mechanism))
    return found if name == "all" else found.exclude(marking__in=(*solved, *left_out))


def _public(mechanism: Mechanism) -> QuerySet[Case, Any]:
    late = cases_under(mechanism.id).filter(closed_at=None, promises__level="public")
    return late.filter(promises__result="").values("pk")


def _ends(mechanism: Mechanism) -> tuple[tuple[str, ...], tuple[str, ...]]:
    resolution = mechanism.resolution
    return (resolution.solved, resolution.left_out) if resolution else ((), ())
