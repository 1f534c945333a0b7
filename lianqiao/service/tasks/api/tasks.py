"""The task list: how each task stands, progress reported, months kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from lianqiao.bridge import queries as bridge
from lianqiao.engine.errors import refuse
from lianqiao.engine.task_list import ListId
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.duties import require_officer
from lianqiao.organization.api.offering import PRINTABLE_LINES, Moment, Shown, Wanted, offer
from lianqiao.organization.api.shapes import PersonShown, person_shown
from lianqiao.service.api.shapes import Sha256
from lianqiao.service.language import in_words
from lianqiao.service.tasks import commands, queries

router = Router(tags=["tasks"])
Year = Annotated[str, Field(pattern=r"^[0-9]{4}$", examples=["2026"])]
TaskId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", examples=["assisted"])]


class ListAsked(BaseModel):
    """Which list."""

    list: ListId | None = Field(
        default=None,
        description=_("The list's id, such as 2026-party; the first of this year by default."),
        examples=["2026-party"],
    )
    year: Year | None = Field(default=None, description=_("The first list of a year, instead of `list`."))

    @property
    def wanted(self) -> str:
        """The id of the list asked for, "" for the current one."""
        return self.list or self.year or ""


class EvidenceNamed(Wanted):
    """A file uploaded before."""

    sha256: Sha256
    name: Annotated[str, Field(min_length=1, max_length=200)]


class ReportWanted(Wanted):
    """Progress on a task."""

    note: str = Field(min_length=1, max_length=2000, pattern=PRINTABLE_LINES)
    value: int | None = Field(default=None, ge=0, le=10**12, description=_("What is reached of the target."))
    milestone: int | None = Field(default=None, ge=0, le=99, description=_("By its number, from 0."))
    files: list[EvidenceNamed] = Field(default=[], max_length=5)


class MilestoneShown(Shown):
    """A step on the way."""

    title: str
    due: str
    reached_at: str | None


class TaskShown(Shown):
    """A task, and how it stands."""

    id: str
    list: str = Field(description=_("The id of its list."))
    year: str
    title: str
    field: str
    unit: str
    owner: PersonShown | None
    target: int
    of: str
    value: int
    counted: bool = Field(description=_("Counted from the cases themselves, not reported."))
    progress_percent: int
    time_percent: int = Field(description=_("Of the working days."))
    begins: str
    due: str
    light: str = Field(description=_("done, green, amber, red or waiting."))
    milestones: Sequence[MilestoneShown]


class ListNamed(Shown):
    """A list there is for the year, and how many tasks it has."""

    id: str
    title: str
    tasks: int


class TasksShown(Shown):
    """A list, and which others there are for the year."""

    list: str
    year: str
    title: str
    tasks: Sequence[TaskShown]
    lists: Sequence[ListNamed]


class RecordLine(Shown):
    """One line of a task's record."""

    seq: int
    at: Moment
    kind: str
    who: str
    body: dict[str, Any]
    hash: str


class TaskRecord(TaskShown):
    """A task with its record, the latest line first."""

    record: list[RecordLine]


class MonthShown(Shown):
    """How the list stood when a month was over."""

    month: str
    at: Moment
    hash: str
    previous: str
    tasks: list[dict[str, Any]]


class MonthsShown(Shown):
    """The months kept, the latest first, and whether their chain is intact."""

    intact: bool
    months: list[MonthShown]


@offer(
    router,
    "GET",
    "/tasks",
    name="showTasks",
    scope="read",
    says=_("The year's reform tasks, each with its light."),
    more=_("For officers. A year may have several lists: `lists` names them, `list` asks for one."),
    answer=TasksShown,
    refuses=(403, 404),
)
def list_tasks(request: HttpRequest, asked: Query[ListAsked]) -> TasksShown:
    """Return the list; refuses `officers-only` and `unknown-task`."""
    require_officer(request)
    now = moment(request)
    of = queries.list_named(asked.wanted, now=now)
    return TasksShown(
        list=of.id,
        year=str(of.year),
        title=in_words(of.title),
        tasks=[TaskShown(**_shown(one)) for one in queries.tasks_seen(of, now=now)],
        lists=[
            ListNamed(id=one.id, title=in_words(one.title), tasks=len(one.tasks))
            for one in queries.current_lists(now=now)
        ],
    )


