"""Progress is reported with its evidence; a task goes to another owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.mechanism import CaseField, Text
from lianqiao.engine.side_acts import tidied
from lianqiao.organization.models import Person
from lianqiao.service.tasks import queries
from lianqiao.service.tasks.commands.writing import add_entry
from lianqiao.service.tasks.models import TaskEntry, TaskEvidence

LONGEST_NOTE = 2000
LARGEST_VALUE = 10**12
MOST_FILES = 5
EVIDENCE = CaseField(
    type="file",
    title=Text.model_validate({"zh-hans": "佐证材料", "en": "Evidence"}),
    formats=("pdf", "jpg", "png", "docx", "xlsx", "txt"),
    max_mb=20,
    optional=True,
)


def report(
    list_id: str,
    task: str,
    *,
    by: Person,
    now: datetime,
    note: str,
    value: int | None = None,
    milestone: int | None = None,
    files: Sequence[dict[str, Any]] = (),
) -> TaskEntry:
    """Add progress to a task's record: a note, perhaps what of the target is reached, a milestone, files.

    Raises Refusal: `unknown-task`, `wrong-role` for anyone but owner and supervisors, `task-note`,
    `task-value` (also where it is counted by itself), `task-milestone`, `files-too-many`, `case-moved`
    where somebody reported at the same moment.
    """
    seen = queries.task_named(queries.list_named(list_id, now=now), task, now=now)
    if not queries.may_report(seen, by, at=now):
        raise refuse("wrong-role", "only the owner and who supervises the list report", hint="ask them")
    text = tidied(note)
    problems = _problems(seen, text, value, milestone)
    if len(files) > MOST_FILES:
        problems.append(
            Problem("files-too-many", "too many", facts={"limit": str(MOST_FILES), "field": "files"})
        )
    if problems:
        raise Refusal(*problems)
    facts: dict[str, Any] = {"note": text, "files": [dict(file) for file in files]}
    facts |= {"value": value} if value is not None else {}
    facts |= {"milestone": milestone} if milestone is not None else {}
    try:
        with transaction.atomic():
            entry = add_entry(seen.list.id, task, kind="progress", facts=facts, by=by, now=now)
            TaskEvidence.objects.bulk_create(
                TaskEvidence(
                    entry=entry, sha256=one["sha256"], name=one["name"], size=one["size"], type=one["type"]
                )
                for one in files
            )
    except IntegrityError:
        raise refuse("try-again", "somebody reported at the same moment", hint="send it again") from None
    return entry


@transaction.atomic
def hand_over_tasks(
    person: Person, *, to_person: Person, reason: str, actor: Person | None, now: datetime
) -> int:
    """Give every task a person owns, and that is not done, to another; returns how many.

    Who may is asked by the hand-over this is part of.
    """
    mine = queries.tasks_of(person.pk, now=now)
    for one in mine:
        facts = {"from": person.pk, "to": to_person.pk, "reason": reason.strip()[:200]}
        add_entry(one.list.id, one.id, kind="owner", facts=facts, by=actor, now=now)
    return len(mine)


def _problems(seen: queries.TaskSeen, text: str, value: int | None, milestone: int | None) -> list[Problem]:
    problems = []
    if not text or len(text) > LONGEST_NOTE:
        facts = {"field": "note", "limit": str(LONGEST_NOTE)}
        problems.append(Problem("task-note", "say what was done", place="note", facts=facts))
    counted = seen.task.target.count is not None
    if value is not None and (counted or not 0 <= value <= LARGEST_VALUE):
        code = "task-counted" if counted else "task-value"
        problems.append(Problem(code, "it cannot be reported", place="value", facts={"field": "value"}))
    if milestone is not None and not 0 <= milestone < len(seen.task.milestones):
        facts = {"field": "milestone"}
        problems.append(Problem("task-milestone", "no such milestone", place="milestone", facts=facts))
    return problems
