"""What a text being written keeps, whatever it will say."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class TextDraft(models.Model):
    """A text being written. `writers` are the ids of everyone who saved it.

    `edition` grows with each saving, so that two windows do not overwrite each other. `published` is the key
    it was published under, `dropped_at` when it was given up; else it is open. `SUBJECT` names the column of
    what it is a text of.
    """

    SUBJECT: ClassVar[str]

    text = models.TextField()
    edition = models.PositiveIntegerField(default=1)
    writers = models.JSONField(default=list)
    made_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    saved_at = models.DateTimeField()
    published = models.CharField(max_length=80, blank=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.subject} {self.pk}"

    @property
    def subject(self) -> str:
        """What it is a text of: the id of a promise or a policy."""
        subject: str = getattr(self, self.SUBJECT)
        return subject

    @property
    def open(self) -> bool:
        """True while it can be written on."""
        return not self.published and self.dropped_at is None
