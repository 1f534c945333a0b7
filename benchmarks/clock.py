"""Deadlines per second, beside numpy.busday_offset on the same calendar: `python -m benchmarks.clock`.

Prints JSON. Runs are interleaved and medians compared, so that a busy machine slows all sides alike.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np

from lianqiao.engine.calendar import FIRST_DAY, LAST_DAY, Calendar
from lianqiao.engine.clock import Pause, reckon
from lianqiao.engine.clock_bulk import day_table, due_days

ROWS = 1_000_000
ROUNDS = 7
BUDGET_DAYS = 3
SEED = 20261121
SAMPLE = 2_000  # rows of the paused run also worked out by the scalar clock


def main(rows: int = ROWS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return rates in deadlines per second, their ratios, and the share of rows on which the sides agree."""
    calendar = Calendar.latest()
    table = day_table(calendar)
    starts, begins, ends = workload(rows)
    start_days = starts.astype("datetime64[D]")
    rests = rest_days(calendar)
    busday = np.busdaycalendar(weekmask="1111111", holidays=rests)
    sides: dict[str, Callable[[], Any]] = {
        "numpy_busday_offset": lambda: np.busday_offset(
            start_days, BUDGET_DAYS, roll="backward", busdaycal=busday
        ),
        "lianqiao": lambda: due_days(start_days, BUDGET_DAYS, table),
        "lianqiao_one_pause": lambda: due_days(starts, BUDGET_DAYS, table, pauses=(begins, ends)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    answers = {name: side() for name, side in sides.items()}  # also warms every side up
    for _ in range(rounds):
        for name, side in sides.items():
            before = time.perf_counter()
            side()
            seconds[name].append(time.perf_counter() - before)
    rates = {name: rows / statistics.median(taken) for name, taken in seconds.items()}
    return {
        "rows": rows,
        "rounds": rounds,
        "budget": f"{BUDGET_DAYS}wd",
        "calendar": calendar.version,
        "deadlines_per_s": {name: round(rate) for name, rate in rates.items()},
        "ratio_to_busday_offset": {
            "no_pause": round(rates["lianqiao"] / rates["numpy_busday_offset"], 2),
            "one_pause": round(rates["lianqiao_one_pause"] / rates["numpy_busday_offset"], 2),
        },
        "agreement": {
            "with_busday_offset": float(np.mean(answers["lianqiao"] == answers["numpy_busday_offset"])),
            "with_scalar_clock_paused": scalar_agreement(
                calendar, starts, begins, ends, answers["lianqiao_one_pause"]
            ),
        },
    }


def workload(rows: int) -> tuple[Any, Any, Any]:
    """Return starts from 2025-01 to 2026-10 and a pause each, within 5 days of the start, up to 10 long."""
    random = np.random.default_rng(SEED)
    first = np.datetime64("2025-01-01", "s")
    starts = first + random.integers(0, 668 * 86_400, rows).astype("timedelta64[s]")
    begins = starts + random.integers(0, 5 * 86_400, rows).astype("timedelta64[s]")
    return starts, begins, begins + random.integers(0, 10 * 86_400, rows).astype("timedelta64[s]")


def rest_days(calendar: Calendar) -> Any:
    """Return every day of the calendar that is not worked, as numpy.busday_offset wants its holidays."""
    span = (FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
    return np.array([day for day in span if not calendar.is_working_day(day)], dtype="datetime64[D]")


def scalar_agreement(calendar: Calendar, starts: Any, begins: Any, ends: Any, answers: Any) -> float:
    """Return the share of a sample on which the scalar clock gives the same due day."""
    rows = range(0, len(starts), max(1, len(starts) // SAMPLE))
    same = 0
    for row in rows:
        pause = Pause(begins[row].item(), ends[row].item())
        answer = reckon(starts[row].item(), f"{BUDGET_DAYS}wd", calendar=calendar, pauses=[pause])
        same += answer.due_date == answers[row].item()
    return same / len(rows)


if __name__ == "__main__":
    json.dump(main(), sys.stdout, indent=2)
    print()
