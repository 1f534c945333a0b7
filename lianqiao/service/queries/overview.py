"""How the promises a leader answers for stand: by promise, by person, by month, and the very cases behind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncMonth

from lianqiao.bridge import packs, queries
from lianqiao.bridge.models import Promise
from lianqiao.bridge.queries import Tally
from lianqiao.engine.beijing import BEIJING, beijing
from lianqiao.engine.case_state import CaseState
from lianqiao.engine.clock import ClockState
from lianqiao.engine.pack import Pack
from lianqiao.organization import queries as organization
from lianqiao.service.language import in_words
from lianqiao.service.time_left import NO_CLOCK, TimeLeft, budget_words, left_of

SPANS = ("year", "quarter", "month", "all")
# besides the bridge's standings: what is owed in time, and what is broken and owed still
STANDINGS = (*queries.STANDINGS, "open", "overdue")
OPEN = ("at-risk", "running", "paused")
SORTS = {"case": "case__number", "firm": "case__firm__name", "owner": "owner__name", "due": "due_at",
         "started": "started_at", "ended": "ended_at"}  # fmt: skip


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

    @property
    def open(self) -> int:
        """How many are owed and in time."""
        return open_count(self.tally)


@dataclass(frozen=True)
class MonthTally:
    """How the promises started in a month ("2026-02") stand."""

    month: str
    tally: Tally

    @property
    def open(self) -> int:
        """How many are owed and in time."""
        return open_count(self.tally)


@dataclass(frozen=True)
class PromiseRow:
    """One promise in a list; `case`, `clock` and `left` as people read them."""

    number: str
    title: str
    firm: str
    clock: str
    owner: str
    standing: str
    level: str
    left: TimeLeft
    started_at: datetime
    due_at: datetime | None
    law_due_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Absence:
    """Someone away whose work a colleague does meanwhile."""

    name: str
    stand_in: str


def open_count(tally: Tally) -> int:
    """Return how many promises are owed and in time: at risk, running or paused."""
    return tally.at_risk + tally.running + tally.paused


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the tallies added up."""
    every = list(tallies)
    names = [part.name for part in fields(Tally) if part.name != "label"]
    return Tally(**{name: sum(getattr(one, name) for one in every) for name in names})


def overseen(person_id: int, *, at: datetime) -> tuple[str, ...]:
    """Return the ids of the promises in which the person holds a duty, whose cases they may also open."""
    duties = organization.duties_of(person_id, at=at)
    mechanisms = packs.current().mechanisms.values()
    return tuple(
        dict.fromkeys(one.id for one in mechanisms if duties & {role.duty for role in one.roles.values()})
    )


def owed(mechanisms: Iterable[str], *, span: str, now: datetime) -> QuerySet[Promise]:
    """Return these mechanisms' promises started in the span: this month, quarter or year so far, or all."""
    today = beijing(now)
    month = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1}.get(span, 1)
    since = None if span == "all" else datetime(today.year, month, 1, tzinfo=BEIJING)
    return queries.promises(since=since).filter(mechanism__in=tuple(mechanisms))


def by_clock(promises: QuerySet[Promise], mechanisms: Iterable[str], *, now: datetime) -> list[ClockTally]:
    """Return a tally for each clock the mechanisms promise, those never started too."""
    pack = packs.current()
    tallies = queries.tally_by(promises, now=now, columns=("mechanism", "clock"))
    found = []
    for mechanism in (pack.newest(one) for one in mechanisms):
        for name, clock in mechanism.clocks.items():
            found.append(
                ClockTally(
                    key=f"{mechanism.id}/{name}",
                    mechanism=in_words(mechanism.title),
                    title=in_words(clock.title),
                    budget=budget_words(clock.budget),
                    tally=tallies.pop((mechanism.id, name), Tally()),
                )
            )
    # a clock only an older version had still counts
    found += [ClockTally(f"{one}/{name}", one, name, "", tally) for (one, name), tally in tallies.items()]
    return found


