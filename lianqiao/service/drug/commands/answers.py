"""Answers: taken from inquiries, proposed, agreed by a second person, replaced, reviewed, withdrawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
from django.db import IntegrityError, transaction

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import log_of
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.search_terms import spaced, terms
from lianqiao.engine.side_acts import tidied
from lianqiao.organization.models import Person
from lianqiao.service.drug.models import Answer, AnswerTaken
from lianqiao.service.drug.queries.answers import (
    DECLINED,
    IN_FORCE,
    PROPOSED,
    REPLACED,
    WITHDRAWN,
    in_force_of,
    keeping,
    keeps_answers,
    not_taken,
    versions_of,
)

AT_ONCE = 50
LONGEST = {"question": 200, "text": 3000, "citations": 1000, "reason": 300}


def take_answers() -> int:
    """Take the answers of inquiries that ended into those kept, each once; returns how many were looked at.

    One that two people drafted and agreed is in force at once, any other waits for a second person.
    """
    taken = 0
    for case in not_taken()[:AT_ONCE]:
        try:
            with transaction.atomic():
                AnswerTaken.objects.create(case=case, answer=_answer_of(case))
                taken += 1
        except IntegrityError:
            continue  # another worker was first
    return taken


def _answer_of(case: Case) -> Answer | None:
    mechanism = packs.current().newest(case.mechanism)
    kept, data = mechanism.knowledge, orjson.loads(case.state)["data"]
    if kept is None or not data.get(kept.question) or not data.get(kept.answer):
        return None
    drafted, agreed = _who(case, kept.answer)
    if drafted is None or agreed is None:
        return None
    two = agreed[0] != drafted[0]
    return _made(
        mechanism=case.mechanism,
        case=case,
        question=data[kept.question],
        text=data[kept.answer],
        citations=data.get(kept.citations, ""),
        review_on=date.fromisoformat(data[kept.review_on]),
        state=IN_FORCE if two else PROPOSED,
        drafted_by_id=drafted[0],
        drafted_at=drafted[1],
        approved_by_id=agreed[0] if two else None,
        approved_at=agreed[1] if two else None,
        example=case.example,
    )


Moment = tuple[int, datetime]


def _who(case: Case, field: str) -> tuple[Moment | None, Moment | None]:
    """Return who wrote the answer last and who took the step that ended the case, each with when."""
    drafted: Moment | None = None
    agreed: Moment | None = None
    for line in log_of(case):
        by = line.body.get("by", "")
        if "step" not in line.body or not by.isdigit():
            continue
        if field in line.body.get("data", {}):
            drafted = int(by), line.at
        agreed = int(by), line.at
    return drafted, agreed


@transaction.atomic
def propose_answer(
    *,
    question: str,
    text: str,
    citations: str,
    review_on: date,
    by: Person,
    now: datetime,
    mechanism: str = "",
    replacing: Answer | None = None,
) -> Answer:
    """Propose an answer, or another version of one; it is in force once a second person agrees.

    Raises Refusal: `wrong-role`, `needs-missing`, `needs-wrong`, `answer-review-day`, `answer-proposed` where
    another version already waits.
    """
    _may(by, now)
    typed = {"question": tidied(question), "text": tidied(text), "citations": tidied(citations)}
    _check(typed)
    if review_on <= beijing(now).date():
        raise refuse("answer-review-day", "the day is past", place="review_on", field="review_on")
    versions = versions_of(replacing) if replacing else []
    if any(one.state == PROPOSED for one in versions):
        raise refuse("answer-proposed", "another version waits to be agreed", hint="decide on that one first")
    first = versions[-1] if versions else None
    return _made(
        **typed,
        mechanism=first.mechanism if first else mechanism or keeping()[0].id,
        series=first,
        version=versions[0].version + 1 if versions else 1,
        state=PROPOSED,
        drafted_by_id=by.pk,
        drafted_at=now,
        review_on=review_on,
        example=bool(first and first.example),
    )


@transaction.atomic
def decide_answer(answer: Answer, *, agree: bool, by: Person, now: datetime, reason: str = "") -> None:
    """Agree to an answer proposed, which then replaces the version in force, or decline it with a reason.

    Raises Refusal: `wrong-role`, `same-person` for whoever drafted it, `answer-decided`, `needs-missing`.
    """
    _may(by, now)
    locked = Answer.objects.select_for_update().get(pk=answer.pk)
    if locked.state != PROPOSED:
        raise refuse("answer-decided", "it is not waiting to be agreed", hint="look at it again")
    if locked.drafted_by_id == by.pk:
        raise refuse("same-person", "a second person agrees", hint="let somebody else look at it")
    if not agree:
        _ended(locked, DECLINED, _reason(reason), now)
        return
    if before := in_force_of(locked):
        _ended(before, REPLACED, "", now)
    Answer.objects.filter(pk=locked.pk).update(state=IN_FORCE, approved_by=by, approved_at=now)


@transaction.atomic
def withdraw_answer(answer: Answer, *, by: Person, now: datetime, reason: str) -> None:
    """Withdraw an answer in force; raises Refusal `wrong-role`, `answer-decided`, `needs-missing`."""
    _may(by, now)
    locked = Answer.objects.select_for_update().get(pk=answer.pk)
    if locked.state != IN_FORCE:
        raise refuse("answer-decided", "it is not in force", hint="look at it again")
    _ended(locked, WITHDRAWN, _reason(reason), now)


@transaction.atomic
def confirm_answer(answer: Answer, *, by: Person, now: datetime, review_on: date) -> None:
    """Say that an answer in force still holds, and when to look again.

    Raises Refusal: `wrong-role`, `answer-decided`, `answer-review-day`.
    """
    _may(by, now)
    if review_on <= beijing(now).date():
        raise refuse("answer-review-day", "the day is past", place="review_on", field="review_on")
    if not Answer.objects.filter(pk=answer.pk, state=IN_FORCE).update(review_on=review_on):
        raise refuse("answer-decided", "it is not in force", hint="look at it again")


def _may(by: Person, now: datetime) -> None:
    if not keeps_answers(by, at=now):
        raise refuse("wrong-role", "answers are kept by those who give them")


def _made(*, question: str, text: str, citations: str, **more: Any) -> Answer:
    named = terms(question)
    every = dict.fromkeys((*named, *terms(text), *terms(citations)))
    return Answer.objects.create(
        question=question,
        text=text,
        citations=citations,
        question_terms=spaced(named),
        terms=spaced(every),
        **more,
    )


def _ended(answer: Answer, state: str, reason: str, now: datetime) -> None:
    Answer.objects.filter(pk=answer.pk).update(state=state, reason=reason, ended_at=now)


def _reason(text: str) -> str:
    typed = tidied(text)
    _check({"reason": typed})
    return typed


def _check(typed: dict[str, str]) -> None:
    problems = []
    for field, text in typed.items():
        if not text:
            problems.append(Problem("needs-missing", "this is required", place=field, facts={"field": field}))
        if len(text) > LONGEST[field]:
            limit, length = str(LONGEST[field]), str(len(text))
            facts = {"field": field, "fault": "too-long", "limit": limit, "length": length}
            problems.append(Problem("needs-wrong", f"at most {limit} characters", place=field, facts=facts))
    if problems:
        raise Refusal(*problems)
