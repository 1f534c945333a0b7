"""A night is asked for: by the worker once a day, or by an officer at any time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from lianqiao.bridge.commands import ask_job
from lianqiao.bridge.long_jobs import Work
from lianqiao.bridge.models import Job
from lianqiao.engine.beijing import beijing
from lianqiao.organization.models import Person
from lianqiao.service.licences.commands.renewing import run_night
from lianqiao.service.licences.models import Licence, Night
from lianqiao.service.licences.queries.rights import require_keeper

KIND = "licence-night"
# after midnight, so that a day's last registers are in
BEGINS_AT_HOUR = 1
LOOKING = gettext_noop("Looking at licences near their end")


def ask_scheduled(*, now: datetime) -> Job | None:
    """Ask for the night of the day, once; None where it is too early, asked for, or nothing is registered."""
    local = beijing(now)
    if local.hour < BEGINS_AT_HOUR or Night.objects.filter(day=local.date(), scheduled=True).exists():
        return None
    if not Licence.objects.filter(state="valid").exists():
        return None
    try:
        with transaction.atomic():
            night = Night.objects.create(day=local.date(), asked_at=now)
            return ask_job(KIND, by=None, given={"night": night.pk}, now=now, about=local.date().isoformat())
    except IntegrityError:
        # another worker asked at the same moment
        return None


def ask_night(*, by: Person, now: datetime) -> Job:
    """Ask for a run now. Raises Refusal `licences-only`."""
    require_keeper(by, at=now)
    day = beijing(now).date()
    with transaction.atomic():
        night = Night.objects.create(day=day, scheduled=False, by=by, asked_at=now)
        return ask_job(KIND, by=by, given={"night": night.pk}, now=now, about=day.isoformat())


def run_at_once(*, now: datetime) -> Night:
    """Run over the register in this process, for the server."""
    night = Night.objects.create(day=beijing(now).date(), scheduled=False, asked_at=now)
    return run_night(night, now=now)


def do_night(work: Work) -> dict[str, Any]:
    """Do a night that was asked for; taken up again where a worker was lost, it does what is left."""
    night = Night.objects.get(pk=work.job.given["night"])
    done = run_night(
        night,
        now=work.clock(),
        told=lambda looked, total: work.go_on(done=looked, total=total, stage=LOOKING),
    )
    return {"night": done.pk, "renewed": done.renewed, "failed": done.failed, "missing": done.missing}
