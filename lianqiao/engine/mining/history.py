"""A case of the product as process mining sees it: what happened, to which promises, by whom.

Made from the bodies of its log. What people typed, reasons and notes stay behind; who acted is a pseudonym
unless names are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from lianqiao.engine.mechanism import Mechanism

# what acts without being a person
MACHINES = frozenset({"clock", "sub-case", "system", ""})
Named = Callable[[str, str], str]
NONE_KNOWN: Mapping[str, LoggedMandate] = MappingProxyType({})


@dataclass(frozen=True)
class PromiseChange:
    """What an event did to one promise: its state (running, paused, stopped), due time and result by then."""

    clock: str
    state: str
    due: datetime | None
    result: str


@dataclass(frozen=True)
class LoggedMandate:
    """The authority of a firm under which somebody not its own acted: what it covers and how long it held.

    `matters` are ids of promises, none for all of them. Where nothing but its `id` is known, `kind` is "".
    """

    id: str
    kind: str = ""
    matters: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    revoked: datetime | None = None
    firm: str = ""
    person: str = ""


@dataclass(frozen=True)
class LoggedEvent:
    """One entry: `activity` is the step or act, `person` who acted, "" where time or the system did."""

    id: str
    at: datetime
    activity: str
    title: str
    role: str
    person: str
    promises: tuple[PromiseChange, ...]
    people: tuple[tuple[str, str], ...]
    mandate: LoggedMandate | None = None


@dataclass(frozen=True)
class LoggedCase:
    """One case with its events in order; `firm` may be "" and `outcome` is "" while it is open."""

    id: str
    promise: str
    title: str
    firm: str
    outcome: str
    events: tuple[LoggedEvent, ...]


def logged_case(
    number: str,
    bodies: Sequence[Mapping[str, Any]],
    *,
    mechanism: Mechanism | None,
    firm: str,
    named: Named,
    language: str = "zh-hans",
    mandates: Mapping[str, LoggedMandate] = NONE_KNOWN,
) -> LoggedCase:
    """Return a case from the bodies of its log.

    `named(kind, id)` tells under which name a `person`, `firm` or `mandate` leaves the house; `mandates` says
    by the log's own id what is known of one. Steps are titled by the mechanism where it is known.
    """
    events = tuple(
        _event(number, seq, body, mechanism=mechanism, named=named, language=language, mandates=mandates)
        for seq, body in enumerate(bodies, start=1)
    )
    outcome = next((str(body["outcome"]) for body in reversed(bodies) if body.get("outcome")), "")
    return LoggedCase(
        id=number,
        promise=str(bodies[0].get("mechanism", "")),
        title=mechanism.title.in_language(language) if mechanism else "",
        firm=named("firm", firm) if firm else "",
        outcome=outcome,
        events=events,
    )


def _event(
    number: str,
    seq: int,
    body: Mapping[str, Any],
    *,
    mechanism: Mechanism | None,
    named: Named,
    language: str,
    mandates: Mapping[str, LoggedMandate],
) -> LoggedEvent:
    activity = str(body.get("step") or body["act"])
    step = mechanism.steps.get(activity) if mechanism else None
    by = str(body.get("by", ""))
    return LoggedEvent(
        id=f"{number}/{seq}",
        at=datetime.fromisoformat(str(body["at"])),
        activity=activity,
        title=step.title.in_language(language) if step else activity,
        role=str(body.get("role", "")),
        person="" if by in MACHINES else named("person", by),
        promises=tuple(_changes(body.get("clocks", {}))),
        people=tuple(_people(body.get("holders", {}), named)),
        mandate=_mandate(str(body.get("mandate", "")), mandates, named),
    )


def _mandate(raw: str, known: Mapping[str, LoggedMandate], named: Named) -> LoggedMandate | None:
    if not raw:
        return None
    found = known.get(raw, LoggedMandate(raw))
    return replace(
        found,
        id=named("mandate", raw),
        firm=named("firm", found.firm) if found.firm else "",
        person=named("person", found.person) if found.person else "",
    )


def _changes(clocks: Mapping[str, Any]) -> Iterable[PromiseChange]:
    for name, run in clocks.items():
        promise = run["promise"]
        due = datetime.fromisoformat(promise["due"]) if promise.get("due") else None
        yield PromiseChange(name, str(promise["state"]), due, str(run.get("result", "")))


def _people(holders: Mapping[str, Any], named: Named) -> Iterable[tuple[str, str]]:
    """Yield who holds which role from this event on."""
    for role, person in holders.items():
        if str(person) not in MACHINES:
            yield role, named("person", str(person))
