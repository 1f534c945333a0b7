"""Read a log from the lines of a CSV file: good rows are kept, dirty ones named by line and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lianqiao.engine.errors import Problem, refuse
from lianqiao.engine.mining.event_log import EventLog, LogBuilder
from lianqiao.engine.mining.log_map import LogMap
from lianqiao.engine.mining.time_reading import reader_of
from lianqiao.engine.nearest import meant

# more would not be read; the count goes on
MOST_PROBLEMS = 1000
Told = Callable[[int], None]
TELL_EVERY = 20_000


@dataclass
class Reading:
    """What was read: the log, how many rows of the file it came from, and what was wrong with the others.

    `problems` holds the first thousand, `dirty` counts all rows left out.
    """

    log: EventLog
    rows: int
    dirty: int = 0
    problems: list[Problem] = field(default_factory=list)

    def report(self, problem: Problem) -> None:
        """Note a row left out."""
        self.dirty += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def read_csv(lines: Iterable[str], log_map: LogMap, *, told: Told | None = None) -> Reading:
    """Return the log in the lines of a CSV file with a header; `told` hears now and then how many are read.

    Errors: Refusal `column-missing`, `column-twice`, `file-not-csv`, `log-empty`.
    """
    return _CsvReader(lines, log_map, told).read()


class _CsvReader:
    def __init__(self, lines: Iterable[str], log_map: LogMap, told: Told | None) -> None:
        self.reader = csv.reader(lines, delimiter=log_map.delimiter)
        self.log_map, self.told = log_map, told
        self.builder = LogBuilder()
        self.second = reader_of(log_map)
        self.reading = Reading(self.builder.log(), 0)

    def read(self) -> Reading:
        rows = self._rows()
        self._header(next(rows, []))
        for cells in rows:
            if cells:
                self.reading.rows += 1
                self._row(cells)
                if self.told and self.reading.rows % TELL_EVERY == 0:
                    self.told(self.reading.rows)
        if not self.builder.case:
            raise refuse("log-empty", "no event could be read", hint="check the map against the first lines")
        self.reading.log = self.builder.log()
        return self.reading

    def _rows(self) -> Iterator[list[str]]:
        try:
            yield from self.reader
        except csv.Error as error:
            place = f"line {self.reader.line_num}"
            raise refuse(
                "file-not-csv",
                f"the file is not CSV: {error}",
                place=place,
                hint="check quotes and the delimiter",
            ) from None

    def _header(self, cells: list[str]) -> None:
        header = [cell.strip().lstrip("\ufeff") for cell in cells]
        wanted = {
            part: getattr(self.log_map, part)
            for part in ("case", "activity", "time", "person", "deadline", "end", "lifecycle")
        }
        # the standard's own name for the person is a default, not something the map promises to be there
        if wanted["person"] == "org:resource" and wanted["person"] not in header:
            wanted["person"] = ""
        self.at = {part: header.index(name) if name in header else -1 for part, name in wanted.items()}
        self.names, self.width = wanted, len(header)
        for part, name in wanted.items():
            if name and self.at[part] < 0:
                hint = meant(name, header, what="columns")
                raise refuse(
                    "column-missing",
                    f"the file has no column “{name}”",
                    place=f"map › {part}",
                    hint=hint,
                    column=name,
                    known="、".join(header),
                )
            if name and header.count(name) > 1:
                raise refuse(
                    "column-twice",
                    f"the file has two columns “{name}”",
                    place="line 1",
                    hint="rename one",
                    column=name,
                )

    def _row(self, cells: list[str]) -> None:
        at, builder = self.at, self.builder
        if len(cells) != self.width:
            reason = f"the row has {len(cells)} cells, the header {self.width}"
            hint = "put cells that hold the delimiter in quotes"
            self._dirty("row-length", reason, "", hint, cells=str(len(cells)), columns=str(self.width))
            return
        if self.log_map.only and cells[at["lifecycle"]].strip() not in self.log_map.only:
            return
        case, activity = cells[at["case"]].strip(), cells[at["activity"]].strip()
        if not case or not activity:
            self._dirty(
                "cell-empty", "the cell is empty", "activity" if case else "case", "every event needs it"
            )
            return
        second = self._time(cells, "time")
        if second is None:
            return
        person = cells[at["person"]].strip() if at["person"] >= 0 else ""
        number = builder.add(case, self.log_map.activities.get(activity, activity), second, person)
        for part, moments in (("deadline", builder.deadline), ("end", builder.end)):
            if at[part] >= 0 and cells[at[part]].strip():
                moment = self._time(cells, part)
                if moment is not None:
                    moments[number] = moment

    def _time(self, cells: list[str], part: str) -> int | None:
        text = cells[self.at[part]].strip()
        try:
            return self.second(text)
        except ValueError:
            code = "time-malformed" if text else "cell-empty"
            reason = f"“{text}” is not a time" if text else "the cell is empty"
            self._dirty(code, reason, part, self._time_hint(), given=text)
            return None

    def _time_hint(self) -> str:
        if self.log_map.time_format:
            return f"the map says times are written {self.log_map.time_format}"
        return "write 2026-02-11 10:00:00, or name time_format in the map"

    def _dirty(self, code: str, reason: str, part: str, hint: str, **facts: str) -> None:
        column = f", column {self.names[part]}" if part else ""
        place = f"line {self.reader.line_num}{column}"
        self.reading.report(Problem(code, reason, place=place, hint=hint, facts=facts))
