"""A firm chooses somebody of the three roles and the promises they may act in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lianqiao.bridge import packs
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Mandate, Person
from lianqiao.organization.queries import duties_of


def give(
    firm_id: int,
    *,
    person_id: int,
    kind: str,
    matters: Iterable[str],
    since: datetime,
    until: datetime,
    actor: Person,
    now: datetime,
) -> Mandate:
    """Give the firm's authority to somebody who holds the duty of the role `kind`.

    Raises Refusal: `unknown-mechanism` for a promise nobody can ask for, `mandate-not-agent`, and what
    `organization.commands.give_mandate` refuses.
    """
    pack, wanted = packs.current(), tuple(dict.fromkeys(matters))
    offered = {one.id for one in pack.newest_versions.values() if one.offered}
    problems = [
        Problem("unknown-mechanism", f"no promise {one}", place="matters", facts={"field": "matters"})
        for one in wanted
        if one not in offered
    ]
    if problems:
        raise Refusal(*problems)
    agent = pack.assistance.agents.get(kind)  # type: ignore[call-overload]
    if agent is None or agent.duty not in duties_of(person_id, at=now):
        raise refuse("mandate-not-agent", "they do not hold this role", place="person", field="person")
    return organization.give_mandate(
        firm_id,
        person_id=person_id,
        kind=kind,
        matters=wanted,
        since=since,
        until=until,
        actor=actor,
        now=now,
    )
