"""Cases of the zone's past, entered whole: decided, chained and folded as any other, but written in bulk.

For the server only, which asks nobody's leave: a zone that begins brings its history, a demonstration makes
one. What is long over is told to nobody, climbs no rung and makes out no document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from lianqiao.bridge import chain, packs, statements
from lianqiao.bridge.commands import outcomes
from lianqiao.bridge.commands.acting import progress_code, series_of
from lianqiao.bridge.commands.book import Book
from lianqiao.bridge.commands.choosing import Choosing
from lianqiao.bridge.commands.recording import owing_beside, promise_columns, refold
from lianqiao.bridge.models import Case
from lianqiao.engine import case as engine
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.case_state import Body, CaseState, apply
from lianqiao.engine.dated_rules import derive
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.models import Firm
from lianqiao.organization.queries.prepared import stored

AT_ONCE = 250


@dataclass(frozen=True)
class PastAct:
    """A step taken at `at`; `by` is a person's id, 0 for whoever held the role, or the clock."""

    step: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    by: int = 0


@dataclass(frozen=True)
class PastCase:
    """A case with its acts in order, the first of which opened it; `applicant` is a person's id.

    `mandate` is by what somebody who is not the firm's own opened it, with the channel `agent`.
    """

    mechanism: str
    firm: Firm
    applicant: int
    acts: Sequence[PastAct]
    channel: str = ""
    mandate: str = ""


def enter_past(cases: Iterable[PastCase]) -> list[Case]:
    """Enter the cases, a few hundred in each transaction; raises Refusal as `engine.case.decide` does."""
    made: list[Case] = []
    every = list(cases)
    for some in (every[first : first + AT_ONCE] for first in range(0, len(every), AT_ONCE)):
        now = max(one.acts[-1].at for one in some)
        with transaction.atomic(), Book(now, opens=len(some)) as book:
            made += _Past(book).entered(some)
    return made


class _Past:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.pack = packs.current()
        self.choosing: dict[str, Choosing] = {}
        self.firm: Firm | None = None

    def entered(self, cases: Sequence[PastCase]) -> list[Case]:
        return [self.enter(one) for one in self.book.in_turn(cases)]

    def enter(self, past: PastCase) -> Case:
        mechanism, self.firm = self.pack.newest(past.mechanism), past.firm
        state, bodies = None, []
        for one in past.acts:
            body = self.decided(mechanism, state, past, one)
            state = apply(state, body)
            bodies.append(body)
        assert state is not None
        return self.write(mechanism, past, state, bodies)

    def decided(self, mechanism: Mechanism, state: CaseState | None, past: PastCase, one: PastAct) -> Body:
        role = mechanism.steps[one.step].by
        by = role if role == engine.CLOCK else str(one.by or self.holder(state, role, past))
        asked = engine.Act(
            one.step,
            engine.Actor(by, frozenset({role})),
            one.data,
            channel="" if state else past.channel,
            applicant="" if state else str(past.applicant),
            mandate="" if state else past.mandate,
        )
        body = engine.decide(mechanism, state, asked, self.around(mechanism, one.at))
        if state is None:
            body["firm"] = str(past.firm.pk)
        return body

    def holder(self, state: CaseState | None, role: str, past: PastCase) -> str:
        return state.holders[role] if state else str(past.applicant)

    def around(self, mechanism: Mechanism, at: datetime) -> engine.Surroundings:
        if mechanism.id not in self.choosing:
            self.choosing[mechanism.id] = Choosing(mechanism, book=self.book, firm=lambda: self.firm)

        def derived(policy: str, data: Mapping[str, Any]) -> str:
            return derive(self.pack.policies[policy], data, on=at.astimezone(BEIJING).date())

        return engine.Surroundings(
            at=at,
            calendar=self.book.calendar,
            choose=self.choosing[mechanism.id].lightest,
            derive=derived,
            hours=self.pack.district.hours,
        )

    def write(self, mechanism: Mechanism, past: PastCase, state: CaseState, bodies: list[Body]) -> Case:
        number, key = self.book.number(series_of(mechanism, past.acts[0].at))
        case = statements.new_case(
            key,
            number=number,
            progress_code=progress_code(),
            firm_id=past.firm.pk,
            applicant_id=past.applicant,
            channel=past.channel,
            head=chain.FIRST,
            example=past.firm.example,
        )
        rows = []
        for seq, body in enumerate(bodies, start=1):
            text, previous = chain.canonical(body), case.head
            case.head = chain.link(case.number, seq, text, previous)
            person = int(body["by"]) if body["by"].isdigit() else None
            at = stored(datetime.fromisoformat(body["at"]))
            rows.append((seq, at, body["step"], person, text, previous, case.head, None))
        refold(case, mechanism, state)
        self.book.keep(case)
        self.book.entries += [(case.id, *row) for row in rows]
        self.beside(case, mechanism, state)
        return case

    def beside(self, case: Case, mechanism: Mechanism, state: CaseState) -> None:
        """Put the rows beside the log into the book: who had which part, and each promise."""
        also = owing_beside(mechanism, state)
        for role, owner in state.owners.items():
            if duty := mechanism.roles[role].duty:
                key, person, holder = (case.id, role), int(owner), int(state.holders[role])
                self.book.parts[key] = (*key, duty, person, holder, state.open, role in also)
                self.book.given[duty, person] += 1
                self.book.taken[duty, person] += not state.open
        for name, run in state.clocks.items():
            clock = mechanism.clocks[name]
            if clock.measured:
                outcomes.moved(self.book.outcomes, mechanism, name, (None, None), (state, run), body={})
                columns = promise_columns(clock, run, state) | {"calendar": self.book.calendar.version}
                self.book.promises.append((case.id, name, mechanism.id, *columns.values()))
