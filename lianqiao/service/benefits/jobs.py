"""What a worker does for benefits over and over; any number of workers may."""

from __future__ import annotations

from datetime import datetime

from lianqiao.engine.beijing import beijing
from lianqiao.service.benefits.commands import benefit_jobs, forgetting, granting

# the hour of the night, in Beijing, from which the day's matching is asked for
NIGHT_HOUR = 1


def look_after_benefits(*, now: datetime) -> int:
    """Let invitations lapse whose time is over, ask for the night's matching; returns how much was done."""
    lapsed = granting.lapse(now=now) + forgetting.forget_what_was_paid()
    return lapsed + (benefit_jobs.ask_nightly(now=now) if beijing(now).hour >= NIGHT_HOUR else 0)
