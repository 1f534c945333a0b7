"""How people, firms, duties and leaves look in the API."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from pydantic import Field

from lianqiao.organization.api.offering import Moment, Shown
from lianqiao.organization.models import Duty, Firm, Leave, Membership, Person, Unit


class PersonShown(Shown):
    """Someone in the zone or acting for a firm."""

    id: int
    name: str


class UnitShown(Shown):
    """A bureau, office or station of the zone."""

    id: int
    name: str
    kind: str
    parent: int | None = Field(description=_("The id of the unit above."))
    head: PersonShown | None


class DutyShown(Shown):
    """A duty held: who answers for it (A) and who is the deputy (B)."""

    id: int
    code: str
    title: str
    person: PersonShown
    deputy: PersonShown | None
    unit: str | None
    scope: dict[str, list[str]] = Field(description=_("The cases it covers, by field; empty for all."))
    since: Moment
    until: Moment | None
    absent: bool = Field(description=_("Whether the person is on leave now."))
    holder: PersonShown = Field(description=_("Who does the work now: another person during a leave."))


class LeaveShown(Shown):
    """A leave from `begin` (inclusive) to `end` (exclusive)."""

    id: int
    person: int
    kind: str
    begin: Moment
    end: Moment
    stand_in: PersonShown | None
    cancelled_at: Moment | None


class FirmShown(Shown):
    """A firm under its unified social credit code."""

    credit_code: str
    name: str


class MemberShown(Shown):
    """Someone's acting for a firm."""

    id: int
    person: int
    firm: str = Field(description=_("The firm's unified social credit code."))
    role: str
    since: Moment
    until: Moment | None


def person_shown(person: Person) -> PersonShown:
    """Return a person as the API shows them: the name and nothing that could be used to sign in."""
    return PersonShown(id=person.pk, name=person.name)


def unit_shown(unit: Unit) -> UnitShown:
    """Return a unit, whose head must be read with it."""
    head = person_shown(unit.head) if unit.head else None
    return UnitShown(id=unit.pk, name=unit.name, kind=unit.kind, parent=unit.parent_id, head=head)


def duty_shown(duty: Duty, *, titles: dict[str, str], absent: bool, holder: PersonShown) -> DutyShown:
    """Return a duty, whose person, deputy and unit must be read with it."""
    english = (get_language() or "").startswith("en")
    unit = duty.unit
    return DutyShown(
        id=duty.pk,
        code=duty.code,
        title=titles.get(duty.code, duty.code),
        person=person_shown(duty.person),
        deputy=person_shown(duty.deputy) if duty.deputy else None,
        unit=None if unit is None else (unit.name_en if english and unit.name_en else unit.name),
        scope={name: [str(value) for value in values] for name, values in duty.scope.items()},
        since=duty.since,
        until=duty.until,
        absent=absent,
        holder=holder,
    )


def leave_shown(leave: Leave) -> LeaveShown:
    """Return a leave, whose stand-in must be read with it."""
    return LeaveShown(
        id=leave.pk,
        person=leave.person_id,
        kind=leave.kind,
        begin=leave.begin,
        end=leave.end,
        stand_in=person_shown(leave.stand_in) if leave.stand_in else None,
        cancelled_at=leave.cancelled_at,
    )


def firm_shown(firm: Firm) -> FirmShown:
    """Return a firm as the API shows it."""
    return FirmShown(credit_code=firm.credit_code, name=firm.name)


def member_shown(member: Membership) -> MemberShown:
    """Return someone's acting for a firm; the firm must be read with it."""
    return MemberShown(
        id=member.pk,
        person=member.person_id,
        firm=member.firm.credit_code,
        role=member.role,
        since=member.since,
        until=member.until,
    )
