"""Messages to webhooks: owed from the change feed, sent at least once, later again where nobody answers.

The log is the outbox. An act writes one entry in its own transaction; this reads the entries in the order of
the feed, which skips none, and remembers with each hook how far it came. So an act that is there is told, one
that was rolled back is not, and acting costs nothing more however many hooks there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from lianqiao.bridge.outbound import Outcome, send
from lianqiao.bridge.queries.changes import Change, changes, settled_position
from lianqiao.service.models import Hook, HookDelivery
from lianqiao.service.queries.webhooks import signature

# 12 tries over about two days, as for e-mail
WAITS_MIN = (1, 5, 15, 30, 60, 120, 240, 360, 480, 720, 1440)
# a sender that was killed is not waited for longer than this
LEASE = timedelta(minutes=2)
KEPT_FOR = timedelta(days=30)
READ_AT_ONCE = 500
SENT_AT_ONCE, SENT_TO_ONE_HOOK = 32, 8
THREADS = 8
# clocks must not wait for other people's servers
LONGEST_ROUND_S = 10.0
GONE = 410

Tell = Callable[[Change], dict[str, Any]]


@dataclass(frozen=True)
class Message:
    """A message ready to go."""

    delivery_id: int
    hook_id: int
    url: str
    body: bytes
    headers: dict[str, str]


def owe_messages(tell: Tell, *, now: datetime) -> int:
    """Owe every open hook the entries it has not been told of; returns how many messages were owed.

    `tell` makes an entry the data of a message. Any number of workers: each hook is one worker's at a time.
    """
    until = settled_position()
    if until is None:
        return 0
    waiting = Hook.objects.filter(closed_at=None, paused_at=None, position__lt=until)
    owed = 0
    for hook_id in list(waiting.order_by("pk").values_list("pk", flat=True)):
        while (found := _owe(hook_id, tell, until, now)) is not None:
            owed += found
    _forget(now - KEPT_FOR)
    return owed


@transaction.atomic
def _owe(hook_id: int, tell: Tell, until: int, now: datetime) -> int | None:
    skip = connection.features.has_select_for_update_skip_locked
    hooks = Hook.objects.select_for_update(skip_locked=skip, of=("self",) if skip else ())
    hook = hooks.select_related("person", "firm").filter(pk=hook_id, position__lt=until).first()
    if hook is None:
        return None
    found = changes(
        person_id=hook.person_id,
        at=now,
        after=hook.position,
        until=until,
        limit=READ_AT_ONCE,
        firms=[hook.firm] if hook.firm else None,
    )
    with translation.override(hook.person.language):
        made = [_made(hook, one, tell(one), now) for one in found if wanted(hook, one)]
    HookDelivery.objects.bulk_create(made)
    hook.position = found[-1].position if len(found) == READ_AT_ONCE else until
    hook.save(update_fields=["position"])
    return len(made)


def wanted(hook: Hook, change: Change) -> bool:
    """Return whether a hook is about an entry."""
    if hook.promises and change.case.mechanism not in hook.promises:
        return False
    kind, _, name = event_of(change).partition(":")
    return not hook.events or kind in hook.events or f"{kind}:{name}" in hook.events


def event_of(change: Change) -> str:
    """Return what an entry is called among events: `step:pass_review`, `rung:leader`, `hold:stand-in`."""
    if change.step:
        return f"step:{change.step}"
    act = str(change.body["act"])
    name = change.body.get("level") if act == "rung" else change.body.get("reason")
    return f"{act}:{name}"[:80] if act in ("rung", "hold") else act


def send_messages(*, now: datetime) -> int:
    """Send what is due, for at most about 10 seconds; returns how many were taken.

    One receiver that does not answer delays the others by one try at most.
    """
    deadline, sent, silent = monotonic() + LONGEST_ROUND_S, 0, set[int]()
    allow = settings.WEBHOOK_ALLOW
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
        while monotonic() < deadline and (batch := list(_taken(now, silent))):
            outcomes = pool.map(lambda one: send(one.url, one.body, one.headers, allow=allow), batch)
            for message, outcome in zip(batch, outcomes, strict=True):
                _keep(message, outcome, now)
                sent += outcome.delivered
                if not outcome.delivered:
                    silent.add(message.hook_id)
    return sent


def _taken(now: datetime, silent: Iterable[int]) -> Iterator[Message]:
    """Take some due messages for this worker alone; if it is killed they are due again after the lease."""
    due = HookDelivery.objects.filter(
        next_try_at__lte=now, hook__paused_at=None, hook__closed_at=None
    ).exclude(hook__in=list(silent))
    counts: dict[int, int] = {}
    for delivery in due.select_related("hook").order_by("next_try_at", "pk")[: SENT_AT_ONCE * 4]:
        if sum(counts.values()) >= SENT_AT_ONCE:
            return
        if counts.get(delivery.hook_id, 0) >= SENT_TO_ONE_HOOK:
            continue
        mine = HookDelivery.objects.filter(pk=delivery.pk, next_try_at=delivery.next_try_at)
        if mine.update(next_try_at=now + LEASE):
            counts[delivery.hook_id] = counts.get(delivery.hook_id, 0) + 1
            yield _message(delivery, now)


def _message(delivery: HookDelivery, now: datetime) -> Message:
    hook, body, timestamp = delivery.hook, delivery.body.encode(), int(now.timestamp())
    # the same message keeps its id however often it is sent, so that a receiver can tell
    name = f"msg_{hook.pk}_{delivery.position}" if delivery.position else f"msg_{hook.pk}_ping_{delivery.pk}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Lianqiao",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(hook, message=name, timestamp=timestamp, body=body),
    }
    return Message(delivery.pk, hook.pk, hook.url, body, headers)


def _keep(message: Message, outcome: Outcome, now: datetime) -> None:
    delivery = HookDelivery.objects.get(pk=message.delivery_id)
    delivery.attempts += 1
    delivery.status, delivery.error = outcome.status, outcome.error[:300]
    if outcome.delivered:
        delivery.sent_at, delivery.next_try_at = now, None
    else:
        tries = delivery.attempts - 1
        wait = WAITS_MIN[tries] if tries < len(WAITS_MIN) else None
        delivery.next_try_at = now + timedelta(minutes=wait) if wait else None
    delivery.save(update_fields=["attempts", "status", "error", "sent_at", "next_try_at"])
    if outcome.status == GONE:
        # the receiver says it wants no more
        Hook.objects.filter(pk=message.hook_id, paused_at=None).update(paused_at=now)


def _made(hook: Hook, change: Change, data: dict[str, Any], now: datetime) -> HookDelivery:
    event = event_of(change)
    body = {"type": event, "timestamp": now.isoformat(), "data": data}
    return HookDelivery(
        hook=hook,
        position=change.position,
        event=event,
        case_number=change.case.number,
        body=json.dumps(body, ensure_ascii=False),
        at=now,
        next_try_at=now,
    )


def _forget(before: datetime) -> None:
    old = HookDelivery.objects.filter(at__lt=before, next_try_at=None).values_list("pk", flat=True)
    if ids := list(old[:READ_AT_ONCE]):
        HookDelivery.objects.filter(pk__in=ids).delete()
