"""What a promise says to someone who thinks of asking for it: times, steps, papers, from its file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from lianqiao.bridge import packs
from lianqiao.engine.expression import holds
from lianqiao.engine.mechanism import CaseField, Clock, Mechanism
from lianqiao.engine.words import describe
from lianqiao.service.forms.typed_fields import help_words
from lianqiao.service.language import in_words
from lianqiao.service.queries.conditions import condition_words
from lianqiao.service.queries.derived import Derivation, derivations
from lianqiao.service.time_left import budget_words


@dataclass(frozen=True)
class PromisedTime:
    """One clock: what is done within which time, by whom, and the law's own limit."""

    title: str
    budget: str
    owner: str
    law: str
    law_basis: str


@dataclass(frozen=True)
class Paper:
    """A file to hand in. `needed` is given for each tier in order; None: it hangs on something else."""

    title: str
    help: str
    when: str
    optional: bool
    needed: tuple[bool | None, ...] = ()


@dataclass(frozen=True)
class PromiseShown:
    """A promise for the catalogue. `tiers` head the columns of `papers`; empty where there are none.

    `wholes` are the times without those that are part of another.
    """

    id: str
    title: str
    summary: str
    example: bool
    who: str
    times: list[PromisedTime]
    wholes: list[PromisedTime]
    tiers: list[str]
    papers: list[Paper]
    steps: list[tuple[str, str]]
    words: list[str]
    basis: list[tuple[str, str]]
    rules: list[Derivation]
    offered: bool


def promise_shown(mechanism: Mechanism, *, on: date) -> PromiseShown:
    """Return what the promise says to a firm that would file on the day `on`."""
    language = get_language() or "zh-hans"
    opening = mechanism.steps[mechanism.opening_step]
    tiers = _tiers(mechanism, on)
    fields = [mechanism.fields[name] for name in opening.needs]
    return PromiseShown(
        id=mechanism.id,
        title=in_words(mechanism.title),
        summary=in_words(mechanism.summary),
        example=mechanism.example,
        who=in_words(mechanism.roles[opening.by].title),
        times=[_time(mechanism, clock) for clock in mechanism.clocks.values() if clock.measured],
        wholes=[
            _time(mechanism, clock)
            for clock in mechanism.clocks.values()
            if clock.measured and not clock.part_of
        ],
        tiers=[title for _, _, title in tiers],
        papers=[_paper(mechanism, field, tiers, on) for field in fields if field.type == "file"],
        steps=[(in_words(step.title), _by(mechanism, step.by)) for step in mechanism.steps.values()],
        # the first two lines are the title and the summary
        words=describe(mechanism, language)[2:],
        basis=[(in_words(basis.title), basis.source) for basis in mechanism.basis],
        rules=derivations(mechanism, {}, on=on),
        offered=mechanism.offered,
    )


def _time(mechanism: Mechanism, clock: Clock) -> PromisedTime:
    return PromisedTime(
        title=in_words(clock.title),
        budget=budget_words(clock.budget),
        owner=_by(mechanism, clock.owner),
        law=budget_words(clock.law.budget) if clock.law else "",
        law_basis=clock.law.basis if clock.law else "",
    )


def _by(mechanism: Mechanism, role: str) -> str:
    return in_words(mechanism.roles[role].title) if role in mechanism.roles else ""


def _tiers(mechanism: Mechanism, on: date) -> list[tuple[str, str, str]]:
    """Return (derived field, value, title) of each outcome of the one derived value papers can hang on."""
    for name, derived in mechanism.derived.items():
        policy = packs.current().policies.get(derived.policy)
        if policy and policy.versions[0].effective_from <= on:
            return [(name, o.value, in_words(o.title)) for o in policy.in_force(on).outcomes]
    return []


def _paper(mechanism: Mechanism, field: CaseField, tiers: list[tuple[str, str, str]], on: date) -> Paper:
    needed: tuple[bool | None, ...] = ()
    if not field.optional:
        needed = tuple(
            holds(field.required_when, {name: value}) if field.required_when else True
            for name, value, _ in tiers
        )
    return Paper(
        title=in_words(field.title),
        help=help_words(field),
        when=condition_words(mechanism, field.required_when, on=on) if field.required_when else "",
        optional=field.optional,
        needed=needed,
    )
