"""Simulations: asked for, answered by a long job, kept to be compared."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router, Status
from pydantic import Field

from lianqiao.engine.simulation.question import Question
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import Cut, Id, Moment, Name, Page, Shown, Wanted, offer
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.drafting.queries import draft_of
from lianqiao.service.studio.api.rights import require_studio
from lianqiao.service.studio.commands import simulations as commands
from lianqiao.service.studio.models import MechanismDraft, Simulation
from lianqiao.service.studio.queries import mechanisms, simulations

router = Router(tags=["studio"])
Share = dict[Literal["mean", "low", "high"], float | None]
Count = dict[Name, int]
Durations = dict[Name, Name]


class SimulationWanted(Wanted):
    """A question: who works, what comes, how long things take. Duties and steps are those of the promise."""

    promise: Identifier | None = Field(default=None, description=_("A promise that is served."))
    version: int | None = Field(default=None, ge=1, le=100_000)
    draft: Id | None = Field(default=None, description=_("In place of a promise: a version being written."))
    name: Name
    staff: Count = Field(examples=[{"drama-steward": 16}])
    arrivals: str = Field(
        default="", max_length=40, description=_("80/wd a working day, 80/d a natural day, 5/h an hour.")
    )
    hours: str = Field(default="", max_length=100, description=_("Office hours; the zone's without it."))
    handling: Durations = Field(
        default={},
        description=_("Office hours a step takes: 2, exponential:2 or lognormal:2,0.5; `*` for all others."),
    )
    reactions: Durations = Field(default={}, description=_("Natural hours until a firm takes its step."))
    shares: dict[Name, float] = Field(default={}, description=_("How often a step is chosen, 0 to 1."))
    return_share: float | None = Field(default=None, ge=0, le=1)
    leave_days: int = Field(default=0, ge=0, le=200)
    order: Literal["due", "arrival"] = "due"
    assignment: Literal["lightest", "pool"] = "lightest"
    learn: str = Field(
        default="", max_length=100, description=_("`own` for the promise's own cases, or an imported log.")
    )
    target: float | None = Field(
        default=None, gt=0, lt=1, description=_("Find the people it takes to keep this share.")
    )
    days: int = Field(default=250, ge=5, le=1000)
    warm_up_days: int = Field(default=40, ge=0, le=250)
    replications: int = Field(default=10, ge=2, le=50)
    seed: int = Field(default=1, ge=1, le=2**31)


class SimulationRow(Shown):
    """A simulation and what it found, in short."""

    id: int
    key: str
    name: str
    by: str
    at: Moment
    job: int | None = Field(description=_("The long job that answers it; null once it is no longer kept."))
    answered: bool
    error: str = Field(description=_("A code; empty where nothing went wrong."))
    kept: Share = Field(description=_("The promise kept least often, with its 95-percent interval."))
    people_needed: int | None


class SimulationShown(SimulationRow):
    """A simulation in full, as the command line prints it."""

    asked: Any
    found: Any


class SimulationsAsked(Cut):
    """Of which promise."""

    promise: Identifier


@offer(
    router,
    "POST",
    "/studio/simulations",
    name="simulateMechanism",
    scope="office act",
    says=_("Ask how often a promise is kept, where it queues, how many people it takes."),
    more=_("For leaders and the digital office. A long job answers it."),
    answer=SimulationShown,
    status=202,
    refuses=(403, 404),
)
def simulate(request: HttpRequest, wanted: SimulationWanted) -> SimulationShown:
    """Ask for the simulation; refuses as `commands.simulations.ask_simulation` does."""
    require_studio(request)
    if wanted.draft is not None:
        text = draft_of(MechanismDraft, wanted.draft).text
    else:
        text = mechanisms.text_of(mechanisms.mechanism_of(wanted.promise or "", wanted.version))
    given = wanted.model_dump(exclude={"promise", "version", "draft", "name"})
    by, now = caller(request).person, moment(request)
    return _shown(commands.ask_simulation(text, Question(**given), name=wanted.name, by=by, now=now))


@offer(
    router,
    "GET",
    "/studio/simulations",
    name="listSimulations",
    scope="read",
    says=_("The simulations of a promise, newest first."),
    more=_("For leaders and the digital office."),
    answer=Page[SimulationRow],
    refuses=(403,),
)
def list_simulations(request: HttpRequest, asked: Query[SimulationsAsked]) -> Page[SimulationRow]:
    """Return a page of them; refuses `leader-only`."""
    require_studio(request)
    found = simulations.simulations_of(asked.promise)
    page, following = page_of(found, [Key("at", descending=True)], asked)
    return Page[SimulationRow](items=[SimulationRow(**_row(one)) for one in page], next=following)


@offer(
    router,
    "GET",
    "/studio/simulations/{simulation}",
    name="showSimulation",
    scope="read",
    says=_("What was asked and found."),
    more=_("For leaders and the digital office."),
    answer=SimulationShown,
    refuses=(403, 404),
)
def show_simulation(request: HttpRequest, simulation: Path[Id]) -> SimulationShown:
    """Return the simulation; refuses `leader-only`, `unknown-simulation`."""
    require_studio(request)
    return _shown(simulations.simulation(simulation))


@offer(
    router,
    "DELETE",
    "/studio/simulations/{simulation}",
    name="forgetSimulation",
    scope="office act",
    says=_("Remove a simulation from those kept."),
    more=_("For leaders and the digital office."),
    answer=None,
    status=204,
    refuses=(403, 404),
)
def forget_simulation(request: HttpRequest, simulation: Path[Id]) -> Status[None]:
    """Remove the simulation; refuses `leader-only`, `unknown-simulation`."""
    commands.forget_simulation(simulation, by=caller(request).person, now=moment(request))
    return Status(204, None)


def _row(one: Simulation) -> dict[str, Any]:
    staffing = (one.found or {}).get("staffing")
    return {
        "id": one.pk,
        "key": f"{one.mechanism}@{one.version}",
        "name": one.name,
        "by": one.by.name,
        "at": one.at,
        "job": one.job_id,
        "answered": one.found is not None,
        "error": one.error,
        "kept": simulations.worst(one.found),
        "people_needed": staffing["people"] if staffing else None,
    }


def _shown(one: Simulation) -> SimulationShown:
    return SimulationShown(**_row(one), asked=one.asked, found=one.found)
