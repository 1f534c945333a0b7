"""Cases as lists show them: how each one stands in one word, narrowed, sorted, and made into rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import Case as When
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models import When as If
from django.db.models.functions import Coalesce

from lianqiao.bridge import packs, queries
from lianqiao.bridge.models import Case
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack
from lianqiao.organization.lists import ROWS_READ_AT_ONCE, Pages, PreparedList
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.time_left import NO_CLOCK, TimeLeft, time_left

# worst first: a case shows the worst of what it is owed
GRAVITY = queries.STANDINGS
SORTS = {
    "number": "number",
    "title": "title",
    "firm": "firm__name",
    "due": "due_at",
    "opened": "opened_at",
    "closed": "closed_at",
    "moved": "last_at",
}
MAY_LACK = ("firm__name", "due_at", "closed_at")
# a firm's promises are those of its latest cases: nobody waits for all of many to be read
LOOKED_AT = 1000
# the role of whoever opened the case, in every mechanism
APPLICANT = "applicant"
_TURNS = {
    "firm": Q(closed_at=None, waits_for=APPLICANT),
    "zone": Q(closed_at=None) & ~Q(waits_for=APPLICANT),
    "done": Q(closed_at__isnull=False),
}


@dataclass(frozen=True)
class CaseRow:
    """One case in a list. `standing` is a badge state; `state` and `promise` are in the active language."""

    number: str
    title: str
    firm: str
    promise: str
    state: str
    standing: str
    holder: str
    left: TimeLeft
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None
    progress_code: str
    example: bool


@dataclass(frozen=True)
class CasesOf:
    """Some cases by a question always put alike: a function that returns them, and its values."""

    of: Callable[..., QuerySet[Case]]
    values: Mapping[str, Any]

    def query(self) -> QuerySet[Case]:
        """Return them, to be asked for otherwise."""
        return self.of(**self.values)

    def count(self) -> int:
        """Return how many there are."""
        return _sorted(self.of, "", promise=False).counted.count(**self.values)

    def sorted(self, sort: str, *, promise: str = "") -> Pages[Case]:
        """Return them as a list, of one promise where it is given; with firm and holder."""
        chosen = {"promise": promise} if promise else {}
        # only what there is makes a statement, not whatever an address asks
        sort = sort if sort.removeprefix("-") in SORTS else ""
        return _sorted(self.of, sort, promise=bool(promise))(**self.values, **chosen)


@lru_cache(maxsize=256)
def _sorted(of: Callable[..., QuerySet[Case]], sort: str, *, promise: bool) -> PreparedList[Case]:
    """Return the statements of such a list: its order is part of their text, whose cases and which is not."""

    def build(promise: str = "", **values: Any) -> QuerySet[Case]:
        return narrowed(of(**values), promise=promise, sort=sort)

    return PreparedList(build, queries.cases_read)


def with_standing(cases: QuerySet[Case], *, now: datetime) -> QuerySet[Case]:
    """Return the cases with `standing` added, computed in the database: see `queries.standing_of_case`.

    For what cannot be told of the rows shown alone: it is a long question, so nothing else asks it.
    """
    had = queries.standing(queries.promises().filter(case=OuterRef("pk")), now=now)
    ranks = [If(standing=name, then=Value(rank)) for rank, name in enumerate(GRAVITY)]
    had = had.annotate(gravity=When(*ranks, default=Value(len(GRAVITY)))).order_by("gravity")
    owed, ever = (Subquery(found.values("standing")[:1]) for found in (had.filter(result=""), had))
    return cases.annotate(
        standing=When(
            If(closed_at=None, then=Coalesce(owed, Value("waiting"))),
            default=Coalesce(ever, Value("ended")),
            output_field=CharField(),
        )
    )


def narrowed(
    cases: QuerySet[Case],
    *,
    now: datetime | None = None,
    text: str = "",
    standing: str = "",
    promise: str = "",
    sort: str = "",
) -> QuerySet[Case]:
    """Return the cases that match all that is given, sorted where `sort` is known.

    How cases stand is told at `now`. `sort` is a key of SORTS, with `-` before it to turn it round; without
    due time a case comes last.
    """
    found = queries.matching(cases, text)
    if standing and now:
        found = with_standing(found, now=now).filter(Q(standing=standing))
    if promise:
        found = found.filter(mechanism=promise)
    column = SORTS.get(sort.removeprefix("-"))
    return found.order_by(*order(column, turned=sort.startswith("-"))) if column else found


def order(column: str, *, turned: bool) -> tuple[Any, str]:
    """Return what sorts by a column, rows without a value last whichever way it runs."""
    # only where there can be none: an index that says nothing of empty values would not serve otherwise
    last = True if column in MAY_LACK else None
    key = F(column)
    return (key.desc(nulls_last=last), "-pk") if turned else (key.asc(nulls_last=last), "pk")


def promises_in(cases: QuerySet[Case]) -> list[tuple[str, str]]:
    """Return (id, title) of the promises that occur among the first cases, in their order, by title."""
    return promise_titles(set(cases.values_list("mechanism", flat=True)[:LOOKED_AT]))


def promise_titles(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return (id, title) of promises, by title."""
    pack = packs.current()
    return sorted(((one, promise_title(pack, one)) for one in ids), key=lambda pair: pair[1])


