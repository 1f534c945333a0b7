"""Drafts: what someone has typed into a form and not sent yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """A form as one person left it: `step` of `mechanism`, for `firm`, on `case` unless it opens one.

    `brought` says how it came (`channel`) and from which `visit`, where an officer files for a firm. `typed`
    is the typing by field, `files` what was received by field, both as the form takes them. `edition`
    counts the savings: a window that knows an older one is told instead of writing over the newer.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    firm = models.ForeignKey("organization.Firm", models.PROTECT, null=True, related_name="+", db_index=False)
    case = models.ForeignKey("bridge.Case", models.PROTECT, null=True, related_name="+", db_index=False)
    mechanism = models.CharField(max_length=64)
    step = models.CharField(max_length=64)
    title = models.CharField(max_length=200, default="")
    brought = models.JSONField(null=True)
    typed = models.JSONField(default=dict)
    files = models.JSONField(default=dict)
    edition = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["person", "-saved_at"], name="draft_list"),
            models.Index(fields=["expires_at"], name="draft_expiry"),
        )

    def __str__(self) -> str:
        return self.title or self.mechanism


class DraftFile(models.Model):
    """A file a draft names: as long as the draft is kept, the file is."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="named")
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["sha256"], name="draft_file"),)
