"""What people are told, how each wants to be told, and letters on their way."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.bridge.models.cases import Case
from lianqiao.bridge.row_key import RowKey


class Notice(models.Model):
    """Something a person is owed to hear, written in the transaction that made it true."""

    id = RowKey(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # empty where it is no case's news: then `facts` hold the words and where they lead
    case = models.ForeignKey(
        Case, null=True, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["person", "-at"], name="notice_inbox"),
            models.Index(
                fields=["person", "case"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
        )


class Delivery(models.Model):
    """One notice to be sent by one channel; kept when it is sent or given up.

    `address` is where a mail goes; other channels look up where when they send. One of a `digest` waits to be
    sent together with the person's others. Neither sent nor to be tried again, it is a dead letter.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=12, default="mail")
    address = models.EmailField(default="", blank=True)
    digest = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=["next_try_at"], name="delivery_due", condition=models.Q(next_try_at__isnull=False)
            ),
            models.Index(
                fields=["id"],
                name="delivery_dead",
                condition=models.Q(next_try_at__isnull=True, sent_at__isnull=True),
            ),
        )


class NoticePreference(models.Model):
    """How one person wants to be told besides the inbox; without a row, as the zone's rules say is usual.

    `kinds` maps a channel to the kinds of notice wanted there; a channel left out is as usual. Quiet hours
    are
    HH:MM in Beijing, "" for none. The robot's address and secret and the telephone number are kept sealed
    (`bridge.secret_text`). A number is used from `phone_confirmed_at` on: until then a code sent to it, of
    which only a digest is kept, holds for a while and for so many tries (`phone_tries`);
    `phone_codes` counts those sent within a day.
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
    phone_confirmed_at = models.DateTimeField(null=True)
    phone_code = models.CharField(max_length=64, default="", db_default="")
    phone_code_at = models.DateTimeField(null=True)
    phone_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    phone_codes = models.PositiveSmallIntegerField(default=0, db_default=0)
    tried_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"notices of {self.person_id}"
