"""Imported logs as they were kept, read back into columns for process mining."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import orjson
from django.db.models import Q, QuerySet

from lianqiao.engine.errors import refuse
from lianqiao.engine.mining import EventLog, LogMap
from lianqiao.engine.mining.event_log import Times
from lianqiao.engine.mining.time_reading import as_second
from lianqiao.engine.nearest import meant
from lianqiao.service.models import HistoricCase, HistoricLog

READ_AT_ONCE = 2000
_NAT = np.iinfo(np.int64).min
SORTS = {
    "number": "number",
    "started": "started_at",
    "due": "due_at",
    "stated": "stated_due_at",
    "ended": "ended_at",
    "late": "late_s",
    "events": "events",
}


@dataclass(frozen=True)
class HistoricEvent:
    """One event of a historic case; `person` is a pseudonym or ""."""

    at: int
    activity: str
    person: str


def historic_logs() -> QuerySet[HistoricLog]:
    """Return every imported log, the one imported last first; what is large is not read."""
    return HistoricLog.objects.defer("people", "problems", "map").order_by("-at", "-pk")


def historic_log(name: str) -> HistoricLog:
    """Return an imported log. Raises Refusal `historic-log-unknown`."""
    found = HistoricLog.objects.filter(name=name).first()
    if found is None:
        known = dict.fromkeys(HistoricLog.objects.values_list("name", flat=True))
        raise refuse(
            "historic-log-unknown",
            f"no log “{name}” was imported",
            place=name,
            hint=meant(name, known, what="logs"),
            name=name,
        )
    return found


def historic_log_by_id(log_id: int) -> HistoricLog | None:
    """Return an imported log, None where there is none."""
    return HistoricLog.objects.filter(pk=log_id).first()


def kept_from(name: str, sha256: str) -> HistoricLog | None:
    """Return the log of this name where it was last imported from the file with this hash."""
    return HistoricLog.objects.filter(name=name, sha256=sha256).first()


def historic_case(log: HistoricLog, case_id: int) -> HistoricCase | None:
    """Return one case of an imported log, None where it has none such."""
    return HistoricCase.objects.filter(log=log, pk=case_id).first()


def map_of(log: HistoricLog) -> LogMap:
    """Return the map a log was read by."""
    return LogMap.model_validate(log.map)


def cases_of(log: HistoricLog, *, standing: str = "", variant: str = "", text: str = "", sort: str = "") -> (
    QuerySet[HistoricCase]
):  # fmt: skip
    """Return the cases of a log, narrowed: `standing` is late, kept, none (no deadline) or "" for all."""
    found = HistoricCase.objects.filter(log=log)
    if standing == "late":
        found = found.filter(late_s__gt=0)
    elif standing == "kept":
        found = found.filter(owed=True, late_s=0)
    elif standing == "none":
        found = found.filter(owed=False)
    if variant:
        found = found.filter(variant=variant)
    if text:
        found = found.filter(Q(number__icontains=text))
    column = SORTS.get(sort.removeprefix("-"), "late_s")
    descending = sort.startswith("-") or sort.removeprefix("-") not in SORTS
    return found.order_by(f"-{column}" if descending else column, "pk")


def events_of(log: HistoricLog, case: HistoricCase) -> list[HistoricEvent]:
    """Return what happened in one case, in order."""
    return [
        HistoricEvent(second, log.activities[activity], log.people[person] if person >= 0 else "")
        for second, activity, person in orjson.loads(case.trail)
    ]


def stored_log(log: HistoricLog) -> EventLog:
    """Return all events of an imported log as columns."""
    columns = _Columns()
    rows = HistoricCase.objects.filter(log=log).order_by("pk")
    read = rows.values_list("number", "trail", "stated_due_at", "stated_end_at")
    for number, trail, due, end in read.iterator(chunk_size=READ_AT_ONCE):
        columns.add(number, orjson.loads(trail), due, end)
    return columns.log(log.activities, log.people)


@dataclass
class _Columns:
    cases: list[str] = field(default_factory=list)
    case: list[int] = field(default_factory=list)
    events: list[list[int]] = field(default_factory=list)
    deadline: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)

    def add(
        self, number: str, trail: list[list[int]], due: datetime | None, end: datetime | None
    ) -> None:  # fmt: skip
        self.case += [len(self.cases)] * len(trail)
        self.cases.append(number)
        self.events += trail
        self.deadline.append(as_second(due) if due else _NAT)
        self.end.append(as_second(end) if end else _NAT)

    def log(self, activities: list[str], people: list[str]) -> EventLog:
        events = np.array(self.events, dtype=np.int64).reshape(-1, 3)
        return EventLog(
            cases=tuple(self.cases),
            activities=tuple(activities),
            people=tuple(people),
            case=np.array(self.case, dtype=np.int64),
            activity=events[:, 1],
            person=events[:, 2],
            at=_times(events[:, 0]),
            deadline=_times(np.array(self.deadline, dtype=np.int64)),
            end=_times(np.array(self.end, dtype=np.int64)),
        )


def _times(seconds: Any) -> Times:
    return np.ascontiguousarray(seconds).view("datetime64[s]")


def trails(log: EventLog) -> Iterator[str]:
    """Yield each case's events as they are kept."""
    rows = np.stack([log.at.astype(np.int64), log.activity, log.person], axis=1).tolist()
    for begin, end in zip(log.first.tolist(), log.last.tolist(), strict=True):
        yield orjson.dumps(rows[begin : end + 1]).decode()
