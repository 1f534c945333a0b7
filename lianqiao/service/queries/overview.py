"""How the promises a leader answers for stand: by promise, department, person and month, from one look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from lianqiao.bridge import packs, queries
from lianqiao.bridge.models import Promise
from lianqiao.bridge.queries import Group, Tally, summed
from lianqiao.engine.beijing import BEIJING, beijing
from lianqiao.organization import queries as organization
from lianqiao.service.language import in_words
from lianqiao.service.time_left import budget_words

SPANS = ("year", "quarter", "month", "all")
# the front page is open to everyone: however many look, the figures are counted once a minute
FRESH_S = 60
# a report's chart, and what the public is told of
MONTHS_TOLD = 12
Grouped = Mapping[Group, Tally]


@dataclass(frozen=True)
class ClockTally:
    """How one clock of a mechanism stands. `key` is `mechanism/clock`; words are in the active language."""

    key: str
    mechanism: str
    title: str
    budget: str
    tally: Tally


@dataclass(frozen=True)
class PersonTally:
    """How the promises one person answers for stand."""

    person_id: int
    name: str
    tally: Tally


@dataclass(frozen=True)
class UnitTally:
    """How the promises of one department stand; `unit_id` 0 is what no department answers for."""

    unit_id: int
    name: str
    tally: Tally


@dataclass(frozen=True)
class MonthTally:
    """How the promises started in a month ("2026-02") stand."""

    month: str
    tally: Tally


@dataclass(frozen=True)
class Figures:
    """Some promises counted five ways; departments and people with most broken first, months oldest first."""

    every: Tally
    clocks: list[ClockTally]
    units: list[UnitTally]
    people: list[PersonTally]
    months: list[MonthTally]


@dataclass(frozen=True)
class Absence:
    """Someone away whose work a colleague does meanwhile."""

    name: str
    stand_in: str


def open_count(tally: Tally) -> int:
    """Return how many promises are owed and in time: at risk, running or paused."""
    return tally.at_risk + tally.running + tally.paused


def overseen(person_id: int, *, at: datetime) -> tuple[str, ...]:
    """Return the ids of the promises in which the person holds a duty, whose cases they may also open."""
    return overseen_with(organization.duties_of(person_id, at=at))


def overseen_with(duties: frozenset[str]) -> tuple[str, ...]:
    """Return the same for whoever holds these duties; asks the database nothing."""
    mechanisms = packs.current().mechanisms.values()
    return tuple(
        dict.fromkeys(one.id for one in mechanisms if duties & {role.duty for role in one.roles.values()})
    )


def owed(mechanisms: Iterable[str], *, span: str, now: datetime) -> QuerySet[Promise]:
    """Return these mechanisms' promises started in the span: this month, quarter or year so far, or all."""
    return queries.promises(since=since(span, now=now)).filter(mechanism__in=tuple(mechanisms))


def since(span: str, *, now: datetime) -> datetime | None:
    """Return when a span began: this month, quarter or year; None for all time."""
    today = beijing(now)
    month = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1}.get(span, 1)
    return None if span == "all" else datetime(today.year, month, 1, tzinfo=BEIJING)


def grouped(mechanisms: Iterable[str], *, span: str, now: datetime) -> Grouped:
    """Return the promises started in the span, counted; two database queries, however many there are."""
    begin = since(span, now=now)
    return queries.tallies(now=now, mechanisms=mechanisms, since=f"{begin:%Y-%m}" if begin else "")


def months_until(month: str, mechanisms: Iterable[str], *, now: datetime) -> Grouped:
    """Return the promises started in a month ("2026-02") and the eleven before it, counted; two queries."""
    year, number = int(month[:4]), int(month[5:])
    first = f"{year - (number < MONTHS_TOLD):04}-{number % MONTHS_TOLD + 1:02}"
    return queries.tallies(now=now, mechanisms=mechanisms, since=first, until=month)


def figures(counted: Grouped, mechanisms: Iterable[str]) -> Figures:
    """Return what was counted, added up five ways; three further database queries, for names."""
    return Figures(
        every=summed(counted.values()),
        clocks=_clocks(_summed(counted, lambda group: (group.mechanism, group.clock)), mechanisms),
        units=_units(counted),
        people=_people(_summed(counted, lambda group: group.owner_id)),
        months=by_month(counted),
    )


def by_month(counted: Grouped) -> list[MonthTally]:
    """Return what was counted, added up by month of start, oldest first."""
    months = _summed(counted, lambda group: group.month)
    return [MonthTally(month, months[month]) for month in sorted(months)]


