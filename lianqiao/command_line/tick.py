"""`lianqiao tick`: let time act once, or over and over as a worker of its own."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from lianqiao.command_line import django_site


def add_parser(subparsers: Any) -> None:
    """Register the verb `tick`."""
    parser = subparsers.add_parser("tick", help="sweep clocks, stand-ins and calendars; send notices")
    parser.add_argument("--worker", action="store_true", help="keep on until stopped, every 15 seconds")
    parser.add_argument("--as-of", metavar="TIME", help="act as if it were this time (not for a live zone)")
    parser.add_argument("--json", action="store_true", help="say what moved as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Tick once and say what moved, or run the worker until it is stopped.

    Raises Refusal as `django_site.start` does.
    """
    django_site.start()
    from lianqiao.site import wall_clock, worker

    if args.worker:
        worker.run_until_stopped()
        return 0
    now = _moment(args.as_of) if args.as_of else wall_clock.read()
    swept = worker.tick_once(now=now)
    if args.json:
        print(json.dumps(asdict(swept)))
    else:
        print(", ".join(f"{name} {count}" for name, count in asdict(swept).items()))
    return 0


def _moment(text: str) -> datetime:
    from lianqiao.engine.beijing import parse_instant

    return parse_instant(text)
