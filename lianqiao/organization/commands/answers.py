"""A request with an idempotency key is done once: its answer is kept, and given to whoever repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.models import KeptAnswer, Person

KEPT_FOR = timedelta(hours=24)
# a request not answered by then was cut off: whoever repeats it may do it
ABANDONED_AFTER = timedelta(minutes=5)
FORGOTTEN_AT_ONCE = 200


@dataclass(frozen=True)
class Answer:
    """A response to give again: status, some headers and the text of the body."""

    status: int
    headers: dict[str, str]
    body: str


def claim_answer(person: Person, key: str, fingerprint: str, *, now: datetime) -> Answer | None:
    """Claim the key for the request that is about to be done; returns the answer where it was done before.

    Raises Refusal: `idempotency-reused` where the key came with another request, `idempotency-in-progress`
    where the same one is under way. Keys older than a day are forgotten on the way.
    """
    _forget(before=now - KEPT_FOR)
    try:
        with transaction.atomic():
            KeptAnswer.objects.create(person=person, key=key, fingerprint=fingerprint, claimed_at=now)
    except IntegrityError:
        return _claimed_before(person, key, fingerprint, now)
    return None


def keep_answer(person: Person, key: str, answer: Answer, *, now: datetime) -> None:
    """Keep the answer for the claim."""
    KeptAnswer.objects.filter(person=person, key=key).update(
        done_at=now, status=answer.status, headers=answer.headers, body=answer.body
    )


def drop_claim(person: Person, key: str) -> None:
    """Give the key back: nothing was done under it, so the request may be put right and sent again."""
    KeptAnswer.objects.filter(person=person, key=key, done_at=None).delete()


def _claimed_before(person: Person, key: str, fingerprint: str, now: datetime) -> Answer | None:
    kept = KeptAnswer.objects.filter(person=person, key=key).first()
    if kept is None:
        # given back between our two looks; the caller asks again
        raise _in_progress()
    if kept.fingerprint != fingerprint:
        raise refuse(
            "idempotency-reused",
            "this idempotency key came with another request",
            place="Idempotency-Key",
            hint="use a new key for each request",
        )
    if kept.done_at is not None:
        return Answer(kept.status, kept.headers, kept.body)
    stale = KeptAnswer.objects.filter(pk=kept.pk, done_at=None, claimed_at=kept.claimed_at)
    if now - kept.claimed_at >= ABANDONED_AFTER and stale.update(claimed_at=now):
        return None
    raise _in_progress()


def _in_progress() -> Refusal:
    return refuse(
        "idempotency-in-progress",
        "the same request is being done at this moment",
        place="Idempotency-Key",
        hint="send it again in a second",
    )


def _forget(*, before: datetime) -> None:
    rows = KeptAnswer.objects.filter(claimed_at__lt=before).values_list("pk", flat=True)
    if old := list(rows[:FORGOTTEN_AT_ONCE]):
        KeptAnswer.objects.filter(pk__in=old).delete()
