"""The map of a catalogue: which of its columns holds what, what its values mean. One TOML file a layout."""

from __future__ import annotations

import codecs
from typing import Annotated, Literal

from pydantic import Field, field_validator

from lianqiao.bridge.tables import Layout
from lianqiao.engine.errors import refuse
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Identifier, Names, Part, Text
from lianqiao.engine.nearest import meant
from lianqiao.engine.pack import Pack

FOLDER = "maps/"
Heading = Annotated[Names, Field(min_length=1)]


class TableHints(Part):
    """How the file is to be read, where that should not be found out by looking."""

    sheet: str = ""
    header_row: int = Field(default=0, ge=0, le=1000)
    encoding: str = ""
    delimiter: str = Field(default="", max_length=1)

    @field_validator("encoding")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            return codecs.lookup(name).name if name else ""
        except LookupError:
            raise ValueError(f"“{name}” is no encoding: use utf-8, gb18030 or utf-16") from None


class Columns(Part):
    """The heading of each field's column, or several it may have: the first the file has counts."""

    code: Heading
    name: Heading
    department: Names = ()
    main_item: Names = ()
    kind: Names = ()
    statutory_limit: Names = ()
    statutory_unit: Names = ()
    promised_limit: Names = ()
    promised_unit: Names = ()
    excluded: Names = ()
    audience: Names = ()
    mechanism: Names = ()


class Defaults(Part):
    """What counts where a cell is empty or the file has no such column.

    `unit` is that of a bare number or of 日: working days (行政许可法 art. 82) unless set otherwise.
    """

    department: str = ""
    main_item: str = ""
    kind: str = ""
    audience: str = ""
    mechanism: str = ""
    unit: Literal["wd", "nd"] = "wd"


class Values(Part):
    """What the catalogue's own values stand for, such as 未分类 = "" for no main item."""

    department: dict[str, str] = Field(default_factory=dict)
    main_item: dict[str, str] = Field(default_factory=dict)
    kind: dict[str, str] = Field(default_factory=dict)
    statutory_limit: dict[str, str] = Field(default_factory=dict)
    statutory_unit: dict[str, str] = Field(default_factory=dict)
    promised_limit: dict[str, str] = Field(default_factory=dict)
    promised_unit: dict[str, str] = Field(default_factory=dict)
    audience: dict[str, str] = Field(default_factory=dict)
    mechanism: dict[str, str] = Field(default_factory=dict)


class ItemMap(Part):
    """A map. `source` names the catalogue: a complete import withdraws what came from the same source before.

    `key` heads the column that tells items apart; left out, the code does.
    """

    format: Literal[1]
    id: Identifier
    title: Text
    source: str = Field(min_length=1, max_length=200)
    key: Names = ()
    table: TableHints = TableHints()
    columns: Columns
    defaults: Defaults = Defaults()
    values: Values = Values()

    @property
    def layout(self) -> Layout:
        """The layout of its tables."""
        named = {name: getattr(self.columns, name) for name in Columns.model_fields}
        columns = {"key": self.key or self.columns.code} | {
            name: heads for name, heads in named.items() if heads
        }
        needed = ("key", "code", "name") + (() if self.defaults.department else ("department",))
        return Layout(
            columns=columns,
            required=tuple(name for name in needed if name in columns),
            sheet=self.table.sheet,
            header_row=self.table.header_row,
            encoding=self.table.encoding,
            delimiter=self.table.delimiter,
        )


def read_map(text: str, file: str) -> ItemMap:
    """Return the map in a file's text. Raises Refusal with every problem: see `file_reading.read`."""
    return read(ItemMap, text, file)


def maps_of(pack: Pack) -> dict[str, ItemMap]:
    """Return the maps a district ships, by id. Raises Refusal where one of them is wrong."""
    found = {}
    for path, text in sorted(pack.texts.items()):
        if path.startswith(FOLDER) and path.endswith(".toml"):
            one = read_map(text, path)
            if path != f"{FOLDER}{one.id}.toml":
                raise refuse(
                    "file-name-differs",
                    f"the file's id is “{one.id}”",
                    place=f"{path} › id",
                    hint=f"call the file {one.id}.toml or change the id",
                )
            found[one.id] = one
    return found


def map_of(pack: Pack, map_id: str) -> ItemMap:
    """Return a map the district ships. Raises Refusal `map-unknown`."""
    known = maps_of(pack)
    if map_id not in known:
        raise refuse(
            "map-unknown",
            f"the district has no map “{map_id}”",
            place=f"{FOLDER}{map_id}.toml",
            hint=meant(map_id, known, what="maps"),
            map=map_id,
            known="、".join(known),
        )
    return known[map_id]
