"""Walk every situation a case can come into, without data and without time.

A situation is the states the case is in, each clock's condition, the sub-cases open, the roles assigned and
how often limited steps were taken. Conditions (`when`) may hold or not; a clock that runs may run out. The
walk is bounded: no state holds a case twice, and more than `MOST_SITUATIONS` are refused, not endured.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from lianqiao.engine.branches import ways_taken
from lianqiao.engine.mechanism import Mechanism, Step

MOST_SITUATIONS = 20_000
RUNNING, PAUSED, STOPPED = "running", "paused", "stopped"


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a case stands: `clocks` maps those started to their condition, `counts` limited steps taken."""

    marking: frozenset[str]
    clocks: tuple[tuple[str, str], ...] = ()
    open_cases: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset({"applicant"})
    counts: tuple[tuple[str, int], ...] = ()

    def clock(self, name: str) -> str:
        """Return `running`, `paused`, `stopped`, or "" where the clock was never started."""
        return dict(self.clocks).get(name, "")


@dataclass(frozen=True, slots=True)
class Move:
    """One step taken: from where, to where. `before` is None for the step that opens the case.

    `taken` is the step as it was taken: with branches, one of several ways.
    """

    step: str
    before: Situation | None
    after: Situation
    taken: Step = field(compare=False)


@dataclass
class Walk:
    """Every situation reached, the moves out of each, and the move by which each was first reached.

    `openings` are the moves that open a case, more than one where the opening step has branches.

    `complete` is false where the walk was given up as too large. Nothing is walked on from `twice`, moves
    that bring a case into a state it is in already, and `unclear`, moves that might leave one of several
    states.
    """

    openings: list[Move] = field(default_factory=list)
    moves: dict[Situation, list[Move]] = field(default_factory=dict)
    reached_by: dict[Situation, Move] = field(default_factory=dict)
    twice: list[Move] = field(default_factory=list)
    unclear: list[Move] = field(default_factory=list)
    complete: bool = True

    @property
    def all_moves(self) -> Iterator[Move]:
        """The opening moves, then every other."""
        yield from self.openings
        for moves in self.moves.values():
            yield from moves

    @property
    def stopped_at(self) -> set[Situation | None]:
        """The situations some move out of which was not walked on."""
        return {move.before for move in (*self.twice, *self.unclear)}

    def way(self, situation: Situation | None) -> str:
        """Return a shortest way into a situation in steps: `file → return_incorrect → correct`."""
        steps: list[str] = []
        while situation is not None:
            move = self.reached_by[situation]
            steps.append(move.step)
            situation = move.before
        return " → ".join(reversed(steps))


def walk(mechanism: Mechanism) -> Walk:
    """Return every situation of a promise whose names are all known."""
    found = Walk()
    for step in ways_taken(mechanism.steps[mechanism.opening_step]):
        after = _after(mechanism.opening_step, step, Situation(frozenset()), frozenset())
        found.openings.append(Move(mechanism.opening_step, None, after, step))
    found.reached_by.update({move.after: move for move in reversed(found.openings)})
    ahead = deque(found.reached_by)
    while ahead:
        here = ahead.popleft()
        found.moves[here] = []
        for move in _moves(mechanism, here, found):
            found.moves[here].append(move)
            if move.after not in found.reached_by:
                found.reached_by[move.after] = move
                ahead.append(move.after)
        if len(found.reached_by) > MOST_SITUATIONS:
            found.complete = False
            break
    return found


def is_end(mechanism: Mechanism, situation: Situation) -> bool:
    """True where the case is closed: it is in ends only."""
    return all(mechanism.states[state].end for state in situation.marking)


def _moves(mechanism: Mechanism, here: Situation, found: Walk) -> Iterator[Move]:
    if is_end(mechanism, here):
        return
    for name, step in mechanism.steps.items():
        if step.opening or not can(mechanism, name, here):
            continue
        for leaves, taken in product(_leaves(step, here), ways_taken(step)):
            move = Move(name, here, _after(name, taken, here, leaves), taken)
            if not step.clears and len(here.marking & set(step.from_)) > 1:
                found.unclear.append(move)
            elif (here.marking - leaves) & set(taken.to):
                found.twice.append(move)
            else:
                yield move


def can(mechanism: Mechanism, name: str, here: Situation) -> bool:
    """True where the step can be taken here if its condition holds and someone takes it."""
    step = mechanism.steps[name]
    if step.from_ and not here.marking & set(step.from_):
        return False
    if not here.marking >= set(step.from_all):
        return False
    if step.at_most is not None and dict(here.counts).get(name, 0) >= step.at_most:
        return False
    if step.by == "clock":
        expiring = (clock for clock, part in mechanism.clocks.items() if part.on_expiry == name)
        return any(here.clock(clock) == RUNNING for clock in expiring)
    return step.by != "sub-case" or step.after in here.open_cases


def progresses(mechanism: Mechanism, name: str, here: Situation) -> bool:
    """True where the step moves the case on and is taken by whom a state waits for, a clock or a sub-case."""
    step = mechanism.steps[name]
    if step.by in ("clock", "sub-case"):
        return True
    left = here.marking & ({*step.from_, *step.from_all} or here.marking)
    waited_for = {mechanism.states[state].waits_for for state in left}
    return step.by in waited_for and not left <= set(step.to)


def _leaves(step: Step, here: Situation) -> list[frozenset[str]]:
    """Return what the step can leave: where it names several states the case is in, any one of them."""
    if step.clears:
        return [here.marking]
    joined = frozenset(step.from_all)
    if not step.from_:
        return [joined]
    return [joined | {state} for state in step.from_ if state in here.marking]


def _after(name: str, step: Step, here: Situation, leaves: frozenset[str]) -> Situation:
    counts = dict(here.counts)
    if step.at_most is not None and not step.opening:
        counts[name] = counts.get(name, 0) + 1
    return Situation(
        marking=here.marking - leaves | set(step.to),
        clocks=tuple(sorted(_clocks(step, dict(here.clocks)).items())),
        open_cases=here.open_cases - {step.after} | {opens.name for opens in step.opens},
        assigned=here.assigned | set(step.assigns),
        counts=tuple(sorted(counts.items())),
    )


def _clocks(step: Step, clocks: dict[str, str]) -> dict[str, str]:
    """Return the clocks' conditions after the step, also where it asked for what could not be."""
    for names, condition in (
        (step.starts, RUNNING),
        (step.restarts, RUNNING),
        (step.pauses, PAUSED),
        (step.resumes, RUNNING),
        (step.stops, STOPPED),
    ):
        clocks.update(dict.fromkeys(names, condition))
    return clocks
