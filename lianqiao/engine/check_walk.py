"""Check a promise by walking it: each situation leads on, an end is within reach, clocks are used rightly."""

from __future__ import annotations

from collections.abc import Iterable

from lianqiao.engine.branches import ways_taken
from lianqiao.engine.check_conditions import check_conditions
from lianqiao.engine.check_report import Report
from lianqiao.engine.mechanism import Mechanism, Step
from lianqiao.engine.walk import (
    MOST_SITUATIONS,
    PAUSED,
    RUNNING,
    STOPPED,
    Move,
    Situation,
    Walk,
    can,
    is_end,
    progresses,
    walk,
)

# what a step does to a clock → the conditions the clock may be in before, and how to say otherwise
_CLOCK_RULES = {
    "starts": (
        ("", STOPPED),
        "clock-started-twice",
        "is started while it is {now}",
        "stop it before, or use restarts",
    ),
    "restarts": (
        (RUNNING, PAUSED, STOPPED),
        "clock-not-started",
        "is restarted before it was ever started",
        "use starts",
    ),
    "pauses": ((RUNNING,), "clock-not-running", "is paused while it is {now}", "start or resume it before"),
    "resumes": (
        (PAUSED,),
        "clock-not-paused",
        "is resumed while it is {now}",
        "pause it before, or take it out",
    ),
    "stops": (
        (RUNNING, PAUSED),
        "clock-not-started",
        "is stopped while it is {now}",
        "start it before, or take it out",
    ),
}
_IN_WORDS = {"": "not started", RUNNING: "running", PAUSED: "paused", STOPPED: "stopped"}


def check_walk(report: Report) -> None:
    """Report what is wrong with the situations a case can come into; all names must be known."""
    mechanism = report.mechanism
    found = walk(mechanism)
    if not found.complete:
        reason = f"a case can come into more than {MOST_SITUATIONS} situations"
        hint = "lower at_most, or have fewer branches side by side"
        report.add("too-many-situations", reason, ("steps",), hint)
        return
    # one branch too many goes wrong at every later step too; the first place is the one to mend
    for move in found.twice[:1]:
        reason = (
            f"“{move.step}” brings the case into a state it is in already (after {found.way(move.before)})"
        )
        report.add(
            "state-entered-twice", reason, ("steps", move.step, "to"), "join the branches with from_all"
        )
    for move in found.unclear:
        _unclear(report, found, move)
    if found.stopped_at:
        # what a walk cut short would say besides follows from this
        return
    for situation in found.moves:
        _situation(report, found, situation)
    for move in found.all_moves:
        _move(report, found, move)
    _unreached(report, found)
    _endless(report, found)
    if not report.found("dead-end", "role-stuck"):
        check_conditions(report, found)


def _situation(report: Report, found: Walk, here: Situation) -> None:
    mechanism = report.mechanism
    ends = sorted(state for state in here.marking if mechanism.states[state].end)
    if ends and len(here.marking) > 1:
        others = ", ".join(sorted(here.marking - {ends[0]}))
        reason = f"the case reaches this end while it is also in {others} (after {found.way(here)})"
        hint = "join the branches with from_all, or let the step into the end have clears = true"
        report.add("branch-left-behind", reason, ("states", ends[0]), hint)
    if ends:
        return
    _leads_on(report, found, here)
    _somebody_is_there(report, found, here)
    _can_expire(report, found, here)


def _leads_on(report: Report, found: Walk, here: Situation) -> None:
    mechanism = report.mechanism
    if any(progresses(mechanism, move.step, here) for move in found.moves[here]):
        return
    where = " and ".join(sorted(here.marking))
    state = min(here.marking)
    way = f"(after {found.way(here)})"
    if not found.moves[here]:
        hint = f'add a step with from = "{state}", or make it an end'
        report.add("dead-end", f"in {where} no step can be taken {way}", ("states", state), hint)
        return
    role = mechanism.states[state].waits_for
    reason = f"the case waits in {where} for “{role}”, who cannot move it on {way}"
    hint = f'add a step by "{role}" from "{state}", or let the state wait for another role'
    report.add("role-stuck", reason, ("states", state, "waits_for"), hint)


