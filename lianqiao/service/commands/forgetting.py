"""A person is forgotten here too: what they had typed and not sent, and where their programs were told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lianqiao.bridge import commands as bridge
from lianqiao.innovation.talent.commands import forget_talent
from lianqiao.organization.models import DeletionRequest, Person
from lianqiao.service.benefits.commands.forgetting import forget_benefits
from lianqiao.service.models import Draft, Hook, HookDelivery

# what stands in place of an address that was forgotten; nothing answers there
NOWHERE = "https://forgotten.invalid/"


@transaction.atomic
def decide_deletion(
    request_id: int, *, accept: bool, reason: str, actor: Person | None, now: datetime
) -> DeletionRequest:
    """Forget the person who asked, in every room, or refuse with a reason; see the bridge's command."""
    done = bridge.decide_deletion(request_id, accept=accept, reason=reason, actor=actor, now=now)
    if accept:
        Draft.objects.filter(person_id=done.person_id).delete()
        hooks = Hook.objects.filter(person_id=done.person_id)
        HookDelivery.objects.filter(hook__in=hooks).update(next_try_at=None, body="{}", error="")
        hooks.filter(closed_at=None).update(closed_at=now)
        hooks.update(name="-", url=NOWHERE)
        forget_benefits(done.person, now=now)
        forget_talent(done.person, actor=actor, now=now)
    return done
