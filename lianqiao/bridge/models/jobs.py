"""What takes long and is done by workers."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.bridge.models.cases import Case


class Job(models.Model):
    """Something that takes long, asked for by a person and done by a worker.

    `state` is waiting, running, done, failed or cancelled. While it runs, `lease` names the worker's hold on
    it until `leased_until`: then any other may take it up again. `stage` says what is being done, in English
    words to be translated when shown; `result` is what its kind makes of it, `error` a code.
    """

    kind = models.CharField(max_length=32)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    about = models.CharField(max_length=200, default="")
    given = models.JSONField(default=dict)
    state = models.CharField(max_length=9, default="waiting")
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    stage = models.CharField(max_length=100, default="")
    result = models.JSONField(null=True)
    error = models.CharField(max_length=64, default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # when it may be taken: null once it has ended; while it runs, when its lease runs out
    next_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=32, default="")
    attempts = models.PositiveIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["next_at", "id"], name="job_due", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["person", "-asked_at"], name="job_of"),
            models.Index(fields=["ended_at"], name="job_ended", condition=models.Q(ended_at__isnull=False)),
        )

    @property
    def ended(self) -> bool:
        """True once nothing more will happen to it."""
        return self.ended_at is not None

    @property
    def percent(self) -> int:
        """How much of it is done, 0 to 100; 0 where its size is not known."""
        return min(100, 100 * self.done // self.total) if self.total else 0
