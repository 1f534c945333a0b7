"""Policies being written, what they were reckoned to cost, and what changes from one to another."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from lianqiao.service.drafting.models import TextDraft


class PolicyDraft(TextDraft):
    """A policy being written."""

    SUBJECT = "policy"

    policy = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["policy"], name="policy_drafts"),)


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


class Comparison(models.Model):
    """What two texts cost over all parties, each asked of the same facts, and who gains and loses from `one`
    to `other`; the hashes are those of the texts.

    `found` is null until the worker has answered; `error` is the code of what went wrong.
    """

    one = models.ForeignKey(PolicyDraft, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(PolicyDraft, models.CASCADE, related_name="+", db_index=False)
    one_text = models.TextField()
    other_text = models.TextField()
    one_sha256 = models.CharField(max_length=64)
    other_sha256 = models.CharField(max_length=64)
    found: models.JSONField[Any] = models.JSONField(null=True)
    error = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    job = models.OneToOneField("bridge.Job", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["one_sha256", "other_sha256"], name="comparisons_of_texts"),)

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id} {self.at:%Y-%m-%d}"
