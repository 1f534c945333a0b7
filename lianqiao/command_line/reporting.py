"""`lianqiao report`: which cases came late, by clocks reckoned anew on the State Council's calendar."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from lianqiao.command_line import django_site
from lianqiao.command_line.progress import Progress

if TYPE_CHECKING:
    from lianqiao.bridge.queries.late_promises import HeldPromise

SHOWN = 20
_EXAMPLES = """\
examples:
  lianqiao report late                                           our own promises, in the database
  lianqiao report late --promise microdrama-filing --from 2026-01-01 --json
  lianqiao report late --log filings.csv --map filings.toml      a file of another system
  lianqiao report late --log filings-2025 --json                 a log imported before, by its name
"""


def add_parser(subparsers: Any) -> None:
    """Register the verb `report` with `late`."""
    parser = subparsers.add_parser("report", help="late cases, their clocks reckoned anew")
    kinds = parser.add_subparsers(dest="report_kind", metavar="KIND", required=True)
    late = kinds.add_parser(
        "late",
        help="the cases that came late, the latest first",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    late.add_argument("--log", metavar="FILE", help="a log's file, or the name of a log imported before")
    late.add_argument("--map", metavar="MAP", help="the log's map: which column means what")
    late.add_argument("--promise", default="", metavar="ID", help="only this promise of the database")
    late.add_argument("--from", dest="first", type=_day, metavar="DATE", help="started on this day or later")
    late.add_argument("--until", dest="last", type=_day, metavar="DATE", help="started on this day or before")
    late.add_argument("--most", type=int, default=0, metavar="N", help="tell so many cases (all as JSON)")
    late.add_argument("--json", action="store_true", help="print JSON")
    late.set_defaults(run=run_late)


def run_late(args: argparse.Namespace) -> int:
    """Print the late cases and how many had a deadline."""
    told = _of_log(args) if args.log else _of_database(args)
    if args.json:
        told["cases"] = told["cases"][: args.most or None]
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(told, args.most or SHOWN)
    return 0


def _of_log(args: argparse.Namespace) -> dict[str, Any]:
    from lianqiao.command_line.logs import log_named
    from lianqiao.command_line.promises import district_pack
    from lianqiao.engine.calendar import Calendar
    from lianqiao.engine.clock_bulk import day_table
    from lianqiao.engine.mining import late_cases, late_row, late_summary

    log, log_map, dirty = log_named(args.log, args.map)
    calendar = Calendar.latest(district_pack().closures)
    found = late_cases(log, day_table(calendar), promise=log_map.promise)
    summary = {"source": args.log, "calendar": calendar.version, "log_cases": len(log.cases)}
    return {
        **summary,
        "rows_left_out": dirty,
        **late_summary(found),
        "cases": [late_row(one) for one in found.late],
    }


def _of_database(args: argparse.Namespace) -> dict[str, Any]:
    django_site.start()
    from lianqiao.bridge import packs
    from lianqiao.bridge.queries.late_promises import held_promises
    from lianqiao.command_line.logs import wanted
    from lianqiao.site import wall_clock

    now = wall_clock.read()
    if args.promise:
        packs.current().newest(args.promise)
    meant = wanted(args.promise, args.first, args.last)
    with Progress("reckoning") as told:
        held = held_promises(
            mechanism=meant.mechanism,
            since=meant.since,
            until=meant.until,
            now=now,
            told=lambda read: told(f"{read} promises"),
        )
        counts, late = _counted(held)
    return {"source": "database", "calendar": packs.calendar(now).version, **counts, "cases": late}


def _counted(held: Iterable[HeldPromise]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the counts and the late ones, the latest first; only those are kept in memory."""
    late: list[HeldPromise] = []
    every = paused = otherwise = 0
    for promise in held:
        every += promise.due is not None or promise.late
        paused += promise.due is None
        otherwise += promise.recorded_otherwise
        if promise.late:
            late.append(promise)
    late.sort(key=lambda promise: -promise.late_s)
    counts = {
        "with_deadline": every,
        "late": len(late),
        "kept_share": 1 - len(late) / every if every else None,
        "recorded_otherwise": otherwise,
        "waiting_for_firm": paused,
    }
    return counts, [_row(promise) for promise in late]


def _row(promise: HeldPromise) -> dict[str, Any]:
    return {
        "case": promise.case,
        "promise": f"{promise.mechanism}/{promise.clock}",
        "started": promise.started.isoformat(),
        "due": promise.due.isoformat() if promise.due else None,
        "recorded_due": promise.recorded_due.isoformat() if promise.recorded_due else None,
        "ended": promise.ended.isoformat() if promise.ended else None,
        "earlier_breaches": promise.breaches,
        "late_h": round(promise.late_s / 3600, 2),
    }


def _print(told: dict[str, Any], most: int) -> None:
    share = "–" if told["kept_share"] is None else f"{100 * told['kept_share']:.1f} %"
    print(f"{told['source']}: {told['late']} late of {told['with_deadline']} with a deadline ({share} kept)")
    for name, words in (
        ("stated_wrong", "stated deadlines are another day than the calendar's"),
        ("recorded_otherwise", "due times differ on the calendar as it is known now"),
        ("waiting_for_firm", "wait for the firm"),
        ("outside_calendar", "began where no calendar reaches"),
        ("rows_left_out", "rows could not be read"),
    ):
        if told.get(name):
            print(f"  {told[name]} {words}")
    for case in told["cases"][:most]:
        ended = f"ended {case['ended']}" if case["ended"] else "still open"
        due = case["due"] or case.get("stated_deadline") or "–"
        print(f"  {case['case']}  {case.get('promise', '')} due {due}, {ended}, {case['late_h']} h late")
    if len(told["cases"]) > most:
        print(f"  … and {len(told['cases']) - most} more; --most N or --json tells them")


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()
