"""Lists of a year's tasks (改革任务清单, 方案举措) as data, and how each stands by what was reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression import holds
from lianqiao.engine.expression_parser import parse
from lianqiao.engine.mechanism import Basis, Mechanism
from lianqiao.engine.nearest import meant
from lianqiao.engine.parts import Part, Text

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
# 2026, or 2026-party where a year has more than one list
ListId = Annotated[str, Field(pattern=r"^[0-9]{4}(-[a-z][a-z0-9-]{0,26})?$")]
Offset = Annotated[str, Field(pattern=r"^[+-]\d{1,3}wd$")]
Light = Literal["done", "green", "amber", "red", "waiting"]
# what the rule of the lights may ask
FACTS = ("progress_percent", "time_percent", "milestones_late", "days_late", "days_left")


class Counted(Part):
    """A target that is counted from the cases of a promise instead of reported."""

    mechanism: str = Field(min_length=1)
    what: Literal["opened", "solved"] = "opened"


class Target(Part):
    """What is to be reached: a number of a unit. `count` says from which records it is counted by itself."""

    text: Text
    number: int = Field(ge=1)
    unit: Text
    count: Counted | None = None


class Milestone(Part):
    """A step on the way, with its day."""

    title: Text
    due: date


class Task(Part):
    """One task: owned by a unit and a person (`owner`, a user name), from `begins` to `due`."""

    title: Text
    field: Name
    unit: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    target: Target
    begins: date
    due: date
    milestones: tuple[Milestone, ...] = ()
    source: str = ""
    example: bool = True


class TaskField(Part):
    """A field of the list (领域)."""

    title: Text


class Lights(Part):
    """When a task's light is red or amber: conditions in CEL over FACTS; green else."""

    red: str
    amber: str


class Reminder(Part):
    """A rung before or after a milestone's or the task's own day: who is told, at which level."""

    at: Offset
    level: Literal["remind", "urge", "leader"]
    tell: tuple[Literal["owner", "supervisor"], ...]


class TaskList(Part):
    """`tasks/<id>.toml`; the id begins with the year. `supervisor` is the duty of those who supervise it."""

    format: Literal[1] = 1
    id: ListId
    title: Text
    supervisor: str = Field(min_length=1)
    lights: Lights
    reminders: tuple[Reminder, ...] = ()
    basis: tuple[Basis, ...] = ()
    fields: dict[Name, TaskField]
    tasks: dict[Name, Task]

    @property
    def year(self) -> int:
        """The year the list is for."""
        return int(self.id[:4])


@dataclass(frozen=True)
class Standing:
    """How a task stands on a day; per cents of the target reached and of the working days gone by."""

    value: int
    progress_percent: int
    time_percent: int
    milestones_done: int
    milestones_late: int
    days_late: int
    days_left: int
    light: Light


def standing(
    task: Task, lights: Lights, *, value: int, reached: Collection[int], on: date, calendar: Calendar
) -> Standing:
    """Return how a task stands: `value` of its target, the milestones `reached` by number, on a day."""
    first, last = calendar.working_index(task.begins), calendar.working_index(task.due)
    today = calendar.working_index(on)
    gone = max(0, min(last, today) - first)
    late = [n for n, one in enumerate(task.milestones) if n not in reached and one.due < on]
    facts = {
        "progress_percent": min(100, 100 * value // task.target.number),
        "time_percent": 100 if on >= task.due else 100 * gone // max(1, last - first),
        "milestones_late": len(late),
        "days_late": max(0, today - last),
        "days_left": max(0, last - today),
    }
    done = value >= task.target.number and len(reached) >= len(task.milestones)
    light: Light = "green"
    if done:
        light = "done"
    elif on < task.begins:
        light = "waiting"
    elif holds(lights.red, facts) is True:
        light = "red"
    elif holds(lights.amber, facts) is True:
        light = "amber"
    return Standing(value=value, milestones_done=len(reached), light=light, **facts)


def reminders_due(
    task: Task, reminders: Iterable[Reminder], *, reached: Collection[int], done: bool, on: date,
    calendar: Calendar,
) -> list[tuple[str, Reminder]]:  # fmt: skip
    """Return the rungs whose day has come, as (what it is about, rung): `milestone:0` or `due`."""
    days = [(f"milestone:{n}", one.due) for n, one in enumerate(task.milestones) if n not in reached]
    days += [] if done else [("due", task.due)]
    return [
        (about, rung)
        for about, day in days
        for rung in reminders
        if on >= calendar.nth_working_day_after(day, int(rung.at.removesuffix("wd")))
    ]


def check_task_list(
    found: TaskList, file: str, mechanisms: Mapping[str, Mechanism], duties: Collection[str]
) -> list[Problem]:
    """Return everything in the list that means nothing in this pack or cannot be."""
    problems = [*_lights(found, file)]
    if found.supervisor not in duties:
        hint = meant(found.supervisor, tuple(duties), what="known duties")
        problems.append(
            Problem("unknown-duty", f"no duty “{found.supervisor}”", f"{file} › supervisor", hint)
        )
    for name, task in found.tasks.items():
        problems += _task(found, task, f"{file} › tasks.{name}", mechanisms)
    return problems


def _task(found: TaskList, task: Task, place: str, mechanisms: Mapping[str, Mechanism]) -> Iterable[Problem]:
    if task.field not in found.fields:
        hint = meant(task.field, tuple(found.fields), what="known fields")
        yield Problem("unknown-field", f"no field “{task.field}”", f"{place} › field", hint)
    if task.due <= task.begins:
        yield Problem("value-range", "it is due before it begins", f"{place} › due", "put it later")
    days = [one.due for one in task.milestones]
    if days != sorted(days) or any(not task.begins <= day <= task.due for day in days):
        reason = "milestones stand in the order of their days, between the beginning and the end"
        yield Problem("value-range", reason, f"{place} › milestones", "put the days right")
    count = task.target.count
    if count is None:
        return
    mechanism = mechanisms.get(count.mechanism)
    if mechanism is None:
        hint = meant(count.mechanism, tuple(mechanisms), what="known promises")
        yield Problem("unknown-mechanism", f"no promise “{count.mechanism}”", f"{place} › target.count", hint)
    elif count.what == "solved" and mechanism.resolution is None:
        reason = f"“{count.mechanism}” does not say what is solved"
        yield Problem("value-refused", reason, f"{place} › target.count", "count what is opened")


def _lights(found: TaskList, file: str) -> Iterable[Problem]:
    for name, text in (("red", found.lights.red), ("amber", found.lights.amber)):
        place = f"{file} › lights.{name}"
        try:
            unknown = [one for one in parse(text).names if one not in FACTS]
        except Refusal as refusal:
            yield from (Problem(one.code, one.reason, place, one.hint) for one in refusal.problems)
            continue
        for one in unknown:
            hint = meant(one, FACTS, what="what can be asked")
            yield Problem("expression-name", f"nothing is called “{one}”", place, hint)
