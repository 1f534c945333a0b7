"""Tables of the studio: versions being written, and simulations kept to be compared."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.service.drafting.models import TextDraft


class MechanismDraft(TextDraft):
    """A version of a promise being written."""

    SUBJECT = "mechanism"

    mechanism = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["mechanism"], name="mechanism_drafts"),)


class Simulation(models.Model):
    """A question about a version of a promise, and what was found; `sha256` is that of its text.

    `found` is null until the worker has answered; `error` is the code of what went wrong.
    """

    mechanism = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    asked = models.JSONField()
    found = models.JSONField(null=True)
    error = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    job = models.OneToOneField("bridge.Job", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["mechanism", "-at"], name="simulations_of"),)

    def __str__(self) -> str:
        return f"{self.mechanism}@{self.version} {self.name}"
