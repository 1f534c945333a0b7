"""Policies being written, and what they were reckoned to cost."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class PolicyDraft(models.Model):
    """A policy being written. `writers` are the ids of everyone who saved it.

    `edition` grows with each saving, so that two windows do not overwrite each other. `published` is the key
    it was published under, `dropped_at` when it was given up; else it is open.
    """

    policy = models.CharField(max_length=64)
    text = models.TextField()
    edition = models.PositiveIntegerField(default=1)
    writers = models.JSONField(default=list)
    made_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    saved_at = models.DateTimeField()
    published = models.CharField(max_length=80, blank=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["policy"], name="policy_drafts"),)

    def __str__(self) -> str:
        return f"{self.policy} {self.pk}"

    @property
    def open(self) -> bool:
        """True while it can be written on."""
        return not self.published and self.dropped_at is None


class Preview(models.Model):
    """What a text would cost over all parties, beside what is in force; `sha256` is that of the text.

    `found` is null until the worker has answered; `error` is the code of what went wrong.
    """

    draft = models.ForeignKey(PolicyDraft, models.CASCADE, related_name="previews", db_index=False)
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    found = models.JSONField(null=True)
    error = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    job = models.OneToOneField("bridge.Job", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = (
            models.Index(fields=["draft", "-at"], name="previews_of_draft"),
            models.Index(fields=["sha256"], name="previews_of_text"),
        )

    def __str__(self) -> str:
        return f"{self.draft_id} {self.at:%Y-%m-%d}"
