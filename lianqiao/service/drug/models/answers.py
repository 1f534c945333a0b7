"""Answers kept for whoever asks next: each in versions, in force only once a second person agreed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Answer(models.Model):
    """One version of an answer; `series` is its first version (empty for the first itself).

    `state` is proposed, in-force, replaced, declined or withdrawn; `review_on` the day somebody looks whether
    it still holds. `terms` and `question_terms` are what it is found by, a space around each.
    """

    series = models.ForeignKey("self", models.PROTECT, null=True, related_name="versions", db_index=False)
    version = models.PositiveIntegerField(default=1)
    mechanism = models.CharField(max_length=64)
    case = models.ForeignKey("bridge.Case", models.PROTECT, null=True, related_name="+", db_index=False)
    question = models.CharField(max_length=200)
    text = models.TextField()
    citations = models.TextField()
    state = models.CharField(max_length=12)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    review_on = models.DateField()
    question_terms = models.TextField()
    terms = models.TextField()
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["series", "version"], name="answer_version_once"),
            models.UniqueConstraint(
                fields=["series"], name="answer_proposed_once", condition=models.Q(state="proposed")
            ),
        )
        indexes = (models.Index(fields=["state", "review_on"], name="answer_by_review"),)

    def __str__(self) -> str:
        return self.question


class AnswerTaken(models.Model):
    """An inquiry whose answer was looked at once; `answer` is empty where it is not for others to read."""

    case = models.OneToOneField("bridge.Case", models.PROTECT, primary_key=True, related_name="+")
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="+", db_index=False)
