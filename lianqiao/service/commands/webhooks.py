"""Webhooks are opened, changed and closed; messages are owed again on request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from lianqiao.bridge.outbound import checked_url
from lianqiao.bridge.queries.changes import settled_position
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.models import Hook, HookDelivery

MOST_HOOKS = 20
MOST_REPLAYED = 10_000
PING = "ping"
# kind, or kind:name, such as step, step:pass_review, rung:leader
_EVENT = re.compile(r"[a-z][a-z-]{0,30}(:[A-Za-z0-9_@-]{1,64})?")


def open_hook(
    person: Person,
    *,
    url: str,
    name: str,
    now: datetime,
    firm: Firm | None = None,
    promises: Iterable[str] = (),
    events: Iterable[str] = (),
) -> Hook:
    """Open a hook that hears of everything from now on.

    Raises Refusal: `hook-url`, `hook-event`, `hooks-too-many`, `wrong-role` for a firm the person does not
    act for, `try-again` where the feed could not be read.
    """
    _check(url, events)
    if firm is not None and not organization.acts_for(person.pk, firm.pk, at=now):
        raise refuse(
            "wrong-role", "you do not act for this firm", hint="choose one you act for", field="firm"
        )
    if Hook.objects.filter(person=person, closed_at=None).count() >= MOST_HOOKS:
        raise refuse("hooks-too-many", "you have too many webhooks", hint="close one", most=str(MOST_HOOKS))
    position = settled_position()
    if position is None:
        raise refuse("try-again", "the log is being written too busily", hint="send it again")
    return Hook.objects.create(
        person=person,
        firm=firm,
        name=name,
        url=url,
        promises=list(promises),
        events=list(events),
        position=position,
        made_at=now,
    )


@transaction.atomic
def change_hook(hook: Hook, *, now: datetime, paused: bool | None = None, **values: Any) -> Hook:
    """Change the name, address, promises or events of a hook, pause it or let it go on.

    What happened while it was paused is owed when it goes on. Raises Refusal `hook-url`, `hook-event`.
    """
    _check(values.get("url", hook.url), values.get("events", ()))
    held = Hook.objects.select_for_update().get(pk=hook.pk)
    for name, value in values.items():
        setattr(held, name, value)
    if paused is not None:
        held.paused_at = now if paused else None
    held.save(update_fields=[*values, "paused_at"])
    return held


@transaction.atomic
def renew_secret(hook: Hook) -> Hook:
    """Give the hook a new secret; messages from now on are signed with it."""
    held = Hook.objects.select_for_update().get(pk=hook.pk)
    held.generation += 1
    held.save(update_fields=["generation"])
    return held


@transaction.atomic
def close_hook(hook: Hook, *, now: datetime) -> None:
    """Close a hook for good; what was still owed to it is not sent any more."""
    Hook.objects.filter(pk=hook.pk, closed_at=None).update(closed_at=now)
    HookDelivery.objects.filter(hook=hook, next_try_at__isnull=False).update(next_try_at=None)


def ping_hook(hook: Hook, *, now: datetime) -> HookDelivery:
    """Owe the hook a message that says nothing, to try the address and the signature."""
    return HookDelivery.objects.create(
        hook=hook, position=0, event=PING, case_number="", body='{"type":"ping"}', at=now, next_try_at=now
    )


def replay_delivery(hook: Hook, delivery_id: int, *, now: datetime) -> HookDelivery:
    """Owe one message of the hook again, whatever became of it; refuses `unknown-delivery`."""
    found = HookDelivery.objects.filter(hook=hook, pk=delivery_id)
    if not found.update(next_try_at=now, attempts=0, error=""):
        raise refuse("unknown-delivery", f"this webhook has no delivery {delivery_id}", hint="list them")
    return found.get()


def replay_span(hook: Hook, *, since: datetime, until: datetime, only_dead: bool, now: datetime) -> int:
    """Owe again every message of the span, or of those the letters given up; returns how many.

    At most 10 000 at once, the oldest first.
    """
    found = HookDelivery.objects.filter(hook=hook, at__gte=since, at__lt=until)
    if only_dead:
        found = found.filter(sent_at=None, next_try_at=None)
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:MOST_REPLAYED])
    return HookDelivery.objects.filter(pk__in=ids).update(next_try_at=now, attempts=0, error="")


def _check(url: str, events: Iterable[str]) -> None:
    problems: list[Problem] = []
    try:
        checked_url(url)
    except Refusal as refusal:
        problems += refusal.problems
    wrong: Sequence[str] = [event for event in events if not _EVENT.fullmatch(event)]
    if wrong:
        facts = {"given": wrong[0], "field": "events"}
        hint = "such as step, step:pass_review or rung:leader"
        problems.append(
            Problem("hook-event", f"“{wrong[0]}” is no event", place="events", hint=hint, facts=facts)
        )
    if problems:
        raise Refusal(*problems)
