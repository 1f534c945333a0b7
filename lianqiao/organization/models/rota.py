"""Who stands at which window when: shifts that come back, and what is otherwise on a day."""

from __future__ import annotations

from django.db import models

from lianqiao.organization.models.people import Person


class RotaPattern(models.Model):
    """A person stands for a duty at a place, on `weekdays` ("12345", 1 is Monday) of every so many weeks.

    From `first_day` to `last_day`, both included (empty: until further notice). See `engine.rota`.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    place = models.CharField(max_length=60, blank=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    weekdays = models.CharField(max_length=7)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    begins = models.TimeField()
    ends = models.TimeField()
    working_days = models.BooleanField(default=True)

    class Meta:
        indexes = (
            models.Index(fields=["code", "last_day"], name="rota_by_duty"),
            models.Index(fields=["person", "last_day"], name="rota_by_person"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.code} {self.place}"


class RotaExchange(models.Model):
    """On one day of a pattern somebody else stands, or nobody (`person` empty); the newest row holds."""

    pattern = models.ForeignKey(RotaPattern, models.PROTECT, related_name="exchanges")
    day = models.DateField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["pattern", "day"], name="rota_exchange_of_day"),)

    def __str__(self) -> str:
        return f"{self.pattern_id} {self.day}"
