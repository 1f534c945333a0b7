"""What was decided of licences and why, the e-licences issued for it, and the keys they are signed with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from lianqiao.bridge.row_key import RowKey
from lianqiao.service.licences.models.register import Licence


class Night(models.Model):
    """One run over the register; `day` is Beijing's. The scheduled one of a day is there once."""

    day = models.DateField()
    scheduled = models.BooleanField(default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    took_ms = models.PositiveBigIntegerField(default=0)
    registered = models.PositiveBigIntegerField(default=0)
    near = models.PositiveBigIntegerField(default=0)
    renewed = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    missing = models.PositiveBigIntegerField(default=0)
    opened = models.PositiveBigIntegerField(default=0)
    unassigned = models.PositiveBigIntegerField(default=0)
    lapsed = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day"], name="night_once", condition=models.Q(scheduled=True)),
        )
        ordering = ("-asked_at", "-id")

    def __str__(self) -> str:
        return f"{self.day}"


class Head(models.Model):
    """How far the chain of decisions has come: whoever writes one holds this row. There is one."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)


class Decision(models.Model):
    """One decision of one licence, written once and chained to the one before by `hash`.

    `outcome` is renewed, failed, missing, refused, lapsed, revoked, opted-out or opted-in; `until` the last
    day of the term it was decided for; `body` the JSON that is hashed: rule, facts seen, reasons, who.
    """

    id = RowKey(primary_key=True)
    seq = models.PositiveBigIntegerField(unique=True)
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="decisions", db_index=False)
    until = models.DateField()
    outcome = models.CharField(max_length=9)
    at = models.DateTimeField()
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["licence", "until"], name="renewed_once", condition=models.Q(outcome="renewed")
            ),
        )
        indexes = (models.Index(fields=["licence", "seq"], name="decision_of_licence"),)


class Credential(models.Model):
    """One e-licence issued: the signed `token`, under a `code` nobody can guess. One a term."""

    id = RowKey(primary_key=True)
    code = models.CharField(max_length=16, unique=True)
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="credentials", db_index=False)
    until = models.DateField()
    issued_at = models.DateTimeField()
    kid = models.CharField(max_length=64)
    token = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["licence", "until"], name="credential_once"),)


class Word(models.Model):
    """Something a holder is told: renewed, failed, missing, near, lapsed, refused or revoked."""

    id = RowKey(primary_key=True)
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="words", db_index=False)
    firm = models.ForeignKey("organization.Firm", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    until = models.DateField()
    facts: models.JSONField[Any] = models.JSONField(default=dict)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=["firm", "-at"], name="word_of_firm"),
            models.Index(fields=["licence", "-at"], name="word_of_licence"),
            models.Index(fields=["mail_at"], name="word_to_mail", condition=models.Q(mail_at__isnull=False)),
        )


class SigningKey(models.Model):
    """A key e-licences are signed with. `private` is sealed (`bridge.secret_text`); the newest signs.

    A retired key signs no more and verifies for ever; a `withdrawn_at` one is published no longer.
    """

    kid = models.CharField(max_length=64, unique=True)
    public: models.JSONField[Any] = models.JSONField()
    private = models.TextField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.kid
