"""An evaluation is made: by the standard in force, of confirmed entries only, kept with all it saw."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from lianqiao.engine.errors import refuse
from lianqiao.innovation.talent import queries
from lianqiao.innovation.talent.commands.records import require_talent_office
from lianqiao.innovation.talent.models import Appraisal, Permission, Talent
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person


@transaction.atomic
def appraise(of: Talent, *, actor: Person, now: datetime) -> Appraisal:
    """Evaluate a record and keep the result; the same record on another day gives the same score.

    Raises Refusal: `talent-office-only`, `own-record`, `unknown-talent` without permission, `no-standard`.
    """
    require_talent_office(actor, now=now)
    # the record is held still, so that what is kept as seen is what was scored
    Talent.objects.select_for_update().get(pk=of.pk)
    if not queries.permits(of, Permission.Purpose.EVALUATION):
        raise refuse("unknown-talent", f"there is no record {of.pk}", hint="look at the list")
    if of.person_id == actor.pk:
        raise refuse("own-record", "nobody evaluates themselves", hint="a colleague does")
    evaluation = queries.evaluation_of(of)
    if evaluation is None:
        raise refuse("no-standard", "the zone has no standard of evaluation", hint="add it to the pack")
    seen = asdict(evaluation) | {
        "entries": list(of.achievements.filter(state="confirmed").order_by("pk").values_list("pk", flat=True))
    }
    made = Appraisal.objects.create(
        talent=of, version=evaluation.version, hundredths=evaluation.total, seen=seen, at=now, by=actor
    )
    trace("appraise", made, actor=actor, now=now, version=evaluation.version)
    return made
