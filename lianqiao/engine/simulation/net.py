"""A promise compiled into tables: what can follow where, who acts, what a step does to clocks and branches.

Made from the walk that checks a promise, so a simulated case can go exactly where a real one can: `at_most`,
branches, joins and the steps of clocks and sub-cases included. Nothing here knows of times or chances.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism, Step
from lianqiao.engine.spans import Budget
from lianqiao.engine.walk import MOST_SITUATIONS, Move, Situation, is_end, walk

START, STOP, PAUSE, RESUME, EXTEND = range(5)


@dataclass(frozen=True, slots=True)
class Follow:
    """What a step does in one situation, everything by number.

    `acts` are (what, clock, amount) in the order the engine does them; `left` and `entered` are places, ends
    excepted; `woken` are places where something can now be done that could not before.
    """

    after: int
    acts: tuple[tuple[int, int, int], ...]
    left: tuple[int, ...]
    entered: tuple[int, ...]
    woken: tuple[int, ...]
    assigned: tuple[int, ...]
    outside: tuple[int, ...]
    closes: bool


@dataclass(frozen=True)
class Net:
    """The tables of one promise.

    Places are the states, clocks, roles and steps the file's, numbered in its order. What a step does where
    is `follows[situation][step]`. `options[situation][place]` are the steps that whoever the place waits for
    can take from it; `besides[situation][place]` those someone else can. `expiry[clock]` is the step a clock
    takes itself, -1 for none. `slots[place]` numbers the places so that two a case can be in at once differ:
    there is one slot where there are no branches.
    """

    mechanism: Mechanism
    places: tuple[str, ...]
    clocks: tuple[str, ...]
    roles: tuple[str, ...]
    steps: tuple[str, ...]
    opening_step: int
    opening: Follow
    follows: tuple[dict[int, Follow], ...]
    options: tuple[dict[int, tuple[int, ...]], ...]
    besides: tuple[dict[int, tuple[int, ...]], ...]
    waits_for: tuple[int, ...]
    expiry: tuple[int, ...]
    slots: tuple[int, ...]


@lru_cache(maxsize=32)
def _compiled(text: str) -> Net:
    return _Compiler(Mechanism.model_validate_json(text)).net()


def compiled(mechanism: Mechanism) -> Net:
    """Return the tables of a promise that passed its check; refuses `too-many-situations`."""
    return _compiled(mechanism.model_dump_json(by_alias=True))


class _Compiler:
    def __init__(self, mechanism: Mechanism) -> None:
        self.mechanism = mechanism
        self.place = {name: n for n, name in enumerate(mechanism.states)}
        self.clock = {name: n for n, name in enumerate(mechanism.clocks)}
        self.role = {name: n for n, name in enumerate(mechanism.roles)}
        self.step = {name: n for n, name in enumerate(mechanism.steps)}
        self.walk = walk(mechanism)
        if not self.walk.complete or self.walk.stopped_at:
            raise refuse(
                "too-many-situations",
                f"a case can come into more than {MOST_SITUATIONS} situations, or its branches are unclear",
                place=mechanism.key,
                hint="run lianqiao check on the file",
            )
        self.situation = {situation: n for n, situation in enumerate(self.walk.moves)}

    def net(self) -> Net:
        m = self.mechanism
        opening = self.walk.openings[0]
        owned = [self._owned(here) for here in self.walk.moves]
        return Net(
            mechanism=m,
            places=tuple(m.states),
            clocks=tuple(m.clocks),
            roles=tuple(m.roles),
            steps=tuple(m.steps),
            opening_step=self.step[m.opening_step],
            opening=self._follow(opening),
            follows=tuple(
                # what may be skipped is not: of the ways a step can be taken the first opens all branches
                {self.step[move.step]: self._follow(move) for move in reversed(moves)}
                for moves in self.walk.moves.values()
            ),
            options=tuple(own for own, _ in owned),
            besides=tuple(other for _, other in owned),
            waits_for=tuple(
                self.role[state.waits_for] if state.waits_for else -1 for state in m.states.values()
            ),
            expiry=tuple(
                self.step[clock.on_expiry] if clock.on_expiry else -1 for clock in m.clocks.values()
            ),
            slots=self._slots(),
        )

    def _slots(self) -> tuple[int, ...]:
        together: dict[str, set[str]] = {state: set() for state in self.mechanism.states}
        for situation in self.walk.moves:
            for state in situation.marking:
                together[state] |= situation.marking - {state}
        slots: dict[str, int] = {}
        for state, others in together.items():
            taken = {slots[other] for other in others if other in slots}
            slots[state] = next(slot for slot in range(len(slots) + 1) if slot not in taken)
        return tuple(slots.values())

    def _owned(self, here: Situation) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
        """Return by place the steps of whom it waits for, and those of others."""
        own: dict[int, tuple[int, ...]] = {}
        others: dict[int, tuple[int, ...]] = {}
        for move in self.walk.moves[here]:
            step = self.mechanism.steps[move.step]
            if step.by in ("clock", "sub-case"):
                continue
            host = self._host(step, here)
            waits = self.mechanism.states[host].waits_for
            found = own if step.by == waits else others
            found[self.place[host]] = (*found.get(self.place[host], ()), self.step[move.step])
        return own, others

    def _host(self, step: Step, here: Situation) -> str:
        """Return the one place of those left at which the work is done: a join is one act, not several."""
        left = [*step.from_, *step.from_all] or list(self.mechanism.states)
        return next(state for state in left if state in here.marking)

    def _follow(self, move: Move) -> Follow:
        step = move.taken
        before = move.before.marking if move.before else frozenset()
        left = before if step.clears else before & {*step.from_, *step.from_all}
        entered = [state for state in step.to if not self.mechanism.states[state].end]
        return Follow(
            after=self.situation[move.after],
            acts=tuple(self._acts(step)),
            left=tuple(self.place[state] for state in self.mechanism.states if state in left),
            entered=tuple(self.place[state] for state in entered),
            woken=self._woken(move, entered),
            assigned=tuple(self.role[role] for role in step.assigns),
            outside=tuple(
                self.step[name]
                for opens in step.opens
                for name, part in self.mechanism.steps.items()
                if part.after == opens.name
            ),
            closes=is_end(self.mechanism, move.after),
        )

    def _woken(self, move: Move, entered: list[str]) -> tuple[int, ...]:
        if move.before is None or is_end(self.mechanism, move.after):
            return ()
        before, _ = self._owned(move.before)
        after, _ = self._owned(move.after)
        stayed = move.before.marking & move.after.marking - set(entered)
        return tuple(
            self.place[state]
            for state in self.mechanism.states
            if state in stayed and self.place[state] in after and self.place[state] not in before
        )

    def _acts(self, step: Step) -> list[tuple[int, int, int]]:
        """Return the clock acts in the order of `clock_run.moved`."""
        acts = [(START, self.clock[name], 0) for name in (*step.starts, *step.restarts)]
        acts += [(PAUSE, self.clock[name], 0) for name in step.pauses]
        acts += [(RESUME, self.clock[name], 0) for name in step.resumes]
        if step.extends:
            by = Budget.parse(step.extends.by)
            acts.append((EXTEND, self.clock[step.extends.clock], by.whole))
        acts += [(STOP, self.clock[name], 0) for name in step.stops]
        return acts
