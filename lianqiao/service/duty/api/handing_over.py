"""Everything somebody holds, and handing all of it over."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Router
from pydantic import Field

from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.duties import require_officer
from lianqiao.organization.api.offering import Id, Reason, Shown, Wanted, offer
from lianqiao.organization.commands.authority import person_unknown
from lianqiao.organization.models import Person
from lianqiao.service.duty import commands, queries

router = Router(tags=["duties"])


class DutyHeldShown(Shown):
    """A duty, with what hangs on it."""

    code: str
    title: str
    cases: int = Field(description=_("Open cases owned under it."))
    firms: list[str] = Field(description=_("The firms it is linked to."))


class HoldingsShown(Shown):
    """Everything a person holds."""

    duties: list[DutyHeldShown]
    shifts: int = Field(description=_("Shifts in the next four weeks."))
    tasks: list[str]
    basket: int
    mandates: int = Field(description=_("Given by firms; these are not handed over."))


class EverythingWanted(Wanted):
    """To whom, and why."""

    to: Id
    reason: Reason


class HandedOverShown(Shown):
    """How much moved."""

    duties: int
    cases: int
    shifts: int
    tasks: int
    basket: int


@offer(
    router,
    "GET",
    "/people/{person}/holdings",
    name="showHoldings",
    scope="read",
    says=_("Everything a person holds: duties, open cases, linked firms, shifts, tasks, basket."),
    more=_("For the person, leaders and the office."),
    answer=HoldingsShown,
    refuses=(403, 404),
)
def show_holdings(request: HttpRequest, person: Path[Id]) -> HoldingsShown:
    """Return it; refuses `person-unknown`, `officers-only` and `leader-only`."""
    held = queries.holdings(_person(request, person), at=moment(request))
    return HoldingsShown(
        duties=[
            DutyHeldShown(code=one.code, title=one.title, cases=one.cases, firms=list(one.firms))
            for one in held.duties
        ],
        shifts=len(held.shifts),
        tasks=list(held.tasks),
        basket=len(held.entries),
        mandates=len(held.mandates),
    )


@offer(
    router,
    "POST",
    "/people/{person}/holdings/hand-over",
    name="handOverEverything",
    scope="duty",
    says=_("Hand everything a person holds to another, in one act: all of it, or nothing."),
    more=_("For the person, leaders and the office."),
    answer=HandedOverShown,
    refuses=(403, 404, 409),
)
def hand_over_everything(request: HttpRequest, person: Path[Id], wanted: EverythingWanted) -> HandedOverShown:
    """Hand it over; refuses as `commands.hand_over_everything` does."""
    of, to = _person(request, person), organization.person(wanted.to)
    if to is None:
        raise person_unknown(wanted.to)
    done = commands.hand_over_everything(
        of, to_person=to, reason=wanted.reason, actor=caller(request).person, now=moment(request)
    )
    return HandedOverShown(
        duties=done.duties, cases=done.cases, shifts=done.shifts, tasks=done.tasks, basket=done.entries
    )


def _person(request: HttpRequest, person_id: int) -> Person:
    require_officer(request)
    person = organization.account(person_id)
    if person is None:
        raise person_unknown(person_id)
    if not queries.may_hand_over(caller(request).person, person, at=moment(request)):
        raise refuse("leader-only", "only a leader or the office sees what others hold")
    return person
