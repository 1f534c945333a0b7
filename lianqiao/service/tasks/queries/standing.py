"""How each task of a list stands at a moment: the pack says what is wanted, the record what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge
from lianqiao.engine.beijing import BEIJING, beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.task_list import Standing, Task, TaskList, standing
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.tasks.models import TaskEntry


@dataclass
class Told:
    """What the record of one task adds up to; `owner` is a person's id, 0 where the pack's stays."""

    value: int = 0
    reached: dict[int, str] = field(default_factory=dict)
    owner: int = 0
    fired: set[tuple[str, str]] = field(default_factory=set)
    last_at: datetime | None = None
    head: str = ""


@dataclass(frozen=True)
class TaskSeen:
    """A task with how it stands; `owner` may be None where nobody bears the pack's user name."""

    id: str
    task: Task
    list: TaskList
    standing: Standing
    told: Told
    owner: Person | None


def current_lists(*, now: datetime) -> list[TaskList]:
    """Return the lists of this year, else of the newest year there is, in the order of their ids."""
    lists = packs.current().task_lists
    years = {of.year for of in lists.values()}
    year = beijing(now).year if beijing(now).year in years else max(years, default=0)
    return [lists[name] for name in sorted(lists) if lists[name].year == year]


def current_list(*, now: datetime) -> TaskList | None:
    """Return the first list of this year, else of the newest; None in a zone without one."""
    return next(iter(current_lists(now=now)), None)


def list_named(list_id: str, *, now: datetime) -> TaskList:
    """Return a list by its id, "" for the current one; raises Refusal `unknown-task`."""
    found = packs.current().task_lists.get(list_id) if list_id else current_list(now=now)
    if found is None:
        raise unknown_task(list_id)
    return found


def unknown_task(name: str) -> Refusal:
    """Return the refusal for a task there is not."""
    return refuse("unknown-task", f"there is no task {name}", hint="look at the list")


def tasks_seen(of: TaskList, *, now: datetime, until: datetime | None = None) -> list[TaskSeen]:
    """Return every task of a list as it stands at `now`, in the order of the file; few queries.

    With `until` only what was done before it counts, and it is judged on the day before.
    """
    at = until or now
    # a month is judged as its last day ends
    on = beijing(at - timedelta(seconds=1) if until else at).date()
    told, people = _told(of.id, until=until), _owners(of)
    calendar, found = packs.calendar(now), []
    for name, task in of.tasks.items():
        mine = told.get(name, Told())
        if task.target.count is not None:
            mine.value = counted(task, of, until=at)
        how = standing(task, of.lights, value=mine.value, reached=set(mine.reached), on=on, calendar=calendar)
        found.append(TaskSeen(name, task, of, how, mine, people.get(mine.owner or task.owner)))
    return found


def task_named(of: TaskList, name: str, *, now: datetime) -> TaskSeen:
    """Return one task as it stands; raises Refusal `unknown-task`."""
    found = next((one for one in tasks_seen(of, now=now) if one.id == name), None)
    if found is None:
        raise unknown_task(name)
    return found


def tasks_of(person_id: int, *, now: datetime) -> list[TaskSeen]:
    """Return the tasks of the current lists that a person owns and that are not done."""
    seen = [one for of in current_lists(now=now) for one in tasks_seen(of, now=now)]
    return [one for one in seen if one.owner and one.owner.pk == person_id and one.standing.light != "done"]


def supervisors(of: TaskList, *, at: datetime) -> list[int]:
    """Return who supervises the list."""
    return organization.people_with(of.supervisor, at=at)


def may_report(seen: TaskSeen, person: Person, *, at: datetime) -> bool:
    """True for the task's owner, and for those who supervise the list."""
    own = seen.owner is not None and seen.owner.pk == person.pk
    return own or seen.list.supervisor in organization.duties_of(person.pk, at=at)


def counted(task: Task, of: TaskList, *, until: datetime) -> int:
    """Return a target that is counted from cases: opened in the list's year, or solved of those."""
    count = task.target.count
    assert count is not None
    begin, end = (datetime(one, 1, 1, tzinfo=BEIJING) for one in (of.year, of.year + 1))
    ended_in = None
    if count.what == "solved":
        mechanism = packs.current().newest_versions.get(count.mechanism)
        ended_in = mechanism.resolution.solved if mechanism and mechanism.resolution else ()
    return bridge.count_opened(
        count.mechanism, since=begin, until=min(end, until), solved_by=until, ended_in=ended_in
    )


def snapshot_body(of: TaskList, *, until: datetime, now: datetime) -> dict[str, Any]:
    """Return how the list stood when a month was over, as it is kept."""
    return {
        "list": of.id,
        "title": of.title.zh_hans,
        "until": until.isoformat(),
        "tasks": [_kept(one) for one in tasks_seen(of, now=now, until=until)],
    }


def _kept(one: TaskSeen) -> dict[str, Any]:
    how = one.standing
    return {
        "task": one.id,
        "title": one.task.title.zh_hans,
        "field": one.list.fields[one.task.field].title.zh_hans,
        "unit": one.task.unit,
        "owner": one.owner.name if one.owner else one.task.owner,
        "target": one.task.target.number,
        "of": one.task.target.unit.zh_hans,
        "value": how.value,
        "progress_percent": how.progress_percent,
        "time_percent": how.time_percent,
        "milestones": [len(one.told.reached), len(one.task.milestones)],
        "light": how.light,
        # the last line of its record by then: one taken away later is missed
        "head": one.told.head,
    }


def _told(list_id: str, *, until: datetime | None) -> dict[str, Told]:
    rows = TaskEntry.objects.filter(list=list_id).order_by("task", "seq")
    if until is not None:
        rows = rows.filter(at__lt=until)
    told: dict[str, Told] = {}
    for row in rows:
        _fold(told.setdefault(row.task, Told()), row.kind, json.loads(row.body))
        told[row.task].last_at, told[row.task].head = row.at, row.hash
    return told


def _fold(told: Told, kind: str, body: Mapping[str, Any]) -> None:
    if kind == "progress":
        told.value = body.get("value", told.value)
        if "milestone" in body:
            told.reached[body["milestone"]] = body["at"]
    elif kind == "owner":
        told.owner = body["to"]
    elif kind == "rung":
        told.fired.add((body["about"], body["rung"]))


def _owners(of: TaskList) -> dict[str | int, Person]:
    """Return the people a list names, by user name, and whoever took tasks over, by id."""
    names = {task.owner for task in of.tasks.values()}
    bodies = TaskEntry.objects.filter(list=of.id, kind="owner").values_list("body", flat=True)
    ids = {json.loads(body)["to"] for body in bodies}
    found: dict[str | int, Person] = {}
    for person in organization.people_named(names, ids):
        found[person.username] = found[person.pk] = person
    return found
