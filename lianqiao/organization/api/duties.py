"""Who holds which duty, and the office's acts on duties, people and units."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.errors import refuse
from lianqiao.organization import commands, queries
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    Cut,
    Id,
    Name,
    Page,
    Reason,
    Wanted,
    When,
    Words,
    instant,
    offer,
)
from lianqiao.organization.api.shapes import DutyShown, PersonShown, duty_shown, person_shown
from lianqiao.organization.models import Duty

router = Router(tags=["duties"])


class DutyAsked(Cut):
    """Which duties."""

    q: Words = ""
    presence: Literal["all", "absent"] = "all"


class DutyWanted(Wanted):
    """A duty to be given."""

    person: Id
    code: Name = Field(examples=["drama-steward"])
    unit: Id | None = None
    deputy: Id | None = None
    scope: dict[Name, list[Name]] = Field(
        default={}, description=_("The cases it covers, by field; empty for all.")
    )
    since: When | None = None
    until: When | None = None


class Ending(Wanted):
    """Why something ends."""

    reason: Reason


class DeputyWanted(Wanted):
    """The deputy of a duty; null for none."""

    person: Id | None


@offer(
    router,
    "GET",
    "/duties",
    name="listDuties",
    scope="read",
    says=_("Who is on duty: every duty with its officer (A), deputy (B) and who does the work now."),
    more=_("For officers. `q` is looked for in names, units and titles."),
    answer=Page[DutyShown],
    refuses=(403,),
)
def list_duties(
    request: HttpRequest,
    asked: Query[DutyAsked],
) -> Page[DutyShown]:
    """Return a page of the duties in force, by code and id."""
    require_officer(request)
    rows = queries.duties_in_force(moment(request), text=asked.q, absent=asked.presence == "absent")
    page, following = page_of(rows, [Key("code")], asked)
    return Page[DutyShown](items=_shown(request, page), next=following)


@offer(
    router,
    "POST",
    "/duties",
    name="giveDuty",
    scope="office",
    says=_("Give a person a duty."),
    more=_("For the office."),
    answer=DutyShown,
    status=201,
    refuses=(403, 404, 409),
)
def give_duty(request: HttpRequest, wanted: DutyWanted) -> DutyShown:
    """Give the duty; refuses as `commands.give_duty` does."""
    made = commands.give_duty(
        wanted.person,
        code=wanted.code,
        unit_id=wanted.unit,
        scope=dict(wanted.scope),
        deputy_id=wanted.deputy,
        since=instant(wanted.since, "since") if wanted.since else None,
        until=instant(wanted.until, "until") if wanted.until else None,
        actor=caller(request).person,
        now=moment(request),
    )
    return _shown(request, [made])[0]


@offer(
    router,
    "POST",
    "/duties/{duty}/ending",
    name="endDuty",
    scope="office",
    says=_("End a duty now; its open work goes to colleagues."),
    more=_("For the office."),
    answer=DutyShown,
    refuses=(403, 404, 409),
)
def end_duty(request: HttpRequest, duty: Path[Id], wanted: Ending) -> DutyShown:
    """End the duty; refuses as `commands.end_duty` does."""
    ended = commands.end_duty(duty, reason=wanted.reason, actor=caller(request).person, now=moment(request))
    return _shown(request, [ended])[0]


@offer(
    router,
    "PUT",
    "/duties/{duty}/deputy",
    name="nameDeputy",
    scope="duty",
    says=_("Name the deputy (B) of a duty."),
    more=_("For leaders and the office."),
    answer=DutyShown,
    refuses=(403, 404),
)
def name_deputy(request: HttpRequest, duty: Path[Id], wanted: DeputyWanted) -> DutyShown:
    """Name the deputy; refuses as `commands.name_deputy` does."""
    done = commands.name_deputy(
        duty, deputy_id=wanted.person, actor=caller(request).person, now=moment(request)
    )
    return _shown(request, [done])[0]


def require_officer(request: HttpRequest) -> None:
    """Raise Refusal `officers-only` unless the caller holds a duty."""
    if not queries.is_officer(caller(request).person.pk, at=moment(request)):
        raise refuse("officers-only", "only people who hold a duty may look here", hint="ask at the window")


def _shown(request: HttpRequest, duties: list[Duty]) -> list[DutyShown]:
    now = moment(request)
    titles = queries.duty_titles(get_language() or "zh-hans")
    away = queries.on_leave(now)
    pairs = [(duty.person_id, duty.code) for duty in duties if duty.person_id in away]
    holders = queries.holders_at(pairs, at=now)
    names = queries.names(holders.values())
    found = []
    for duty in duties:
        doing = holders.get((duty.person_id, duty.code), duty.person_id)
        own = doing == duty.person_id
        holder = person_shown(duty.person) if own else PersonShown(id=doing, name=names.get(doing, ""))
        found.append(duty_shown(duty, titles=titles, absent=duty.person_id in away, holder=holder))
    return found
