"""Authority a firm gives to someone who is not its own, and the record of it, which only grows."""

from __future__ import annotations

from django.db import models

from lianqiao.organization.models.firms import Firm
from lianqiao.organization.models.people import Person


class Mandate(models.Model):
    """A firm lets a party member, an agent or a window clerk act for it from `since` until `until`.

    `matters` are the ids of the promises it covers, a space around each; "" covers every promise. What was
    given never changes: only `revoked_at` is set, once. `entry` in `MandateEntry` says the same in a chain.
    """

    class Kind(models.TextChoices):
        PARTY_MEMBER = "party-member", "party member"
        AGENT = "agent", "agent"
        WINDOW_CLERK = "window-clerk", "window clerk"

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="mandates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="mandates")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    matters = models.TextField(default="", blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["person", "until"], name="mandate_in_force"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="mandate_span"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} for {self.firm_id}"


class MandateEntry(models.Model):
    """One line of a firm's record of mandates: given or revoked. `body` is JSON text, hashed with the last.

    The series of the chain is `mandates:` and the firm's credit code (`engine.chained`).
    """

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["firm", "seq"], name="mandate_entry_once"),)
        ordering = ("firm_id", "seq")

    def __str__(self) -> str:
        return f"{self.firm_id} {self.seq}"
