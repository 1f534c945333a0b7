"""What people ask of the window and the office: to act for a firm, to be forgotten."""

from __future__ import annotations

from django.db import models

from lianqiao.organization.models.firms import Membership
from lianqiao.organization.models.people import Person


class Decision(models.TextChoices):
    """How a request stands."""

    PENDING = "pending", "pending"
    ACCEPTED = "accepted", "accepted"
    REFUSED = "refused", "refused"
    WITHDRAWN = "withdrawn", "withdrawn"


class BindingRequest(models.Model):
    """A person asks to act for the firm with a credit code, which may not be entered yet.

    `firm_name` is as the person typed it: whether it is right is for whoever decides to see.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="binding_requests")
    credit_code = models.CharField(max_length=18, db_index=True)
    firm_name = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=Decision.choices, default=Decision.PENDING)
    made_at = models.DateTimeField(db_index=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["state", "made_at"], name="binding_by_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=["person", "credit_code"],
                condition=models.Q(state=Decision.PENDING),
                name="binding_pending_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.credit_code} {self.state}"


class DeletionRequest(models.Model):
    """A person asks that what is known of them be deleted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="deletion_requests")
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=Decision.choices, default=Decision.PENDING)
    made_at = models.DateTimeField(db_index=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state=Decision.PENDING), name="deletion_pending_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"
