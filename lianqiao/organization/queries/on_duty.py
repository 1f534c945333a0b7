"""Who could be given work, and who does a person's work at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from lianqiao.organization.models import Duty
from lianqiao.organization.queries.in_force import away, in_force
from lianqiao.organization.queries.prepared import Prepared
from lianqiao.organization.queries.roster import Roster, read_roster, scope_covers
from lianqiao.organization.queries.succession import doer, last_resort


class Candidate(NamedTuple):
    """Someone a case can be assigned to.

    `stand_in_id` is who does the work while `person_id` is away; None while nobody does.
    `fallback` is true where no holder's scope covers the case and a leader is offered instead.
    """

    person_id: int
    deputy_id: int | None
    present: bool
    stand_in_id: int | None
    fallback: bool = False

    @property
    def holder_id(self) -> int:
        """Who does the work now: the person, or who stands in."""
        return self.person_id if self.stand_in_id is None else self.stand_in_id


def candidates(duty_code: str, *, facts: Mapping[str, object], at: datetime) -> list[Candidate]:
    """Return the holders of a duty whose scope covers the facts, in the order of their ids.

    Never empty while the zone has one active officer: with no covering holder it is one leader (`fallback`).
    """
    return candidates_in(read_roster([duty_code], at=at), duty_code, facts=facts)


def candidates_in(roster: Roster, duty_code: str, *, facts: Mapping[str, object]) -> list[Candidate]:
    """Return what `candidates` does, from a roster already read: several duties in the same few queries."""
    covering = {
        post.person_id: post
        for post in reversed(roster.holders(duty_code))
        if post.person_id in roster.active and scope_covers(post.scope, facts)
    }
    colleagues = [covering[person_id] for person_id in sorted(covering)]
    found = []
    for post in colleagues:
        present, stand_in_id = roster.present(post.person_id), None
        if not present:
            in_hand = doer(roster, post.person_id, duty_code, colleagues=colleagues)
            stand_in_id = None if in_hand == post.person_id else in_hand
        found.append(Candidate(post.person_id, post.deputy_id, present, stand_in_id))
    if not found and (leader := last_resort(roster, duty_code)) is not None:
        present = leader not in roster.away
        found.append(Candidate(leader, None, present, None, fallback=True))
    return found


def holder_at(person_id: int, duty_code: str, *, at: datetime) -> int:
    """Return who really does a person's work in a duty at `at`; for many at once use `holders_at`."""
    return doer(read_roster([duty_code], at=at), person_id, duty_code)


def holders_at(pairs: Iterable[tuple[int, str]], *, at: datetime) -> dict[tuple[int, str], int]:
    """Return who really does the work at `at`, for each (person, duty code); at most four queries in all."""
    wanted = set(pairs)
    if not wanted:
        return {}
    roster = read_roster({code for _, code in wanted}, at=at)
    return {(person_id, code): doer(roster, person_id, code) for person_id, code in wanted}


def work_of_others(person_id: int, *, at: datetime) -> list[tuple[int, str]]:
    """Return the (person, duty code) pairs of people away at `at` whose work this person does, sorted."""
    pairs = _ABSENT(person_id=person_id, at=at)
    return sorted(pair for pair, one in holders_at(pairs, at=at).items() if one == person_id)


def _absent(person_id: int, at: datetime) -> QuerySet[Duty, tuple[int, str]]:
    rows = Duty.objects.filter(in_force(at), away(at, path="person__leaves__")).exclude(person_id=person_id)
    return rows.values_list("person_id", "code").distinct()


_ABSENT = Prepared(_absent)
