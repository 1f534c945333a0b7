"""People and units of the zone, and the office's acts on them."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.organization import commands, queries
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.duties import Ending, require_officer
from lianqiao.organization.api.offering import Cut, Id, Name, Page, Wanted, Words, offer
from lianqiao.organization.api.shapes import PersonShown, UnitShown, person_shown, unit_shown

router = Router(tags=["people"])


class PeopleAsked(Cut):
    """Which people."""

    q: Words = Field(default="", description=_("Part of a name or user name."))


class PersonWanted(Wanted):
    """A person to be entered."""

    username: Name
    name: Name
    email: Words = ""
    language: Literal["zh-hans", "en"] = "zh-hans"
    password: str | None = Field(
        default=None,
        max_length=200,
        description=_("Without one the person can only sign in another way until one is set."),
    )


class UnitWanted(Wanted):
    """A unit to be entered, or put right under the same name."""

    name: Name
    name_en: Words = ""
    kind: str = Field(min_length=1, max_length=30, pattern=r"^[a-z][a-z0-9-]*$", examples=["bureau"])
    parent: Id | None = None
    head: Id | None = None


class HeadWanted(Wanted):
    """Who is to head a unit."""

    person: Id


@offer(
    router,
    "GET",
    "/people",
    name="listPeople",
    scope="read",
    says=_("The officers of the zone, by name."),
    more=_("For officers, to choose a stand-in or whom to hand work to."),
    answer=Page[PersonShown],
    refuses=(403,),
)
def list_people(request: HttpRequest, asked: Query[PeopleAsked]) -> Page[PersonShown]:
    """Return a page of the active people who hold a duty."""
    require_officer(request)
    rows = queries.officers(moment(request), text=asked.q)
    page, following = page_of(rows, [Key("name")], asked)
    return Page[PersonShown](items=[person_shown(one) for one in page], next=following)


@offer(
    router,
    "POST",
    "/people",
    name="registerPerson",
    scope="office",
    says=_("Enter a person who is to sign in."),
    more=_("For the office."),
    answer=PersonShown,
    status=201,
    refuses=(403, 409),
)
def register_person(request: HttpRequest, wanted: PersonWanted) -> PersonShown:
    """Enter the person; refuses as `commands.register_person` does."""
    made = commands.register_person(
        wanted.username,
        name=wanted.name,
        email=wanted.email,
        language=wanted.language,
        password=wanted.password,
        actor=caller(request).person,
        now=moment(request),
    )
    return person_shown(made)


@offer(
    router,
    "POST",
    "/people/{person}/deactivation",
    name="deactivatePerson",
    scope="office",
    says=_("Close the account of someone who has left; the work goes to deputies and colleagues."),
    more=_("For the office."),
    answer=PersonShown,
    refuses=(403, 404, 409),
)
def deactivate_person(request: HttpRequest, person: Path[Id], wanted: Ending) -> PersonShown:
    """Close the account; refuses as `commands.deactivate_person` does."""
    gone = commands.deactivate_person(
        person, reason=wanted.reason, actor=caller(request).person, now=moment(request)
    )
    return person_shown(gone)


@offer(
    router,
    "GET",
    "/units",
    name="listUnits",
    scope="read",
    says=_("The units of the zone."),
    more=_("For officers."),
    answer=Page[UnitShown],
    refuses=(403,),
)
def list_units(request: HttpRequest, cut: Query[Cut]) -> Page[UnitShown]:
    """Return a page of the units, by name."""
    require_officer(request)
    page, following = page_of(queries.units(), [Key("name")], cut)
    return Page[UnitShown](items=[unit_shown(unit) for unit in page], next=following)


@offer(
    router,
    "POST",
    "/units",
    name="openUnit",
    scope="office",
    says=_("Enter a unit; the same name again puts the unit there is right."),
    more=_("For the office."),
    answer=UnitShown,
    status=201,
    refuses=(403, 404),
)
def open_unit(request: HttpRequest, wanted: UnitWanted) -> UnitShown:
    """Enter the unit; refuses as `commands.open_unit` does."""
    made = commands.open_unit(
        wanted.name,
        kind=wanted.kind,
        name_en=wanted.name_en,
        parent_id=wanted.parent,
        head_id=wanted.head,
        actor=caller(request).person,
        now=moment(request),
    )
    return unit_shown(made)


@offer(
    router,
    "PUT",
    "/units/{unit}/head",
    name="appointHead",
    scope="office",
    says=_("Make a person head of a unit."),
    more=_("For the office."),
    answer=UnitShown,
    refuses=(403, 404),
)
def appoint_head(request: HttpRequest, unit: Path[Id], wanted: HeadWanted) -> UnitShown:
    """Appoint the head; refuses as `commands.appoint_head` does."""
    done = commands.appoint_head(
        unit, person_id=wanted.person, actor=caller(request).person, now=moment(request)
    )
    return unit_shown(done)
