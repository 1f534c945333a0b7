"""Who is signed in where, and how often signing in failed."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from lianqiao.organization.models.people import Person


class Session(AbstractBaseSession):
    """A browser's session; once someone has signed in, it says who, when, how and from where.

    `label` names it to its person without giving away the key. `means` is `password`, `oidc` or `example`.
    """

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="sessions")
    label = models.CharField(max_length=16, db_index=True)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, default="")
    agent = models.CharField(max_length=200, default="")
    means = models.CharField(max_length=20, default="")

    class Meta(AbstractBaseSession.Meta):
        abstract = False


class SignInTries(models.Model):
    """Failures to sign in since the last success: of an account at an address, of either alone.

    `key` is a keyed hash: what is typed as a user name may be a password. `person` is whose account it was,
    if anyone's. `locked_until` empty: not locked.
    """

    class Kind(models.TextChoices):
        PAIR = "pair", "account at an address"
        ADDRESS = "address", "address"
        ACCOUNT = "account", "account"
        CODE = "code", "second factor"

    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    address = models.CharField(max_length=45)
    failures = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.failures}"
