"""What a worker does for the service room over and over; any number of workers may."""

from __future__ import annotations

from datetime import datetime

from lianqiao.bridge import jobs as bridge
from lianqiao.service.benefits.queries.facts import papers_named
from lianqiao.service.bundles.queries.runs import named_in_runs
from lianqiao.service.commands import drafts, hook_messages
from lianqiao.service.queries.drafts import named_in_drafts


def deliver_hooks(*, now: datetime, tell: hook_messages.Tell) -> int:
    """Owe webhooks what happened and send what is due; returns how many were taken by their receivers.

    `tell` makes an entry of the log the data of a message.
    """
    hook_messages.owe_messages(tell, now=now)
    return hook_messages.send_messages(now=now)


def sweep_drafts(*, now: datetime) -> int:
    """Remove the drafts whose time is over; returns how many."""
    return drafts.sweep_drafts(now=now)


def sweep_files(*, now: datetime) -> int:
    """Remove files the rules no longer keep, but those a draft, bundle or fact names; returns how many."""

    def named(digests: set[str]) -> set[str]:
        return named_in_drafts(digests) | named_in_runs(digests) | (papers_named() & digests)

    return bridge.sweep_files(now=now, named=named)
