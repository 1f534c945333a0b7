"""Which promises came late, each due time reckoned anew from its clock on the calendar as it is known now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lianqiao.bridge import packs
from lianqiao.bridge.models import Promise
from lianqiao.bridge.queries.one_case import state_of
from lianqiao.engine.beijing import beijing
from lianqiao.engine.clock import explain_clock
from lianqiao.engine.clock_state import ClockState

READ_AT_ONCE = 2000
Told = Callable[[int], None]


@dataclass(frozen=True)
class HeldPromise:
    """One clock on one case held against the calendar; times are of Beijing.

    `due` is reckoned anew and None while the clock stands still, `recorded_due` what the log says. `ended` is
    None while it is owed, `breaches` counts earlier runs that were broken, `late_s` natural seconds past due.
    """

    case: str
    mechanism: str
    clock: str
    started: datetime
    due: datetime | None
    recorded_due: datetime | None
    ended: datetime | None
    breaches: int
    late_s: int

    @property
    def late(self) -> bool:
        """True where it was, or an earlier run of it was, not kept in time."""
        return self.late_s > 0 or self.breaches > 0

    @property
    def recorded_otherwise(self) -> bool:
        """True where the calendar as it is known now gives another due time than the log."""
        return self.due is not None and self.due != self.recorded_due


def held_promises(
    *,
    mechanism: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime,
    told: Told | None = None,
) -> Iterator[HeldPromise]:
    """Yield every promise started in the span, those still owed held against `now`; level memory."""
    found = Promise.objects.select_related("case").order_by("pk")
    if mechanism:
        found = found.filter(mechanism=mechanism)
    if since:
        found = found.filter(started_at__gte=since)
    if until:
        found = found.filter(started_at__lt=until)
    calendar = packs.calendar(now)
    for count, promise in enumerate(found.iterator(chunk_size=READ_AT_ONCE), start=1):
        clock = ClockState.from_dict(state_of(promise.case).clocks[promise.clock].promise)
        due = None if clock.state == "paused" else explain_clock(clock, calendar).due
        closed = promise.ended_at or now
        yield HeldPromise(
            case=promise.case.number,
            mechanism=promise.mechanism,
            clock=promise.clock,
            started=beijing(promise.started_at),
            due=due,
            recorded_due=beijing(promise.due_at) if promise.due_at else None,
            ended=beijing(promise.ended_at) if promise.ended_at else None,
            breaches=promise.breaches,
            late_s=max(0, int((closed - due).total_seconds())) if due else 0,
        )
        if told and count % READ_AT_ONCE == 0:
            told(count)