def _somebody_is_there(report: Report, found: Walk, here: Situation) -> None:
    for state in sorted(here.marking):
        role = report.mechanism.states[state].waits_for
        if role and role not in here.assigned:
            reason = f"nobody has been assigned as “{role}” by then (after {found.way(here)})"
            hint = f'add assigns = ["{role}"] to the step that leads here, or to an earlier one'
            report.add("role-not-assigned", reason, ("states", state, "waits_for"), hint)


def _can_expire(report: Report, found: Walk, here: Situation) -> None:
    for name, clock in report.mechanism.clocks.items():
        if (
            clock.on_expiry
            and here.clock(name) == RUNNING
            and not can(report.mechanism, clock.on_expiry, here)
        ):
            where = " and ".join(sorted(here.marking))
            reason = f"the clock can run out in {where}, where “{clock.on_expiry}” cannot be taken"
            hint = f"add the state to steps.{clock.on_expiry} › from, or stop the clock before"
            report.add("expiry-impossible", reason, ("clocks", name, "on_expiry"), hint)


def _move(report: Report, found: Walk, move: Move) -> None:
    step = move.taken
    after = f"(after {found.way(move.before)})" if move.before else "(as the case opens)"
    for key, (allowed, code, words, hint) in _CLOCK_RULES.items():
        for clock in getattr(step, key):
            now = move.before.clock(clock) if move.before else ""
            if now not in allowed:
                reason = f"the clock “{clock}” {words.format(now=_IN_WORDS[now])} {after}"
                report.add(code, reason, ("steps", move.step, key), hint)
    if step.extends and (move.before is None or move.before.clock(step.extends.clock) != RUNNING):
        now = _IN_WORDS[move.before.clock(step.extends.clock) if move.before else ""]
        reason = f"the clock “{step.extends.clock}” is extended while it is {now} {after}"
        hint = "let the step leave only states in which the clock runs"
        report.add("clock-not-running", reason, ("steps", move.step, "extends"), hint)
    _told(report, move, step, after)
    _sub_cases(report, move, step, after)
    _ending(report, move, step, after)


def _unclear(report: Report, found: Walk, move: Move) -> None:
    assert move.before is not None
    here = sorted(move.before.marking & set(report.mechanism.steps[move.step].from_))
    reason = f"a case can be in {' and '.join(here)} at once, and the step leaves only one of them"
    hint = "name them in from_all, set clears = true, or make a step for each"
    path = ("steps", move.step, "from")
    report.add("from-ambiguous", f"{reason} (after {found.way(move.before)})", path, hint)


def _told(report: Report, move: Move, step: Step, after: str) -> None:
    hint = "assign the role in this step or an earlier one, or do not name it here"
    for role in step.tell:
        if role not in move.after.assigned:
            reason = f"nobody has been assigned as “{role}” by then {after}"
            report.add("role-not-assigned", reason, ("steps", move.step, "tell"), hint)
    for name in (*step.starts, *step.restarts):
        clock = report.mechanism.clocks[name]
        if clock.owner not in move.after.assigned:
            reason = f"nobody has been assigned as “{clock.owner}” when the clock starts {after}"
            report.add("role-not-assigned", reason, ("clocks", name, "owner"), hint)
        for index, rung in enumerate(clock.rungs):
            for role in set(rung.tell) - move.after.assigned - {clock.owner}:
                reason = f"nobody has been assigned as “{role}” when the clock starts {after}"
                report.add("role-not-assigned", reason, ("clocks", name, "rungs", index, "tell"), hint)


def _sub_cases(report: Report, move: Move, step: Step, after: str) -> None:
    open_cases = move.before.open_cases if move.before else frozenset()
    for index, opens in enumerate(step.opens):
        if opens.name in open_cases - {step.after}:
            reason = f"the sub-case “{opens.name}” is open already {after}"
            path = ("steps", move.step, "opens", index, "name")
            report.add("sub-case-opened-twice", reason, path, "wait for it to end before")


