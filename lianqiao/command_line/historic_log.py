"""`lianqiao import log`: bring in the event log of another system, for process mining."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianqiao.command_line import django_site
from lianqiao.command_line.progress import Progress

if TYPE_CHECKING:
    from lianqiao.service.commands.historic_logs import LogImport

PROBLEMS_SHOWN = 20
_EXAMPLES = """\
examples:
  lianqiao import log filings-2025.csv --map filings.toml
  lianqiao import log export.xes.gz --name permits
  lianqiao import log filings-2025.csv --map filings.toml --dry-run

The map names the columns of case, activity, time, person, deadline and end, and may say what was promised;
docs/mining.md explains it. Importing again under the same name updates the cases the file has.
"""


def add_parser(kinds: Any) -> None:
    """Register the sub-verb `log`."""
    parser = kinds.add_parser(
        "log",
        help="an event log of another system, CSV or XES",
        description="Import a historic log: rows that can be read are kept, the others reported by line and "
        "column. Names of people become pseudonyms. All of the file or, where it is interrupted, nothing.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="CSV or XES, also packed (.gz)")
    parser.add_argument("--map", metavar="MAP", help="a map's file, or its name in the pack; CSV needs one")
    parser.add_argument("--name", default="", help="under which it is kept; the file's name without it")
    parser.add_argument("--example", action="store_true", help="mark the log as an example")
    parser.add_argument(
        "--dry-run", action="store_true", help="read the file, say what is in it, keep nothing"
    )
    parser.add_argument("--problems", metavar="FILE", help="write the rows left out to this CSV file")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Import and report; 0 every row was taken, 1 some were not, 2 the file or its map was refused."""
    from lianqiao.command_line.logs import map_named, read_log

    path = Path(args.file)
    name = args.name or path.name.partition(".")[0]
    # a dry run reads the file alone
    (django_site.start_without_zone if args.dry_run else django_site.start)()
    from lianqiao.service.commands.historic_logs import LogImport, import_log_file
    from lianqiao.site import wall_clock

    if args.dry_run:
        reading = read_log(path, args.map)
        cases, events = len(reading.log.cases), len(reading.log)
        report = LogImport(name, reading.rows, reading.dirty, cases, events, problems=reading.problems)
    else:
        with Progress(f"importing {name}") as told:
            report = import_log_file(
                path,
                name=name,
                log_map=map_named(args.map),
                file=path.name,
                now=wall_clock.read(),
                example=args.example,
                read=lambda rows: told(f"{rows} rows read"),
                told=lambda cases: told(f"{cases} cases written"),
            )
    _tell(args, report)
    return 1 if report.left_out else 0


def _tell(args: argparse.Namespace, report: LogImport) -> None:
    if args.problems:
        from lianqiao.command_line.problem_file import write_problems

        write_problems(Path(args.problems), report.problems)
    if args.json:
        print(json.dumps({"dry_run": args.dry_run, **report.to_dict()}, ensure_ascii=False, indent=2))
        return
    for problem in report.problems[:PROBLEMS_SHOWN]:
        print(f"{problem.code}  {problem}", file=sys.stderr)
    if report.left_out > PROBLEMS_SHOWN:
        print(f"… and {report.left_out - PROBLEMS_SHOWN} more; --problems FILE writes them", file=sys.stderr)
    done = "read only" if args.dry_run else (
        f"{report.added} cases added, {report.updated} updated, {report.unchanged} unchanged"
    )  # fmt: skip
    print(
        f"{report.name}: {report.rows} rows, {report.left_out} left out; {done}; "
        f"{report.cases} cases and {report.events} events in all"
    )
