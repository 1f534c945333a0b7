"""The trace every command of this room leaves."""

from __future__ import annotations

from django.db import models

from lianqiao.organization.models.people import Person


class Change(models.Model):
    """Who did what to whom, and when; written in the transaction of the change itself and never again.

    `subject` is "table:id". `by` empty: done at the server, by no one signed in.
    """

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["subject", "at"], name="change_by_subject"),)

    def __str__(self) -> str:
        return f"{self.what} {self.subject}"
