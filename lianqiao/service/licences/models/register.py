"""The register of licences."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class Licence(models.Model):
    """One licence of one firm in its present term; earlier terms stand in the decisions.

    `state` is valid, lapsed or revoked. `standing` is what the last night found: renewed, failed (a condition
    does not hold), missing (a paper is missing), person (a case is with a person), refused (the person said
    no), or "". `finding` says why: {"conditions": [ids], "papers": [attributes]}. `known` are the facts of
    this licence: {attribute: {"value": …, "source": …, "on": day}}, or "absent": true in place of a value.
    `case_until` is the last day of the term the case was opened for.
    """

    kind = models.CharField(max_length=64)
    number = models.CharField(max_length=80)
    firm = models.ForeignKey("organization.Firm", models.PROTECT, related_name="+", db_index=False)
    premises = models.CharField(max_length=300, blank=True)
    scope = models.CharField(max_length=500, blank=True)
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    state = models.CharField(max_length=8, default="valid")
    standing = models.CharField(max_length=8, default="")
    finding: models.JSONField[Any] = models.JSONField(default=dict)
    known: models.JSONField[Any] = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True)
    opted_out_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    revoked_reason = models.CharField(max_length=500, blank=True)
    case = models.ForeignKey("bridge.Case", models.PROTECT, null=True, related_name="+", db_index=False)
    case_until = models.DateField(null=True)
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "number"], name="licence_number"),)
        indexes = (
            # what a night looks at: nothing but this, whatever the register holds
            models.Index(
                fields=["kind", "valid_until", "id"],
                name="licence_due",
                condition=models.Q(state="valid"),
            ),
            models.Index(fields=["valid_until", "id"], name="licence_by_end"),
            models.Index(fields=["firm"], name="licence_of_firm"),
            models.Index(
                fields=["standing", "valid_until"], name="licence_standing", condition=~models.Q(standing="")
            ),
            models.Index(fields=["id"], name="licence_revoked", condition=models.Q(state="revoked")),
            models.Index(fields=["case"], name="licence_case", condition=models.Q(case__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
