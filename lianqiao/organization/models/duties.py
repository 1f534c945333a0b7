"""Who answers for what, who is away, and who stands in."""

from __future__ import annotations

from django.db import models

from lianqiao.organization.models.people import Person, Unit


class DutyTitle(models.Model):
    """What a duty is called; the district pack says so."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """A person (A) holds a duty from `since` until `until`, with a deputy (B) for when A is away.

    `scope` is `{field: [values]}`: the cases the duty covers; empty covers everything.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="duties")
    code = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="duties")
    scope = models.JSONField(default=dict, blank=True)
    deputy = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["code", "until"], name="duty_by_code"),
            models.Index(fields=["person", "until"], name="duty_by_person"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("person")),
                name="duty_deputy_is_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.code}"


class Leave(models.Model):
    """A person is away from `begin` (inclusive) to `end` (exclusive), unless cancelled.

    `stand_in` does this person's work meanwhile, before any duty's deputy is asked.
    """

    class Kind(models.TextChoices):
        ANNUAL = "annual", "annual leave"
        SICK = "sick", "sick leave"
        TRIP = "trip", "business trip"
        TRAINING = "training", "training"
        OTHER = "other", "other"

    person = models.ForeignKey(Person, models.PROTECT, related_name="leaves")
    begin = models.DateTimeField()
    end = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    stand_in = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    filed_at = models.DateTimeField(db_index=True)
    filed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        indexes = (
            models.Index(fields=["begin", "end"], name="leave_span"),
            models.Index(fields=["person", "begin"], name="leave_by_person"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("begin")), name="leave_ends_after_begin"
            ),
            models.CheckConstraint(
                condition=models.Q(stand_in__isnull=True) | ~models.Q(stand_in=models.F("person")),
                name="leave_stand_in_is_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.begin:%Y-%m-%d}–{self.end:%Y-%m-%d}"


class HandOver(models.Model):
    """A duty went from one person to another for good; open cases follow it."""

    from_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    to_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=["from_person", "code", "at"], name="hand_over_from"),)

    def __str__(self) -> str:
        return f"{self.from_person_id} → {self.to_person_id} {self.code}"
