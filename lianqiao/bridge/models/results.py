"""What a case led to: documents of decisions, and what firms say of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.bridge.models.cases import Case


class Result(models.Model):
    """A document owed for a decision: entry `seq` of the case. `sha256` is "" until it is made out.

    `code` opens its public page; it follows from the entry's hash, so that it can be found again.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="results", db_index=False)
    seq = models.PositiveIntegerField()
    code = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, default="")
    name = models.CharField(max_length=200, default="")
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "seq"], name="result_once"),
            models.UniqueConstraint(fields=["code"], name="result_code"),
        )
        indexes = (models.Index(fields=["id"], name="result_owed", condition=models.Q(sha256="")),)


class Rating(models.Model):
    """What a firm thought of a case when it had ended, once; its words stay in the log.

    `owner` is the officer who answered for the case, empty where it had none.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="rating")
    mechanism = models.CharField(max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    grade = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["mechanism", "grade"], name="rating_figures"),)
