"""By what a person is known besides the password, the letters sent to them, and what they agreed to."""

from __future__ import annotations

from django.db import models

from lianqiao.organization.models.people import Person


class SecondFactor(models.Model):
    """A person's authenticator; its secret follows from `salt` and the site's key and is kept nowhere.

    `confirmed_at` empty: shown, but not yet proven to work. `counter` is the time step of the last code
    taken, so that none is taken twice.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="second_factor")
    salt = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    counter = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.person_id}"


class RecoveryCode(models.Model):
    """A code that stands in for the authenticator once; only its keyed hash is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id}"


class OutsideIdentity(models.Model):
    """A person as an identity provider knows them: its address and its own name for the person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="outside_identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["issuer", "subject"], name="outside_identity_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.issuer}"


class Letter(models.Model):
    """A mail to one person, perhaps with a link that works once; the link follows from `nonce` and the key.

    `next_try_at` empty: sent or given up. `expires_at` is when the link stops working.
    """

    class Kind(models.TextChoices):
        SIGN_UP = "sign-up", "confirm a registration"
        KNOWN = "known", "this address is registered already"
        RESET = "reset", "choose a new password"
        PASSWORD = "password", "the password was changed"
        FACTOR = "factor", "the second factor was removed"
        INVITATION = "invitation", "act for a firm"
        BOUND = "bound", "you act for the firm"
        NOT_BOUND = "not-bound", "the request was refused"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="letters")
    email = models.EmailField(db_index=True)
    language = models.CharField(max_length=10)
    data = models.JSONField(default=dict)
    nonce = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["next_try_at"], name="letter_due", condition=models.Q(next_try_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Consent(models.Model):
    """A person agreed to a version of a text; `withdrawn_at` is when they took it back."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    document = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.document} {self.version}"
