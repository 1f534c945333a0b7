"""Versions of promises and policies published here, beside those the district's files hold."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Publication(models.Model):
    """One version of a promise or policy: a text that never changes, who wrote it, who let it out, when.

    `head` is SHA-256 over the head before, key, `sha256` and `published_at`: a version altered or taken away
    is found. `in_force_at` is empty until it takes effect; `held_back` says why it could not.
    """

    class Kind(models.TextChoices):
        MECHANISM = "mechanism", "a promise"
        POLICY = "policy", "a policy"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MECHANISM)
    # the promise's or policy's id; versions of a policy are counted here, its file has days inside
    mechanism = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    head = models.CharField(max_length=64)
    note = models.CharField(max_length=300)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    published_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True)
    held_back = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "mechanism", "version"], name="publication_once"),
        )

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """`id@version`, as a promise is called everywhere; `policy:id@version` of a policy."""
        called = f"{self.mechanism}@{self.version}"
        return called if self.kind == self.Kind.MECHANISM else f"{self.kind}:{called}"


class PackEdition(models.Model):
    """One row whose number grows whenever what is in force changes: every process sees it cheaply."""

    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
