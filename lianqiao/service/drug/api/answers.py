"""Answers kept for whoever asks next."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import (
    PRINTABLE,
    PRINTABLE_LINES,
    Id,
    Limit,
    Shown,
    Wanted,
    When,
    Words,
    instant,
    offer,
)
from lianqiao.service.drug.commands import answers as commands
from lianqiao.service.drug.models import Answer
from lianqiao.service.drug.queries import answers as queries

router = Router(tags=["answers"])


class AnswerShown(Shown):
    """An answer with its grounds."""

    id: int
    question: str
    text: str
    citations: str
    state: str
    version: int
    review_on: str = Field(description=_("The day by which somebody looks whether it still holds."))
    example: bool


class AnswersAsked(Wanted):
    """Which answers are asked for."""

    q: Words = Field(default="", description=_("The question; words used alike count too."))
    state: Literal["", "proposed", "due"] = Field(
        default="", description=_("For those who keep answers: proposed ones, or those due for review.")
    )
    limit: Limit = 20


class AnswerWanted(Wanted):
    """An answer proposed, or another version of one."""

    question: str = Field(min_length=1, max_length=200, pattern=PRINTABLE)
    text: str = Field(min_length=1, max_length=3000, pattern=PRINTABLE_LINES)
    citations: str = Field(min_length=1, max_length=1000, pattern=PRINTABLE_LINES)
    review_on: When
    replacing: Id | None = None


class AnswerDecided(Wanted):
    """What is decided on an answer."""

    decision: Literal["agree", "decline", "withdraw", "confirm"]
    reason: str = Field(default="", max_length=300, pattern=PRINTABLE_LINES)
    review_on: When | None = None


@offer(
    router,
    "GET",
    "/answers",
    name="searchAnswers",
    scope="read",
    says=_("Answers in force that fit a question, best first."),
    answer=list[AnswerShown],
)
def search_answers(request: HttpRequest, asked: Query[AnswersAsked]) -> list[AnswerShown]:
    """Return at most `limit` answers."""
    keeper = queries.keeps_answers(caller(request).person, at=moment(request))
    state = asked.state if keeper and asked.state else queries.IN_FORCE
    found = queries.answers(state=state, today=beijing(moment(request)).date())
    rows = queries.found_answers(found, asked.q) if asked.q.strip() else list(found[: asked.limit])
    return [_shown(one) for one in rows[: asked.limit]]


@offer(
    router,
    "GET",
    "/answers/{answer}",
    name="showAnswer",
    scope="read",
    says=_("One answer."),
    answer=AnswerShown,
    refuses=(404,),
)
def show_answer(request: HttpRequest, answer: Path[Id]) -> AnswerShown:
    """Return it; refuses `unknown-answer`."""
    return _shown(queries.answer_for(answer, caller(request).person, at=moment(request)))


@offer(
    router,
    "POST",
    "/answers",
    name="proposeAnswer",
    scope="act",
    says=_("Propose an answer; it is in force once a second person agrees."),
    more=_("For those who keep answers. With `replacing` it becomes another version of that one."),
    answer=AnswerShown,
    status=201,
    refuses=(403, 404, 409),
)
def propose_answer(request: HttpRequest, wanted: AnswerWanted) -> AnswerShown:
    """Propose it; refuses as `commands.answers.propose_answer` does."""
    by, now = caller(request).person, moment(request)
    replacing = queries.answer_for(wanted.replacing, by, at=now) if wanted.replacing else None
    made = commands.propose_answer(
        question=wanted.question,
        text=wanted.text,
        citations=wanted.citations,
        review_on=beijing(instant(wanted.review_on, "review_on")).date(),
        by=by,
        now=now,
        replacing=replacing,
    )
    return _shown(made)


@offer(
    router,
    "POST",
    "/answers/{answer}/decisions",
    name="decideAnswer",
    scope="act",
    says=_("Agree to an answer, decline or withdraw it, or say that it still holds."),
    more=_("For those who keep answers; whoever drafted it cannot agree. `confirm` needs `review_on`."),
    answer=AnswerShown,
    refuses=(403, 404, 409),
)
def decide_answer(request: HttpRequest, answer: Path[Id], wanted: AnswerDecided) -> AnswerShown:
    """Decide; refuses as the commands of `commands.answers` do."""
    by, now = caller(request).person, moment(request)
    one = queries.answer_for(answer, by, at=now)
    if wanted.decision == "withdraw":
        commands.withdraw_answer(one, by=by, now=now, reason=wanted.reason)
    elif wanted.decision == "confirm":
        day = beijing(instant(wanted.review_on, "review_on") if wanted.review_on else now).date()
        commands.confirm_answer(one, by=by, now=now, review_on=day)
    else:
        agree = wanted.decision == "agree"
        commands.decide_answer(one, agree=agree, by=by, now=now, reason=wanted.reason)
    return _shown(queries.answer_for(answer, by, at=now))


def _shown(one: Answer) -> AnswerShown:
    return AnswerShown(
        id=one.pk,
        question=one.question,
        text=one.text,
        citations=one.citations,
        state=one.state,
        version=one.version,
        review_on=one.review_on.isoformat(),
        example=one.example,
    )
