"""Meetings of schools and firms are recorded, with counts and never with names of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.innovation.talent.commands.records import require_talent_office
from lianqiao.innovation.talent.commands.typed import tidy, wrong
from lianqiao.innovation.talent.models import Meeting, MeetingFirm
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Firm, Person

LONGEST = {"title": 100, "school": 100}
LARGEST = 100_000


@transaction.atomic
def record_meeting(
    *,
    day: date,
    title: str,
    school: str,
    posts: int,
    people: int,
    intents: int,
    firms: Iterable[Firm],
    by: Person,
    now: datetime,
    example: bool = False,
) -> Meeting:
    """Record a meeting that was held.

    Raises Refusal: `talent-office-only`, `needs-missing`, `needs-wrong`, `day-to-come`, `firms-missing`.
    """
    require_talent_office(by, now=now)
    there = list({firm.pk: firm for firm in firms}.values())
    typed = tidy({"title": title, "school": school}, longest=LONGEST, needed=frozenset(LONGEST))
    problems = _faults({"posts": posts, "people": people, "intents": intents})
    if day > beijing(now).date():
        problems.append(Problem("day-to-come", "the day is to come", place="day", facts={"field": "day"}))
    if not there:
        facts = {"field": "firms"}
        problems.append(Problem("firms-missing", "no firm was there", place="firms", facts=facts))
    if problems:
        raise Refusal(*problems)
    made = Meeting.objects.create(
        day=day,
        posts=posts,
        people=people,
        intents=intents,
        made_by=by,
        made_at=now,
        example=example,
        **typed,
    )
    MeetingFirm.objects.bulk_create([MeetingFirm(meeting=made, firm=firm) for firm in there])
    trace("record-meeting", made, actor=by, now=now, firms=len(there))
    return made


def _faults(counts: Mapping[str, int]) -> list[Problem]:
    problems = [
        wrong(name, "too-large", f"0 to {LARGEST}", limit=str(LARGEST))
        for name, count in counts.items()
        if not 0 <= count <= LARGEST
    ]
    most = counts["people"]
    if counts["intents"] > most:
        problems.append(wrong("intents", "too-large", f"at most {most}", limit=str(most)))
    return problems
