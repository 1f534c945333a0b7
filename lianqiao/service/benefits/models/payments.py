"""Money on its way: accounts, batches, single payments, and what has to come back."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.service.benefits.models.facts import OfParty, one_party
from lianqiao.service.benefits.models.grants import Grant

# money that is out or on its way; a grant has one such payment at most
OUT = ("waiting", "sent", "paid")


class Account(OfParty):
    """Where a party's money goes; the newest counts. The number is sealed, `tail` are its last digits."""

    holder = models.CharField(max_length=100)
    bank = models.CharField(max_length=100)
    sealed = models.TextField()
    tail = models.CharField(max_length=4)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (one_party("account_of_one_party"),)
        indexes = (
            models.Index(fields=["firm", "-id"], name="account_of_firm"),
            models.Index(
                fields=["person", "-id"], name="account_of_person", condition=models.Q(person__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"****{self.tail}"


class Batch(models.Model):
    """Payments made together: `state` is making, made, released, closed or cancelled.

    One person makes it, another releases it.
    """

    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=9)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """One sum to one party: `state` is waiting, sent, paid, failed or dropped; `told` is the bank's reason.

    The account is that of the moment the batch was made.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payments")
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="payments", db_index=False)
    reference = models.CharField(max_length=30, unique=True)
    fen = models.BigIntegerField()
    holder = models.CharField(max_length=100)
    bank = models.CharField(max_length=100)
    sealed = models.TextField()
    tail = models.CharField(max_length=4)
    state = models.CharField(max_length=7)
    told = models.CharField(max_length=200, default="")
    bank_reference = models.CharField(max_length=100, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["grant"], condition=models.Q(state__in=OUT), name="payment_out_once"
            ),
        )
        indexes = (models.Index(fields=["grant", "-id"], name="payment_of_grant"),)

    def __str__(self) -> str:
        return self.reference


class Recovery(models.Model):
    """Money that has to come back, because a grant was wrong after it was paid."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="recovery")
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    bank_reference = models.CharField(max_length=100, default="")

    def __str__(self) -> str:
        return self.reason
