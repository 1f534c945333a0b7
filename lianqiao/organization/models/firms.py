"""Firms, the regions they sit in, and who acts for them."""

from __future__ import annotations

from django.db import models

from lianqiao.organization.models.people import Person


class Region(models.Model):
    """An administrative division as it stood between two dates.

    A code can be given up and its area live on under another, so a code alone is not a key.
    `valid_from` empty: since before records; `valid_to` empty: still in force; `valid_to` is the first day
    on which it no longer is.
    """

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    parent_code = models.CharField(max_length=12, blank=True, db_index=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["code", "valid_from"], name="region_code_from"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_from__isnull=True), name="region_code_ever"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="region_valid_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Firm(models.Model):
    """A firm under its unified social credit code.

    The region is where the firm is; the region inside the code is that of the office which registered it.
    Three codes in ten differ, so nothing may ask them to agree.
    """

    credit_code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200, db_index=True)
    short_name = models.CharField(max_length=60, db_index=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="firms")
    address = models.CharField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    registered_capital_fen = models.BigIntegerField(null=True, blank=True)
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(registered_capital_fen__isnull=True)
                | models.Q(registered_capital_fen__gte=0),
                name="firm_capital_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Someone acts for a firm from `since` until `until` (empty: until further notice)."""

    class Role(models.TextChoices):
        AGENT = "agent", "agent"
        ADMINISTRATOR = "administrator", "administrator"

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["person", "until"], name="membership_in_force"),)
        constraints = (
            models.UniqueConstraint(
                fields=["person", "firm"],
                condition=models.Q(until__isnull=True),
                name="membership_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.firm_id}"
