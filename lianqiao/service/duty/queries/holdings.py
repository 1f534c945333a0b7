"""Everything somebody holds that another would have to take over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language

from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge
from lianqiao.engine.beijing import beijing
from lianqiao.engine.rota import Shift
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Mandate, Person
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.assistance.models import BasketEntry
from lianqiao.service.assistance.queries import basket
from lianqiao.service.language import in_words
from lianqiao.service.tasks.queries import tasks_of

SHIFT_DAYS = 28


@dataclass(frozen=True)
class DutyHeld:
    """One duty with the open cases a person owns under it, and the firms it is linked to."""

    code: str
    title: str
    cases: int
    firms: tuple[str, ...]


@dataclass(frozen=True)
class Holdings:
    """What a person holds; `mandates` cannot be handed over: the firm gives them."""

    duties: tuple[DutyHeld, ...]
    shifts: tuple[Shift, ...]
    entries: tuple[BasketEntry, ...]
    mandates: tuple[Mandate, ...]
    tasks: tuple[str, ...] = ()

    @property
    def cases(self) -> int:
        """How many open cases there are under all duties."""
        return sum(one.cases for one in self.duties)

    @property
    def empty(self) -> bool:
        """True where there is nothing to hand over."""
        return not (self.duties or self.shifts or self.tasks)


def holdings(person: Person, *, at: datetime) -> Holdings:
    """Return everything a person holds at `at`."""
    today = beijing(at).date()
    shifts = organization.rota_shifts(
        first=today, last=today + timedelta(days=SHIFT_DAYS), calendar=packs.calendar(at), person_id=person.pk
    )
    mandates = organization.in_force_mandates(at).filter(person=person).select_related("firm")
    return Holdings(
        duties=tuple(_duties(person, at=at)),
        shifts=tuple(shifts),
        entries=tuple(basket(person.pk)),
        mandates=tuple(mandates),
        tasks=tuple(in_words(one.task.title) for one in tasks_of(person.pk, now=at)),
    )


def may_hand_over(actor: Person, person: Person, *, at: datetime) -> bool:
    """True for oneself, and for leaders and the office."""
    return actor.pk == person.pk or organization.may_file_for_others(actor.pk, at=at)


def _duties(person: Person, *, at: datetime) -> list[DutyHeld]:
    cases = bridge.cases_by_duty(person.pk)
    titles = organization.duty_titles(get_language() or "")
    scopes: dict[str, list[str]] = {}
    for held in organization.duties_held(person.pk, at=at):
        # the register of people is the office's to give
        if held.code != OFFICE:
            scopes.setdefault(held.code, []).extend(held.scope.get("firm", ()))
    codes = {code for some in scopes.values() for code in some}
    names = {code: firm.short_name for code, firm in organization.firms_by_code(codes).items()}
    return [
        DutyHeld(
            code, titles.get(code, code), cases.get(code, 0), tuple(names.get(one, one) for one in firms)
        )
        for code, firms in sorted(scopes.items())
    ]
