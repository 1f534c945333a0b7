"""Journeys of products through the five stages from research to listing, `products/*.toml`.

A journey is a list of steps in order. A step is somebody's: the firm's, the steward's, or an authority's with
the limit its law sets. Where the zone promises something, the step names the mechanism whose case it opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Basis, Law, Mechanism
from lianqiao.engine.nearest import meant
from lianqiao.engine.pack import Pack
from lianqiao.engine.parts import Identifier, Part, Text
from lianqiao.engine.places import place

FOLDER = "products/"
Stage = Literal["research", "clinical", "registration", "production", "listing"]
STAGES: tuple[str, ...] = get_args(Stage)
Whole = Annotated[int, Field(ge=1, le=20_000)]


class Baseline(Part):
    """What a step took before there was a steward: natural days and, where known, yuan, and who says so."""

    days: Whole
    yuan: int = Field(default=0, ge=0)
    """What it cost, in yuan; 0 where that is not known."""
    source: Text


class JourneyStep(Part):
    """One step of a journey. `owner` is who does it: the firm, the steward, the province or the nation."""

    title: Text
    stage: Stage
    owner: Literal["firm", "steward", "province", "nation"]
    about: Text | None = None
    law: Law | None = None
    """The limit the law sets whoever does it."""
    basis: str = ""
    """The rule a step without such a limit leans on."""
    mechanism: Identifier | None = None
    """The promise whose case this step opens; it is done when that case ends well."""
    documents: tuple[Text, ...] = ()
    baseline: Baseline | None = None
    optional: bool = False
    """Not every product goes this way."""


class Journey(Part):
    """One kind of product: what it goes through, in order, from research to listing."""

    format: Literal[1]
    id: Identifier
    title: Text
    summary: Text
    basis: tuple[Basis, ...] = ()
    steps: dict[Identifier, JourneyStep]

    @field_validator("steps")
    @classmethod
    def _every_stage_in_order(cls, steps: dict[str, JourneyStep]) -> dict[str, JourneyStep]:
        found = list(dict.fromkeys(step.stage for step in steps.values()))
        if tuple(found) != STAGES:
            raise ValueError(f"the steps go through every stage in this order: {', '.join(STAGES)}")
        order = [STAGES.index(step.stage) for step in steps.values()]
        if order != sorted(order):
            raise ValueError("the steps of a stage stand together")
        return steps


@lru_cache(maxsize=4)
def journeys_of(pack: Pack) -> Mapping[str, Journey]:
    """Return the journeys of a pack by id, in the order of their files.

    Raises Refusal where a file is wrong: see `file_reading.read`; and `file-name-differs`.
    """
    found, problems = {}, list[Problem]()
    for path in sorted(path for path in pack.texts if path.startswith(FOLDER) and path.endswith(".toml")):
        try:
            journey = read(Journey, pack.texts[path], path)
        except Refusal as refusal:
            problems += refusal.problems
            continue
        if path != f"{FOLDER}{journey.id}.toml":
            reason = f"the journey in this file is called “{journey.id}”"
            problems.append(Problem("file-name-differs", reason, place=path, hint="make the two the same"))
        found[journey.id] = journey
    if problems:
        raise Refusal(*problems)
    return found


def check_journeys(pack: Pack) -> list[Problem]:
    """Return what is wrong with the journeys of a pack: how they read, and promises they name in vain."""
    try:
        journeys = journeys_of(pack)
    except Refusal as refusal:
        return list(refusal.problems)
    offered = [one.id for one in pack.newest_versions.values() if one.offered]
    return [
        Problem(
            "unknown-mechanism",
            f"no promise “{step.mechanism}” can be asked for",
            place=place(f"{FOLDER}{journey.id}.toml", "steps", name, "mechanism"),
            hint=meant(step.mechanism, offered, what="known promises"),
        )
        for journey in journeys.values()
        for name, step in journey.steps.items()
        if step.mechanism and step.mechanism not in offered
    ]


def whole_budgets(mechanism: Mechanism) -> tuple[str, ...]:
    """Return the budgets of a promise that are measured and part of no other, in the file's order."""
    return tuple(clock.budget for clock in mechanism.clocks.values() if clock.measured and not clock.part_of)
