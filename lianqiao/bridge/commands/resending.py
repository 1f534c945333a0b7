"""The office sends dead letters again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from lianqiao.bridge.models import Delivery
from lianqiao.engine.errors import Problem, refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.commands.authority import require_office
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person

MOST_AT_ONCE = 500


class Resent(NamedTuple):
    """What became of one letter: owed again, or the problem with it."""

    delivery_id: int
    problem: Problem | None


@transaction.atomic
def resend(delivery_ids: Iterable[int], *, by: Person, now: datetime) -> list[Resent]:
    """Owe letters again, with all their tries before them; returns each one's result, in the order given.

    A mail goes to the address the person has now. One that is not a dead letter, or whose person cannot be
    reached, is left alone. Raises Refusal `office-only`, `too-many-at-once`.
    """
    require_office(by, now=now)
    ids = list(dict.fromkeys(delivery_ids))
    if len(ids) > MOST_AT_ONCE:
        raise refuse("too-many-at-once", "too many at once", hint="choose fewer", most=str(MOST_AT_ONCE))
    dead = Delivery.objects.select_for_update(of=("self",)).filter(pk__in=ids, next_try_at=None, sent_at=None)
    found = {one.pk: one for one in dead.select_related("notice__person").order_by("pk")}
    addresses = organization.mail_addresses({one.notice.person_id for one in found.values()})
    results = [_again(found.get(pk), pk, addresses, now=now) for pk in ids]
    done = [one.delivery_id for one in results if one.problem is None]
    if done:
        trace("notices-resent", by, actor=by, now=now, deliveries=done)
    return results


def _again(letter: Delivery | None, pk: int, addresses: dict[int, str], *, now: datetime) -> Resent:
    if letter is None:
        return Resent(pk, _problem("not-a-dead-letter"))
    if not letter.notice.person.is_active:
        return Resent(pk, _problem("person-left"))
    if letter.channel == "mail":
        letter.address = addresses.get(letter.notice.person_id, "")
        if not letter.address:
            return Resent(pk, _problem("no-address"))
    letter.attempts, letter.next_try_at, letter.error, letter.digest = 0, now, "", False
    letter.save(update_fields=["address", "attempts", "next_try_at", "error", "digest"])
    return Resent(pk, None)


def _problem(code: str) -> Problem:
    return Problem(code, code)
