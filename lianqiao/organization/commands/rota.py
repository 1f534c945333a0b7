"""Shifts are planned, exchanged for a day, ended, taken over and read in from a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization.commands.authority import locked_people, require_active, require_leader
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person, RotaExchange, RotaPattern
from lianqiao.organization.queries.duties import duties_of

MOST_ROWS = 2000
LONGEST_WEEKS = 8


@dataclass(frozen=True)
class ShiftWanted:
    """One row of a table: a single shift on one day."""

    place: str
    line: int
    person_id: int
    code: str
    day: date
    begins: time
    ends: time


@transaction.atomic
def plan_shifts(
    person_id: int,
    *,
    code: str,
    place: str,
    first_day: date,
    last_day: date | None,
    weekdays: Iterable[int],
    begins: time,
    ends: time,
    actor: Person | None,
    now: datetime,
    every_weeks: int = 1,
    working_days: bool = True,
) -> RotaPattern:
    """Plan a person's shifts for a duty they hold; leaders and the office do.

    Raises Refusal: `leader-only`, `person-unknown`, `person-inactive`, `rota-not-held`, `rota-span`,
    `rota-weekdays`, `rota-weeks`.
    """
    require_leader(actor, now=now)
    person = locked_people([person_id])[person_id]
    require_active(person)
    chosen = "".join(str(day) for day in sorted(set(weekdays)))
    problems = []
    if code not in duties_of(person_id, at=now):
        problems.append(Problem("rota-not-held", "they do not hold this duty", place="person"))
    if last_day is not None and last_day < first_day:
        problems.append(Problem("rota-span", "the last day lies before the first", place="last_day"))
    if not chosen or not set(chosen) <= set("1234567"):
        problems.append(Problem("rota-weekdays", "no weekday is chosen", place="weekdays"))
    if not 1 <= every_weeks <= LONGEST_WEEKS:
        problems.append(Problem("rota-weeks", "every one to eight weeks", place="every_weeks"))
    if problems:
        raise Refusal(*problems)
    made = RotaPattern.objects.create(
        person=person, code=code, place=place.strip()[:60], first_day=first_day, last_day=last_day,
        weekdays=chosen, every_weeks=every_weeks, begins=begins, ends=ends, working_days=working_days,
    )  # fmt: skip
    trace("plan-shifts", made, actor=actor, now=now, person_id=person_id, code=code, first=first_day)
    return made


@transaction.atomic
def exchange_shift(
    pattern_id: int,
    *,
    day: date,
    to_id: int | None,
    reason: str,
    actor: Person | None,
    now: datetime,
) -> RotaExchange:
    """Let somebody else stand on one day of a pattern, or nobody; leaders, or whoever stands, do.

    Raises Refusal: `rota-unknown`, `leader-only`, `rota-past`, `rota-not-held`.
    """
    pattern = _locked(pattern_id)
    if actor is None or actor.pk != pattern.person_id:
        require_leader(actor, now=now)
    if day < beijing(now).date():
        raise refuse("rota-past", "the day is over", place="day", hint="what was, was")
    if to_id is not None:
        require_active(locked_people([to_id])[to_id])
        if pattern.code not in duties_of(to_id, at=now):
            raise refuse("rota-not-held", "they do not hold this duty", place="to", hint="choose another")
    made = RotaExchange.objects.create(
        pattern=pattern, day=day, person_id=to_id, reason=reason.strip()[:200], by=actor, at=now
    )
    trace("exchange-shift", pattern, actor=actor, now=now, day=day, to_id=to_id)
    return made


@transaction.atomic
def end_shifts(pattern_id: int, *, last_day: date, actor: Person | None, now: datetime) -> RotaPattern:
    """End a pattern after a day; what was stays planned as it was. Raises `rota-unknown`, `leader-only`."""
    require_leader(actor, now=now)
    pattern = _locked(pattern_id)
    if pattern.last_day is None or last_day < pattern.last_day:
        pattern.last_day = max(last_day, pattern.first_day - timedelta(days=1))
        pattern.save(update_fields=["last_day"])
        trace("end-shifts", pattern, actor=actor, now=now, last=pattern.last_day)
    return pattern


@transaction.atomic
def hand_over_shifts(
    person_id: int, *, to_id: int, codes: Iterable[str], actor: Person | None, now: datetime
) -> int:
    """Let another person stand in somebody's shifts of these duties from today on; returns how many patterns.

    Who may is asked by the hand-over this is part of.
    """
    today = beijing(now).date()
    rows = RotaPattern.objects.select_for_update().filter(person_id=person_id, code__in=list(codes))
    moved = 0
    for one in rows.exclude(last_day__lt=today).order_by("pk"):
        last_day, first_day = one.last_day, one.first_day
        if first_day < today:
            one.last_day = today - timedelta(days=1)
            one.save(update_fields=["last_day"])
            RotaPattern.objects.create(
                person_id=to_id, code=one.code, place=one.place, first_day=_same_rhythm(one, today),
                last_day=last_day, weekdays=one.weekdays, every_weeks=one.every_weeks, begins=one.begins,
                ends=one.ends, working_days=one.working_days,
            )  # fmt: skip
        else:
            one.person_id = to_id
            one.save(update_fields=["person"])
        trace("hand-over-shifts", one, actor=actor, now=now, from_id=person_id, to_id=to_id)
        moved += 1
    return moved


@transaction.atomic
def import_shifts(wanted: Iterable[ShiftWanted], *, actor: Person | None, now: datetime) -> int:
    """Enter single shifts from a table, all or none; a shift that is planned already is not planned twice.

    Returns how many are new. Raises Refusal: `leader-only`, `rota-too-many`, and for each row
    `rota-not-held` with its line.
    """
    require_leader(actor, now=now)
    rows = list(wanted)
    if len(rows) > MOST_ROWS:
        raise refuse("rota-too-many", f"more than {MOST_ROWS} rows", hint="split it", most=str(MOST_ROWS))
    held = {one.person_id: duties_of(one.person_id, at=now) for one in rows}
    problems = [
        Problem("rota-not-held", "they do not hold this duty", place=f"line {one.line}", facts=_at(one))
        for one in rows
        if one.code not in held[one.person_id]
    ]
    if problems:
        raise Refusal(*problems)
    there = _planned(rows)
    new = {key: one for one in rows if (key := _key(one)) not in there}
    made = RotaPattern.objects.bulk_create(
        RotaPattern(
            person_id=one.person_id, code=one.code, place=one.place, first_day=one.day, last_day=one.day,
            weekdays=str(one.day.isoweekday()), begins=one.begins, ends=one.ends, working_days=False,
        )
        for one in new.values()
    )  # fmt: skip
    for one in made[:1]:
        trace("import-shifts", one, actor=actor, now=now, count=len(made))
    return len(made)


def _at(one: ShiftWanted) -> dict[str, str]:
    return {"line": str(one.line)}


def _key(one: ShiftWanted) -> tuple[object, ...]:
    return one.person_id, one.code, one.place, one.day, one.begins, one.ends


def _planned(rows: list[ShiftWanted]) -> set[tuple[object, ...]]:
    days = {one.day for one in rows}
    single = RotaPattern.objects.filter(first_day__in=days, working_days=False)
    found = single.values_list("person_id", "code", "place", "first_day", "begins", "ends", "last_day")
    return {tuple(row[:6]) for row in found if row[3] == row[6]}


def _same_rhythm(pattern: RotaPattern, today: date) -> date:
    """Return the first day from which the pattern goes on as it was: the weeks it counts stay the same."""
    monday = pattern.first_day - timedelta(days=pattern.first_day.weekday())
    weeks = (today - monday).days // 7
    left = -weeks % pattern.every_weeks
    return today if not left else monday + timedelta(weeks=weeks + left)


def _locked(pattern_id: int) -> RotaPattern:
    pattern = RotaPattern.objects.select_for_update().filter(pk=pattern_id).first()
    if pattern is None:
        raise refuse("rota-unknown", f"there are no shifts {pattern_id}", hint="look at the rota")
    return pattern
