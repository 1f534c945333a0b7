"""A person is forgotten here too: the record and its entries go, agreements of two employers stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lianqiao.innovation.talent.models import Talent
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person


@transaction.atomic
def forget_talent(person: Person, *, actor: Person | None, now: datetime) -> None:
    """Delete what a person kept of themself; agreements that were made stay, under the number alone."""
    found = Talent.objects.select_for_update().filter(person=person).first()
    if found is None:
        return
    for rows in (found.achievements, found.appraisals, found.permissions):
        rows.all().delete()
    found.dual_posts.filter(stopped_at=None).update(stopped_at=now, stopped_by=actor, reason="")
    if found.dual_posts.exists():
        found.post, found.field, found.firm = "-", "-", None
        found.save()
    else:
        found.delete()
    trace("forget-talent", person, actor=actor, now=now)
