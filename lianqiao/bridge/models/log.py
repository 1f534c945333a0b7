"""The log: entries chained by hashes, and the seals over them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.bridge.models.cases import Case
from lianqiao.bridge.row_key import RowKey


class Entry(models.Model):
    """One line of the log, written once. `hash` covers the case's number, `seq`, `body` and `previous`.

    `once` is the token of the form it came from: the same form sent twice makes one entry.
    """

    id = RowKey(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    name = models.CharField(max_length=64)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    once = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "seq"], name="entry_once"),
            models.UniqueConstraint(
                fields=["once"], name="entry_token", condition=models.Q(once__isnull=False)
            ),
        )
        ordering = ("case_id", "seq")


class Seal(models.Model):
    """A statement of how far every case touched since the last seal had come, chained to that seal.

    A case's own chain cannot show that its newest entries, or the whole case, were taken away; this can.
    `heads` is JSON: a list of [case number, seq, hash].
    """

    at = models.DateTimeField()
    heads = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
