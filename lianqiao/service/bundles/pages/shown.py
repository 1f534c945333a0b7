"""Bundles and runs in the reader's words, as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import pgettext

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.bundles import Bundle, Matter, interview
from lianqiao.engine.errors import Problem
from lianqiao.engine.journeys import whole_budgets
from lianqiao.service.bundles.models import Run, RunMatter
from lianqiao.service.bundles.queries import runs as queries
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.queries.conditions import condition_words
from lianqiao.service.shown_values import value_words
from lianqiao.service.time_left import budget_words

# the width of the drawing in its own units
WIDTH = 1000
NARROWEST = 8
STANDING = {
    queries.WAITING: "waiting",
    queries.OPEN: "running",
    queries.WELL: "kept",
    queries.BADLY: "broken",
    queries.CALLED_OFF: "ended",
}


@dataclass(frozen=True)
class MatterOffered:
    """One matter of a bundle on offer."""

    title: str
    mechanism: str
    times: str
    when: str
    after: str


@dataclass(frozen=True)
class MatterShown:
    """One matter of a run; `x` and `width` place its bar in thousandths, -1 where it has none."""

    name: str
    title: str
    mechanism: str
    state: str
    standing: str
    state_words: str
    case: Case | None
    after: str
    begins: datetime | None
    ends: datetime | None
    critical: bool
    problem: str
    x: int
    width: int
    may_link: bool
    may_call_off: bool


def offered(bundle: Bundle, *, on: datetime) -> list[MatterOffered]:
    """Return what a bundle can bring, each with its condition in words."""
    asking, promises = interview(bundle), packs.current().newest_versions
    return [
        MatterOffered(
            title=matter_title(bundle, name),
            mechanism=matter.mechanism,
            times=listed_words(
                dict.fromkeys(budget_words(one) for one in whole_budgets(promises[matter.mechanism]))
            ),
            when=condition_words(asking, matter.when, on=on.date()) if matter.when else "",
            after=listed_words(matter_title(bundle, one) for one in matter.after),
        )
        for name, matter in bundle.matters.items()
    ]


def matter_title(bundle: Bundle, name: str) -> str:
    """Return what a matter is called; its name where the bundle has it no longer."""
    matter = bundle.matters.get(name)
    if matter is None:
        return name
    return in_words(matter.title) if matter.title else promise_title(matter)


def promise_title(matter: Matter) -> str:
    """Return what a matter's promise is called."""
    known = packs.current().newest_versions.get(matter.mechanism)
    return in_words(known.title) if known else matter.mechanism


def matters_shown(run: Run, plan: queries.Plan, *, own: bool, now: datetime) -> list[MatterShown]:
    """Return every matter of a run, with its bar on one line of time."""
    bundle = queries.bundles().get(run.bundle)
    planned = {one.matter.name: one for one in plan.matters}
    begin = plan.begins
    end = max([now, begin + timedelta(hours=1), *(one.ends for one in plan.matters)])

    def at(moment: datetime) -> int:
        return round(WIDTH * (moment - begin) / (end - begin))

    found = []
    for matter in run.matters.all():
        one = planned.get(matter.name)
        x = at(one.begins) if one else -1
        found.append(
            MatterShown(
                name=matter.name,
                title=_title(bundle, matter),
                mechanism=matter.mechanism,
                state=matter.state,
                standing=STANDING[matter.state],
                state_words=state_words()[matter.state],
                case=matter.case,
                after=listed_words(_title_named(bundle, name) for name in matter.after),
                begins=one.begins if one else None,
                ends=one.ends if one else None,
                critical=bool(one and one.critical),
                problem=_problem(matter),
                x=x,
                width=max(NARROWEST, at(one.ends) - x) if one else 0,
                may_link=own and matter.state in (queries.WAITING, queries.BADLY),
                may_call_off=own and matter.state in (queries.WAITING, queries.BADLY),
            )
        )
    return found


def answers_shown(run: Run) -> list[tuple[str, str]]:
    """Return (question, answer) of a run's interview."""
    bundle = queries.bundles().get(run.bundle)
    questions = bundle.questions if bundle else {}
    return [
        (in_words(field.title), value_words(field, run.answers[name]))
        for name, field in questions.items()
        if name in run.answers
    ]


def state_words() -> dict[str, str]:
    """Return how a matter stands."""
    return {
        queries.WAITING: pgettext("matter", "Waits for its turn"),
        queries.OPEN: pgettext("matter", "Under way"),
        queries.WELL: pgettext("matter", "Done"),
        queries.BADLY: pgettext("matter", "Ended without result"),
        queries.CALLED_OFF: pgettext("matter", "Called off"),
    }


def bundle_title(run: Run) -> str:
    """Return what a run's bundle is called."""
    bundle = queries.bundles().get(run.bundle)
    return in_words(bundle.title) if bundle else run.bundle


def _title(bundle: Bundle | None, matter: RunMatter) -> str:
    return matter_title(bundle, matter.name) if bundle else matter.name


def _title_named(bundle: Bundle | None, name: str) -> str:
    return matter_title(bundle, name) if bundle else name


def _problem(matter: RunMatter) -> str:
    if not matter.problem:
        return ""
    return refusal_text(Problem(matter.problem, matter.problem))
