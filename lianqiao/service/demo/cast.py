"""The demonstration's people, units and firms, entered through the organization's own commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from lianqiao.engine.pack import Pack
from lianqiao.organization import commands
from lianqiao.organization.models import Firm, Person
from lianqiao.service.demo.cast_files import CastFiles, FirmEntry, PersonEntry, read_cast


@dataclass
class Cast:
    """Everyone in the demonstration by user name; `agents` are each firm's people, in the file's order."""

    people: dict[str, Person] = field(default_factory=dict)
    firms: list[Firm] = field(default_factory=list)
    agents: dict[int, list[Person]] = field(default_factory=dict)

    def by_id(self, person_id: int) -> Person:
        """Return someone by id."""
        return next(person for person in self.people.values() if person.pk == person_id)


def enter_cast(pack: Pack, *, now: datetime) -> Cast:
    """Enter regions, duty titles, units, officers and firms as of `now`; all marked as examples."""
    files = read_cast(pack.texts)
    cast = Cast()
    commands.import_regions(
        ({"code": region.code, "name": region.title.zh_hans} for region in pack.district.regions),
        actor=None,
        now=now,
    )
    titles = {code: duty.title for code, duty in pack.district.duties.items()} | dict(files.titles)
    commands.title_duties(
        {code: (text.zh_hans, text.en) for code, text in titles.items()}, actor=None, now=now
    )
    for entry in files.people:
        cast.people[entry.username] = commands.register_person(
            entry.username, name=entry.name, actor=None, now=now, example=True
        )
    units = _units(files, cast, now=now)
    for entry in files.people:
        _duties(entry, cast, units, now=now)
    for firm in files.firms:
        _firm(firm, cast, now=now)
    return cast


def _units(files: CastFiles, cast: Cast, *, now: datetime) -> dict[str, int]:
    units: dict[str, int] = {}
    for entry in files.units:
        unit = commands.open_unit(
            entry.name,
            kind=entry.kind,
            name_en=entry.name_en,
            parent_id=units.get(entry.parent),
            head_id=cast.people[entry.head].pk if entry.head else None,
            actor=None,
            now=now,
        )
        units[entry.name] = unit.pk
    return units


def _duties(entry: PersonEntry, cast: Cast, units: dict[str, int], *, now: datetime) -> None:
    for duty in entry.duties:
        commands.give_duty(
            cast.people[entry.username].pk,
            code=duty.code,
            unit_id=units.get(duty.unit),
            scope=duty.scope,
            deputy_id=cast.people[duty.deputy].pk if duty.deputy else None,
            actor=None,
            now=now,
        )


def _firm(entry: FirmEntry, cast: Cast, *, now: datetime) -> None:
    firm = commands.register_firm(
        entry.credit_code,
        name=entry.name,
        short_name=entry.short_name,
        region_code=entry.region,
        example=True,
        actor=None,
        now=now,
    )
    cast.firms.append(firm)
    for agent in entry.people:
        if agent.username not in cast.people:
            cast.people[agent.username] = commands.register_person(
                agent.username, name=agent.name, actor=None, now=now, example=True
            )
        person = cast.people[agent.username]
        commands.join_firm(person.pk, firm_id=firm.pk, role=agent.role, actor=None, now=now)
        cast.agents.setdefault(firm.pk, []).append(person)
