"""Time and money saved: what steps took, by their days in cases and entries, against the stated baseline.

A step counts once its first and last day are known and the pack states a baseline for it. Saved is baseline
minus taken, in natural days, also where that is less than nothing; money likewise where both sums are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lianqiao.bridge import packs
from lianqiao.bridge.queries import RatingTally, rating_tally
from lianqiao.engine.journeys import JourneyStep
from lianqiao.service.drug.models import Product
from lianqiao.service.drug.queries.journeys import DONE, StepStands, journeys, stands


@dataclass(frozen=True)
class StepSaved:
    """One step over all products: how often measured, days taken in all, days and yuan saved in all."""

    kind: str
    name: str
    step: JourneyStep
    measured: int
    taken_days: int
    saved_days: int
    saved_yuan: int

    @property
    def mean_days(self) -> float:
        """Natural days it took on average."""
        return self.taken_days / self.measured


@dataclass(frozen=True)
class Saved:
    """The whole: by step, and how many firms and products it was measured on."""

    steps: tuple[StepSaved, ...]
    firms: int
    products: int
    days: int
    yuan: int
    ratings: RatingTally

    @property
    def days_each(self) -> float | None:
        """Days saved by firm on average; None where nothing is measured."""
        return self.days / self.firms if self.firms else None


def saved(found: Iterable[Product]) -> Saved:
    """Return what was saved on these products, which come with their entries."""
    by_step: dict[tuple[str, str], list[StepStands]] = defaultdict(list)
    firms, measured = set[int](), set[int]()
    known = journeys()
    for product in found:
        if product.kind not in known:
            continue
        for one in stands(known[product.kind], product.entries.all()).steps:
            if is_measured(one):
                by_step[product.kind, one.name].append(one)
                firms.add(product.firm_id)
                measured.add(product.pk)
    steps = tuple(
        _summed(kind, name, by_step[kind, name])
        for kind, journey in known.items()
        for name in journey.steps
        if (kind, name) in by_step
    )
    days, yuan = sum(one.saved_days for one in steps), sum(one.saved_yuan for one in steps)
    return Saved(steps, len(firms), len(measured), days, yuan, rating_tally(rated_mechanisms()))


def rated_mechanisms() -> list[str]:
    """Return the promises of the steward: those journeys name, and those whose answers are kept."""
    named = {step.mechanism for one in journeys().values() for step in one.steps.values()}
    kept = {one.id for one in packs.current().newest_versions.values() if one.knowledge}
    return sorted(kept | {one for one in named if one})


def is_measured(one: StepStands) -> bool:
    """True where a step is done, its days are known, and a baseline is stated."""
    return one.state == DONE and one.days is not None and one.step.baseline is not None


def saved_days(one: StepStands) -> int | None:
    """Return the days one step saved; None where it is not measured."""
    if not is_measured(one) or one.step.baseline is None or one.days is None:
        return None
    return one.step.baseline.days - one.days


def saved_yuan(one: StepStands) -> int:
    """Return the yuan one step saved; 0 where either sum is not known."""
    baseline = one.step.baseline
    return baseline.yuan - one.yuan if baseline and baseline.yuan and one.yuan is not None else 0


def _summed(kind: str, name: str, found: list[StepStands]) -> StepSaved:
    return StepSaved(
        kind=kind,
        name=name,
        step=found[0].step,
        measured=len(found),
        taken_days=sum(one.days or 0 for one in found),
        saved_days=sum(saved_days(one) or 0 for one in found),
        saved_yuan=sum(saved_yuan(one) for one in found),
    )
