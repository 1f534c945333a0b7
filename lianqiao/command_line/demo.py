"""`lianqiao demo`: fill the database with an example organization and its history."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from typing import Any

from lianqiao.command_line import django_site
from lianqiao.engine.errors import refuse


def add_parser(subparsers: Any) -> None:
    """Register the verb `demo`."""
    parser = subparsers.add_parser(
        "demo", help="load example people, firms and cases (only for a demonstration, never a live zone)"
    )
    parser.add_argument("--yes", action="store_true", help="load them although LIANQIAO_DEMO is not 1")
    parser.add_argument("--as-of", metavar="TIME", help="let the history end at this time")
    parser.add_argument("--json", action="store_true", help="say what was loaded as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Load the demonstration once and say what there is; raises Refusal `demo-not-asked-for`."""
    if not (args.yes or os.environ.get("LIANQIAO_DEMO") == "1"):
        raise refuse(
            "demo-not-asked-for",
            "this would write example people and cases into the database",
            hint="set LIANQIAO_DEMO=1 or add --yes, and do so in a database of its own",
        )
    django_site.start_without_zone()
    loaded = load_once(as_of=args.as_of or "")
    if args.json:
        print(json.dumps(loaded))
    else:
        made = "loaded" if loaded["new"] else "already there"
        print(f"demonstration {made}: {loaded['firms']} firms, {loaded['cases']} cases, all examples")
    return 0


def load_once(*, as_of: str = "") -> dict[str, Any]:
    """Bring the database up to date and load the demonstration if it is not there; Django must be set up."""
    from lianqiao.engine.beijing import parse_instant
    from lianqiao.service import demo
    from lianqiao.site import schema, wall_clock

    schema.bring_up_to_date()
    return asdict(demo.load(now=parse_instant(as_of) if as_of else wall_clock.read()))
