"""A person's webhooks, the messages owed to them, and how each message is signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization import queries as organization
from lianqiao.service.models import Hook, HookDelivery

BEGINS = "whsec_"


def hooks_of(person_id: int, *, at: datetime) -> QuerySet[Hook]:
    """Return the open hooks a person looks after: their own, and those of firms they administer."""
    firms = [
        firm.pk
        for firm in organization.firms_of(person_id, at=at)
        if organization.administers(person_id, firm.pk, at=at)
    ]
    return every_hook().filter(Q(person_id=person_id) | Q(firm__in=firms))


def every_hook() -> QuerySet[Hook]:
    """Return every open hook, for the office."""
    return Hook.objects.filter(closed_at=None).select_related("firm", "person")


def hook_for(hook_id: int, person_id: int, *, at: datetime) -> Hook:
    """Return one hook a person looks after; refuses `unknown-hook`, also for one that is not theirs."""
    found = hooks_of(person_id, at=at).filter(pk=hook_id).first()
    if found is None:
        raise unknown_hook(hook_id)
    return found


def unknown_hook(hook_id: int) -> Refusal:
    """Return the refusal for a hook that is not there or not this person's: the two read alike."""
    return refuse("unknown-hook", f"there is no webhook {hook_id} of yours", hint="list your webhooks")


def deliveries_of(hook: Hook, state: str) -> QuerySet[HookDelivery]:
    """Return the messages of a hook: `all`, `due`, `sent` or `dead`, the letters given up."""
    found = HookDelivery.objects.filter(hook=hook)
    conditions = {
        "due": Q(next_try_at__isnull=False),
        "sent": Q(sent_at__isnull=False),
        "dead": Q(next_try_at__isnull=True, sent_at__isnull=True),
    }
    return found.filter(conditions[state]) if state in conditions else found


def dead_letters() -> int:
    """Return how many messages of open hooks were given up."""
    return HookDelivery.objects.filter(next_try_at=None, sent_at=None, hook__closed_at=None).count()


def secret_of(hook: Hook) -> str:
    """Return the secret of a hook as its receiver is told it, in the form of Standard Webhooks."""
    return BEGINS + base64.b64encode(_key(hook)).decode()


def signature(hook: Hook, *, message: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 over `id.timestamp.body`, in base64 after `v1,`."""
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_key(hook), signed, hashlib.sha256).digest()).decode()


def _key(hook: Hook) -> bytes:
    told = f"webhook {hook.pk} {hook.generation}"
    return hmac.new(settings.SECRET_KEY.encode(), told.encode(), hashlib.sha256).digest()
