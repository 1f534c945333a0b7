"""Table of how each person wants to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class NoticePreference(models.Model):
    """How one person wants to be told besides the inbox; without a row, as the zone's rules say is usual.

    `kinds` maps a channel to the kinds of notice wanted there; a channel left out is as usual. Quiet hours
    are
    HH:MM in Beijing, "" for none. The robot's address and secret and the telephone number are kept sealed
    (`bridge.secret_text`).
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    kinds = models.JSONField(default=dict)
    quiet_begins = models.CharField(max_length=5, default="")
    quiet_ends = models.CharField(max_length=5, default="")
    digest = models.CharField(max_length=8, default="")
    digest_hour = models.PositiveSmallIntegerField(default=9)
    digest_weekday = models.PositiveSmallIntegerField(default=1)
    messenger = models.CharField(max_length=20, default="")
    robot_url = models.TextField(default="")
    robot_secret = models.TextField(default="")
    phone = models.TextField(default="")
    tried_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"notices of {self.person_id}"
