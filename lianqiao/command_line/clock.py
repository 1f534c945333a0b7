"""`lianqiao clock`: one deadline explained day by day, or a file of them answered in order."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lianqiao.command_line.clock_text import explanation, summary
from lianqiao.engine import typed_clock
from lianqiao.engine.clock import Reckoning
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.typed_clock import reckon_typed

REQUIRED = ("id", *typed_clock.REQUIRED)
OPTIONAL = typed_clock.OPTIONAL
_EXAMPLES = """\
examples:
  lianqiao clock --start 2026-02-11T10:00 --budget 3wd
  lianqiao clock --start 2026-02-11T10:00 --budget 20wd --extend 10wd@2026-03-10T09:00 \\
                 --pause 2026-02-25T10:00/2026-03-02T15:00 --json
  lianqiao clock --cases cases.csv --json     columns: id,start,budget,extend,pause,as_of,receipt

budgets: 3wd working days, 21wh working hours, 24h natural hours, 30nd natural days, 1nm natural months
"""


def add_parser(subparsers: Any) -> None:
    """Register the verb `clock`."""
    parser = subparsers.add_parser(
        "clock",
        help="work out a deadline and explain it day by day",
        description="Work out a deadline on the State Council's calendar and explain it day by day.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--start", metavar="TIME", help="when the clock starts, Beijing time if no offset is given"
    )
    parser.add_argument("--budget", help="the time promised, such as 3wd, 21wh, 24h, 30nd or 1nm")
    parser.add_argument("--extend", metavar="BUDGET@TIME", help="an extension and when it was approved")
    parser.add_argument(
        "--pause",
        metavar="TIME/[TIME]",
        action="append",
        help="a pause and its end, left out while it lasts; may be given again",
    )
    parser.add_argument("--as-of", metavar="DATE", help="use the calendar as it was known on that date")
    parser.add_argument("--receipt", metavar="RULE", help="instant (the default) or office-hours")
    parser.add_argument("--cases", metavar="FILE", help="answer every row of a CSV file instead")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answer on standard output; 0 done, 1 some rows could not be answered, 2 nothing could."""
    try:
        if args.cases is not None:
            _refuse_both(args)
            return _answer_file(Path(args.cases), as_json=args.json)
        answer = reckon_typed(_given(args), _flag)
    except Refusal as refusal:
        for problem in refusal.problems:
            print(f"lianqiao clock: {problem}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(explanation(answer))
    return 0


def _given(args: argparse.Namespace) -> dict[str, str]:
    for name in ("start", "budget"):
        if not getattr(args, name):
            raise refuse(
                "argument-missing",
                "a deadline needs a start and a budget",
                place=_flag(name),
                hint="give --start 2026-02-11T10:00 --budget 3wd, or --cases FILE.csv",
            )
    values = {name: getattr(args, name) or "" for name in ("start", "budget", "extend", "as_of", "receipt")}
    return values | {"pause": ";".join(args.pause or ())}


def _refuse_both(args: argparse.Namespace) -> None:
    alone = [
        name for name in ("start", "budget", "extend", "pause", "as_of", "receipt") if getattr(args, name)
    ]
    if alone:
        raise refuse(
            "arguments-conflict",
            f"{', '.join(map(_flag, alone))} cannot be used with --cases",
            place="--cases",
            hint="put it in a column of the file, or leave --cases out",
        )


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _answer_file(path: Path, *, as_json: bool) -> int:
    rows = _rows(path)
    failed = False
    if as_json:
        sys.stdout.write("[")
    for number, (line, row) in enumerate(rows):
        values, answer = _answer_row(line, row)
        failed |= isinstance(answer, Problem)
        if as_json:
            sys.stdout.write(("," if number else "") + "\n" + _json_row(values, answer))
        else:
            print(summary(values, answer))
    if as_json:
        sys.stdout.write("\n]\n")
    return 1 if failed else 0


def _answer_row(line: int, row: dict[str, str]) -> tuple[str, Reckoning | Problem]:
    def where(column: str) -> str:
        return f"line {line}, column {column}"

    try:
        if row.get(""):
            raise refuse(
                "row-too-long",
                f"the row has more cells than the header: {row['']}",
                place=f"line {line}",
                hint="put cells that hold a comma in quotes; join several pauses with ;",
            )
        for column in REQUIRED:
            if not row[column]:
                raise refuse(
                    "cell-empty",
                    f"{column} is empty",
                    place=where(column),
                    hint=f"every row needs its {column}",
                )
        return row["id"], reckon_typed(row, where)
    except Refusal as refusal:
        return row["id"], refusal.problems[0]


def _json_row(name: str, answer: Reckoning | Problem) -> str:
    if isinstance(answer, Problem):
        error = {"place": answer.place, "reason": answer.reason, "hint": answer.hint, "code": answer.code}
        return json.dumps({"id": name, "error": error}, ensure_ascii=False)
    return json.dumps({"id": name} | answer.to_dict(), ensure_ascii=False)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return line number and cells of every row that is not blank; "" holds cells past the header."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_read(csv.reader(file, strict=True), str(path)))
    except OSError as error:
        raise refuse(
            "file-unreadable",
            f"the file cannot be read: {error.strerror or error}",
            place=str(path),
            hint="check the name and the right to read it",
        ) from None
    except UnicodeDecodeError:
        raise refuse(
            "file-not-utf-8",
            "the file is not UTF-8 text",
            place=str(path),
            hint="save it as “CSV UTF-8”; spreadsheets offer that when saving",
        ) from None
    except csv.Error as error:
        raise refuse(
            "file-not-csv", f"the file is not CSV: {error}", place=str(path), hint="check quotes and commas"
        ) from None


def _read(reader: Any, place: str) -> Iterator[tuple[int, dict[str, str]]]:
    header = [name.strip().lower() for name in next(reader, [])]
    _check_header(header, place)
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        row = dict.fromkeys((*REQUIRED, *OPTIONAL), "")
        row |= {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        row[""] = ",".join(cell for cell in cells[len(header) :] if cell.strip())
        yield reader.line_num, row


def _check_header(header: list[str], place: str) -> None:
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise refuse(
            "column-missing",
            f"the file has no column {', '.join(missing)}",
            place=f"{place}, line 1",
            hint=f"the first line names the columns: {','.join((*REQUIRED, *OPTIONAL))}",
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise refuse(
            "column-twice",
            f"the file has more than one column {', '.join(twice)}",
            place=f"{place}, line 1",
            hint="keep one; several pauses are joined with ; in one cell",
        )
    for name in header:
        if name and name not in (*REQUIRED, *OPTIONAL):
            print(f"lianqiao clock: {place}, line 1: column {name} is not used", file=sys.stderr)
