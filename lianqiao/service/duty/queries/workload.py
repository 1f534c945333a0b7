"""How much each officer has open under each duty, against the average of those who hold it too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.translation import get_language

from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge
from lianqiao.bridge.models import Case
from lianqiao.engine.beijing import BEIJING, beijing
from lianqiao.organization import queries as organization

OPEN, DUE, OVERDUE = "open", "due", "overdue"


@dataclass(frozen=True)
class Load:
    """What one person has open under one duty; `average` is that of everyone who holds it.

    `due` are the cases due by the end of this week, those overdue among them.
    """

    person_id: int
    name: str
    code: str
    title: str
    open: int
    due: int
    overdue: int
    average: float
    absent: bool
    holder: str

    @property
    def percent(self) -> int | None:
        """How the load compares with the average, in per cent; None where nobody has anything."""
        return round(100 * self.open / self.average) if self.average else None


def week_end(now: datetime) -> datetime:
    """Return when this week is over: Sunday's midnight in Beijing."""
    today = beijing(now).date()
    return datetime.combine(today + timedelta(days=7 - today.weekday()), time(), BEIJING)


def workload(mechanisms: Iterable[str], *, now: datetime, text: str = "", sort: str = "") -> list[Load]:
    """Return the load of everyone who holds a duty in these promises, heaviest against the average first.

    A case counts with its owner (A), also while a deputy does the work. Few queries, however many cases.
    """
    wanted = tuple(mechanisms)
    pack = packs.current()
    known = [one for one in pack.mechanisms.values() if one.id in set(wanted)]
    codes = {role.duty for one in known for role in one.roles.values() if role.kind == "officer"}
    held = organization.duties_in_force(now).filter(code__in=codes)
    holders = {(one.person_id, one.code): one for one in held}
    counts = _counts(wanted, now)
    names = organization.names({person for person, _ in counts} | {person for person, _ in holders})
    titles = organization.duty_titles(get_language() or "")
    averages = _averages(counts, list(holders))
    away = organization.on_leave(now)
    doing = organization.holders_at([pair for pair in {*counts, *holders} if pair[0] in away], at=now)
    stand_ins = organization.names(doing.values())
    found = [
        Load(
            person_id=person_id,
            name=names.get(person_id, ""),
            code=code,
            title=titles.get(code, code),
            open=counts.get((person_id, code), (0, 0, 0))[0],
            due=counts.get((person_id, code), (0, 0, 0))[1],
            overdue=counts.get((person_id, code), (0, 0, 0))[2],
            average=averages.get(code, 0.0),
            absent=person_id in away,
            holder=stand_ins.get(doing.get((person_id, code), 0), ""),
        )
        for person_id, code in {*counts, *holders}
    ]
    if text:
        found = [one for one in found if text.lower() in f"{one.name} {one.title}".lower()]
    return _sorted(found, sort)


def cases_of(
    person_id: int, mechanisms: Iterable[str], *, now: datetime, which: str = OPEN, code: str = ""
) -> QuerySet[Case]:
    """Return the open cases a person owns under a duty (or any): all, `due` this week or `overdue`."""
    found = bridge.cases_owned(person_id, mechanisms, duty=code)
    if which == DUE:
        found = found.filter(due_at__lt=week_end(now))
    elif which == OVERDUE:
        found = found.filter(due_at__lt=now)
    return found


def _counts(mechanisms: tuple[str, ...], now: datetime) -> dict[tuple[int, str], tuple[int, int, int]]:
    leaders = {
        role.duty
        for one in packs.current().mechanisms.values()
        for role in one.roles.values()
        if role.kind == "leader"
    }
    return bridge.loads(mechanisms, besides=leaders, soon=week_end(now), now=now)


def _averages(
    counts: dict[tuple[int, str], tuple[int, int, int]], holders: list[tuple[int, str]]
) -> dict[str, float]:
    totals: dict[str, list[int]] = {}
    for pair in {*counts, *holders}:
        totals.setdefault(pair[1], []).append(counts.get(pair, (0, 0, 0))[0])
    return {code: sum(some) / len(some) for code, some in totals.items()}


def _sorted(found: list[Load], sort: str) -> list[Load]:
    keys = {
        "person": lambda one: one.name,
        "duty": lambda one: one.title,
        "open": lambda one: one.open,
        "due": lambda one: one.due,
        "overdue": lambda one: one.overdue,
        "share": lambda one: one.percent or 0,
        "absent": lambda one: one.absent,
    }
    found.sort(key=lambda one: (one.title, one.name, one.person_id))
    key = keys.get(sort.removeprefix("-"))
    if key is None:
        found.sort(key=lambda one: (-one.overdue, -(one.percent or 0), -one.open))
    else:
        found.sort(key=key, reverse=sort.startswith("-"))
    return found
