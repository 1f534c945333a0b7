"""Webhooks: who wants to be told where, and every message owed to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Hook(models.Model):
    """A person's wish to be told at an address of what happens in the cases they may see.

    `firm` narrows it to one firm's cases; `promises` and `events` name what it is about, empty for all.
    `position` is how far in the change feed messages have been owed. The secret is not kept: it is worked out
    from the server's key, the hook and its `generation`.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    firm = models.ForeignKey("organization.Firm", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    promises = models.JSONField(default=list)
    events = models.JSONField(default=list)
    position = models.BigIntegerField()
    generation = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class HookDelivery(models.Model):
    """One message to one hook, kept until long after it was sent or given up.

    `next_try_at` is empty once it was sent or given up: without `sent_at` then it is a dead letter.
    """

    hook = models.ForeignKey(Hook, models.PROTECT, related_name="deliveries", db_index=False)
    position = models.BigIntegerField()
    event = models.CharField(max_length=80)
    case_number = models.CharField(max_length=32)
    body = models.TextField()
    at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, default="")

    class Meta:
        indexes = (
            models.Index(fields=["hook", "-at"], name="hook_delivery_list"),
            models.Index(
                fields=["next_try_at"],
                name="hook_delivery_due",
                condition=models.Q(next_try_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.hook_id} {self.event}"
