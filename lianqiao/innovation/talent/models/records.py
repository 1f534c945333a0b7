"""What a person keeps of their own work, what they allow to be done with it, and how it was evaluated."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Talent(models.Model):
    """A person's record, kept by themself. Without a permission in force nobody else reads it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="talent")
    firm = models.ForeignKey("organization.Firm", models.PROTECT, null=True, blank=True, related_name="+")
    post = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.person_id} {self.post}"


class Permission(models.Model):
    """A person allowed a use of their record; `withdrawn_at` is when they took it back."""

    class Purpose(models.TextChoices):
        EVALUATION = "evaluation", "evaluated by the zone"
        BENEFITS = "benefits", "matched with benefits"
        INTRODUCTION = "introduction", "shown to firms and institutes"

    talent = models.ForeignKey(Talent, models.CASCADE, related_name="permissions")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["talent", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="permission_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.talent_id} {self.purpose}"


class Achievement(models.Model):
    """An entry of a record: an amount of an indicator, or a choice made; it counts once confirmed."""

    class State(models.TextChoices):
        CLAIMED = "claimed", "waits to be confirmed"
        CONFIRMED = "confirmed", "confirmed"
        REFUSED = "refused", "not confirmed"
        WITHDRAWN = "withdrawn", "taken back"

    talent = models.ForeignKey(Talent, models.CASCADE, related_name="achievements")
    indicator = models.CharField(max_length=64)
    amount = models.BigIntegerField(default=0)
    choice = models.CharField(max_length=64, blank=True)
    day = models.DateField()
    # by which paper it can be checked: a number and who gave it, never the paper's whole content
    proof = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=State.choices, default=State.CLAIMED)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["talent", "-day"], name="achievement_by_talent"),
            models.Index(fields=["made_at"], name="achievement_waiting", condition=models.Q(state="claimed")),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="achievement_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.talent_id} {self.indicator}"


class Appraisal(models.Model):
    """An evaluation as it was made: what it saw and by which standard, never changed afterwards."""

    talent = models.ForeignKey(Talent, models.CASCADE, related_name="appraisals", db_index=False)
    version = models.PositiveIntegerField()
    hundredths = models.PositiveIntegerField()
    seen = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = (models.Index(fields=["talent", "-at"], name="appraisal_by_talent"),)

    def __str__(self) -> str:
        return f"{self.talent_id} {self.hundredths}"
