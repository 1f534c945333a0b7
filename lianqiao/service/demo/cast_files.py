"""The shape of the demonstration's organization in the pack: `organization/{units,people,firms}.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Part, Text

FOLDER = "organization"


class UnitEntry(Part):
    """A unit; `head` is a user name."""

    name: str = Field(min_length=1)
    name_en: str = ""
    kind: str = Field(min_length=1)
    parent: str = ""
    head: str = ""


class DutyEntry(Part):
    """A duty of a person (A); `deputy` is the user name of B, `scope` the cases it covers."""

    code: str = Field(min_length=1)
    unit: str = ""
    deputy: str = ""
    scope: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)


class PersonEntry(Part):
    """An officer of the zone."""

    username: str = Field(min_length=1)
    name: str = Field(min_length=1)
    duties: tuple[DutyEntry, ...] = ()


class AgentEntry(Part):
    """Someone who acts for a firm; without a name, a person entered with another firm before."""

    username: str = Field(min_length=1)
    name: str = ""
    role: Literal["administrator", "agent"]


class FirmEntry(Part):
    """A firm under its unified social credit code."""

    credit_code: str = Field(min_length=18, max_length=18)
    name: str = Field(min_length=1)
    short_name: str = ""
    region: str = ""
    people: tuple[AgentEntry, ...] = ()


class Units(Part):
    """`organization/units.toml`; a unit stands after the one above it."""

    format: Literal[1]
    units: tuple[UnitEntry, ...]


class People(Part):
    """`organization/people.toml`; `titles` names duties the district itself does not."""

    format: Literal[1]
    titles: Mapping[str, Text] = Field(default_factory=dict)
    people: tuple[PersonEntry, ...]


class Firms(Part):
    """`organization/firms.toml`."""

    format: Literal[1]
    firms: tuple[FirmEntry, ...]


@dataclass(frozen=True)
class CastFiles:
    """All three files."""

    units: tuple[UnitEntry, ...]
    titles: Mapping[str, Text]
    people: tuple[PersonEntry, ...]
    firms: tuple[FirmEntry, ...]


def read_cast(texts: Mapping[str, str]) -> CastFiles:
    """Return what the pack's files say, absent ones empty. Raises Refusal as `file_reading.read` does."""
    empty = {
        "units": "format = 1\nunits = []",
        "people": "format = 1\npeople = []",
        "firms": "format = 1\nfirms = []",
    }
    found = {name: texts.get(f"{FOLDER}/{name}.toml", text) for name, text in empty.items()}
    units = read(Units, found["units"], f"{FOLDER}/units.toml")
    people = read(People, found["people"], f"{FOLDER}/people.toml")
    firms = read(Firms, found["firms"], f"{FOLDER}/firms.toml")
    return CastFiles(units.units, people.titles, people.people, firms.firms)
