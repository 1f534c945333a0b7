"""Simulations kept: of a promise, of the very text to be published, and what a form begins with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from lianqiao.bridge.queries.publications import opened_since
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.simulation import teams
from lianqiao.organization import queries as organization
from lianqiao.service.drafting.queries import hash_of
from lianqiao.service.studio.models import Simulation

# over how many days it is counted how many cases come
COUNTED_DAYS = 90


def simulations_of(mechanism: str) -> QuerySet[Simulation]:
    """Return the simulations of a promise, the newest first."""
    return Simulation.objects.filter(mechanism=mechanism).select_related("by", "job").order_by("-at", "-pk")


def simulation(simulation_id: int) -> Simulation:
    """Return a simulation. Raises Refusal `unknown-simulation`."""
    found = Simulation.objects.select_related("by", "job").filter(pk=simulation_id).first()
    if found is None:
        raise refuse("unknown-simulation", f"there is no simulation {simulation_id}", hint="see the list")
    return found


def answered_for(text: str) -> list[Simulation]:
    """Return the simulations of this very text that were answered, the newest first."""
    found = Simulation.objects.filter(sha256=hash_of(text), found__isnull=False)
    return list(found.select_related("by").order_by("-at", "-pk"))


def people_now(mechanism: Mechanism, *, at: datetime) -> dict[str, int]:
    """Return how many people hold each duty the promise needs, one where nobody does."""
    return {duty: max(1, len(organization.people_with(duty, at=at))) for duty in teams(mechanism)}


def arrivals_now(mechanism: Mechanism, *, calendar: Calendar, now: datetime) -> float:
    """Return how many cases a working day came lately, 1 where none did."""
    since = now - timedelta(days=COUNTED_DAYS)
    came = opened_since(mechanism.id, since)
    days = calendar.working_index(now.date()) - calendar.working_index(since.date())
    return max(0.1, round(came / days, 1)) if came and days else 1.0


def worst(found: dict[str, Any] | None) -> dict[str, float | None]:
    """Return the promise kept least often of what was found: mean, low and high."""
    if found is None:
        return dict.fromkeys(("mean", "low", "high"))
    kept = [one["kept"] for one in found["found"]["promises"].values() if one["kept"]["mean"] is not None]
    none: dict[str, float | None] = dict.fromkeys(("mean", "low", "high"))
    return min(kept, key=lambda one: one["low"] if one["low"] is not None else one["mean"], default=none)
