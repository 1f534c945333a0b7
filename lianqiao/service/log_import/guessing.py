"""What a log's file looks like, so that a form can propose its map."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lianqiao.engine.errors import Refusal
from lianqiao.engine.mining import LogMap
from lianqiao.engine.mining.time_reading import reader_of
from lianqiao.service.log_import.files import ENCODINGS, first_lines

ROWS = 5
DELIMITERS = (",", ";", "\t", "|")
# "" is ISO 8601, as 2026-02-11 10:00
TIME_FORMATS = (
    "",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
    "%Y%m%d%H%M%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
)
# what such columns are called, the likeliest first
CALLED = {
    "case": (
        "case:concept:name", "case_id", "caseid", "case",
        "案件编号", "办件编号", "申请编号", "流水号", "编号", "案号",
    ),
    "activity": (
        "concept:name", "activity", "step", "event", "办理环节", "环节", "环节名称", "步骤", "活动",
    ),
    "time": (
        "time:timestamp", "timestamp", "complete timestamp", "time",
        "办理时间", "完成时间", "处理时间", "时间",
    ),
    "person": ("org:resource", "resource", "person", "user", "经办人", "办理人", "处理人", "人员"),
    "deadline": ("deadline", "due", "承诺期限", "承诺时限", "截止时间", "到期时间", "时限"),
    "end": ("end", "closed", "办结时间", "结束时间"),
}  # fmt: skip


@dataclass(frozen=True)
class Sight:
    """What was seen of a file; `columns` proposes which heading means what, "" where none does.

    XES has neither headings nor rows.
    """

    xes: bool
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","
    time_format: str = ""
    columns: dict[str, str] = field(default_factory=dict)


def looked_at(path: Path, *, name: str) -> Sight:
    """Return what a file looks like. Raises Refusal as `files.read_log_file` does where it is no text."""
    encoding, lines = _lines(path, name)
    if lines is None:
        return Sight(xes=True)
    delimiter = max(DELIMITERS, key=lines[0].count) if lines else ","
    table = [tuple(cell.strip() for cell in row) for row in csv.reader(lines, delimiter=delimiter)]
    header = table[0] if table else ()
    columns = {part: _called(header, names) for part, names in CALLED.items()}
    times = [
        row[header.index(columns["time"])] for row in table[1:] if columns["time"] and len(row) == len(header)
    ]
    return Sight(
        xes=False,
        header=header,
        rows=tuple(table[1:]),
        encoding=encoding,
        delimiter=delimiter,
        time_format=time_format_of(times),
        columns=columns,
    )


def _lines(path: Path, name: str) -> tuple[str, list[str] | None]:
    """Return the first lines in the first encoding that reads them."""
    first, last = ENCODINGS
    try:
        return first, first_lines(path, ROWS + 1, encoding=first, name=name)
    except Refusal as refusal:
        if refusal.code != "log-encoding":
            raise
    return last, first_lines(path, ROWS + 1, encoding=last, name=name)


def time_format_of(times: Sequence[str]) -> str:
    """Return the way of writing most of the times keep to, ISO 8601 where there is none."""
    return max(TIME_FORMATS, key=lambda form: sum(_reads(text, form) for text in times))


def written_as(form: str) -> str:
    """Return an example of how times are written."""
    example = datetime(2026, 2, 11, 10, 0)  # noqa: DTZ001 — only its digits are shown
    return example.strftime(form) if form else "2026-02-11 10:00"


def _reads(text: str, form: str) -> bool:
    try:
        reader_of(LogMap(time_format=form))(text)
    except ValueError:
        return False
    return True


def _called(header: Iterable[str], names: Iterable[str]) -> str:
    there = {heading.lower(): heading for heading in header}
    return next(itertools.chain((there[name] for name in names if name in there), [""]))
