"""What a person sets for their own eyes."""

from __future__ import annotations

from django.db import models

from lianqiao.organization.models.people import Person


class SavedView(models.Model):
    """A list as a person wants it again: what its address asks (`query`), under a name.

    The row without a name keeps the columns the person chose for the list, as `case.due`. The list opens with
    the view that is `first`.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    list_name = models.CharField(max_length=40)
    name = models.CharField(max_length=60, blank=True, default="")
    query = models.CharField(max_length=1000)
    first = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "list_name", "name"], name="view_once"),)

    def __str__(self) -> str:
        return f"{self.list_name}: {self.name}"
