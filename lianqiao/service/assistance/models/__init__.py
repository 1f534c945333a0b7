"""What somebody has put into the basket for a firm."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class BasketEntry(models.Model):
    """One matter chosen for a firm: a form kept as a draft until it is ordered, then the case it became.

    `item_name` is the service item's name where one was chosen, "" for a promise. `once` makes ordering it
    twice one case. Without draft and case it is gone: its draft was deleted, sent by itself, or ran out.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    firm = models.ForeignKey("organization.Firm", models.PROTECT, related_name="+", db_index=False)
    mechanism = models.CharField(max_length=64)
    item = models.ForeignKey("service.ServiceItem", models.SET_NULL, null=True, related_name="+")
    item_name = models.CharField(max_length=300, default="", blank=True)
    draft = models.OneToOneField("service.Draft", models.SET_NULL, null=True, related_name="+")
    case = models.ForeignKey("bridge.Case", models.PROTECT, null=True, related_name="+", db_index=False)
    once = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    ordered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["person", "firm", "-made_at"], name="basket_of"),)

    def __str__(self) -> str:
        return f"{self.mechanism} for {self.firm_id}"