def _ending(report: Report, move: Move, step: Step, after: str) -> None:
    """A promise must be measured: a step of the zone's or the clock's that ends the case `stops` what runs.

    Where the applicant gives up, the outcome is `withdrawn`, or a step `clears` whatever is open, what still
    runs is not owed any more and counts as ended, neither kept nor (unless overdue) broken.
    """
    mechanism = report.mechanism
    if not is_end(mechanism, move.after):
        return
    outcomes = {mechanism.states[state].end for state in move.after.marking}
    role = mechanism.roles.get(step.by)
    given_up = step.clears or outcomes == {"withdrawn"} or (role is not None and role.kind == "applicant")
    if given_up:
        return
    for clock, condition in move.after.clocks:
        if condition != STOPPED:
            reason = f"the case ends while the clock “{clock}” is {_IN_WORDS[condition]} {after}"
            hint = f'add stops = ["{clock}"]: whether the promise was kept is measured there'
            report.add("clock-left-running", reason, ("steps", move.step, "stops"), hint)
    for name in sorted(move.after.open_cases):
        reason = f"the case ends while the sub-case “{name}” is open {after}"
        hint = "let the case end in a step after the sub-case, or set clears = true"
        report.add("sub-case-left-open", reason, ("steps", move.step), hint)


def _unreached(report: Report, found: Walk) -> None:
    """Report the first cause only: what is out of reach because of something else follows from that."""
    mechanism = report.mechanism
    reached = {state for situation in found.moves for state in situation.marking}
    taken = {move.step for move in found.all_moves}
    led_to = _led_to(mechanism)
    lost = [state for state in mechanism.states if state not in reached]
    for state in lost if not _causes(report, reached, taken) else [s for s in lost if s not in led_to]:
        hint = f"name it in the “to” of a step, or take it out; reached: {', '.join(sorted(reached))}"
        report.add("state-unreachable", f"no case ever comes into “{state}”", ("states", state), hint)


def _causes(report: Report, reached: set[str], taken: set[str]) -> bool:
    """Report steps never taken though a case comes where they begin; return whether that says it all."""
    mechanism = report.mechanism
    led_to = _led_to(mechanism)
    explained = any(state not in led_to for state in mechanism.states)
    for name, step in mechanism.steps.items():
        begins = {*step.from_, *step.from_all}
        if name in taken or (begins and not begins & reached):
            continue
        explained = True
        report.add(
            "step-impossible", _why_impossible(step), ("steps", name, "from"), "check from and from_all"
        )
    return explained


def _led_to(mechanism: Mechanism) -> set[str]:
    steps = mechanism.steps.values()
    return {state for step in steps for way in ways_taken(step) for state in way.to}


def _why_impossible(step: Step) -> str:
    if step.by == "clock":
        return "its clock never runs where this step could be taken"
    if step.by == "sub-case":
        return f"the sub-case “{step.after}” is never open where this step could be taken"
    return "a case is never in all the states this step needs at once"


def _endless(report: Report, found: Walk) -> None:
    """Report where no end but `withdrawn` is within reach, though steps can be taken for ever."""
    mechanism = report.mechanism
    stops = [s for s, moves in found.moves.items() if not moves and not _withdrawn(mechanism, s)]
    leading: dict[Situation, list[Situation]] = {}
    for move in found.all_moves:
        if move.before is not None:
            leading.setdefault(move.after, []).append(move.before)
    ending = _closure(stops, leading)
    for situation in found.moves:
        if situation not in ending and not is_end(mechanism, situation):
            state = min(situation.marking)
            where = " and ".join(sorted(situation.marking))
            reason = f"from {where} no end is within reach (after {found.way(situation)})"
            hint = "let a step lead to an end; that the applicant can withdraw does not count"
            report.add("no-way-to-end", reason, ("states", state), hint)
            return


def _withdrawn(mechanism: Mechanism, situation: Situation) -> bool:
    return is_end(mechanism, situation) and all(
        mechanism.states[state].end == "withdrawn" for state in situation.marking
    )


def _closure(start: Iterable[Situation], leading: dict[Situation, list[Situation]]) -> set[Situation]:
    found = set(start)
    ahead = list(found)
    while ahead:
        for before in leading.get(ahead.pop(), ()):
            if before not in found:
                found.add(before)
                ahead.append(before)
    return found
