"""A journey and a product's standing in the reader's words, as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.engine.journeys import STAGES, Journey, whole_budgets
from lianqiao.service.drug.queries.journeys import AHEAD, Standing, StepStands, stands
from lianqiao.service.drug.queries.savings import saved_days
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.time_left import budget_words


@dataclass(frozen=True)
class StepShown:
    """A step for its page and for the drawing; `promise` and `law` are words, empty where there is none."""

    name: str
    title: str
    about: str
    owner: str
    state: str
    state_words: str
    law: str
    basis: str
    promise: str
    mechanism: str
    documents: list[str]
    optional: bool
    case: Case | None
    evidence: str
    began: date | None
    ended: date | None
    days: int | None
    baseline: int | None
    baseline_source: str
    saved: int | None


@dataclass(frozen=True)
class StageShown:
    """One of the five stages with its steps; `state` is done, here or ahead."""

    number: int
    title: str
    state: str
    steps: list[StepShown]


def stages_shown(standing: Standing) -> list[StageShown]:
    """Return the five stages of a product."""
    here = STAGES.index(standing.stage) if standing.next else len(STAGES)
    found = []
    for at, stage in enumerate(STAGES):
        state = "done" if at < here else "here" if at == here else "ahead"
        steps = [step_shown(one) for one in standing.of_stage(stage)]
        found.append(StageShown(at + 1, stage_words()[stage], state, steps))
    return found


def road_shown(journey: Journey) -> list[StageShown]:
    """Return the five stages of a journey nobody is on."""
    bare = stands(journey, ())
    return [
        StageShown(at + 1, stage_words()[stage], AHEAD, [step_shown(one) for one in bare.of_stage(stage)])
        for at, stage in enumerate(STAGES)
    ]


def step_shown(one: StepStands) -> StepShown:
    """Return one step in words."""
    step = one.step
    return StepShown(
        name=one.name,
        title=in_words(step.title),
        about=in_words(step.about) if step.about else "",
        owner=owner_words()[step.owner],
        state=one.state,
        state_words=state_words()[one.state],
        law=budget_words(step.law.budget) if step.law else "",
        basis=step.law.basis if step.law else step.basis,
        promise=_promise(step.mechanism),
        mechanism=step.mechanism or "",
        documents=[in_words(text) for text in step.documents],
        optional=step.optional,
        case=one.case,
        evidence=one.entry.evidence if one.entry else "",
        began=one.began,
        ended=one.ended,
        days=one.days,
        baseline=step.baseline.days if step.baseline else None,
        baseline_source=in_words(step.baseline.source) if step.baseline else "",
        saved=saved_days(one),
    )


def stage_words() -> dict[str, str]:
    """Return what each stage is called."""
    return {
        "research": _("Research and development"),
        "clinical": _("Clinical stage"),
        "registration": _("Registration"),
        "production": _("Production"),
        "listing": _("Listing"),
    }


def owner_words() -> dict[str, str]:
    """Return who does a step."""
    return {
        "firm": _("The firm"),
        "steward": _("The zone: drug steward"),
        "province": _("The province's drug authority"),
        "nation": _("The national drug authority"),
    }


def state_words() -> dict[str, str]:
    """Return how a step stands."""
    return {
        "done": pgettext("step", "Done"),
        "not-needed": pgettext("step", "Not needed"),
        "under-way": pgettext("step", "Case under way"),
        "next": pgettext("step", "Next"),
        "ahead": pgettext("step", "To come"),
    }


def what_words() -> dict[str, str]:
    """Return what happened, for a product's history."""
    return {
        "registered": _("Registered"),
        "guided": _("Taken up by a steward"),
        "case": _("Case opened"),
        "done": _("Marked done"),
        "not-needed": _("Marked not needed"),
        "open-again": _("Opened again"),
    }


def _promise(mechanism: str | None) -> str:
    known = packs.current().newest_versions
    if mechanism is None or mechanism not in known:
        return ""
    return listed_words(_unique(budget_words(one) for one in whole_budgets(known[mechanism])))


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
