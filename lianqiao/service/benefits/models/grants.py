"""What parties were invited to, granted, and what they appealed against."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.service.benefits.models.decisions import Decision
from lianqiao.service.benefits.models.facts import OfParty, one_party

# a party has one of these at a time of a policy in a period
LIVE = ("invited", "granted", "paying", "paid", "recovering")


class Pot(models.Model):
    """What a policy has given away in a period; whoever takes from it locks it: no two take the last."""

    policy = models.CharField(max_length=64)
    period = models.CharField(max_length=4)
    count = models.PositiveIntegerField(default=0)
    fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["policy", "period"], name="pot_once"),)

    def __str__(self) -> str:
        return f"{self.policy} {self.period}"


class Grant(OfParty):
    """A benefit for a party in a period.

    `state` is invited, declined, lapsed, granted, paying, paid, revoked, recovering or recovered. Granted is
    on public notice until the end of `notice_until`; in `case` the party waits for its money.
    """

    policy = models.CharField(max_length=64)
    period = models.CharField(max_length=4)
    delivery = models.CharField(max_length=7)
    state = models.CharField(max_length=10)
    fen = models.BigIntegerField()
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(null=True)
    confirm_by = models.DateField(null=True)
    granted_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    notice_until = models.DateField(null=True)
    case = models.OneToOneField("bridge.Case", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, default="")
    moved_at = models.DateTimeField()
    example = models.BooleanField(default=False)

    class Meta:
        constraints = (
            one_party("grant_of_one_party"),
            models.UniqueConstraint(
                fields=["firm", "policy", "period"],
                condition=models.Q(state__in=LIVE, firm__isnull=False),
                name="grant_of_firm_once",
            ),
            models.UniqueConstraint(
                fields=["person", "policy", "period"],
                condition=models.Q(state__in=LIVE, person__isnull=False),
                name="grant_of_person_once",
            ),
        )
        indexes = (
            models.Index(fields=["state", "notice_until"], name="grant_payable"),
            models.Index(fields=["policy", "period", "state"], name="grant_of_policy"),
            models.Index(fields=["firm", "-moved_at"], name="grant_of_firm"),
            models.Index(
                fields=["person", "-moved_at"],
                name="grant_of_person",
                condition=models.Q(person__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.policy} {self.period} {self.state}"


class Appeal(models.Model):
    """A case in which a firm or a person appeals against what a policy came to for them."""

    case = models.OneToOneField("bridge.Case", models.PROTECT, related_name="+")
    policy = models.CharField(max_length=64)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.policy