def promise_title(pack: Pack, mechanism_id: str) -> str:
    """Return what a promise is called; its id where the pack has it no longer."""
    mechanism = pack.newest_versions.get(mechanism_id)
    return in_words(mechanism.title) if mechanism else mechanism_id


def case_rows(cases: Iterable[Case], *, now: datetime) -> Iterator[CaseRow]:
    """Yield a row for each case, which carries firm and holder; one query for every 500 of them."""
    pack, calendar = packs.current(), packs.calendar(now)
    each = iter(cases)
    while some := list(islice(each, ROWS_READ_AT_ONCE)):
        standings = queries.standings_of(some, now=now)
        for case in some:
            yield _row(case, standings[case.pk], pack, calendar, now)


def whose_turn(cases: QuerySet[Case], turn: str) -> QuerySet[Case]:
    """Return the cases in which the `firm` or the `zone` owes the next step, or those `done`; "" for all."""
    return cases.filter(_TURNS[turn]) if turn else cases


def turns(cases: QuerySet[Case]) -> dict[str, int]:
    """Return how many cases there are in each turn of `whose_turn`, "" for all; one query."""
    counts = {name: Count("pk", filter=condition) for name, condition in _TURNS.items()}
    found: dict[str, int] = cases.order_by().aggregate(every=Count("pk"), **counts)
    return {"": found.pop("every"), **found}


def standings(cases: QuerySet[Case]) -> dict[str, int]:
    """Return how many of the cases, which carry `standing`, stand how."""
    rows = cases.order_by().values(how=F("standing")).annotate(count=Count("pk"))
    return {row["how"]: row["count"] for row in rows}


def _row(case: Case, standing: str, pack: Pack, calendar: Calendar, now: datetime) -> CaseRow:
    mechanism = pack.mechanisms.get(f"{case.mechanism}@{case.version}")
    return CaseRow(
        number=case.number,
        title=case.title,
        firm=case.firm.name if case.firm else "",
        promise=promise_title(pack, case.mechanism),
        state=_state_words(mechanism, case.marking),
        standing=standing,
        holder=case.holder.name if case.holder else "",
        left=NO_CLOCK if case.closed_at else time_left(queries.state_of(case), calendar=calendar, now=now),
        opened_at=case.opened_at,
        last_at=case.last_at,
        closed_at=case.closed_at,
        progress_code=case.progress_code,
        example=case.example,
    )


def _state_words(mechanism: Mechanism | None, marking: str) -> str:
    known = mechanism.states if mechanism else {}
    return listed_words(in_words(known[name].title) if name in known else name for name in marking.split(","))
