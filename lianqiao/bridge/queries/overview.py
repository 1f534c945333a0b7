"""How the zone's promises stand: kept, at risk, broken. Each word has one definition, here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from django.db.models import Case as When
from django.db.models import CharField, Count, Q, QuerySet, Value
from django.db.models import When as If

from lianqiao.bridge.models import Case, Promise
from lianqiao.organization.queries.prepared import Prepared

Standing = Literal["kept", "broken", "at-risk", "running", "paused", "ended"]
STANDINGS: tuple[Standing, ...] = ("broken", "at-risk", "running", "paused", "kept", "ended")


@dataclass(frozen=True)
class Tally:
    """How many promises stand how. `rate` is kept ÷ (kept + broken) in percent, None before any ended.

    - broken: the due time passed, whether the promise was fulfilled late or is still owed; a run broken
      before a restart counts;
    - kept: fulfilled by its due time; - paused: the clock stands still while the firm has to act;
    - at-risk: owed, in time, but the first reminder has gone out; - running: owed and in time;
    - ended: the case left before the promise was owed (withdrawn in time).
    """

    label: str = ""
    kept: int = 0
    broken: int = 0
    at_risk: int = 0
    running: int = 0
    paused: int = 0
    ended: int = 0
    # of the broken, those owed still
    overdue: int = 0

    @property
    def rate(self) -> int | None:
        """Return the share kept of all that came due, in tenths of a percent."""
        owed = self.kept + self.broken
        return round(1000 * self.kept / owed) if owed else None

    @property
    def total(self) -> int:
        """Return how many there are, however they stand."""
        return self.kept + self.broken + self.at_risk + self.running + self.paused + self.ended


def standing(promises: QuerySet[Promise], *, now: datetime) -> QuerySet[Any]:
    """Return the promises with `standing` added, computed in the database."""
    late = Q(result="") & Q(state="running") & Q(due_at__lt=now)
    return promises.annotate(
        standing=When(
            If(Q(result="broken") | Q(breaches__gt=0) | late, then=Value("broken")),
            If(result="kept", then=Value("kept")),
            If(result="ended", then=Value("ended")),
            If(state="paused", then=Value("paused")),
            If(~Q(level=""), then=Value("at-risk")),
            default=Value("running"),
            output_field=CharField(),
        )
    )


def tally(promises: QuerySet[Promise], *, now: datetime) -> Tally:
    """Return the count of each standing."""
    rows = standing(promises, now=now).values("standing", "result").annotate(count=Count("pk")).order_by()
    found = Tally()
    for how, result, count in rows.values_list("standing", "result", "count"):
        found = added(found, how, count, owed=not result)
    return found


def promises(*, since: datetime | None = None, until: datetime | None = None) -> QuerySet[Promise]:
    """Return the promises started in the span, whatever became of them."""
    found = Promise.objects.all()
    if since:
        found = found.filter(started_at__gte=since)
    if until:
        found = found.filter(started_at__lt=until)
    return found


def promises_of(keys: Iterable[int]) -> list[Promise]:
    """Return the promises of these ids with case, firm and owner, in no order; one query for up to 500."""
    return _WHOLE.for_keys(keys)


def _whole(keys: list[int]) -> QuerySet[Promise, Promise]:
    return Promise.objects.filter(pk__in=keys).select_related("case__firm", "owner")


_WHOLE = Prepared(_whole)


def standing_of(promise: Promise, *, now: datetime) -> Standing:
    """Return how one promise stands; the same definition as `standing`."""
    late = not promise.result and promise.state == "running" and promise.due_at and promise.due_at < now
    if promise.result == "broken" or promise.breaches or late:
        return "broken"
    if promise.result in ("kept", "ended"):
        return "kept" if promise.result == "kept" else "ended"
    if promise.state == "paused":
        return "paused"
    return "at-risk" if promise.level else "running"


def standing_of_case(promises: Iterable[Promise], *, closed: bool, now: datetime) -> str:
    """Return how a case with these promises stands: a badge state.

    While it is open the worst of what it is owed now, `waiting` where nothing is owed; closed the worst of
    all it had, `ended` where it had nothing.
    """
    counted = [one for one in promises if closed or not one.result]
    found = {standing_of(one, now=now) for one in counted}
    return next((name for name in STANDINGS if name in found), "ended" if closed else "waiting")


def standings_of(cases: Iterable[Case], *, now: datetime) -> dict[int, str]:
    """Return how each of these cases stands, by id, as `standing_of_case`; one query for up to 500."""
    wanted = {case.pk: case.closed_at is not None for case in cases}
    had: defaultdict[int, list[Promise]] = defaultdict(list)
    for promise in _OF_CASES.for_keys(wanted):
        had[promise.case_id].append(promise)
    return {key: standing_of_case(had[key], closed=closed, now=now) for key, closed in wanted.items()}


def _of_cases(keys: list[int]) -> QuerySet[Promise, Promise]:
    found = Promise.objects.filter(case__in=keys)
    return found.only("case", "result", "state", "due_at", "breaches", "level")


_OF_CASES = Prepared(_of_cases)


def added(before: Tally, how: str, count: int, *, owed: bool) -> Tally:
    """Return the tally with so many promises of a standing added, which are `owed` still or not."""
    name = how.replace("-", "_")
    after = replace(before, **{name: getattr(before, name) + count})
    return replace(after, overdue=after.overdue + count) if owed and how == "broken" else after


def summed(tallies: Iterable[Tally]) -> Tally:
    """Return several tallies added up."""
    every = list(tallies)
    names = [part.name for part in fields(Tally) if part.name != "label"]
    return Tally(**{name: sum(getattr(one, name) for one in every) for name in names})
