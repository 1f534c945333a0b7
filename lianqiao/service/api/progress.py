"""How a case stands, for anyone with its code: states, clocks and the public fields, nothing else."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Router
from pydantic import Field

from lianqiao.bridge import queries
from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.organization.api.asking import moment
from lianqiao.organization.api.offering import Moment, Shown, offer
from lianqiao.service.api.cases_shown import case_shown
from lianqiao.service.api.shapes import ClockShown, PromiseRef, Standing, Titled
from lianqiao.service.language import in_words
from lianqiao.service.queries.derived import derivations
from lianqiao.service.shown_values import value_words

router = Router(tags=["progress"])
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z -]{1,40}$", examples=["7K3M9QXW2H"])]


class PublicValue(Shown):
    """A public field of the case."""

    name: str
    title: str
    value: str


class Progress(Shown):
    """How the case stands."""

    code: str
    promise: PromiseRef
    title: str
    states: list[Titled]
    standing: Standing
    waits_for: str = Field(description=_("Who owes the next step, by role; empty once closed."))
    fields: list[PublicValue]
    clocks: list[ClockShown]
    opened_at: Moment
    closed_at: Moment | None
    outcome: str
    example: bool


@offer(
    router,
    "GET",
    "/progress/{code}",
    name="showProgress",
    scope="",
    says=_("How a case stands, for anyone with its progress code."),
    answer=Progress,
    refuses=(404,),
)
def show_progress(request: HttpRequest, code: Path[Code]) -> Progress:
    """Return what is public of the case; refuses `unknown-code`."""
    case = queries.case_by_progress_code(code)
    if case is None:
        raise refuse("unknown-code", "no case has this code", hint="compare it with the one you were given")
    # nobody's roles: a stranger with a code sees what is public
    seen = CaseSeen(case, queries.mechanism_of(case), queries.state_of(case), frozenset(), private=False)
    made = case_shown(seen, now=moment(request))
    role = seen.mechanism.roles.get(case.waits_for)
    subject = seen.mechanism.fields[seen.mechanism.subject]
    return Progress(
        code=case.progress_code,
        promise=made.promise,
        title=case.title if subject.public else made.promise.title,
        states=_states(seen),
        standing=made.standing,
        waits_for=in_words(role.title) if role and case.closed_at is None else "",
        fields=_fields(seen),
        clocks=made.clocks,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        example=made.example,
    )


def _states(seen: CaseSeen) -> list[Titled]:
    known = seen.mechanism.states
    return [
        Titled(id=name, title=in_words(known[name].public_title or known[name].title))
        for name in seen.state.marking
        if name in known
    ]


def _fields(seen: CaseSeen) -> list[PublicValue]:
    data = seen.state.data
    shown = [
        PublicValue(name=name, title=in_words(field.title), value=value_words(field, data[name]))
        for name, field in seen.mechanism.fields.items()
        if field.public and name in data and field.type not in ("file", "items")
    ]
    on = beijing(seen.case.opened_at).date()
    shown += [
        PublicValue(name=derived.name, title=derived.title, value=derived.words)
        for derived in derivations(seen.mechanism, data, on=on)
        if seen.mechanism.derived[derived.name].public and derived.words
    ]
    return shown
