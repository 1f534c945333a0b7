"""Meetings of schools and firms, counted."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Meeting(models.Model):
    """A meeting of a school with firms: posts offered, people met, letters of intent. Counts, no names."""

    day = models.DateField(db_index=True)
    title = models.CharField(max_length=100)
    school = models.CharField(max_length=100)
    posts = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    intents = models.PositiveIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.day} {self.title}"


class MeetingFirm(models.Model):
    """A firm that was there."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="firms", db_index=False)
    firm = models.ForeignKey("organization.Firm", models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["meeting", "firm"], name="meeting_firm_once"),)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.firm_id}"
