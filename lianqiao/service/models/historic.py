"""Event logs of other systems, for process mining: no case here is one of ours, nobody waits on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class HistoricLog(models.Model):
    """One imported log. `name` is what it is asked for by; importing it again updates it.

    `map` is the map it was read by, as JSON, with the promise its cases were owed. `activities` and `people`
    are the names that trails number; people are pseudonyms, their names never come here. `owed` counts cases
    with a deadline, `late` those that passed it, `left_out` rows of the last file that could not be read.
    `findings` is what the log shows as a whole, reckoned on the calendar version `calendar`.
    """

    name = models.CharField(max_length=100, unique=True)
    map = models.JSONField(default=dict)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cases = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    owed = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    activities = models.JSONField(default=list)
    people = models.JSONField(default=list)
    findings = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    calendar = models.CharField(max_length=80, default="")
    example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class HistoricCase(models.Model):
    """One case of an imported log, its events in `trail`: JSON [[second, activity, person], …].

    Seconds count from 1970 by Beijing's clock, person -1 is nobody. `due_at` is reckoned anew, `stated_*` are
    the file's words; `late_s` are natural seconds past the deadline that counts, 0 where it was kept or
    there was none (`owed`). `variant` stands for its activities in their order.
    """

    log = models.ForeignKey(HistoricLog, models.CASCADE, related_name="historic_cases", db_index=False)
    number = models.CharField(max_length=200)
    trail = models.TextField()
    events = models.PositiveIntegerField()
    variant = models.CharField(max_length=12)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stated_due_at = models.DateTimeField(null=True)
    stated_end_at = models.DateTimeField(null=True)
    owed = models.BooleanField()
    late_s = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["log", "number"], name="historic_case_once"),)
        indexes = (
            models.Index(fields=["log", "-late_s"], name="historic_case_late"),
            models.Index(fields=["log", "variant"], name="historic_case_variant"),
        )

    def __str__(self) -> str:
        return self.number
