"""`lianqiao log`: verify the log of all cases, or export it for someone else to verify."""

from __future__ import annotations

import argparse
import json
import sys
from itertools import chain
from typing import Any

from lianqiao.command_line import django_site


def add_parser(subparsers: Any) -> None:
    """Register the verb `log` with `verify` and `export`."""
    parser = subparsers.add_parser("log", help="verify or export the log")
    verbs = parser.add_subparsers(dest="log_verb", metavar="VERB", required=True)
    verify = verbs.add_parser("verify", help="tell whether any entry was altered, removed or swapped")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=run_verify)
    export = verbs.add_parser("export", help="write the log as JSON lines")
    export.add_argument("--case", default="", metavar="NUMBER", help="only this case")
    export.add_argument("--to", metavar="FILE", help="a file in place of standard output")
    export.set_defaults(run=run_export)


def run_verify(args: argparse.Namespace) -> int:
    """Verify the whole log; exit status 1 where anything was altered."""
    django_site.start()
    from lianqiao.site.records import verify_records

    verdict = verify_records()
    if args.json:
        print(
            json.dumps(
                {
                    "intact": not verdict.problems,
                    "cases": verdict.cases,
                    "entries": verdict.entries,
                    "seals": verdict.seals,
                    "problems": [vars(problem) for problem in verdict.problems],
                },
                ensure_ascii=False,
            )
        )
    else:
        for problem in verdict.problems:
            print(f"{problem.code}: {problem}")
        state = "altered" if verdict.problems else "intact"
        print(f"{state}: {verdict.cases} cases, {verdict.entries} entries, {verdict.seals} seals read")
    return 1 if verdict.problems else 0


def run_export(args: argparse.Namespace) -> int:
    """Write one JSON line an entry and a seal; `docs/walk.md` says how an outsider verifies them."""
    django_site.start()
    from lianqiao.bridge.queries import exported_log

    lines = exported_log(args.case)
    # read before the file is made: a case nobody has is refused and leaves no empty file
    first = next(lines, None)
    written = chain([first] if first else [], lines)
    if args.to is None:
        sys.stdout.writelines(line + "\n" for line in written)
        return 0
    with open(args.to, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in written)
    return 0
