"""The firm rates a case that has ended, once; a bad rating opens a promise of its own (好差评)."""

from __future__ import annotations

from datetime import datetime

from lianqiao.bridge import packs
from lianqiao.bridge.commands.acting import open_in
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.models import Case, Rating
from lianqiao.bridge.queries import roles
from lianqiao.bridge.queries.one_case import mechanism_of, state_of, unknown_case
from lianqiao.engine import case as engine
from lianqiao.engine import side_acts
from lianqiao.engine.case_state import Body, CaseState
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.models import Person

FOLLOW_UP = "rating-follow-up"


def rate(number: str, grade: int, *, words: str, by: Person, now: datetime) -> Case:
    """Rate an ended case for its firm; returns the case.

    Raises Refusal: `unknown-case`, `wrong-role` for anyone but the firm, `rating-not-asked`,
    `rating-not-yet`, `rating-grade`, `rating-too-long`, `rated-already`. A bad rating opens the promise the
    mechanism names, with this case above it; nothing is kept where that cannot be opened.
    """
    with booked(now) as book:
        case = book.locked("number", number)
        if case is None:
            raise unknown_case(number)
        mechanism, state = mechanism_of(case), state_of(case)
        _may_rate(case, mechanism, state, by, at=now)
        body = side_acts.decide_rating(state, by=str(by.pk), grade=grade, words=words, at=now)
        bad = grade in side_acts.BAD_GRADES
        if bad:
            body["sub_cases"] = {FOLLOW_UP: "open"}
        record(book, case, mechanism, state, body, person_id=by.pk)
        owner = _answered_for(mechanism, state)
        Rating.objects.create(case=case, mechanism=mechanism.id, owner_id=owner, grade=grade, at=case.last_at)
        if bad:
            _follow_up(book, case, mechanism, body, by=by)
        return case


def _may_rate(case: Case, mechanism: Mechanism, state: CaseState, by: Person, *, at: datetime) -> None:
    if not (roles.is_persons_own(case, by) or roles.is_own(by, case.firm_id, at=at)):
        if roles.may_see(case, mechanism, by, at=at):
            raise refuse("wrong-role", "only the firm rates its case")
        raise unknown_case(case.number)
    if mechanism.rating_follow_up is None:
        raise refuse("rating-not-asked", f"“{mechanism.key}” is not rated")
    # the case's row is locked: nobody else can rate it meanwhile
    if Rating.objects.filter(case=case).exists():
        raise refuse("rated-already", "the case was rated before", hint="a rating is given once")


def _answered_for(mechanism: Mechanism, state: CaseState) -> int | None:
    for name, role in mechanism.roles.items():
        owner = state.owners.get(name, "")
        if role.kind == "officer" and owner.isdigit():
            return int(owner)
    return None


def _follow_up(book: Book, case: Case, rated: Mechanism, body: Body, *, by: Person) -> None:
    below = packs.current().newest(rated.rating_follow_up or "")
    brought = {
        "rated_number": case.number,
        "rated_title": case.title,
        "rated_grade": f"grade_{body['grade']}",
        "rated_words": str(body["words"]),
    }
    data = {name: brought[name] for name in below.steps[below.opening_step].needs if brought.get(name)}
    actor = engine.Actor(str(by.pk), frozenset({"applicant"}))
    asked = engine.Act(below.opening_step, actor, data)
    open_in(book, below, asked, firm=case.firm, by=by, parent=case, parent_name=FOLLOW_UP)