def by_person(promises: QuerySet[Promise], *, now: datetime) -> list[PersonTally]:
    """Return a tally for each person who answers for one, most broken first, then most in hand."""
    tallies = queries.tally_by(promises.exclude(owner=None), now=now, columns=("owner",))
    names = organization.names(int(one) for (one,) in tallies)
    found = [PersonTally(int(one), names.get(int(one), ""), tally) for (one,), tally in tallies.items()]
    return sorted(found, key=lambda one: (-one.tally.broken, -one.open, one.name))


def by_month(promises: QuerySet[Promise], *, now: datetime) -> list[MonthTally]:
    """Return a tally for each month in which one started, oldest first."""
    monthly = promises.annotate(month=TruncMonth("started_at", tzinfo=BEIJING))
    tallies = queries.tally_by(monthly, now=now, columns=("month",))
    return [MonthTally(month[:7], tally) for (month,), tally in sorted(tallies.items())]


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


def narrowed(
    promises: QuerySet[Promise],
    *,
    now: datetime,
    clock: str = "",
    standing: str = "",
    owner: str = "",
    month: str = "",
    text: str = "",
    sort: str = "",
) -> QuerySet[Promise]:
    """Return the promises behind one number of the overview, each with `standing`; `sort` is of SORTS."""
    found = queries.standing(promises, now=now).select_related("case__firm", "owner")
    if clock:
        mechanism, _, name = clock.partition("/")
        found = found.filter(mechanism=mechanism, clock=name)
    if owner.isdigit():
        found = found.filter(owner_id=int(owner))
    if begin := _month(month):
        found = found.filter(started_at__gte=begin, started_at__lt=_next_month(begin))
    for word in text.split():
        found = found.filter(
            Q(case__number__icontains=word)
            | Q(case__title__icontains=word)
            | Q(case__firm__name__icontains=word)
        )
    found = _standing(found, standing)
    key = F(SORTS.get(sort.removeprefix("-"), "due_at"))
    ordered = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
    return found.order_by(ordered, "pk")


def promise_rows(promises: Iterable[Promise], *, now: datetime) -> Iterator[PromiseRow]:
    """Yield a row for each promise, which carries `standing`, case, firm and owner; no further query."""
    pack, calendar = packs.current(), packs.calendar(now)
    for promise in promises:
        case = promise.case
        left = NO_CLOCK
        run = CaseState.from_dict(json.loads(case.state)).clocks.get(promise.clock)
        if run and not run.result:
            left = left_of(ClockState.from_dict(run.promise), calendar=calendar, now=now)
        yield PromiseRow(
            number=case.number,
            title=case.title,
            firm=case.firm.name if case.firm else "",
            clock=clock_title(pack, f"{promise.mechanism}/{promise.clock}"),
            owner=promise.owner.name if promise.owner else "",
            standing=promise.standing,  # type: ignore[attr-defined]
            level=promise.level,
            left=left,
            started_at=promise.started_at,
            due_at=promise.due_at,
            law_due_at=promise.law_due_at,
            ended_at=promise.ended_at,
        )


def clock_title(pack: Pack, key: str) -> str:
    """Return what the clock `mechanism/clock` is called; its name where the pack has it no longer."""
    mechanism_id, _, name = key.partition("/")
    mechanism = pack.newest_versions.get(mechanism_id)
    clock = mechanism.clocks.get(name) if mechanism else None
    return in_words(clock.title) if clock else name


def _standing(promises: QuerySet[Promise], standing: str) -> QuerySet[Promise]:
    if standing == "open":
        return promises.filter(Q(standing__in=OPEN))
    if standing == "overdue":
        return promises.filter(Q(standing="broken"), result="")
    return promises.filter(Q(standing=standing)) if standing else promises


def _month(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=BEIJING)
    except ValueError:
        return None


def _next_month(begin: datetime) -> datetime:
    return begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
