"""Who guides products, and where a product stands: its entries folded over its journey's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.engine.journeys import STAGES, Journey, JourneyStep, journeys_of
from lianqiao.engine.nearest import meant
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.drug.models import ProductEntry

WELL = ("granted", "done")
DONE, NOT_NEEDED, UNDER_WAY, NEXT, AHEAD = "done", "not-needed", "under-way", "next", "ahead"
OPEN_AGAIN, CASE = "open-again", "case"


@dataclass(frozen=True)
class StepStands:
    """How one step stands. `entry` decided it, `case` is its last one; the days are those it took."""

    name: str
    step: JourneyStep
    state: str
    entry: ProductEntry | None = None
    case: Case | None = None
    began: date | None = None
    ended: date | None = None
    yuan: int | None = None

    @property
    def days(self) -> int | None:
        """Natural days from the day it began to the day it was done."""
        return (self.ended - self.began).days if self.began and self.ended else None


@dataclass(frozen=True)
class Standing:
    """A product on its journey: every step, the next one, and how many of those needed are done."""

    steps: tuple[StepStands, ...]
    next: StepStands | None
    done: int
    needed: int

    @property
    def stage(self) -> str:
        """The stage of the next step; of the last one where nothing is left."""
        return (self.next or self.steps[-1]).step.stage

    def of_stage(self, stage: str) -> list[StepStands]:
        """Return the steps of a stage."""
        return [one for one in self.steps if one.step.stage == stage]


def journeys() -> Mapping[str, Journey]:
    """Return the journeys the pack has, by id."""
    return journeys_of(packs.current())


def journey(kind: str) -> Journey:
    """Return one journey; raises Refusal `unknown-journey`."""
    known = journeys()
    if kind not in known:
        hint = meant(kind, known, what="kinds of product")
        raise refuse("unknown-journey", f"there is no journey “{kind}”", hint=hint, field="kind")
    return known[kind]


def step_of(kind: str, name: str) -> JourneyStep:
    """Return one step of a journey; raises Refusal `unknown-journey`, `unknown-product-step`."""
    steps = journey(kind).steps
    if name not in steps:
        hint = meant(name, steps, what="steps")
        raise refuse("unknown-product-step", f"there is no step “{name}”", hint=hint, field="step")
    return steps[name]


def guides(person: Person, *, at: datetime) -> bool:
    """True for holders of a duty in any promise a journey's step opens: they guide every product."""
    return person.is_active and bool(guiding_duties() & organization.duties_of(person.pk, at=at))


def guiding_duties() -> frozenset[str]:
    """Return the duties of the promises journeys name."""
    pack = packs.current()
    named = {step.mechanism for one in journeys_of(pack).values() for step in one.steps.values()}
    found = [pack.newest(mechanism) for mechanism in named if mechanism]
    return frozenset(role.duty for one in found for role in one.roles.values() if role.duty)


def stands(journey: Journey, entries: Iterable[ProductEntry]) -> Standing:
    """Return how a product stands; entries come oldest first, each with its case. Asks nothing."""
    of_step: dict[str, list[ProductEntry]] = {}
    for entry in entries:
        of_step.setdefault(entry.step, []).append(entry)
    steps = [_stands(name, step, of_step.get(name, [])) for name, step in journey.steps.items()]
    following = next((at for at, one in enumerate(steps) if one.state == AHEAD), None)
    if following is not None:
        steps[following] = _as_next(steps[following])
    done = sum(one.state == DONE for one in steps)
    needed = sum(one.state != NOT_NEEDED for one in steps)
    return Standing(tuple(steps), steps[following] if following is not None else None, done, needed)


def stage_places() -> Mapping[str, int]:
    """Return the number of each stage, from 1."""
    return {stage: at for at, stage in enumerate(STAGES, 1)}


def _as_next(one: StepStands) -> StepStands:
    return StepStands(one.name, one.step, NEXT, one.entry, one.case)


def _stands(name: str, step: JourneyStep, entries: list[ProductEntry]) -> StepStands:
    case = next((entry.case for entry in reversed(entries) if entry.case is not None), None)
    told = [entry for entry in entries if entry.what in (DONE, NOT_NEEDED, OPEN_AGAIN, CASE)]
    last = told[-1] if told else None
    if last is None or last.what == OPEN_AGAIN:
        return StepStands(name, step, AHEAD, last, case)
    if last.what == CASE:
        return _by_case(name, step, last)
    return StepStands(name, step, last.what, last, case, last.began, last.ended, last.yuan)


def _by_case(name: str, step: JourneyStep, entry: ProductEntry) -> StepStands:
    case = entry.case
    assert case is not None
    began = beijing(case.opened_at).date()
    if case.closed_at is None:
        return StepStands(name, step, UNDER_WAY, entry, case, began)
    ended = beijing(case.closed_at).date()
    if case.outcome in WELL:
        return StepStands(name, step, DONE, entry, case, began, ended)
    return StepStands(name, step, AHEAD, entry, case)
