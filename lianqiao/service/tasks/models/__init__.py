"""What was done on each task of a list, and how the list stood at the end of each month: both only grow."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class TaskEntry(models.Model):
    """One line of a task's record: progress, a milestone reached, a new owner, a rung climbed.

    `body` is JSON text chained by hashes; the series is `task:` list `:` task (`engine.chained`).
    """

    list = models.CharField(max_length=32)
    task = models.CharField(max_length=64)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["list", "task", "seq"], name="task_entry_once"),)
        ordering = ("list", "task", "seq")

    def __str__(self) -> str:
        return f"{self.list} {self.task} {self.seq}"


class TaskEvidence(models.Model):
    """A file named in a task's record: as long as the record says so, the file is kept."""

    entry = models.ForeignKey(TaskEntry, models.PROTECT, related_name="evidence")
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    type = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """How a list stood when a month was over (`month` is 2026-10); `body` is chained to the month before.

    The series is `tasks:` and the list.
    """

    list = models.CharField(max_length=32)
    month = models.CharField(max_length=7)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["list", "month"], name="task_snapshot_once"),
            models.UniqueConstraint(fields=["list", "seq"], name="task_snapshot_seq"),
        )
        ordering = ("list", "seq")

    def __str__(self) -> str:
        return f"{self.list} {self.month}"
