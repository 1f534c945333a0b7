"""The record of each task and the snapshots of the months, read as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby

from django.db.models import QuerySet

from lianqiao.engine.chained import Link, broken
from lianqiao.engine.errors import Problem, refuse
from lianqiao.service.tasks.models import Snapshot, TaskEntry, TaskEvidence


def series_of(list_id: str, task: str = "") -> str:
    """Return the series of a task's record, or of the list's snapshots."""
    return f"task:{list_id}:{task}" if task else f"tasks:{list_id}"


def record_of(list_id: str, task: str) -> QuerySet[TaskEntry]:
    """Return a task's record, the latest first, with who wrote it and its evidence."""
    rows = TaskEntry.objects.filter(list=list_id, task=task).select_related("person")
    return rows.prefetch_related("evidence").order_by("-seq")


def snapshots(list_id: str) -> QuerySet[Snapshot]:
    """Return the snapshots of a list, the latest first."""
    return Snapshot.objects.filter(list=list_id).order_by("-seq")


def snapshot(list_id: str, month: str) -> Snapshot:
    """Return the snapshot of a month; raises Refusal `unknown-snapshot`."""
    found = Snapshot.objects.filter(list=list_id, month=month).first()
    if found is None:
        raise refuse("unknown-snapshot", f"there is no snapshot of {month}", hint="look at the list")
    return found


def named_evidence(digests: set[str]) -> set[str]:
    """Return those of some files that a task's record names."""
    return set(TaskEvidence.objects.filter(sha256__in=digests).values_list("sha256", flat=True))


def verify_tasks() -> list[Problem]:
    """Return every sign that a task's record or a snapshot was altered, removed or put in between."""
    entries = TaskEntry.objects.order_by("list", "task", "seq")
    found = [
        broken(series_of(*key), _links(rows))
        for key, rows in groupby(entries.iterator(), key=lambda one: (one.list, one.task))
    ]
    rows = Snapshot.objects.order_by("list", "seq")
    found += [
        broken(series_of(key), _links(some))
        for key, some in groupby(rows.iterator(), key=lambda one: one.list)
    ]
    return [problem for problem in found if problem is not None] or _heads_gone()


def _heads_gone() -> list[Problem]:
    """Return a problem for each line that a snapshot saw at the end of a record and that is not there."""
    there = set(TaskEntry.objects.values_list("hash", flat=True))
    return [
        Problem(
            "sealed-entry-gone", "a snapshot saw it; it is gone", place=f"task {task['task']}, {one.month}"
        )
        for one in Snapshot.objects.order_by("list", "seq")
        for task in json.loads(one.body)["tasks"]
        if task["head"] and task["head"] not in there
    ]


def _links(rows: Iterable[TaskEntry | Snapshot]) -> Iterable[Link]:
    return (Link(row.seq, row.body, row.previous, row.hash) for row in rows)
