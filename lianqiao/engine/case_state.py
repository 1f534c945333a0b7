"""What a case is at a moment, and how the log makes it: `fold`, a plain function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

# An entry's body holds text, whole numbers, booleans, and lists and tables of them: nothing that rounds.
Body = dict[str, Any]


class ClockRun(NamedTuple):
    """One run of a clock on a case, exactly as the log says it.

    `promise` and `law` are serialised clock states (see `engine.clock`), `law` empty where no statute
    applies. `rungs` says when each rung is due, in the file's order; it is empty unless the clock runs.
    `fired` lists the rungs already climbed. `result` is "" while open, then "kept", "broken"
    or "ended" (the case left without the promise being owed any more).
    """

    promise: Mapping[str, Any]
    law: Mapping[str, Any] = {}
    rungs: tuple[str, ...] = ()
    fired: tuple[int, ...] = ()
    result: str = ""
    runs: int = 1
    # earlier runs count too: a restart must not make a broken promise whole
    breaches: int = 0

    @property
    def state(self) -> str:
        """`running`, `paused` or `stopped`."""
        return str(self.promise["state"])

    def to_dict(self) -> Body:
        return {
            "promise": dict(self.promise),
            "law": dict(self.law),
            "rungs": list(self.rungs),
            "fired": list(self.fired),
            "result": self.result,
            "runs": self.runs,
            "breaches": self.breaches,
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> ClockRun:
        return cls(
            promise=body["promise"],
            law=body["law"],
            rungs=tuple(body["rungs"]),
            fired=tuple(body["fired"]),
            result=body["result"],
            runs=body["runs"],
            breaches=body["breaches"],
        )


class CaseState(NamedTuple):
    """A case at a moment; equal to the fold of its log.

    `owners` maps a role to the person it was assigned to, `holders` to the person doing it now (the
    deputy while the owner is away). `sub_cases` maps a name to "open" or the outcome it ended with.
    """

    mechanism: str
    marking: tuple[str, ...] = ()
    data: Mapping[str, Any] = {}
    clocks: Mapping[str, ClockRun] = {}
    owners: Mapping[str, str] = {}
    holders: Mapping[str, str] = {}
    counts: Mapping[str, int] = {}
    sub_cases: Mapping[str, str] = {}
    seq: int = 0
    opened_at: str = ""
    last_at: str = ""
    closed_at: str = ""
    outcome: str = ""

    @property
    def open(self) -> bool:
        return not self.closed_at

    def to_dict(self) -> Body:
        """Return the state as text, whole numbers and booleans, for keeping beside the log."""
        body = self._asdict()
        body["marking"] = list(self.marking)
        body["clocks"] = {name: run.to_dict() for name, run in self.clocks.items()}
        return body

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> CaseState:
        clocks = {name: ClockRun.from_dict(run) for name, run in body["clocks"].items()}
        return cls(**{**body, "marking": tuple(body["marking"]), "clocks": clocks})


def apply(state: CaseState | None, body: Body) -> CaseState:
    """Return the state after one more entry; knows no rules, only what the entry says happened."""
    if state is None:
        state = CaseState(mechanism=body["mechanism"], opened_at=body["at"])
    leave = body.get("leave", ())
    counts = state.counts
    if step := body.get("step"):
        counts = {**counts, step: counts.get(step, 0) + 1}
    ended = body.get("outcome", "")
    return CaseState(
        mechanism=body.get("mechanism", state.mechanism),
        marking=(*(s for s in state.marking if s not in leave), *body.get("enter", ())),
        data={**state.data, **body.get("data", {})},
        clocks={**state.clocks, **{k: ClockRun.from_dict(v) for k, v in body.get("clocks", {}).items()}},
        owners={**state.owners, **body.get("owners", {})},
        holders={**state.holders, **body.get("holders", {})},
        counts=counts,
        sub_cases={**state.sub_cases, **body.get("sub_cases", {})},
        seq=state.seq + 1,
        opened_at=state.opened_at,
        last_at=body["at"],
        closed_at=body["at"] if ended else state.closed_at,
        outcome=ended or state.outcome,
    )


def fold(bodies: Iterable[Body], state: CaseState | None = None) -> CaseState | None:
    """Return the state the entries make, on top of `state`; the same however the log is cut."""
    for body in bodies:
        state = apply(state, body)
    return state
