"""Tables of the studio: versions being written, and simulations kept to be compared."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class MechanismDraft(models.Model):
    """A version of a promise being written. `writers` are the ids of everyone who saved it.

    `edition` grows with each saving, so that two windows do not overwrite each other. `published` is the key
    it was published under, `dropped_at` when it was given up; else it is open.
    """

    mechanism = models.CharField(max_length=64)
    text = models.TextField()
    edition = models.PositiveIntegerField(default=1)
    writers = models.JSONField(default=list)
    made_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    saved_at = models.DateTimeField()
    published = models.CharField(max_length=80, blank=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["mechanism"], name="mechanism_drafts"),)

    def __str__(self) -> str:
        return f"{self.mechanism} {self.pk}"

    @property
    def open(self) -> bool:
        """True while it can be written on."""
        return not self.published and self.dropped_at is None


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
