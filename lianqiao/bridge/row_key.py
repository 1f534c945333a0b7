"""The keys of the rows every act writes."""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class RowKey(models.BigAutoField):  # type: ignore[type-arg]
    """A whole number the database gives, counted up; for tables of which no row is ever deleted.

    On SQLite without AUTOINCREMENT, which reads and writes one more page with every row, lest the number of
    a deleted last row be given again.
    """

    def db_type_suffix(self, connection: BaseDatabaseWrapper) -> str | None:
        """Return what follows PRIMARY KEY."""
        return None if connection.vendor == "sqlite" else super().db_type_suffix(connection)
