"""What a log shows at a glance: its size, its ways, where time goes, what came late; JSON-ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from lianqiao.engine.clock_bulk import DayTable
from lianqiao.engine.mining.bottlenecks import passages
from lianqiao.engine.mining.event_log import NOBODY, EventLog
from lianqiao.engine.mining.late import LateCase, LateCases, late_cases
from lianqiao.engine.mining.log_map import Promised
from lianqiao.engine.mining.time_reading import as_moment
from lianqiao.engine.mining.variants import variant_count, variants


def report_of(
    log: EventLog, table: DayTable, *, promise: Promised | None = None, top: int = 10
) -> dict[str, Any]:
    """Return counts, the `top` most frequent variants and slowest passages, and how many cases came late."""
    first, last = int(log.at.min().astype(np.int64)), int(log.at.max().astype(np.int64))
    counts = np.bincount(log.activity, minlength=len(log.activities))
    report: dict[str, Any] = {
        "cases": len(log.cases),
        "events": len(log),
        "people": len(np.unique(log.person[log.person != NOBODY])),
        "first": as_moment(first).isoformat(),
        "last": as_moment(last).isoformat(),
        "activities": dict(
            sorted(zip(log.activities, counts.tolist(), strict=True), key=lambda pair: -pair[1])
        ),
        "variants": {
            "count": variant_count(log),
            "top": [asdict(one) | {"activities": list(one.activities)} for one in variants(log, most=top)],
        },
        "bottlenecks": [asdict(one) for one in passages(log, table)[:top]],
    }
    found = late_cases(log, table, promise=promise)
    if found.cases:
        report["late"] = late_summary(found)
    return report


def late_summary(found: LateCases) -> dict[str, Any]:
    """Return the counts of late cases, without the cases themselves."""
    return {
        "with_deadline": found.cases,
        "late": len(found.late),
        "kept_share": found.rate,
        "reckoned": found.reckoned,
        "outside_calendar": found.outside,
        "stated_wrong": found.stated_wrong,
        "waiting_for_firm": found.paused,
    }


def late_row(late: LateCase) -> Mapping[str, Any]:
    """Return one late case as JSON-ready values."""

    def told(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "case": late.case,
        "started": told(late.started),
        "due": told(late.due),
        "stated_deadline": told(late.stated),
        "stated_wrong": late.wrongly_stated,
        "ended": told(late.ended),
        "late_h": round(late.late_h, 2),
    }
