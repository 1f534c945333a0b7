"""People who sign in, and the units they serve in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    """Anyone who signs in: an officer of the zone, someone acting for a firm, or both.

    What a person may do comes from duties and memberships, never from groups or permissions.
    `example` marks a person made for demonstrations.
    """

    class Language(models.TextChoices):
        CHINESE = "zh-hans", "简体中文"
        ENGLISH = "en", "English"

    # one name, in the order its bearer writes it: a Chinese name has no first and last
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=60, db_index=True)
    language = models.CharField(max_length=10, choices=Language.choices, default=Language.CHINESE)
    example = models.BooleanField(default=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "email"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the display name."""
        return self.name

    def get_short_name(self) -> str:
        """Return the display name: a Chinese name is not shortened."""
        return self.name


class Unit(models.Model):
    """A bureau, office or station of the zone; units form a tree.

    `head` answers for the unit's work when nobody else of a duty is present.
    """

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=100, unique=True)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=30)
    head = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name
