"""Who may get what by rule, as it was decided: with the facts it saw and the rules it went by."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from lianqiao.service.benefits.models.facts import OfParty, one_party


class RuleBook(models.Model):
    """All policies and attributes as they stood, so that what was decided by them can be decided again."""

    digest = models.CharField(max_length=64, unique=True)
    body = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]


class MatchRun(models.Model):
    """One matching of all parties of a kind with the rules of a day; `cursor` is the last party done.

    `ended_at` is empty while it runs; a killed one goes on after its cursor.
    """

    kind = models.CharField(max_length=6)
    day = models.DateField()
    rules = models.ForeignKey(RuleBook, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cursor = models.BigIntegerField(default=0)
    parties = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["-day", "-id"], name="match_run_newest"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class Decision(OfParty):
    """What one policy comes to for one party: kept for yes and nearly, and for what no longer is either.

    `verdict` is yes, nearly or no, `before` the one it replaced; `lacks` names the one paper or fact that
    nearly lacks, `how` whether it is unknown or fails. `facts` are those the policy looks at. The `current`
    one of a party and policy is the last. Where money is short `standing` says how the party comes out in
    line: granted, short or open, with `line_fen`.
    """

    policy = models.CharField(max_length=64)
    policy_digest = models.CharField(max_length=64)
    verdict = models.CharField(max_length=6)
    before = models.CharField(max_length=6, default="")
    how = models.CharField(max_length=7, default="")
    lacks: models.JSONField[Any] = models.JSONField(default=list)
    fen = models.BigIntegerField(null=True)
    facts: models.JSONField[Any] = models.JSONField(default=dict)
    facts_digest = models.CharField(max_length=64)
    rules = models.ForeignKey(RuleBook, models.PROTECT, related_name="+")
    run = models.ForeignKey(MatchRun, models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    current = models.BooleanField(default=True)
    standing = models.CharField(max_length=7, default="")
    line_fen = models.BigIntegerField(null=True)
    place = models.PositiveIntegerField(null=True)
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (
            one_party("decision_of_one_party"),
            models.UniqueConstraint(
                fields=["firm", "policy"],
                condition=models.Q(current=True, firm__isnull=False),
                name="decision_of_firm_current",
            ),
            models.UniqueConstraint(
                fields=["person", "policy"],
                condition=models.Q(current=True, person__isnull=False),
                name="decision_of_person_current",
            ),
        )
        indexes = (
            models.Index(fields=["verdict", "policy", "-fen"], name="decision_found",
                         condition=models.Q(current=True)),
            models.Index(fields=["day", "-id"], name="decision_by_day"),
            models.Index(fields=["firm", "policy", "-id"], name="decision_of_firm"),
            models.Index(fields=["person", "policy", "-id"], name="decision_of_person",
                         condition=models.Q(person__isnull=False)),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.policy} {self.verdict} {self.day}"
