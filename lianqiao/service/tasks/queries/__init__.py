"""How the tasks of a list stand, what was done, and whether the record is as it was written."""

from lianqiao.service.tasks.queries.records import (
    named_evidence,
    record_of,
    series_of,
    snapshot,
    snapshots,
    verify_tasks,
)
from lianqiao.service.tasks.queries.standing import (
    TaskSeen,
    current_list,
    current_lists,
    list_named,
    may_report,
    snapshot_body,
    supervisors,
    task_named,
    tasks_of,
    tasks_seen,
    unknown_task,
)

__all__ = [
    "TaskSeen",
    "current_list",
    "current_lists",
    "list_named",
    "may_report",
    "named_evidence",
    "record_of",
    "series_of",
    "snapshot",
    "snapshot_body",
    "snapshots",
    "supervisors",
    "task_named",
    "tasks_of",
    "tasks_seen",
    "unknown_task",
    "verify_tasks",
]
