"""`lianqiao policy import`: a spreadsheet of conditions becomes a policy file where it fits. No database."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from lianqiao.engine.errors import refuse


def add_parser(verbs: Any) -> None:
    """Register the verb `policy import`."""
    parser = verbs.add_parser(
        "import",
        help="make a policy file of a spreadsheet of conditions",
        description="Columns 条件, 条款, 指标, 要求, 值, and where needed 任一组 and 没有时. Prints the "
        "policy file; rows that do not fit are told with line, column, reason and remedy, and exit status 1.",
    )
    parser.add_argument("sheet", type=Path, metavar="SHEET", help="a CSV or Excel file")
    parser.add_argument("--id", required=True, help="of the policy, such as rd-support")
    parser.add_argument("--title", required=True, help="what the policy is called")
    parser.add_argument("--basis", default="", help="the measure it rests on (the title)")
    parser.add_argument("--source", required=True, help="number or address of its public text")
    parser.add_argument("--from", dest="since", required=True, metavar="DAY", help="the day it takes effect")
    parser.add_argument("--party", choices=("firm", "person"), default="firm")
    parser.add_argument("--delivery", choices=("invited", "instant"), default="invited")
    parser.add_argument(
        "--attributes", type=Path, help="attributes.toml (the one of the district that ships)"
    )
    parser.add_argument("--json", action="store_true", help="print text and problems as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the policy file; 0 where every row fitted, 1 where some did not."""
    from lianqiao.bridge.condition_sheets import condition_rows
    from lianqiao.bridge.pack_files import read_text
    from lianqiao.engine.beijing import BEIJING
    from lianqiao.engine.policy.reading import ATTRIBUTES_FILE, read_policies
    from lianqiao.engine.policy.sheet import Head, policy_from_rows
    from lianqiao.site import wall_clock
    from lianqiao.site.environment import default_district

    if not args.sheet.is_file():
        raise refuse("sheet-not-found", "there is no such file", place=str(args.sheet), hint="check its name")
    shared = args.attributes or default_district() / "policies" / ATTRIBUTES_FILE
    attributes = read_policies({ATTRIBUTES_FILE: read_text(shared, str(shared))}).attributes
    head = Head(
        id=args.id,
        title=args.title,
        party=args.party,
        delivery=args.delivery,
        basis=args.basis or args.title,
        source=args.source,
        effective_from=_day(args.since),
    )
    rows, unread = condition_rows(args.sheet)
    today = wall_clock.read().astimezone(BEIJING).date()
    made = policy_from_rows(rows, head, attributes, today=today)
    problems = [*unread, *made.problems]
    if args.json:
        told = {"text": made.text, "fitted": made.fitted, "problems": list(map(asdict, problems))}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(made.text, end="")
        for problem in problems:
            print(f"{problem.code}: {problem}", file=sys.stderr)
        print(f"{made.fitted} conditions fitted, {len(problems)} did not", file=sys.stderr)
    return 1 if problems else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("day-malformed", f"“{text}” is not a date", hint="write 2026-01-31") from None
