"""The tables of bundles: one under way to a firm, and the matters it is made of."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Run(models.Model):
    """One bundle under way to a firm; `bundle` is its id in the pack, `answers` what the interview said."""

    bundle = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    firm = models.ForeignKey("organization.Firm", models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    answers = models.JSONField(default=dict)
    via = models.CharField(max_length=8, blank=True)
    once = models.CharField(max_length=64, null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["by", "once"], name="bundle_run_once"),)
        indexes = (models.Index(fields=["firm", "-started_at"], name="bundle_run_by_firm"),)

    def __str__(self) -> str:
        return self.title


class RunMatter(models.Model):
    """One matter of a run.

    `state` is waiting, open, well, badly or called-off; `after` names the matters it waits for, `data` is
    what its promise is given, `files` the hashes of the files in it. `problem` says in a code why it could
    not be opened when its turn came; it is tried again.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="matters", db_index=False)
    name = models.CharField(max_length=64)
    place = models.PositiveSmallIntegerField()
    mechanism = models.CharField(max_length=64)
    after = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    state = models.CharField(max_length=12, default="waiting")
    case = models.OneToOneField("bridge.Case", models.PROTECT, null=True, related_name="+")
    problem = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "name"], name="bundle_matter_once"),)
        indexes = (
            models.Index(
                fields=["state"],
                name="bundle_matter_moving",
                condition=models.Q(state__in=["waiting", "open"]),
            ),
        )

    def __str__(self) -> str:
        return self.name
