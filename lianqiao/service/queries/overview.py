"""How the promises a leader answers for stand: by promise, by person, by month, all from one look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from django.core.cache import cache
from django.db.models import Case as Choose
from django.db.models import CharField, Min, Q, QuerySet, Value, When

from lianqiao.bridge import packs, queries
from lianqiao.bridge.models import Promise
from lianqiao.bridge.queries import Tally
from lianqiao.engine.beijing import BEIJING, beijing
from lianqiao.organization import queries as organization
from lianqiao.service.language import in_words
from lianqiao.service.time_left import budget_words

SPANS = ("year", "quarter", "month", "all")
# the front page is open to everyone: however many look, the figures are counted once a minute
FRESH_S = 60
_Grouped = Mapping[tuple[str, ...], Tally]


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
class MonthTally:
    """How the promises started in a month ("2026-02") stand."""

    month: str
    tally: Tally


@dataclass(frozen=True)
class Figures:
    """One span's promises counted four ways; people with most broken first, months oldest first."""

    every: Tally
    clocks: list[ClockTally]
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
    duties = organization.duties_of(person_id, at=at)
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


def figures(promises: QuerySet[Promise], mechanisms: Iterable[str], *, now: datetime) -> Figures:
    """Return the promises counted; three database queries, the table is read once."""
    grouped = _grouped(promises, now)
    months = _summed(grouped, 3)
    return Figures(
        every=_total(grouped.values()),
        clocks=_clocks(_summed(grouped, 0, 1), mechanisms),
        people=_people(_summed(grouped, 2)),
        months=[MonthTally(month, months[(month,)]) for (month,) in sorted(months)],
    )


def kept_by_clock(mechanisms: Iterable[str], *, now: datetime) -> list[ClockTally]:
    """Return how each clock of these mechanisms has stood so far, up to a minute old."""

    def counted() -> dict[tuple[str, ...], Tally]:
        return queries.tally_by(queries.promises(), now=now, columns=("mechanism", "clock"))

    return _clocks(cache.get_or_set("kept-by-clock", counted, FRESH_S) or {}, mechanisms)


def absences(mechanisms: Iterable[str], *, at: datetime) -> list[Absence]:
    """Return who holds a duty in these promises and is away at `at`, and who does their work."""
    pack = packs.current()
    duties = {role.duty for one in mechanisms for role in pack.newest(one).roles.values() if role.duty}
    rows = organization.duties_in_force(at).filter(Q(absent=True), code__in=duties)
    pairs = [(duty.person_id, duty.code) for duty in rows]
    holders = organization.holders_at(pairs, at=at)
    names = organization.names({*holders.values(), *(person_id for person_id, _ in holders)})
    return [
        Absence(names[person_id], names[one] if one != person_id else "")
        for (person_id, _), one in sorted(holders.items())
    ]


def _grouped(promises: QuerySet[Promise], now: datetime) -> _Grouped:
    first = promises.aggregate(first=Min("started_at"))["first"]
    if first is None:
        return {}
    # comparisons, not a date function: SQLite would call Python for every row
    begins, ends = [], beijing(first).replace(day=1, hour=0, minute=0, second=0)
    while ends <= now:
        month, ends = f"{ends:%Y-%m}", _next_month(ends)
        begins.append(When(started_at__lt=ends, then=Value(month)))
    column = Choose(*begins, default=Value(f"{beijing(now):%Y-%m}"), output_field=CharField())
    monthly = promises.annotate(month=column)
    return queries.tally_by(monthly, now=now, columns=("mechanism", "clock", "owner", "month"))


def _summed(grouped: _Grouped, *places: int) -> dict[tuple[str, ...], Tally]:
    """Return the tallies added up over all columns but those at `places`."""
    parts: dict[tuple[str, ...], list[Tally]] = {}
    for key, tally in grouped.items():
        parts.setdefault(tuple(key[place] for place in places), []).append(tally)
    return {key: _total(tallies) for key, tallies in parts.items()}


def _total(tallies: Iterable[Tally]) -> Tally:
    every = list(tallies)
    names = [part.name for part in fields(Tally) if part.name != "label"]
    return Tally(**{name: sum(getattr(one, name) for one in every) for name in names})


def _clocks(tallies: _Grouped, mechanisms: Iterable[str]) -> list[ClockTally]:
    """Return a tally for each clock the mechanisms promise, those never started too."""
    pack, left = packs.current(), dict(tallies)
    found = []
    for mechanism in (pack.newest(one) for one in mechanisms):
        for name, clock in mechanism.clocks.items():
            tally = left.pop((mechanism.id, name), Tally())
            title, words = in_words(clock.title), budget_words(clock.budget)
            found.append(ClockTally(f"{mechanism.id}/{name}", in_words(mechanism.title), title, words, tally))
    # a clock only an older version had still counts
    return found + [ClockTally(f"{one}/{name}", one, name, "", tally) for (one, name), tally in left.items()]


def _people(tallies: _Grouped) -> list[PersonTally]:
    known = {int(one): tally for (one,), tally in tallies.items() if one}
    names = organization.names(known)
    found = [PersonTally(one, names.get(one, ""), tally) for one, tally in known.items()]
    return sorted(found, key=lambda one: (-one.tally.broken, -open_count(one.tally), one.name))


def _next_month(begin: datetime) -> datetime:
    return begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
