"""How programs speak for a person: access tokens, and answers kept for requests that may be sent twice."""

from __future__ import annotations

from django.db import models

from lianqiao.organization.models.people import Person


class AccessToken(models.Model):
    """A program's key to the API for one person; it opens what the person may do, narrowed to `scopes`.

    Only the SHA-256 of the secret is kept; `begins` are its first characters, to tell tokens apart.
    `scopes` are names of `queries.tokens.SCOPES`, separated by spaces.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    begins = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.begins}… {self.name}"


class KeptAnswer(models.Model):
    """What a person's request with an idempotency key was answered, so that the same one is not done twice.

    `fingerprint` tells the same request from another with the same key. While the first is under way
    `done_at` is empty; `claimed_at` says since when.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    claimed_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "key"], name="answer_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.key}"
