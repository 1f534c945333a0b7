"""A person is forgotten here too: what they said of themselves and where their money went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lianqiao.bridge.secret_text import sealed
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits.commands.granting import decline
from lianqiao.service.benefits.models import Account, Decision, Fact, FactProblem, Grant, Payment

# what stands in place of an account
NOTHING = {"holder": "-", "bank": "-", "tail": ""}


@transaction.atomic
def forget_benefits(person: Person, *, now: datetime) -> None:
    """Take from a person's rows what says who they are; grants and sums stay, under the number alone.

    An invitation is declined. The account stays until the money on its way to it has arrived.
    """
    for grant in Grant.objects.filter(person=person, state="invited"):
        decline(grant.pk, by=person, now=now)
    Fact.objects.filter(person=person).update(
        value=None, state="withdrawn", written="", paper=None, reason=""
    )
    FactProblem.objects.filter(person=person, solved_at=None).update(solved_at=now)
    Decision.objects.filter(person=person).update(facts={}, current=False)
    _forget_accounts([person.pk])


def forget_what_was_paid() -> int:
    """Empty the accounts of people forgotten before their money had arrived, where it has by now.

    Returns how many people's.
    """
    left = Account.objects.filter(person__in=organization.forgotten_people()).exclude(**NOTHING)
    people = sorted({key for key in left.values_list("person_id", flat=True) if key})
    return _forget_accounts(people) if people else 0


def _forget_accounts(people: Sequence[int]) -> int:
    """Empty accounts and payments but for those the money still needs; returns whose accounts were."""
    on_its_way = Payment.objects.filter(grant__person__in=people, state__in=("waiting", "sent"))
    Payment.objects.filter(grant__person__in=people).exclude(pk__in=on_its_way.values("pk")).update(
        **NOTHING, sealed=sealed("")
    )
    to_come = Grant.objects.filter(person__in=people, state="granted").values_list("person_id", flat=True)
    needed = {*on_its_way.values_list("grant__person_id", flat=True), *to_come}
    done = [key for key in people if key not in needed]
    Account.objects.filter(person__in=done).update(**NOTHING, sealed=sealed(""))
    return len(done)
