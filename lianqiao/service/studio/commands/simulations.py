"""Ask for a simulation, and answer it as a long job: progress told, stopped where it is cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from lianqiao.bridge import packs
from lianqiao.bridge.commands import ask_job
from lianqiao.bridge.long_jobs import Work
from lianqiao.bridge.queries.event_logs import Wanted, event_log
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock_bulk import day_table
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.simulation import Scenario, people_needed, simulate
from lianqiao.engine.simulation.learning import learnt
from lianqiao.engine.simulation.question import Question
from lianqiao.engine.simulation.telling import as_json
from lianqiao.organization.commands.authority import require_leader
from lianqiao.organization.models import Person
from lianqiao.service.drafting.answers import answer
from lianqiao.service.drafting.queries import hash_of
from lianqiao.service.queries.historic_logs import historic_log, stored_log
from lianqiao.service.studio.models import Simulation
from lianqiao.service.studio.queries.drafts import checked_text
from lianqiao.service.studio.queries.simulations import simulation

KIND = "simulation"
OWN = "own"
READING, SIMULATING = gettext_noop("Reading the log"), gettext_noop("Simulating")


def ask_simulation(text: str, question: Question, *, name: str, by: Person, now: datetime) -> Simulation:
    """Ask for a version, as its text says it, to be simulated; a worker begins within seconds.

    Raises Refusal: `leader-only`, every problem of the text's check, `historic-log-unknown`, and what
    `Question.scenario` refuses.
    """
    require_leader(by, now=now)
    found = checked_text(text)
    if found.mechanism is None or not found.passes:
        raise found.refusal
    _scenario(found.mechanism, question)
    if question.learn not in ("", OWN):
        historic_log(question.learn)
    with transaction.atomic():
        made = Simulation.objects.create(
            mechanism=found.mechanism.id,
            version=found.mechanism.version,
            text=text,
            sha256=hash_of(text),
            name=name.strip()[:100],
            asked=question.model_dump(mode="json"),
            by=by,
            at=now,
        )
        about = f"{found.mechanism.title.zh_hans} {found.mechanism.key} {made.name}"
        made.job = ask_job(KIND, by=by, given={"simulation": made.pk}, about=about, now=now)
        made.save(update_fields=["job"])
    return made


def answer_simulation(work: Work) -> dict[str, Any]:
    """Answer the question of a job and keep what was found; a Refusal on the way is kept as its error."""
    asked = simulation(work.job.given["simulation"])
    answer(asked, lambda: _found(asked, work))
    return {"simulation": asked.pk}


def forget_simulation(simulation_id: int, *, by: Person, now: datetime) -> None:
    """Remove a simulation from those kept. Raises Refusal `leader-only`, `unknown-simulation`."""
    require_leader(by, now=now)
    simulation(simulation_id).delete()


def _found(asked: Simulation, work: Work) -> dict[str, Any]:
    question = Question(**asked.asked)
    mechanism = read(Mechanism, asked.text, asked.mechanism)
    scenario = _scenario(mechanism, question)
    ignored: tuple[str, ...] = ()
    if question.learn:
        work.go_on(stage=READING)
        scenario, ignored = _learnt(scenario, question)
    done = 0

    def told(_: str) -> None:
        nonlocal done
        done += 1
        # how many numbers of people it takes to find enough is not known before
        total = 0 if question.target else question.replications
        work.go_on(done=done, total=total, stage=SIMULATING)

    if question.target is None:
        found, staffing = simulate(scenario, replications=question.replications, told=told), None
    else:
        staffing = people_needed(scenario, question.target, replications=question.replications, told=told)
        found = staffing.tried[scenario.staff[staffing.duty]]
    return as_json(scenario, found, staffing, ignored)


def _scenario(mechanism: Mechanism, question: Question) -> Scenario:
    pack = packs.current()
    return question.scenario(mechanism, calendar=Calendar.latest(pack.closures), hours=pack.district.hours)


def _learnt(scenario: Scenario, question: Question) -> tuple[Scenario, tuple[str, ...]]:
    if question.learn == OWN:
        log = event_log(Wanted(scenario.mechanism.id))
    else:
        log = stored_log(historic_log(question.learn))
    taught = learnt(log, scenario.mechanism, day_table(scenario.calendar, scenario.hours))
    typed = scenario.arrivals if question.arrivals else taught.arrivals
    return replace(taught.applied(scenario), arrivals=typed), taught.ignored
