"""Dual posts 双岗互聘: one person, two employers, one agreement about time and results."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.innovation.talent.models.records import Talent


class DualPost(models.Model):
    """An agreement of a person, their home employer and a host; in force when all three have agreed.

    `share` is the part of the working time at the host, in percent. What comes of the work belongs to
    host, home and person in the percentages given, which make 100. Days are inclusive.
    """

    talent = models.ForeignKey(Talent, models.PROTECT, related_name="dual_posts")
    home = models.ForeignKey("organization.Firm", models.PROTECT, related_name="+")
    host = models.ForeignKey("organization.Firm", models.PROTECT, related_name="+")
    post = models.CharField(max_length=60)
    share = models.PositiveSmallIntegerField()
    begins = models.DateField()
    ends = models.DateField()
    results_home = models.PositiveSmallIntegerField()
    results_host = models.PositiveSmallIntegerField()
    results_person = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField()
    person_agreed_at = models.DateTimeField(null=True)
    home_agreed_at = models.DateTimeField(null=True)
    home_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    host_agreed_at = models.DateTimeField(null=True)
    host_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # declined before it was in force, or ended early
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(share__gte=1) & models.Q(share__lte=100), name="dual_post_share"
            ),
            models.CheckConstraint(
                condition=models.Q(results_home=100 - models.F("results_host") - models.F("results_person")),
                name="dual_post_results_whole",
            ),
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("begins")), name="dual_post_span"),
            models.CheckConstraint(
                condition=~models.Q(home=models.F("host")), name="dual_post_two_employers"
            ),
        )

    def __str__(self) -> str:
        return f"{self.talent_id} {self.home_id} → {self.host_id}"

    @property
    def agreed(self) -> bool:
        """Whether all three have agreed."""
        return bool(self.person_agreed_at and self.home_agreed_at and self.host_agreed_at)
