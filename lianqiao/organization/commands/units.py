"""The units of the zone and who heads them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lianqiao.engine.errors import refuse
from lianqiao.organization.commands.authority import locked_people, require_active, require_office
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person, Unit


@transaction.atomic
def open_unit(
    name: str,
    *,
    kind: str,
    actor: Person | None,
    now: datetime,
    name_en: str = "",
    parent_id: int | None = None,
    head_id: int | None = None,
) -> Unit:
    """Enter a unit below another one; the same name again returns the unit there is, put right.

    Raises Refusal: `office-only`, `unit-name-missing`, `unit-unknown`, `unit-ring`, `person-unknown`,
    `person-inactive`.
    """
    require_office(actor, now=now)
    name = name.strip()
    if not name:
        raise refuse("unit-name-missing", "the unit has no name", hint="give the name on its door")
    if head_id is not None:
        require_active(locked_people([head_id])[head_id])
    _check_parent(name, parent_id)
    wanted = {"kind": kind, "name_en": name_en, "parent_id": parent_id, "head_id": head_id}
    unit, _ = Unit.objects.update_or_create(name=name, defaults=wanted)
    trace("open-unit", unit, actor=actor, now=now, name=name, **wanted)
    return unit


@transaction.atomic
def appoint_head(unit_id: int, *, person_id: int, actor: Person | None, now: datetime) -> Unit:
    """Make a person head of a unit, in place of whoever was.

    Raises Refusal: `office-only`, `unit-unknown`, `person-unknown`, `person-inactive`.
    """
    require_office(actor, now=now)
    require_active(locked_people([person_id])[person_id])
    unit = locked_unit(unit_id)
    before = unit.head_id
    unit.head_id = person_id
    unit.save(update_fields=["head"])
    trace("appoint-head", unit, actor=actor, now=now, head_id=person_id, before=before)
    return unit


def locked_unit(unit_id: int) -> Unit:
    """Return a unit held still until the transaction ends; raises Refusal `unit-unknown`."""
    unit = Unit.objects.select_for_update().filter(id=unit_id).first()
    if unit is None:
        raise refuse(
            "unit-unknown",
            f"there is no unit {unit_id}",
            hint="choose a unit from the list",
            unit=str(unit_id),
        )
    return unit


def _check_parent(name: str, parent_id: int | None) -> None:
    while parent_id is not None:
        parent = locked_unit(parent_id)
        if parent.name == name:
            raise refuse(
                "unit-ring", f"{name} would lie below itself", hint="choose a unit outside it", unit=name
            )
        parent_id = parent.parent_id
