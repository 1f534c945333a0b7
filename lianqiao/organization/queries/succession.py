"""In whose hands work is when its owner is away: plain functions over a roster.

While the holder of a duty (A) is away, the work is offered in this order, and the first one present has it:

1. the person A's leave names;
2. the duty's deputy (B);
3. another holder of the same duty, those whose scope covers A's first, going round from A so that many
   absences spread over many colleagues;
4. the head of A's unit, then of the units above it;
5. the leader of the same field (`drama-steward` → `drama-leader`), then any leader;
6. any officer, the office first.

When nobody at all is present the work stays with A; if A has left for good, an officer on leave has it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from lianqiao.organization.queries.roster import Post, Roster, scope_includes


def doer(roster: Roster, person_id: int, code: str, *, colleagues: Sequence[Post] | None = None) -> int:
    """Return who does a person's work in a duty now.

    `colleagues` are the posts asked third, in the order of their holders' ids; by default all of the duty.
    Someone who is present but neither holds the duty nor may be standing in for it is passed over: their part
    in it has ended.
    """
    own = roster.held_by(person_id, code)
    if roster.present(person_id) and (own or _may_stand_in(roster, person_id, code)):
        return person_id
    for one in _line(roster, person_id, code, own=own, colleagues=colleagues):
        if roster.present(one):
            return one
    return _anyone(roster, person_id)


def last_resort(roster: Roster, code: str) -> int | None:
    """Return who takes work of a duty that no holder's scope covers; None in a zone without officers."""
    for one in _above(roster, roster.holders(code), code):
        if roster.present(one):
            return one
    officers = roster.officers
    return next((one for one in officers if one not in roster.away), officers[0] if officers else None)


def _may_stand_in(roster: Roster, person_id: int, code: str) -> bool:
    if person_id in roster.heads or any(post.person_id == person_id for post in roster.leaders):
        return True
    return any(
        person_id in (post.deputy_id, roster.away.get(post.person_id)) for post in roster.holders(code)
    )


def _line(
    roster: Roster, person_id: int, code: str, *, own: list[Post], colleagues: Sequence[Post] | None
) -> Iterator[int]:
    """Yield everyone the work is offered to, in order; read only as far as the first who is present."""
    holders = roster.holders(code)
    stand_in = roster.away.get(person_id)
    if stand_in is not None:
        yield stand_in
    yield from (post.deputy_id for post in own if post.deputy_id is not None)
    if colleagues is None:
        for post in _ring(holders, person_id):
            if any(scope_includes(post.scope, mine.scope) for mine in own):
                yield post.person_id
    yield from (post.person_id for post in _ring(holders if colleagues is None else colleagues, person_id))
    yield from _above(roster, own or holders, code)


def _ring(posts: Sequence[Post], person_id: int) -> Iterator[Post]:
    cut = bisect_right(posts, person_id, key=lambda post: post.person_id)
    yield from (posts[at % len(posts)] for at in range(cut, cut + len(posts)))


def _above(roster: Roster, held: Iterable[Post], code: str) -> Iterator[int]:
    for post in held:
        yield from roster.heads_above(post.unit_id)
    near = f"{code.rpartition('-')[0]}-leader"
    yield from (post.person_id for post in sorted(roster.leaders, key=lambda post: post.code != near))


def _anyone(roster: Roster, person_id: int) -> int:
    officers = roster.officers
    for one in officers:
        if one not in roster.away:
            return one
    return person_id if person_id in officers or not officers else officers[0]
