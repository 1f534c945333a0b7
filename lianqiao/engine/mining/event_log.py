"""An event log as columns: who did what in which case, and when; the form every question is asked of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Times = npt.NDArray[np.datetime64]
NOBODY = -1


@dataclass(frozen=True, eq=False)
class EventLog:
    """Events in order: by case, in each case by time, what happened at one moment as the file has it.

    `case`, `activity` and `person` number the names beside them, `person` is NOBODY where none is told. `at`
    is datetime64[s] in Beijing time. `deadline` and `end` are by case, NaT where nothing was said.
    """

    cases: tuple[str, ...]
    activities: tuple[str, ...]
    people: tuple[str, ...]
    case: Ints
    activity: Ints
    person: Ints
    at: Times
    deadline: Times
    end: Times

    def __len__(self) -> int:
        return len(self.case)

    @property
    def first(self) -> Ints:
        """Where each case's events begin; every case has at least one."""
        return np.searchsorted(self.case, np.arange(len(self.cases)), side="left")

    @property
    def last(self) -> Ints:
        """Where each case's last event lies."""
        return np.searchsorted(self.case, np.arange(len(self.cases)), side="right") - 1


@dataclass
class LogBuilder:
    """Gathers events as they are read; `log` puts them in order."""

    cases: dict[str, int] = field(default_factory=dict)
    activities: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    case: list[int] = field(default_factory=list)
    activity: list[int] = field(default_factory=list)
    person: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    deadline: dict[int, int] = field(default_factory=dict)
    end: dict[int, int] = field(default_factory=dict)

    def add(self, case: str, activity: str, at: int, person: str = "") -> int:
        """Add one event, `at` in seconds since 1970 by Beijing's clock; returns the number of its case."""
        number = self.cases.setdefault(case, len(self.cases))
        self.case.append(number)
        self.activity.append(self.activities.setdefault(activity, len(self.activities)))
        self.person.append(self.people.setdefault(person, len(self.people)) if person else NOBODY)
        self.at.append(at)
        return number

    def log(self) -> EventLog:
        """Return the events in order."""
        case, at = np.array(self.case, dtype=np.int64), np.array(self.at, dtype=np.int64)
        order = np.lexsort((at, case))  # stable: events of one moment stay as they were read
        return EventLog(
            cases=tuple(self.cases),
            activities=tuple(self.activities),
            people=tuple(self.people),
            case=case[order],
            activity=np.array(self.activity, dtype=np.int64)[order],
            person=np.array(self.person, dtype=np.int64)[order],
            at=at[order].view("datetime64[s]"),
            deadline=_by_case(self.deadline, len(self.cases)),
            end=_by_case(self.end, len(self.cases)),
        )


def chosen(log: EventLog, keep: npt.NDArray[np.bool_]) -> EventLog:
    """Return the log with only those cases for which `keep` is true; names nobody bears any more remain."""
    events = keep[log.case]
    renumbered = np.cumsum(keep) - 1
    return EventLog(
        cases=tuple(name for name, kept in zip(log.cases, keep.tolist(), strict=True) if kept),
        activities=log.activities,
        people=log.people,
        case=renumbered[log.case[events]],
        activity=log.activity[events],
        person=log.person[events],
        at=log.at[events],
        deadline=log.deadline[keep],
        end=log.end[keep],
    )


def joined(old: EventLog, new: EventLog) -> EventLog:
    """Return both logs as one; a case that is in both is as the new one has it."""
    again = set(new.cases)
    kept = chosen(old, np.array([name not in again for name in old.cases], dtype=bool))
    activities, of_activity = _united(kept.activities, new.activities)
    people, of_person = _united(kept.people, new.people)
    # the last place answers for NOBODY, -1
    person = np.append(of_person, NOBODY)[new.person]
    return EventLog(
        cases=(*kept.cases, *new.cases),
        activities=activities,
        people=people,
        case=np.concatenate([kept.case, new.case + len(kept.cases)]),
        activity=np.concatenate([kept.activity, of_activity[new.activity]]),
        person=np.concatenate([kept.person, person]),
        at=np.concatenate([kept.at, new.at]),
        deadline=np.concatenate([kept.deadline, new.deadline]),
        end=np.concatenate([kept.end, new.end]),
    )


def numbers_of(names: Sequence[str], wanted: Sequence[str]) -> Ints:
    """Return the numbers of those wanted that are among the names."""
    at = {name: number for number, name in enumerate(names)}
    return np.array([at[name] for name in wanted if name in at], dtype=np.int64)


def _united(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """Return the names of both, and the numbers those of the second have among them."""
    at = {name: number for number, name in enumerate(old)}
    numbers = [at.setdefault(name, len(at)) for name in new]
    return tuple(at), np.array(numbers, dtype=np.int64)


def _by_case(moments: dict[int, int], count: int) -> Times:
    column = np.full(count, np.datetime64("NaT"), dtype="datetime64[s]")
    if moments:
        column[list(moments)] = np.array(list(moments.values()), dtype=np.int64).view("datetime64[s]")
    return column
