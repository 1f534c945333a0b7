"""A person is forgotten here too: what they said of themselves and where their money went."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lianqiao.bridge.secret_text import sealed
from lianqiao.organization.models import Person
from lianqiao.service.benefits.commands.granting import decline
from lianqiao.service.benefits.models import Account, Decision, Fact, FactProblem, Grant, Payment


@transaction.atomic
def forget_benefits(person: Person, *, now: datetime) -> None:
    """Take from a person's rows what says who they are; grants and sums stay, under the number alone.

    An invitation is declined. The account stays where money is on its way to it.
    """
    for grant in Grant.objects.filter(person=person, state="invited"):
        decline(grant.pk, by=person, now=now)
    Fact.objects.filter(person=person).update(
        value=None, state="withdrawn", written="", paper=None, reason=""
    )
    FactProblem.objects.filter(person=person, solved_at=None).update(solved_at=now)
    Decision.objects.filter(person=person).update(facts={}, current=False)
    nothing = {"holder": "-", "bank": "-", "sealed": sealed(""), "tail": ""}
    on_its_way = Payment.objects.filter(grant__person=person, state__in=("waiting", "sent"))
    Payment.objects.filter(grant__person=person).exclude(pk__in=on_its_way.values("pk")).update(**nothing)
    if not on_its_way.exists() and not Grant.objects.filter(person=person, state="granted").exists():
        Account.objects.filter(person=person).update(**nothing)
