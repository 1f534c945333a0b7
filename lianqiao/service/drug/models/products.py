"""Products under guidance, and all that happened to them, entry after entry."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Product(models.Model):
    """A firm's product on its journey; `kind` is the id of the journey in the pack.

    `steward` guides it; empty until somebody takes it up.
    """

    firm = models.ForeignKey("organization.Firm", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=500, blank=True)
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    registered_at = models.DateTimeField()
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["firm", "kind", "name"], name="product_once"),)
        indexes = (models.Index(fields=["-registered_at"], name="product_newest"),)

    def __str__(self) -> str:
        return self.name


class ProductEntry(models.Model):
    """One thing that happened to a product; never changed, so that the table is its history.

    `what` is registered, guided (a steward took it up), case (a step's case was opened), done, not-needed,
    open-again or note. `began` and `ended` are the days a step took, `yuan` what it cost; each may lack.
    """

    product = models.ForeignKey(Product, models.PROTECT, related_name="entries", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=12)
    step = models.CharField(max_length=64, blank=True)
    case = models.OneToOneField("bridge.Case", models.PROTECT, null=True, related_name="+")
    began = models.DateField(null=True)
    ended = models.DateField(null=True)
    yuan = models.BigIntegerField(null=True)
    evidence = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = (models.Index(fields=["product", "at"], name="product_history"),)

    def __str__(self) -> str:
        return f"{self.what} {self.step}"
