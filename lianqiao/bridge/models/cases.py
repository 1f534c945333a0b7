"""Rows that are nothing but the fold of the log, kept for lists and sweeps."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import models

from lianqiao.bridge.row_key import RowKey


class Case(models.Model):
    """One promise under way to one firm; every column but the keys is derived from the log.

    `state` is the case's folded state as JSON; `waits_for` the role that owes the next step and `holder`
    the person who does, empty while the firm does. `next_at` is when a clock next owes something of itself.
    `channel` is how it came where an officer took it in, one of `commands.taking_in.CHANNELS`.
    """

    id = RowKey(primary_key=True)
    number = models.CharField(max_length=32)
    progress_code = models.CharField(max_length=16)
    channel = models.CharField(max_length=16, default="")
    mechanism = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    firm = models.ForeignKey(
        "organization.Firm", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="sub_cases", db_index=False
    )
    parent_name = models.CharField(max_length=64, default="")
    marking = models.CharField(max_length=400)
    waits_for = models.CharField(max_length=64, default="")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.TextField()
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    sealed_seq = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, default="")
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    example = models.BooleanField(default=False)

    class Meta:
        # every index is paid for by every act: constraints in place of unique=True, which would add a second
        # index for prefixes on PostgreSQL, and no index on what few rows have
        constraints = (
            models.UniqueConstraint(fields=["number"], name="case_number"),
            models.UniqueConstraint(fields=["progress_code"], name="case_progress_code"),
        )
        indexes = (
            models.Index(fields=["parent"], name="case_parent", condition=models.Q(parent__isnull=False)),
            models.Index(
                fields=["holder", "due_at"], name="case_worklist", condition=models.Q(holder__isnull=False)
            ),
            models.Index(fields=["firm", "-opened_at"], name="case_matters"),
            models.Index(fields=["applicant"], name="case_own", condition=models.Q(firm__isnull=True)),
            models.Index(fields=["mechanism", "-opened_at"], name="case_by_promise"),
            models.Index(fields=["next_at"], name="case_next", condition=models.Q(next_at__isnull=False)),
            models.Index(
                fields=["id"], name="case_unsealed", condition=models.Q(sealed_seq__lt=models.F("seq"))
            ),
        )

    def __str__(self) -> str:
        return self.number


class Part(models.Model):
    """Who has which role in a case: `owner` (A) answers for it, `holder` does it now (B while A is away).

    `also` marks a role that owes a step of a branch beside the role `Case.waits_for` names.
    """

    id = RowKey(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parts", db_index=False)
    role = models.CharField(max_length=64)
    duty = models.CharField(max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    open = models.BooleanField(default=True)
    also = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "role"], name="part_once"),)
        indexes = (
            # with the case in it a person's cases are counted without reading a row
            models.Index(fields=["holder", "open", "case"], name="part_holder"),
            models.Index(fields=["owner"], name="part_owner", condition=models.Q(open=True)),
            # few are, and every worklist asks
            models.Index(
                fields=["holder", "case"], name="part_beside", condition=models.Q(open=True, also=True)
            ),
        )


class Load(models.Model):
    """How many open cases a person owns under a duty, kept beside the log so that choosing stays quick."""

    id = RowKey(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    duty = models.CharField(max_length=64)
    open_cases = models.IntegerField(default=0)
    given = models.IntegerField(default=0)  # cases ever: of those with equal loads the next is who had fewest

    class Meta:
        constraints = (models.UniqueConstraint(fields=["duty", "person"], name="load_once"),)


class Counter(models.Model):
    """The last number given out in a series such as `WDJ-2026`."""

    series = models.CharField(max_length=16, primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Promise(models.Model):
    """One clock on a case as its last run stands, for the overview and the sweeps.

    `result` is "" while owed, then kept, broken or ended; `level` the highest rung climbed.
    """

    id = RowKey(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="promises", db_index=False)
    mechanism = models.CharField(max_length=64)
    clock = models.CharField(max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=16)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    law_due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=8, default="")
    breaches = models.PositiveIntegerField(default=0)
    level = models.CharField(max_length=8, default="")
    provisional = models.BooleanField(default=False)
    # the calendar version this promise was last held against; differing from today's, it is reckoned anew
    calendar = models.CharField(max_length=80)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "clock"], name="promise_once"),)
        indexes = (
            models.Index(fields=["mechanism", "started_at"], name="promise_overview"),
            models.Index(fields=["calendar"], name="promise_calendar", condition=models.Q(result="")),
        )


class OutcomeCount(models.Model):
    """How many promises have ended how, kept beside the log so that the overview stays quick.

    One row for each clock, person who answers for it (`owner_id`, 0 where nobody does) and month of start
    (2026-02, in Beijing). Changed by the transaction that ends a promise; what is owed still is not in it.
    """

    mechanism = models.CharField(max_length=64)
    clock = models.CharField(max_length=64)
    # a number, not a key: a unique constraint takes two empty keys for different ones
    owner_id = models.BigIntegerField(default=0)
    month = models.CharField(max_length=7)
    kept = models.IntegerField(default=0)
    broken = models.IntegerField(default=0)
    ended = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["mechanism", "clock", "owner_id", "month"], name="outcome_once"),
        )


# where nothing falls due: a unique constraint takes two empty days for different ones
NEVER_DUE = datetime(9000, 1, 1, tzinfo=UTC)


class OwedCount(models.Model):
    """How many promises are owed still and fall due at one moment, counted in the acts that change them.

    `standing` is how they stand until `due_at`: at-risk, running, paused, or broken by an earlier run. From
    `due_at` on they are late, which needs no writing. Rows of nothing are swept away by the tick.
    """

    mechanism = models.CharField(max_length=64)
    clock = models.CharField(max_length=64)
    owner_id = models.BigIntegerField(default=0)
    month = models.CharField(max_length=7)
    standing = models.CharField(max_length=8)
    due_at = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["mechanism", "clock", "owner_id", "month", "standing", "due_at"], name="owed_once"
            ),
        )
        indexes = (models.Index(fields=["id"], name="owed_nothing", condition=models.Q(count=0)),)
