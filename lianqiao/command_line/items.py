"""`lianqiao import items`: take in a catalogue of service items."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from lianqiao.command_line import django_site
from lianqiao.engine.errors import Problem, refuse

if TYPE_CHECKING:
    from lianqiao.service.item_import.mapping import ItemMap
    from lianqiao.service.item_import.report import ImportReport, RowReport

PROBLEMS_SHOWN = 20
PROBLEM_COLUMNS = ("line", "column", "value", "key", "outcome", "code", "reason", "hint")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_EXAMPLES = """\
examples:
  lianqiao import items items.xlsx --map five-columns --dry-run
  lianqiao import items items.csv --map my-map.toml --problems problems.csv
  lianqiao import items all.csv --map implementation-list --complete

--map is the id of a map in the district's pack, or a file. docs/import-items.md explains maps.
"""


def add_parser(kinds: Any) -> None:
    """Register the sub-verb `items`."""
    parser = kinds.add_parser(
        "items",
        help="a catalogue of government service items, CSV or spreadsheet",
        description="Import service items: rows that can be read are added or update what is there, the "
        "others are reported by line and column. All of the file or, where it is interrupted, nothing.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="CSV, .xlsx, .xls or .ods")
    parser.add_argument("--map", required=True, metavar="MAP", help="a map's id, or its TOML file")
    parser.add_argument(
        "--default-department", default="", metavar="NAME", help="where a row names no department"
    )
    parser.add_argument(
        "--complete", action="store_true", help="withdraw items of this source the file does not have"
    )
    parser.add_argument("--example", action="store_true", help="mark the items as examples")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and do nothing")
    parser.add_argument("--problems", metavar="FILE", help="write every problem to this CSV file")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Import and report; 0 every row was taken, 1 some were not, 2 the file or its map was refused."""
    django_site.start()
    from lianqiao.service.commands.items import import_items
    from lianqiao.site import wall_clock

    path = Path(args.file)
    with _problem_file(args.problems) as problems:
        report = import_items(
            path,
            _chosen_map(args.map, args.default_department),
            now=wall_clock.read(),
            name=path.name,
            complete=args.complete,
            dry_run=args.dry_run,
            example=args.example,
            listener=_writer(problems) if problems else None,
        )
    if args.json:
        print(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(report)
    return 1 if report.counts["refused"] or report.blocked else 0


def _chosen_map(chosen: str, department: str) -> ItemMap:
    from lianqiao.bridge import packs
    from lianqiao.service.item_import.mapping import map_of, read_map

    path = Path(chosen)
    if path.suffix == ".toml" or path.is_file():
        found = read_map(_text(path), path.name)
    else:
        found = map_of(packs.current(), chosen)
    if not department:
        return found
    return found.model_copy(update={"defaults": found.defaults.model_copy(update={"department": department})})


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(
            "map-not-utf8", "the map is not UTF-8", place=path.name, hint="save it as UTF-8"
        ) from None
    except OSError as error:
        raise refuse(
            "map-unreadable", f"the map cannot be read: {error.strerror or error}", place=str(path),
            hint="give the id of a map of the district, or the name of a file",
        ) from None  # fmt: skip


def _problem_file(name: str | None) -> AbstractContextManager[TextIO | None]:
    if name is None:
        return nullcontext()
    # the mark lets spreadsheet programs see that it is UTF-8
    return Path(name).open("w", encoding="utf-8-sig", newline="")


def _writer(file: TextIO) -> Any:
    from lianqiao.service.item_import.report import problem_dict

    writer = csv.writer(file)
    writer.writerow(PROBLEM_COLUMNS)

    def write(row: RowReport) -> None:
        for problem in row.problems:
            told = problem_dict(row, problem)
            writer.writerow([_harmless(str(told[name])) for name in PROBLEM_COLUMNS])

    return write


def _harmless(text: str) -> str:
    """Return text a spreadsheet program will not run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _print(report: ImportReport) -> None:
    shown = report.needing_a_look[:PROBLEMS_SHOWN]
    for row in shown:
        for problem in row.problems:
            print(_line(row, problem), file=sys.stderr)
    left = sum(report.codes.values()) - sum(len(row.problems) for row in shown)
    if left > 0:
        print(f"… and {left} more; --problems FILE writes them all", file=sys.stderr)
    for code, count in report.codes.most_common():
        print(f"{code}: {count}", file=sys.stderr)
    if report.absent:
        print("the file has no column for: " + ", ".join(report.absent), file=sys.stderr)
    if report.unused:
        print("columns not used: " + ", ".join(report.unused), file=sys.stderr)
    if report.blocked:
        print(f"nothing could be written: {report.blocked}", file=sys.stderr)
    counts = report.counts
    done = "would be: " if report.dry_run else ""
    fields = ", ".join(f"{name} {count}" for name, count in report.changed.most_common())
    print(
        f"{report.file}: {report.rows} rows, {done}{counts['added']} added, {counts['updated']} updated"
        f"{f' ({fields})' if fields else ''}, {counts['unchanged']} unchanged, {counts['refused']} refused"
        f"{f', {report.withdrawn} withdrawn' if report.complete else ''}"
    )


def _line(row: RowReport, problem: Problem) -> str:
    value = f" “{problem.facts['value']}”" if problem.facts.get("value") else ""
    kept = "" if row.outcome == "refused" else " (the item is kept)"
    return f"{problem.code}  {problem.place}:{value} {problem.reason} ({problem.hint}){kept}"
