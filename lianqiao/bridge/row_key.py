"""The keys of the bridge's rows."""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class RowKey(models.BigAutoField):
    """A whole number the database gives, counted up.

    On SQLite without AUTOINCREMENT, which keeps the last number of each table in one more page and reads and
    writes it with every row; it is there to never give the number of a deleted last row again, and nothing here
    is deleted.
    """

    def db_type_suffix(self, connection: BaseDatabaseWrapper) -> str | None:
        """Return what follows PRIMARY KEY."""
        return None if connection.vendor == "sqlite" else super().db_type_suffix(connection)
