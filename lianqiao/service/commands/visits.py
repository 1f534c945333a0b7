"""Visits are recorded, and what a firm says there becomes a case at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lianqiao.bridge import commands
from lianqiao.bridge.models import Case
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.side_acts import tidied
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.models import Visit, VisitCase

LONGEST = {"subject": 100, "summary": 3000, "next_step": 300}


def record_visit(
    firm: Firm,
    *,
    by: Person,
    day: date,
    subject: str,
    summary: str,
    now: datetime,
    next_step: str = "",
    example: bool = False,
) -> Visit:
    """Record a visit to a firm.

    Raises Refusal: `officers-only`, `needs-missing`, `needs-wrong`, `visit-day`.
    """
    if not organization.is_officer(by.pk, at=now):
        raise refuse("officers-only", "only officers record visits")
    typed = {"subject": tidied(subject), "summary": tidied(summary), "next_step": tidied(next_step)}
    problems = [
        Problem("needs-missing", "this is required", place=name, facts={"field": name})
        for name in ("subject", "summary")
        if not typed[name]
    ]
    problems += [_too_long(name, text) for name, text in typed.items() if len(text) > LONGEST[name]]
    if day > beijing(now).date():
        problems.append(Problem("visit-day", "the day is to come", place="day", facts={"field": "day"}))
    if problems:
        raise Refusal(*problems)
    return Visit.objects.create(
        firm=firm, by=by, day=day, made_at=now, example=example or firm.example, **typed
    )


@transaction.atomic
def open_case_from(
    visit: Visit,
    mechanism_id: str,
    *,
    by: Person,
    data: Mapping[str, Any],
    now: datetime,
    once: str = "",
    via: str = "",
) -> Case:
    """Open a case for the firm visited and keep where it came from; refuses as `commands.open_case`."""
    case = commands.open_case(
        mechanism_id, by=by, firm=visit.firm, data=data, now=now, once=once, via=via, channel="visit"
    )
    VisitCase.objects.get_or_create(case=case, defaults={"visit": visit})
    return case


def keep_cases(visit: Visit, cases: Iterable[Case]) -> None:
    """Keep that these cases came from the visit."""
    VisitCase.objects.bulk_create([VisitCase(visit=visit, case=case) for case in cases])


def _too_long(name: str, text: str) -> Problem:
    facts = {"field": name, "fault": "too-long", "limit": str(LONGEST[name]), "length": str(len(text))}
    return Problem("needs-wrong", f"at most {LONGEST[name]} characters", place=name, facts=facts)
