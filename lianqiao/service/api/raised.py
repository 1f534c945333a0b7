"""What was raised under a promise and how much of it is solved; open cases alike."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge import packs, queries
from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import PRINTABLE_LINES, Shown, offer
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.queries.alike import alike_cases, own_and_others
from lianqiao.service.queries.resolution import share_of, totals_of

router = Router(tags=["promises"])
Typed = Annotated[str, Field(min_length=1, max_length=3000, pattern=PRINTABLE_LINES)]


class Resolution(Shown):
    """How much of what was raised under a promise is solved, counted now."""

    raised: int
    solved: int
    unsolved: int = Field(description=_("Raised, neither solved nor left out."))
    left_out: int = Field(description=_("Ended in a way that counts neither way, such as withdrawn."))
    rate: int | None = Field(description=_("Solved in thousandths of what counts; null while nothing does."))
    public: int = Field(description=_("On the public list: overdue by days and not yet answered."))
    firms: int = Field(description=_("How many firms raised something."))
    totals: dict[str, int] = Field(description=_("Amounts over what is solved, by field; money in fen."))


class AlikeCase(Shown):
    """An open case like what was typed, and why."""

    number: str
    title: str
    share: int = Field(description=_("How much of the words typed it holds, in hundredths."))
    words: list[str]


class AlikeFound(Shown):
    """Open cases like what was typed; to a firm its own."""

    cases: list[AlikeCase]
    others: int = Field(description=_("How many there are of other firms."))


@offer(
    router,
    "GET",
    "/promises/{promise}/resolution",
    name="showResolution",
    scope="",
    says=_("How much of what was raised under a promise is solved."),
    more=_("The promise's file says which ends count as solved."),
    answer=Resolution,
    refuses=(404,),
)
def show_resolution(request: HttpRequest, promise: Path[Identifier]) -> Resolution:
    """Return the figures; refuses `unknown-mechanism`, also where nothing counts as solved."""
    one = packs.current().newest(promise)
    if one.resolution is None:
        raise refuse("unknown-mechanism", "nothing is counted as solved under this promise")
    share = share_of(one)
    return Resolution(
        raised=share.raised,
        solved=share.solved,
        unsolved=share.unsolved,
        left_out=share.left_out,
        rate=share.rate,
        public=share.public,
        firms=share.firms,
        totals=totals_of(one),
    )


@offer(
    router,
    "GET",
    "/promises/{promise}/alike",
    name="showAlike",
    scope="read",
    says=_("Open cases like a text, with the words they share."),
    answer=AlikeFound,
    refuses=(404,),
)
def list_alike(request: HttpRequest, promise: Path[Identifier], q: Query[Typed]) -> AlikeFound:
    """Return them, the likest first; to whoever takes in cases for firms those of every firm."""
    person, now = caller(request).person, moment(request)
    one = packs.current().newest(promise)
    found = alike_cases(one, {one.alike_by[0]: q}) if one.alike_by else []
    others = 0
    if not queries.takes_in(one, person, at=now):
        found, others = own_and_others(found, organization.firms_of(person.pk, at=now))
    cases = [
        AlikeCase(number=like.case.number, title=like.case.title, share=like.share, words=list(like.words))
        for like in found
    ]
    return AlikeFound(cases=cases, others=others)
