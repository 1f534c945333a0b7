"""Service items as government catalogues list them, what they are found by, and every import of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ServiceDepartment(models.Model):
    """A department as catalogues name it; one that answers for service items."""

    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class ServiceItem(models.Model):
    """One service item (政务服务事项).

    `key` is what its catalogue knows it by, `code` the code it shows, often the same. `kind` is the two-digit
    type code of GB/T 39554.1, or what the catalogue says where that is none. `statutory_limit` and
    `promised_limit` are spans of time such as "20wd", "0wd" for on the spot, "" for unknown. `excluded` lists
    procedures the limit does not count (特殊环节); `withdrawn_at` is when a complete catalogue lacked it.
    """

    class Audience(models.TextChoices):
        PERSON = "person", "person"
        FIRM = "firm", "firm"
        BOTH = "both", "both"

    key = models.CharField(max_length=100, unique=True)
    code = models.CharField(max_length=100, db_index=True)
    name = models.CharField(max_length=300)
    department = models.ForeignKey(ServiceDepartment, models.PROTECT, related_name="items")
    main_item = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=8, blank=True, db_index=True)
    statutory_limit = models.CharField(max_length=12, blank=True)
    promised_limit = models.CharField(max_length=12, blank=True)
    excluded = models.JSONField(default=list, blank=True)
    audience = models.CharField(max_length=8, choices=Audience.choices, blank=True)
    source = models.CharField(max_length=200)
    mechanism = models.CharField(max_length=64, blank=True)
    first_imported_at = models.DateTimeField()
    last_imported_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    example = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["department", "main_item"], name="item_by_main_item"),
            models.Index(fields=["source", "withdrawn_at"], name="item_by_source"),
            models.Index(fields=["mechanism"], name="item_by_promise", condition=~models.Q(mechanism="")),
        )

    def __str__(self) -> str:
        return self.name


class ItemText(models.Model):
    """What an item is found by: the terms of its name, and of all it says, a space around each.

    The database keeps its own index over `terms`: FTS5 in SQLite, GIN in PostgreSQL.
    """

    item = models.OneToOneField(ServiceItem, models.CASCADE, primary_key=True, related_name="text")
    name_terms = models.TextField()
    terms = models.TextField()


class ItemTerm(models.Model):
    """In how many items a term occurs; the empty term counts the items themselves."""

    term = models.CharField(max_length=64, primary_key=True)
    items = models.PositiveIntegerField()


class ItemImport(models.Model):
    """One import of a catalogue: what file, by whom, what became of its rows.

    `problems` keeps the first of them as they were told; `by` is empty for the command line.
    """

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    map_name = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    complete = models.BooleanField(default=False)
    added = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    problems = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.file} {self.at:%Y-%m-%d %H:%M}"
