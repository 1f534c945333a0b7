"""What a table is expected to look like, and where in a file its headings stand. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.nearest import meant

# titles, notes and units stand above the headings; no form seen has more of them than this
HEADINGS_WITHIN_ROWS = 30
EXCERPT = 60
NAMED = 8
_MARKS = "*＊:：\ufeff"

Cells = list[str]
Numbered = tuple[int, Cells]


@dataclass(frozen=True)
class Layout:
    """Which column holds which field, and what else is known of the file.

    `columns` maps a field to the headings its column may have; a file needs the `required` ones. `header_row`
    is the line of the headings, 0 to look for it; `sheet`, `encoding` and `delimiter` are found out where "".
    """

    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    sheet: str = ""
    header_row: int = 0
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line (the first, where it runs over several) and the text of each field, "" where empty.

    `problem` says why the row cannot be read; then `cells` is empty.
    """

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True)
class Header:
    """Where the headings are: their line, the place of each field's column, the headings as written."""

    line: int
    places: dict[str, int]
    headings: tuple[str, ...]

    def label(self, name: str) -> str:
        """Return what the file calls the column of a field; the field's own name where it has none."""
        return self.headings[self.places[name]].strip(_MARKS + " ") if name in self.places else name

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings that hold no field."""
        used = set(self.places.values())
        return tuple(text for place, text in enumerate(self.headings) if text and place not in used)


def plain(heading: str) -> str:
    """Return a heading without what people vary: spaces, width, case, the star of a required column."""
    return "".join(unicodedata.normalize("NFKC", heading).split()).strip(_MARKS).casefold()


def excerpt(text: str) -> str:
    """Return the beginning of a text on one line, for a message."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: 4 * EXCERPT]).split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def matches(cells: Sequence[str], layout: Layout) -> int:
    """Return how many fields find their column in a row of headings."""
    return len(_places(cells, layout))


def find_header(rows: Sequence[Numbered], layout: Layout, file: str) -> Header:
    """Return the headings among the first rows: the row in which most fields find their column.

    Raises Refusal `header-missing`, `column-missing`, `column-twice`.
    """
    if layout.header_row:
        best = next((row for row in rows if row[0] == layout.header_row), None)
    else:
        best = max(rows, key=lambda row: matches(row[1], layout), default=None)
    if best is None or not matches(best[1], layout):
        raise Refusal(_no_header(rows, layout, file))
    line, cells = best
    headings = tuple(cell.strip() for cell in cells)
    header = Header(line, _places(cells, layout), headings)
    problems = [*_missing(header, layout, file), *_twice(header, layout, file)]
    if problems:
        raise Refusal(*problems)
    return header


def repeats(cells: Sequence[str], header: Header) -> bool:
    """True where a row only says the headings again, as where several files were joined into one."""
    return all(
        place < len(cells) and plain(cells[place]) == plain(header.headings[place])
        for place in header.places.values()
    )


def _places(cells: Sequence[str], layout: Layout) -> dict[str, int]:
    headings = [plain(cell) for cell in cells]
    places = {}
    for name, known in layout.columns.items():
        # the first name on the list that the file has
        found = next((plain(heading) for heading in known if heading and plain(heading) in headings), None)
        if found is not None:
            places[name] = headings.index(found)
    return places


def _no_header(rows: Sequence[Numbered], layout: Layout, file: str) -> Problem:
    # two fields may be read from one column: it is named once
    asked = layout.required or tuple(layout.columns)
    names = list(dict.fromkeys(known[0] for name, known in layout.columns.items() if name in asked))
    # where any of many columns would do, the first ones tell what is meant
    shown = names if layout.required else names[:NAMED]
    wanted = "、".join(shown) + ("…" if len(shown) < len(names) else "")
    line = layout.header_row or (rows[0][0] if rows else 1)
    cells = next((cells for number, cells in rows if number == line), [])
    found = excerpt("、".join(cell for cell in cells if cell.strip()))
    return Problem(
        "header-missing",
        "no row has the headings asked for",
        place=f"{file}, line {line}",
        hint=f"wanted: {wanted}; found: {found or 'nothing'}",
        facts={"line": str(line), "wanted": wanted, "found": found},
    )


def _missing(header: Header, layout: Layout, file: str) -> list[Problem]:
    known = [heading for heading in header.headings if heading]
    problems = []
    # two fields may be read from one column: it is missed once
    absent = {layout.columns[name]: name for name in reversed(layout.required) if name not in header.places}
    for headings, name in reversed(absent.items()):
        wanted = " / ".join(headings)
        problems.append(
            Problem(
                "column-missing",
                f"there is no column “{wanted}”",
                place=f"{file}, line {header.line}",
                hint=meant(wanted, known, what="columns of the file"),
                facts={
                    "line": str(header.line),
                    "column": wanted,
                    "known": excerpt("、".join(known)),
                    "field": name,
                },
            )
        )
    return problems


def _twice(header: Header, layout: Layout, file: str) -> list[Problem]:
    headings = [plain(heading) for heading in header.headings]
    return [
        Problem(
            "column-twice",
            f"two columns are called “{header.label(name)}”",
            place=f"{file}, line {header.line}",
            hint="rename or remove one of them",
            facts={"line": str(header.line), "column": header.label(name)},
        )
        for name, place in header.places.items()
        if headings.count(headings[place]) > 1
    ]
