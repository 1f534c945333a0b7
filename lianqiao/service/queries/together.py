"""Which acts a person can take on several cases at once, and whom they can give them to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from lianqiao.bridge import packs, queries
from lianqiao.bridge.models import Case
from lianqiao.engine.mechanism import Mechanism, Step
from lianqiao.organization import queries as organization
from lianqiao.service.language import in_words

REASSIGN = "reassign"
# files and checklists differ from case to case
_OF_ONE_CASE = ("file", "items")


@dataclass(frozen=True)
class Offer:
    """An act for several cases; `value` names it in a form: `reassign`, or a promise and its step."""

    value: str
    label: str


def offers(person_id: int, *, at: datetime) -> list[Offer]:
    """Return the acts this person's duties let them take on several cases; whether each case allows it now,
    the act itself says. Grave acts, and steps that ask for files or a checklist, are taken one by one.
    """
    duties = organization.duties_of(person_id, at=at)
    mechanisms = packs.current().newest_versions.values()
    steps = [
        (one, name, step)
        for one in mechanisms
        for name, step in one.steps.items()
        if _together(one, step) and one.roles[step.by].duty in duties
    ]
    several = len({one.id for one, _, _ in steps}) > 1
    found = [
        Offer(
            f"{one.id} {name}",
            f"{in_words(one.title)}：{in_words(step.title)}" if several else in_words(step.title),
        )
        for one, name, step in steps
    ]
    leads = any(
        role.kind == "leader" and role.duty in duties for one in mechanisms for role in one.roles.values()
    )
    return [*found, Offer(REASSIGN, "")] if leads else found


def step_of(act: str) -> tuple[Mechanism, str] | None:
    """Return the promise and the name of the step an act names; None where it can be no act of several."""
    mechanism_id, _, name = act.partition(" ")
    mechanism = packs.current().newest_versions.get(mechanism_id)
    step = mechanism.steps.get(name) if mechanism else None
    return (mechanism, name) if mechanism and step and _together(mechanism, step) else None


def takers(mechanisms: set[str], *, at: datetime) -> Iterator[tuple[str, str, list[tuple[int, str]]]]:
    """Yield (role, what it is called, people who can have it) for the officers' roles of these promises."""
    pack, seen = packs.current(), set()
    for mechanism in (pack.newest_versions[one] for one in sorted(mechanisms) if one in pack.newest_versions):
        for name, role in mechanism.roles.items():
            if role.kind != "officer" or not role.duty or (name, role.duty) in seen:
                continue
            seen.add((name, role.duty))
            ids = organization.people_with(role.duty, at=at)
            names = organization.names(ids)
            yield (
                name,
                in_words(role.title),
                sorted(((one, names[one]) for one in ids), key=lambda pair: pair[1]),
            )


def chosen_cases(numbers: list[str], mechanisms: tuple[str, ...]) -> QuerySet[Case]:
    """Return the cases of these numbers in these promises, with firm and holder, by number."""
    found = queries.numbered(numbers).filter(mechanism__in=mechanisms)
    return found.select_related("firm", "holder").order_by("number")


def _together(mechanism: Mechanism, step: Step) -> bool:
    role = mechanism.roles.get(step.by)
    if role is None or role.kind == "applicant" or step.opening or step.confirm or step.asks_again:
        return False
    return not any(mechanism.fields[name].type in _OF_ONE_CASE for name in step.needs)
