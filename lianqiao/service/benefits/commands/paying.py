"""Payments in batches: one person makes one, another releases it; killed in between, nobody is paid twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from lianqiao.bridge import commands as bridge
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.engine.side_acts import tidied
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits.models import Account, Batch, Grant, Payment, Recovery
from lianqiao.service.benefits.models.payments import OUT
from lianqiao.service.benefits.parties import party_of
from lianqiao.service.benefits.queries.accounts import account_of
from lianqiao.service.benefits.queries.grants import payable
from lianqiao.service.benefits.queries.vocabulary import LEADER, looks_after

AT_ONCE = 200
Told = Callable[[int, int], None]


def begin_batch(*, by: Person, now: datetime) -> Batch:
    """Begin a batch of everything past its public notice; `fill_batch` puts it in.

    Raises Refusal `wrong-role`, `nothing-to-pay`, `batch-open` while another one is being made.
    """
    if not looks_after(by, at=now):
        raise refuse("wrong-role", "only officers of benefits make batches")
    try:
        return _begun(by, now)
    except IntegrityError:
        raise refuse("batch-open", "another batch is being made", batch="") from None


def _begun(by: Person, now: datetime) -> Batch:
    day = beijing(now).date()
    with transaction.atomic():
        # one row everybody who begins waits for: the newest batch
        last = Batch.objects.select_for_update().order_by("-pk").first()
        if last and last.state == "making":
            raise refuse("batch-open", f"{last.number} is being made", batch=last.number)
        due = payable(day)
        if not due.exists():
            raise refuse("nothing-to-pay", "no grant is past its public notice")
        prefix = f"BF{day:%Y%m%d}"
        number = f"{prefix}-{Batch.objects.filter(number__startswith=prefix).count() + 1:02}"
        return Batch.objects.create(number=number, state="making", made_by=by, made_at=now)


def fill_batch(batch: Batch, *, now: datetime, told: Told | None = None) -> Batch:
    """Put every payable grant into a batch, some at a time; begun again after a kill it puts in the rest.

    A grant whose party has no account is left for another batch. `told` may raise.
    """
    day, after, done = beijing(batch.made_at).date(), 0, 0
    total = payable(day).count() + batch.payments.count()
    while keys := list(payable(day).filter(pk__gt=after).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            done += _put_in(batch, keys)
        after = keys[-1]
        if told:
            told(min(done, total), total)
    with transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk)
        if locked.state == "making":
            locked.state = "made" if locked.payments.exists() else "cancelled"
            locked.example = not locked.payments.filter(grant__example=False).exists()
            locked.save()
    return locked


def _put_in(batch: Batch, keys: Sequence[int]) -> int:
    locked = Grant.objects.select_for_update().filter(pk__in=keys, state="granted").order_by("pk")
    new: list[Payment] = []
    moved = []
    for grant in locked:
        account = account_of(party_of(grant))
        if account is None:
            continue
        new.append(_payment(batch, grant, account))
        grant.state = "paying"
        moved.append(grant)
    Payment.objects.bulk_create(new)
    Grant.objects.bulk_update(moved, ["state"])
    return len(new)


def _payment(batch: Batch, grant: Grant, account: Account) -> Payment:
    return Payment(
        batch=batch, grant=grant, reference=f"{batch.number}-{grant.pk}", fen=grant.fen,
        holder=account.holder, bank=account.bank, sealed=account.sealed, tail=account.tail, state="waiting",
    )  # fmt: skip


def release_batch(batch_id: int, *, by: Person, now: datetime) -> Batch:
    """Release a batch for payment: by the head of benefits, never by whoever made it.

    Raises Refusal `unknown-batch`, `wrong-role`, `own-batch`, `own-payment`, `batch-moved`.
    """
    _require_leader(by, now)
    with transaction.atomic():
        batch = _locked(batch_id)
        if batch.made_by_id == by.pk:
            raise refuse("own-batch", "who made a batch does not release it", hint="ask a colleague")
        if batch.payments.filter(grant__person=by).exists():
            raise refuse("own-payment", "nobody releases money to themself", hint="ask a colleague")
        if batch.state != "made":
            raise refuse("batch-moved", f"it is {batch.state} by now", batch=batch.number)
        batch.payments.filter(state="waiting").update(state="sent")
        batch.state, batch.released_by, batch.released_at = "released", by, now
        batch.save()
        return batch


def cancel_batch(batch_id: int, *, by: Person, now: datetime) -> Batch:
    """Drop a batch nobody has released; its grants can be paid in another. Refuses as `release_batch`."""
    if not looks_after(by, at=now):
        raise refuse("wrong-role", "only officers of benefits drop batches")
    with transaction.atomic():
        batch = _locked(batch_id)
        if batch.state != "made":
            raise refuse("batch-moved", f"it is {batch.state} by now", batch=batch.number)
        waiting = batch.payments.filter(state="waiting")
        Grant.objects.filter(pk__in=list(waiting.values_list("grant_id", flat=True))).update(state="granted")
        waiting.update(state="dropped", settled_at=now)
        batch.state, batch.closed_at = "cancelled", now
        batch.save()
        return batch


def settle(payment_id: int, *, paid: bool, told: str, bank_reference: str, by: Person, now: datetime) -> str:
    """Write down what the bank says of one payment; returns settled, known (said before) or contradicts.

    Paid ends the case; failed lets the grant be paid in another batch. What is settled once stays so.
    """
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        state = "paid" if paid else "failed"
        if payment.state != "sent":
            return "known" if payment.state == state else "contradicts"
        payment.state, payment.settled_at = state, now
        payment.told, payment.bank_reference = tidied(told)[:200], tidied(bank_reference)[:100]
        payment.save()
        grant = Grant.objects.select_for_update().get(pk=payment.grant_id)
        grant.state, grant.moved_at = ("paid" if paid else "granted"), now
        grant.reason = "" if paid else payment.told
        grant.save()
        if paid and grant.case is not None:
            data = {"payment_reference": payment.reference}
            bridge.act(grant.case.number, "paid", by=by, data=data, now=now)
        batch = Batch.objects.select_for_update().get(pk=payment.batch_id)
        if not batch.payments.filter(state__in=("waiting", "sent")).exists():
            batch.state, batch.closed_at = "closed", now
            batch.save()
        return "settled"


def ask_back(payment_id: int, *, reason: str, by: Person, now: datetime) -> Recovery:
    """Ask money back that was paid wrongly. Raises `wrong-role`, `reason-missing`, `payment-moved`."""
    _require_leader(by, now)
    if not tidied(reason):
        raise refuse("reason-missing", "say why", field="reason")
    with transaction.atomic():
        payment = Payment.objects.select_for_update().filter(pk=payment_id).first()
        if payment is None or payment.state != "paid" or Recovery.objects.filter(payment=payment).exists():
            raise refuse("payment-moved", "this payment cannot be asked back")
        Grant.objects.filter(pk=payment.grant_id).update(
            state="recovering", reason=tidied(reason)[:300], moved_at=now
        )
        return Recovery.objects.create(
            payment=payment, reason=tidied(reason)[:300], asked_by=by, asked_at=now
        )


def take_back(recovery_id: int, *, bank_reference: str, by: Person, now: datetime) -> Recovery:
    """Write down that the money came back. Raises Refusal `wrong-role`, `payment-moved`."""
    _require_leader(by, now)
    with transaction.atomic():
        found = Recovery.objects.select_for_update().filter(pk=recovery_id, returned_at=None).first()
        if found is None:
            raise refuse("payment-moved", "it came back before, or was never asked for")
        found.returned_at, found.returned_by = now, by
        found.bank_reference = tidied(bank_reference)[:100]
        found.save()
        Grant.objects.filter(payments=found.payment_id).update(state="recovered", moved_at=now)
        return found


def _locked(batch_id: int) -> Batch:
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise refuse("unknown-batch", f"there is no batch {batch_id}")
    return batch


def _require_leader(by: Person, now: datetime) -> None:
    if LEADER not in organization.duties_of(by.pk, at=now):
        raise refuse("wrong-role", "only the head of benefits may do this")


__all__ = [
    "OUT",
    "ask_back",
    "begin_batch",
    "cancel_batch",
    "fill_batch",
    "release_batch",
    "settle",
    "take_back",
]
