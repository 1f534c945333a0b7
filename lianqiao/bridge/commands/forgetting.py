"""A person is forgotten here too: where they were told, and what was mailed to them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lianqiao.bridge.commands.preferring import forget_places
from lianqiao.bridge.models import Delivery, Job
from lianqiao.organization import commands as organization
from lianqiao.organization.models import DeletionRequest, Person


@transaction.atomic
def decide_deletion(
    request_id: int, *, accept: bool, reason: str, actor: Person | None, now: datetime
) -> DeletionRequest:
    """Forget the person who asked, in every room, or refuse with a reason.

    The log stays as it is: its entries name people by number. Raises Refusal as the organization's command.
    """
    done = organization.decide_deletion(request_id, accept=accept, reason=reason, actor=actor, now=now)
    if accept:
        forget_places(done.person, actor=actor, now=now)
        told = Delivery.objects.filter(notice__person_id=done.person_id)
        told.update(address="", error="", next_try_at=None)
        Job.objects.filter(person_id=done.person_id).update(about="")
    return done
