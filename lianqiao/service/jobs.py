"""What a worker does for the service room over and over; any number of workers may."""

from __future__ import annotations

from datetime import datetime

from lianqiao.bridge import jobs as bridge
from lianqiao.service.benefits.queries.facts import papers_named
from lianqiao.service.bundles.queries.runs import named_in_runs
from lianqiao.service.commands import drafts, hook_messages
from lianqiao.service.queries.drafts import named_in_drafts
from lianqiao.service.tasks import commands as tasks
from lianqiao.service.tasks.queries import named_evidence


def deliver_hooks(*, now: datetime, tell: hook_messages.Tell) -> int:
    """Owe webhooks what happened and send what is due; returns how many were taken by their receivers.

    `tell` makes an entry of the log the data of a message.
    """
    hook_messages.owe_messages(tell, now=now)
    return hook_messages.send_messages(now=now)


def sweep_drafts(*, now: datetime) -> int:
    """Remove the drafts whose time is over; returns how many."""
    return drafts.sweep_drafts(now=now)


def look_after_tasks(*, now: datetime) -> int:
    """Climb the rungs of the task list, and keep the months that are over; returns how many of both."""
    return tasks.remind(now=now) + tasks.keep_months(now=now)


def _still_named(digests: set[str]) -> set[str]:
    kept = named_in_drafts(digests) | named_in_runs(digests) | named_evidence(digests)
    return kept | (papers_named() & digests)


def sweep_files(*, now: datetime) -> int:
    """Remove files the rules no longer keep and no draft, bundle, fact or task names; returns how many."""
    return bridge.sweep_files(now=now, named=_still_named)
