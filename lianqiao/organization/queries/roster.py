"""Who holds some duties at one moment, who is away and where the units hang: read at once, kept in memory."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from lianqiao.organization.models import Duty, Leave, Unit
from lianqiao.organization.queries.duties import OFFICE, leading, leads
from lianqiao.organization.queries.in_force import away, in_force
from lianqiao.organization.queries.prepared import Prepared, Row, Statement, run_together

Scope = Mapping[str, list[Any]]


class Post(NamedTuple):
    """One duty held by one person."""

    person_id: int
    code: str
    unit_id: int | None
    deputy_id: int | None
    scope: Scope


def _holder(post: Post) -> int:
    return post.person_id


@dataclass
class Roster:
    """Everyone who matters for some duties at one moment, leaders always among them.

    `posts` has the posts of each duty in the order of the holders' ids; `away` maps who is on leave to the
    stand-in the leave names; `units` maps a unit to (parent, head).
    """

    at: datetime
    posts: dict[str, list[Post]] = field(default_factory=dict)
    away: dict[int, int | None] = field(default_factory=dict)
    active: set[int] = field(default_factory=set)
    units: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)

    def present(self, person_id: int) -> bool:
        """Return whether someone who figures in this roster is active and not on leave."""
        return person_id in self.active and person_id not in self.away

    def holders(self, code: str) -> list[Post]:
        """Return the posts of a duty, those of people who have left included."""
        return self.posts.get(code, [])

    def held_by(self, person_id: int, code: str) -> list[Post]:
        """Return the posts of a duty that one person holds."""
        posts = self.holders(code)
        begin = bisect_left(posts, person_id, key=_holder)
        return posts[begin : bisect_right(posts, person_id, key=_holder)]

    def heads_above(self, unit_id: int | None) -> Iterator[int]:
        """Yield the head of a unit, then of the units above it; a ring of units ends where it closes."""
        seen: set[int] = set()
        while unit_id is not None and unit_id not in seen:
            seen.add(unit_id)
            unit_id, head_id = self.units.get(unit_id, (None, None))
            if head_id is not None:
                yield head_id

    @cached_property
    def leaders(self) -> list[Post]:
        """The posts of every leader, by the holder's id."""
        found = [post for code, posts in self.posts.items() if leads(code) for post in posts]
        return sorted(found, key=_holder)

    @cached_property
    def heads(self) -> frozenset[int]:
        """The head of every unit that has one."""
        return frozenset(head_id for _, head_id in self.units.values() if head_id is not None)

    @cached_property
    def officers(self) -> list[int]:
        """Every active officer, the office first: one more query, asked only when nobody else is left."""
        rows = Duty.objects.filter(in_force(self.at), person__is_active=True).values_list("person_id", "code")
        ranked = sorted({(code != OFFICE, person_id) for person_id, code in rows})
        return [person_id for _, person_id in ranked]


def read_roster(codes: Iterable[str], *, at: datetime) -> Roster:
    """Return the roster of some duties at `at`, in three queries."""
    return roster_told(run_together(asking_roster(codes, at=at)), at=at)


def asking_roster(codes: Iterable[str], *, at: datetime) -> list[Statement]:
    """Return what reads the roster of some duties at `at`, to be run with others: see `roster_told`."""
    posts = _POSTS.asking(codes=sorted({"leader", *codes}), at=at)
    return [posts, _LEAVES.asking(at=at), _UNITS.asking()]


def roster_told(answers: Sequence[list[Row]], *, at: datetime) -> Roster:
    """Return the roster from the answers to `asking_roster` of the same moment."""
    posts, leaves, units = answers
    roster = Roster(at)
    _read_posts(roster, posts)
    _read_leaves(roster, leaves)
    _read_units(roster, units)
    return roster


def scope_covers(scope: Scope, facts: Mapping[str, object]) -> bool:
    """Return whether a scope covers a case; what the scope asks for and the case does not say is not covered.

    A fact that is a list is covered when every one of its values is.
    """
    for name, allowed in scope.items():
        value = facts.get(name)
        values = value if isinstance(value, list | tuple | set | frozenset) else [value]
        if value is None or any(one not in allowed for one in values):
            return False
    return True


def scope_includes(wide: Scope, narrow: Scope) -> bool:
    """Return whether every case the narrow scope covers is covered by the wide one."""
    return all(
        name in narrow and all(value in allowed for value in narrow[name]) for name, allowed in wide.items()
    )


def _posts(codes: list[str], at: datetime) -> QuerySet[Duty, Any]:
    rows = Duty.objects.filter(in_force(at)).filter(Q(code__in=codes) | leading())
    return rows.order_by("person_id", "id").values_list(
        "person_id", "code", "unit_id", "deputy_id", "scope", "person__is_active", "deputy__is_active"
    )


def _leaves(at: datetime) -> QuerySet[Leave, Any]:
    rows = Leave.objects.filter(away(at)).order_by("id")
    return rows.values_list("person_id", "stand_in_id", "stand_in__is_active")


def _units() -> QuerySet[Unit, Any]:
    return Unit.objects.values_list("id", "parent_id", "head_id", "head__is_active")


_POSTS, _LEAVES, _UNITS = Prepared(_posts), Prepared(_leaves), Prepared(_units)


def _read_posts(roster: Roster, rows: list[Row]) -> None:
    for person_id, code, unit_id, deputy_id, scope, person_active, deputy_active in rows:
        post = Post(person_id, code, unit_id, deputy_id, _read_scope(scope))
        roster.posts.setdefault(code, []).append(post)
        if person_active:
            roster.active.add(person_id)
        if deputy_id is not None and deputy_active:
            roster.active.add(deputy_id)


@lru_cache(maxsize=1024)
def _read_scope(text: str) -> Scope:
    return MappingProxyType(json.loads(text))


def _read_leaves(roster: Roster, rows: list[Row]) -> None:
    for person_id, stand_in_id, is_active in rows:
        roster.away[person_id] = stand_in_id
        if stand_in_id is not None and is_active:
            roster.active.add(stand_in_id)


def _read_units(roster: Roster, rows: list[Row]) -> None:
    for unit_id, parent_id, head_id, is_active in rows:
        roster.units[unit_id] = (parent_id, head_id)
        if head_id is not None and is_active:
            roster.active.add(head_id)
