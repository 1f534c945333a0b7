"""Visits to firms, and the cases they brought."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Visit(models.Model):
    """An officer was at a firm on a day: what was said, and what comes next."""

    firm = models.ForeignKey("organization.Firm", models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    subject = models.CharField(max_length=100)
    summary = models.TextField()
    next_step = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    example = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["-day"], name="visit_by_day"),
            models.Index(fields=["firm", "-day"], name="visit_by_firm"),
            models.Index(fields=["by", "-day"], name="visit_by_officer"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.subject}"


class VisitCase(models.Model):
    """A case opened from a visit."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="cases", db_index=False)
    case = models.OneToOneField("bridge.Case", models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["visit"], name="visit_cases"),)
