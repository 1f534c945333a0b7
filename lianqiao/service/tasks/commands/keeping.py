"""What time does to the list: rungs climbed once each, and every month kept when it is over."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from lianqiao.bridge import packs
from lianqiao.bridge.commands.telling import tell
from lianqiao.engine.beijing import BEIJING, beijing
from lianqiao.engine.chained import Link, follows
from lianqiao.engine.task_list import Reminder, TaskList, reminders_due
from lianqiao.service.tasks import queries
from lianqiao.service.tasks.commands.writing import add_entry
from lianqiao.service.tasks.models import Snapshot


def remind(*, now: datetime) -> int:
    """Climb every rung whose day has come, each once, and tell whom it names; returns how many."""
    return sum(
        _remind(of, one, now=now)
        for of in queries.current_lists(now=now)
        for one in queries.tasks_seen(of, now=now)
    )


def keep_months(*, now: datetime) -> int:
    """Keep how each list stood at the end of every month that is over and not kept yet; returns how many."""
    return sum(
        _keep(of, month, now=now)
        for of in packs.current().task_lists.values()
        for month in _months_over(of, now=now)
    )


def _remind(of: TaskList, seen: queries.TaskSeen, *, now: datetime) -> int:
    on, calendar = beijing(now).date(), packs.calendar(now)
    due = reminders_due(
        seen.task, of.reminders, reached=set(seen.told.reached), done=seen.standing.light == "done", on=on,
        calendar=calendar,
    )  # fmt: skip
    new = [(about, rung) for about, rung in due if (about, rung.at) not in seen.told.fired]
    # of several that have come at once, as for a worker that was away, the highest is told
    highest = {about: rung for about, rung in new}
    climbed = 0
    for about, rung in new:
        try:
            with transaction.atomic():
                facts = {"about": about, "rung": rung.at, "level": rung.level}
                add_entry(of.id, seen.id, kind="rung", facts=facts, by=None, now=now)
                if highest[about] is rung:
                    _tell(of, seen, about, rung, now=now)
        except IntegrityError:
            continue  # another worker was first
        climbed += 1
    return climbed


def _tell(of: TaskList, seen: queries.TaskSeen, about: str, rung: Reminder, *, now: datetime) -> None:
    people = set(queries.supervisors(of, at=now)) if "supervisor" in rung.tell else set()
    if "owner" in rung.tell and seen.owner is not None:
        people.add(seen.owner.pk)
    title = seen.task.title
    day = seen.task.due if about == "due" else seen.task.milestones[int(about[10:])].due
    step = None if about == "due" else seen.task.milestones[int(about[10:])].title
    facts = {
        "level": rung.level,
        "zh-hans": f"{title.zh_hans} · {step.zh_hans}" if step else title.zh_hans,
        "en": f"{title.en} · {step.en}" if step else title.en,
        "day": day.isoformat(),
        "path": f"/tasks/{of.id}/{seen.id}/",
    }
    tell(people, kind="task", facts=facts, now=now)


def _months_over(of: TaskList, *, now: datetime) -> list[str]:
    """Return the months of the list's year that are over and not kept, in their order.

    A list put up during the year begins with the month before the first tick that knew of it.
    """
    kept = set(queries.snapshots(of.id).values_list("month", flat=True))
    today = beijing(now)
    over = [f"{of.year}-{month:02}" for month in range(1, 13) if (of.year, month) < (today.year, today.month)]
    if not kept:
        return over[-1:]
    return [month for month in over if month > max(kept)]


@transaction.atomic
def _keep(of: TaskList, month: str, *, now: datetime) -> int:
    year, number = int(month[:4]), int(month[5:])
    until = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=BEIJING)
    last = Snapshot.objects.filter(list=of.id).order_by("-seq").first()
    before = Link(last.seq, last.body, last.previous, last.hash) if last else None
    body = {"month": month, **queries.snapshot_body(of, until=until, now=now)}
    entry = follows(queries.series_of(of.id), before, body)
    try:
        with transaction.atomic():
            Snapshot.objects.create(
                list=of.id, month=month, seq=entry.seq, at=now, body=entry.text, previous=entry.previous,
                hash=entry.hash,
            )  # fmt: skip
    except IntegrityError:
        return 0  # another worker was first
    return 1