@offer(
    router,
    "GET",
    "/tasks/{task}",
    name="showTask",
    scope="read",
    says=_("One task, with everything in its record."),
    more=_("For officers."),
    answer=TaskRecord,
    refuses=(403, 404),
)
def show_task(request: HttpRequest, task: Path[TaskId], asked: Query[ListAsked]) -> TaskRecord:
    """Return the task; refuses `officers-only` and `unknown-task`."""
    require_officer(request)
    return _record(request, asked.wanted, task)


@offer(
    router,
    "POST",
    "/tasks/{task}/reports",
    name="reportTask",
    scope="duty",
    says=_("Report progress on a task; what is in its record stays."),
    more=_("For the task's owner and those who supervise the list. Upload evidence first."),
    answer=TaskRecord,
    status=201,
    refuses=(403, 404),
)
def report_task(
    request: HttpRequest, task: Path[TaskId], asked: Query[ListAsked], wanted: ReportWanted
) -> TaskRecord:
    """Report it; refuses as `commands.report` does, and `file-not-yours`."""
    require_officer(request)
    me, now = caller(request).person, moment(request)
    of = queries.list_named(asked.wanted, now=now)
    keys = [(one.sha256, one.name) for one in wanted.files]
    files = bridge.received_files(keys, by=me)
    if len(files) < len(set(keys)):
        raise refuse("file-not-yours", "upload it first", hint="upload it again", field="files")
    commands.report(
        of.id,
        task,
        by=me,
        now=now,
        note=wanted.note,
        value=wanted.value,
        milestone=wanted.milestone,
        files=list(files.values()),
    )
    return _record(request, of.id, task)


@offer(
    router,
    "GET",
    "/task-months",
    name="showTaskMonths",
    scope="read",
    says=_("How the list stood at the end of each month, chained so that none can be rewritten."),
    more=_("For officers."),
    answer=MonthsShown,
    refuses=(403, 404),
)
def list_task_months(request: HttpRequest, asked: Query[ListAsked]) -> MonthsShown:
    """Return the months; refuses `officers-only` and `unknown-task`."""
    require_officer(request)
    of = queries.list_named(asked.wanted, now=moment(request))
    return MonthsShown(
        intact=not queries.verify_tasks(),
        months=[
            MonthShown(
                month=one.month,
                at=one.at,
                hash=one.hash,
                previous=one.previous,
                tasks=json.loads(one.body)["tasks"],
            )
            for one in queries.snapshots(of.id)
        ],
    )


def _record(request: HttpRequest, list_id: str, task: str) -> TaskRecord:
    now = moment(request)
    seen = queries.task_named(queries.list_named(list_id, now=now), task, now=now)
    lines = [
        RecordLine(
            seq=one.seq,
            at=one.at,
            kind=one.kind,
            who=one.person.name if one.person else "",
            body=json.loads(one.body),
            hash=one.hash,
        )
        for one in queries.record_of(seen.list.id, seen.id)
    ]
    return TaskRecord(**_shown(seen), record=lines)


def _shown(seen: queries.TaskSeen) -> dict[str, Any]:
    task, how = seen.task, seen.standing
    return {
        "id": seen.id,
        "list": seen.list.id,
        "year": str(seen.list.year),
        "title": in_words(task.title),
        "field": in_words(seen.list.fields[task.field].title),
        "unit": task.unit,
        "owner": person_shown(seen.owner) if seen.owner else None,
        "target": task.target.number,
        "of": in_words(task.target.unit),
        "value": how.value,
        "counted": task.target.count is not None,
        "progress_percent": how.progress_percent,
        "time_percent": how.time_percent,
        "begins": task.begins.isoformat(),
        "due": task.due.isoformat(),
        "light": how.light,
        "milestones": [
            MilestoneShown(
                title=in_words(one.title), due=one.due.isoformat(), reached_at=seen.told.reached.get(n)
            )
            for n, one in enumerate(task.milestones)
        ],
    }