def number_of(
    counted: Grouped, *, clock: str = "", owner: str = "", month: str = "", unit: str = "", standing: str = ""
) -> int:
    """Return how many of the promises counted stand so."""
    unit_of_group = unit_of() if unit else None
    tally = summed(
        tally
        for group, tally in counted.items()
        if (not clock or clock == f"{group.mechanism}/{group.clock}")
        and (not owner or owner == str(group.owner_id))
        and (not month or month == group.month)
        and (unit_of_group is None or unit_of_group(group) == int(unit))
    )
    if standing == "open":
        return open_count(tally)
    return int(getattr(tally, standing.replace("-", "_"))) if standing else tally.total


def kept_by_clock(mechanisms: Iterable[str], *, now: datetime) -> list[ClockTally]:
    """Return how each clock of these mechanisms has stood so far, up to a minute old."""

    def counted() -> dict[Any, Tally]:
        return _summed(queries.tallies(now=now), lambda group: (group.mechanism, group.clock))

    return _clocks(cache.get_or_set("kept-by-clock", counted, FRESH_S) or {}, mechanisms)


def unit_of() -> Callable[[Group], int]:
    """Return what tells the department that answers for a group, 0 where none does; one database query.

    It is the department of the duty under which its owner answers, as that duty last was.
    """
    units, pack = organization.units_of_duties(), packs.current()

    def duty_of(group: Group) -> str:
        mechanism = pack.newest_versions.get(group.mechanism)
        clock = mechanism.clocks.get(group.clock) if mechanism else None
        return mechanism.roles[clock.owner].duty if mechanism and clock else ""

    return lambda group: units.get((group.owner_id, duty_of(group)), 0)


def of_unit(unit_id: int, groups: Iterable[Group]) -> Q:
    """Return the condition that a promise is one of this department's, among groups that were counted."""
    unit = unit_of()
    pairs: dict[tuple[str, str], set[int]] = {}
    for group in groups:
        if unit(group) == unit_id:
            pairs.setdefault((group.mechanism, group.clock), set()).add(group.owner_id)
    found = Q(pk__in=())
    for (mechanism, clock), owners in pairs.items():
        known = Q(owner_id__in=sorted(owners - {0}))
        found |= Q(mechanism=mechanism, clock=clock) & (known | Q(owner=None) if 0 in owners else known)
    return found


def absences(mechanisms: Iterable[str], *, at: datetime) -> list[Absence]:
    """Return who holds a duty in these promises and is away at `at`, and who does their work."""
    pack = packs.current()
    duties = {role.duty for one in mechanisms for role in pack.newest(one).roles.values() if role.duty}
    pairs = organization.absent_holders(duties, at=at)
    holders = organization.holders_at(pairs, at=at)
    names = organization.names({*holders.values(), *(person_id for person_id, _ in holders)})
    return [
        Absence(names[person_id], names[one] if one != person_id else "")
        for (person_id, _), one in sorted(holders.items())
    ]


def _summed(counted: Grouped, key: Callable[[Group], Any]) -> dict[Any, Tally]:
    """Return the tallies added up over all groups with the same key."""
    parts: dict[Any, list[Tally]] = {}
    for group, tally in counted.items():
        parts.setdefault(key(group), []).append(tally)
    return {one: summed(tallies) for one, tallies in parts.items()}


def _clocks(tallies: Mapping[Any, Tally], mechanisms: Iterable[str]) -> list[ClockTally]:
    """Return a tally for each clock the mechanisms promise, those never started too."""
    pack, left = packs.current(), dict(tallies)
    found = []
    for mechanism in (pack.newest(one) for one in mechanisms):
        for name, clock in mechanism.clocks.items():
            if not clock.measured:
                continue
            tally = left.pop((mechanism.id, name), Tally())
            title, words = in_words(clock.title), budget_words(clock.budget)
            found.append(ClockTally(f"{mechanism.id}/{name}", in_words(mechanism.title), title, words, tally))
    # a clock only an older version had still counts
    return found + [ClockTally(f"{one}/{name}", one, name, "", tally) for (one, name), tally in left.items()]


def _people(tallies: Mapping[int, Tally]) -> list[PersonTally]:
    known = {one: tally for one, tally in tallies.items() if one}
    names = organization.names(known)
    found = [PersonTally(one, names.get(one, ""), tally) for one, tally in known.items()]
    return sorted(found, key=lambda one: (-one.tally.broken, -open_count(one.tally), one.name))


def _units(counted: Grouped) -> list[UnitTally]:
    names = organization.unit_names(get_language() or "")
    found = [UnitTally(one, names.get(one, ""), tally) for one, tally in _summed(counted, unit_of()).items()]
    return sorted(found, key=lambda one: (-one.tally.broken, -open_count(one.tally), one.name))
