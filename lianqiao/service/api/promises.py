"""What the zone promises: a list, each in words, and what each step asks for."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.words import describe
from lianqiao.organization.api.asking import moment
from lianqiao.organization.api.offering import Cut, Page, Shown, offer
from lianqiao.service.api.needs_schema import needs_schema
from lianqiao.service.api.paging import named_page
from lianqiao.service.api.shapes import Data, Identifier, Titled
from lianqiao.service.forms.asked import Asked
from lianqiao.service.language import in_words
from lianqiao.service.queries.derived import derivations

router = Router(tags=["promises"])


class PromisedTime(Shown):
    """A time promised, and the law's own limit beside it."""

    name: str
    title: str
    budget: str
    owner: str
    law_budget: str
    law_basis: str


class PromiseRow(Shown):
    """A promise of the zone in its newest version, under which new cases are opened."""

    id: str
    version: int
    title: str
    summary: str
    example: bool = Field(description=_("Made up for demonstration."))
    clocks: list[PromisedTime]


class StepShown(Titled):
    """A step of a promise: who takes it, and whether it opens a case or asks for a second look."""

    by: str
    opening: bool
    confirm: bool


class Rule(Shown):
    """A dated rule that works out a value of the case."""

    name: str
    title: str
    since: str | None
    basis: str
    source: str


class Basis(Shown):
    """A public text the promise leans on."""

    title: str
    source: str


class PromiseShown(PromiseRow):
    """A promise in full."""

    words: list[str] = Field(description=_("What the promise says, a sentence or two a line."))
    roles: list[Titled]
    states: list[Titled]
    steps: list[StepShown]
    rules: list[Rule]
    basis: list[Basis]
    needs: Data = Field(description=_("The JSON Schema of the data that opens a case."))


@offer(
    router,
    "GET",
    "/promises",
    name="listPromises",
    scope="",
    says=_("What the zone promises."),
    answer=Page[PromiseRow],
)
def list_promises(request: HttpRequest, cut: Query[Cut]) -> Page[PromiseRow]:
    """Return a page of the promises, by id."""
    newest = packs.current().newest_versions.values()
    found = sorted((one for one in newest if one.offered), key=lambda one: one.id)
    page, following = named_page(found, cut, name=lambda one: one.id)
    return Page[PromiseRow](items=[promise_row(one) for one in page], next=following)


@offer(
    router,
    "GET",
    "/promises/{promise}",
    name="showPromise",
    scope="",
    says=_("One promise in words: times, steps, rules, and what opening a case needs."),
    answer=PromiseShown,
    refuses=(404,),
)
def show_promise(request: HttpRequest, promise: Path[Identifier]) -> PromiseShown:
    """Return the newest version of the promise; refuses `unknown-mechanism`."""
    one, on = packs.current().newest(promise), beijing(moment(request)).date()
    return PromiseShown(
        **promise_row(one).model_dump(),
        words=describe(one, get_language() or "zh-hans"),
        roles=[Titled(id=name, title=in_words(role.title)) for name, role in one.roles.items()],
        states=[Titled(id=name, title=in_words(state.title)) for name, state in one.states.items()],
        steps=[
            StepShown(
                id=name, title=in_words(step.title), by=step.by, opening=step.opening, confirm=step.confirm
            )
            for name, step in one.steps.items()
        ],
        rules=_rules(one, on),
        basis=[Basis(title=in_words(basis.title), source=basis.source) for basis in one.basis],
        needs=needs_schema(Asked(one, one.opening_step, on)),
    )


@offer(
    router,
    "GET",
    "/promises/{promise}/steps/{step}/needs",
    name="showNeeds",
    scope="",
    says=_("The JSON Schema of the data a step needs, before anything is known of a case."),
    answer=Data,
    refuses=(404,),
)
def show_needs(request: HttpRequest, promise: Path[Identifier], step: Path[Identifier]) -> Data:
    """Return the schema; refuses `unknown-mechanism` and `unknown-step`."""
    one = packs.current().newest(promise)
    if step not in one.steps:
        raise refuse("unknown-step", f"the promise has no step {step}", hint="look at the promise")
    return needs_schema(Asked(one, step, beijing(moment(request)).date()))


def promise_row(one: Mechanism) -> PromiseRow:
    """Return a promise as lists show it, in the active language."""
    return PromiseRow(
        id=one.id,
        version=one.version,
        title=in_words(one.title),
        summary=in_words(one.summary),
        example=one.example,
        clocks=[
            PromisedTime(
                name=name,
                title=in_words(clock.title),
                budget=clock.budget,
                owner=in_words(one.roles[clock.owner].title),
                law_budget=clock.law.budget if clock.law else "",
                law_basis=clock.law.basis if clock.law else "",
            )
            for name, clock in one.clocks.items()
            if clock.measured
        ],
    )


def _rules(one: Mechanism, on: date) -> list[Rule]:
    return [
        Rule(
            name=rule.name,
            title=rule.title,
            since=rule.since.isoformat() if rule.since else None,
            basis=rule.basis,
            source=rule.source,
        )
        for rule in derivations(one, {}, on=on)
    ]
