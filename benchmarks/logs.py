"""Import of a historic log, export of our own: `python -m benchmarks.logs [EVENTS] [ENTRIES]`; prints JSON.

Runs in a database made for it and dropped again, on whatever `DATABASE_URL` names. The log imported is made
up: cases of three to nine events, dirty rows among them. The log exported is one case's, copied.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EVENTS = 250_000
ENTRIES = 50_000
SEED = 20261121
AT_ONCE = 500
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
STEPS = ("受理", "补正通知", "补正", "审查", "复核", "决定", "制证", "送达")
DIRTY = 0.002


def main(events: int = EVENTS, entries: int = ENTRIES) -> dict[str, Any]:
    """Return times of imports, of reading back and of exports in s, and memory in MB."""
    os.environ.setdefault("LIANQIAO_HOME", tempfile.mkdtemp(prefix="lianqiao-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianqiao.site.settings")
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        # first, so that its memory is not hidden by the import's
        exported = _exported(entries)
        return {"database": connection.vendor, **exported, **_imported(events)}
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def generated(events: int) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield rows of a made-up log: case, activity, time, person, deadline."""
    chance = random.Random(SEED)
    made = case = 0
    while made < events:
        case += 1
        at = datetime(2025, 1, 2, 9) + timedelta(minutes=chance.randrange(400 * 1440))  # noqa: DTZ001
        due = f"{at + timedelta(days=20):%Y-%m-%d} 17:30"
        middle = chance.choices(STEPS[1:-1], k=chance.randint(1, 7))
        for step in (STEPS[0], *middle, STEPS[-1]):
            at += timedelta(minutes=chance.randrange(1, 4000))
            when = "不详" if chance.random() < DIRTY else f"{at:%Y-%m-%d %H:%M}"
            yield f"SL-{case:07}", step, when, f"示例经办人{chance.randrange(80):02}", due
            made += 1


def _imported(events: int) -> dict[str, Any]:
    from lianqiao.engine.mining import LogMap, Promised
    from lianqiao.service.commands.historic_logs import import_log
    from lianqiao.service.log_import.files import read_log_file
    from lianqiao.service.queries.historic_logs import historic_log, stored_log

    path = Path(tempfile.mkdtemp(prefix="lianqiao-bench-")) / "log.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("case", "step", "at", "who", "due"))
        writer.writerows(generated(events))
    promise = Promised(budget="20wd", start=STEPS[0], end=(STEPS[-1],), pause=(STEPS[1],), resume=(STEPS[2],))
    log_map = LogMap(case="case", activity="step", time="at", person="who", deadline="due", promise=promise)
    found: dict[str, Any] = {"events": events}
    for name in ("import", "same_file_again"):
        begun = time.perf_counter()
        reading = read_log_file(path, log_map)
        found[f"{name}_read_s"] = _since(begun)
        report = import_log(reading, name="bench", log_map=log_map, file="log.csv", sha256="", now=NOW)
        found[f"{name}_s"] = _since(begun)
        found[f"{name}_counts"] = {
            part: getattr(report, part) for part in ("cases", "events", "added", "updated", "left_out")
        }
    begun = time.perf_counter()
    stored_log(historic_log("bench"))
    return {**found, "read_back_s": _since(begun), "peak_memory_mb": _memory_mb()}


def _exported(entries: int) -> dict[str, Any]:
    from lianqiao.bridge.models import Case, Entry
    from lianqiao.bridge.queries.event_logs import Wanted, event_log, logged_cases
    from lianqiao.engine.mining import ocel_pieces, xes_pieces
    from tests.world import build_world

    world = build_world()
    case = world.file()
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="示例：同意")
    lines = list(Entry.objects.filter(case=case).order_by("seq"))
    copies = entries // len(lines)
    for begin in range(0, copies, AT_ONCE):
        some = [_copy(case, number) for number in range(begin, min(copies, begin + AT_ONCE))]
        Case.objects.bulk_create(some)
        Entry.objects.bulk_create([_entry(line, one) for one in some for line in lines])
    before_mb = _memory_mb()
    found: dict[str, Any] = {"entries": copies * len(lines), "memory_before_mb": before_mb}
    for name in ("xes", "ocel"):
        begun = time.perf_counter()
        pieces = (
            xes_pieces(logged_cases(Wanted()))
            if name == "xes"
            else ocel_pieces(lambda: logged_cases(Wanted()))
        )
        found[f"{name}_mb"] = sum(len(piece.encode()) for piece in pieces) // 10**6
        found[f"{name}_s"] = _since(begun)
    found["memory_after_exports_mb"] = _memory_mb()
    begun = time.perf_counter()
    event_log(Wanted())
    return {**found, "read_as_columns_s": _since(begun)}


def _copy(case: Any, number: int) -> Any:
    from copy import copy

    one = copy(case)
    one.pk, one.number, one.progress_code = None, f"WDJ-2025-{number:08}", f"{number:016}"
    one._state = type(case._state)()
    return one


def _entry(line: Any, case: Any) -> Any:
    from copy import copy

    one = copy(line)
    one.pk, one.case, one.once = None, case, None
    one._state = type(line._state)()
    return one


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 1)


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    print(json.dumps(main(*(int(text) for text in sys.argv[1:])), ensure_ascii=False, indent=2))
