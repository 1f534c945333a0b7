"""A task in words and lengths, as the chart, the list and its own page show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lianqiao.engine.beijing import beijing
from lianqiao.engine.task_list import Standing, TaskList
from lianqiao.organization import queries as organization
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.tasks import queries
from lianqiao.service.tasks.queries import TaskSeen

# the badge of each light: shape, word and colour
BADGES = {"done": "kept", "green": "running", "amber": "at-risk", "red": "broken", "waiting": "waiting"}
GRAVITY = ("red", "amber", "green", "waiting", "done")


@dataclass(frozen=True)
class MilestoneShown:
    """One milestone; `x` is where it stands between beginning and end, in per cent."""

    number: int
    title: str
    due: date
    reached: date | None
    late: bool
    x: int


@dataclass(frozen=True)
class TaskShown:
    """One task as pages show it."""

    id: str
    list_id: str
    list_title: str
    title: str
    field: str
    field_title: str
    unit: str
    owner: str
    target: str
    number: int
    of: str
    counted: bool
    begins: date
    due: date
    standing: Standing
    badge: str
    label: str
    url: str
    milestones: list[MilestoneShown]
    example: bool
    last_at: datetime | None


def light_words() -> dict[str, str]:
    """Return how each light is called."""
    return {
        "red": _("Red: overdue or far behind"),
        "amber": _("Amber: behind"),
        "green": _("Green: on course"),
        "waiting": _("Not begun"),
        "done": _("Reached"),
    }


def short_light_words() -> dict[str, str]:
    """Return the light in a word."""
    return {
        "red": _("Red"), "amber": _("Amber"), "green": _("Green"), "waiting": _("Not begun"),
        "done": _("Reached"),
    }  # fmt: skip


def task_shown(seen: TaskSeen, *, on: date) -> TaskShown:
    """Return a task as pages show it on a day."""
    task = seen.task
    days = max(1, (task.due - task.begins).days)
    return TaskShown(
        id=seen.id,
        list_id=seen.list.id,
        list_title=list_words(seen.list),
        title=in_words(task.title),
        field=task.field,
        field_title=in_words(seen.list.fields[task.field].title),
        unit=task.unit,
        owner=seen.owner.name if seen.owner else "",
        target=in_words(task.target.text),
        number=task.target.number,
        of=in_words(task.target.unit),
        counted=task.target.count is not None,
        begins=task.begins,
        due=task.due,
        standing=seen.standing,
        badge=BADGES[seen.standing.light],
        label=short_light_words()[seen.standing.light],
        url=reverse("task", args=[seen.list.id, seen.id]),
        milestones=[
            MilestoneShown(
                number=n,
                title=in_words(one.title),
                due=one.due,
                reached=_reached(seen.told.reached.get(n)),
                late=n not in seen.told.reached and one.due < on,
                x=100 * (one.due - task.begins).days // days,
            )
            for n, one in enumerate(task.milestones)
        ],
        example=task.example,
        last_at=seen.told.last_at,
    )


def _reached(at: str | None) -> date | None:
    """Return the day of a moment as the record holds it."""
    return date.fromisoformat(at[:10]) if at else None


def tally(seen: list[TaskSeen]) -> dict[str, int]:
    """Return how many tasks have which light, gravest first."""
    return {light: sum(one.standing.light == light for one in seen) for light in GRAVITY}


def today(request: HttpRequest) -> date:
    """Return the day of this request in Beijing."""
    return beijing(asking.moment(request)).date()


def require_officer(request: HttpRequest) -> Any:
    """Return whoever asks, if they hold a duty."""
    person = asking.person(request)
    if not organization.is_officer(person.pk, at=asking.moment(request)):
        raise PermissionDenied(_("Only people who hold a duty see the task list."))
    return person


def list_words(of: TaskList) -> str:
    """Return what a list is called."""
    return in_words(of.title)


def list_asked(request: HttpRequest) -> TaskList | None:
    """Return the list the address asks for (`list=2026-party`), else the current one, None without any.

    Raises Refusal `unknown-task` for a list there is not.
    """
    now, wanted = asking.moment(request), request.GET.get("list", "")
    return queries.list_named(wanted, now=now) if wanted else queries.current_list(now=now)


def list_tabs(request: HttpRequest, of: TaskList) -> list[dict[str, Any]]:
    """Return the year's lists to choose from, on the page being looked at; none where there is but one."""
    lists = queries.current_lists(now=asking.moment(request))
    return [
        {"url": f"{request.path}?list={one.id}", "label": list_words(one), "count": len(one.tasks),
         "current": one.id == of.id}
        for one in lists
        if len(lists) > 1
    ]  # fmt: skip
