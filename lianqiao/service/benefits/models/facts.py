"""What is known of firms and people: only ever added to; a correction names the row it corrects."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class OfParty(models.Model):
    """Something about one party: a firm or a person, never both."""

    firm = models.ForeignKey(
        "organization.Firm", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


def one_party(name: str) -> models.CheckConstraint:
    """Return the constraint that a row is about exactly one party."""
    of_firm = models.Q(firm__isnull=False, person__isnull=True)
    of_person = models.Q(firm__isnull=True, person__isnull=False)
    return models.CheckConstraint(condition=of_firm | of_person, name=name)


class Fact(OfParty):
    """One source's word about one attribute of one party, as of a day.

    `state` is value, absent (known not to be there), unusable (`problem` says why) or withdrawn; `value` is
    as policies take it: money in fen, shares in hundredths of a percent, dates ISO 8601. `consent` is given,
    law or none; `purpose` is what it may be used for, "" for all the zone decides by rule. `digest` makes
    the same word the same row.
    """

    attribute = models.CharField(max_length=64)
    state = models.CharField(max_length=9)
    value = models.JSONField(null=True)
    written = models.CharField(max_length=200, default="")
    problem = models.CharField(max_length=32, default="")
    source = models.CharField(max_length=100)
    as_of = models.DateField()
    valid_until = models.DateField(null=True)
    confidence = models.CharField(max_length=6)
    consent = models.CharField(max_length=5)
    purpose = models.CharField(max_length=20, default="")
    paper = models.JSONField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    via = models.CharField(max_length=8)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    reason = models.CharField(max_length=200, default="")
    digest = models.CharField(max_length=64, unique=True)
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (one_party("fact_of_one_party"),)
        indexes = (
            models.Index(fields=["firm", "attribute"], name="fact_of_firm"),
            models.Index(fields=["person", "attribute"], name="fact_of_person"),
            models.Index(fields=["-at"], name="fact_newest"),
        )

    def __str__(self) -> str:
        return f"{self.attribute} {self.source} {self.as_of}"


class FactProblem(OfParty):
    """An attribute of a party that cannot be used as things stand, and why; `solved_at` ends it."""

    attribute = models.CharField(max_length=64)
    code = models.CharField(max_length=32)
    told: models.JSONField[Any] = models.JSONField(default=dict)
    since = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (
            one_party("fact_problem_of_one_party"),
            models.UniqueConstraint(
                fields=["firm", "attribute"],
                condition=models.Q(solved_at__isnull=True, firm__isnull=False),
                name="fact_problem_of_firm_once",
            ),
            models.UniqueConstraint(
                fields=["person", "attribute"],
                condition=models.Q(solved_at__isnull=True, person__isnull=False),
                name="fact_problem_of_person_once",
            ),
        )
        indexes = (models.Index(fields=["solved_at", "-since"], name="fact_problem_open"),)

    def __str__(self) -> str:
        return f"{self.attribute} {self.code}"


class FactImport(models.Model):
    """A file of facts taken in: how many were new, what could not be read, row by row for the first ones."""

    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=100)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    unusable = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    problems: models.JSONField[Any] = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.file
