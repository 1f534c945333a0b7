"""What a promise has looked for in the files it asks for: scripts by their text, films by picture and sound.

What is found are hints to whoever decides and to the firm, never a verdict.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lianqiao.engine.parts import Identifier, Names, Part, Text

Seconds = Annotated[float, Field(gt=0, le=3600)]


class Within(Part):
    """A number's bounds; either may be left out."""

    least: int | None = Field(default=None, ge=0)
    most: int | None = Field(default=None, ge=0)


class PartWanted(Part):
    """A part a text should have, found by any of its usual headings."""

    title: Text
    headings: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] = Field(min_length=1)


class TextCheck(Part):
    """What is looked for in a text (pdf, docx, txt)."""

    characters: Within | None = None
    """How long it should be, in characters without spaces."""
    parts: dict[Identifier, PartWanted] = Field(default_factory=dict)
    """The parts it should have."""
    episodes: Identifier | None = None
    """The whole-number field that says how many episodes the text should have."""
    words: Names = ()
    """The word lists of the pack whose words are shown where they occur."""


class Loudness(Part):
    """Programme loudness after EBU R128: LUFS over the whole film, its range, its highest true peak."""

    target_lufs: float = Field(ge=-70, le=0)
    tolerance_lu: float = Field(gt=0, le=20)
    most_range_lu: float | None = Field(default=None, gt=0, le=50)
    most_peak_dbtp: float = Field(default=-1, ge=-20, le=6)


class FilmCheck(Part):
    """What is looked for in a film (mp4, mov, mkv). Stretches of picture or sound are in seconds."""

    seconds: Within | None = None
    """How long one file should be."""
    minutes_of: Names = ()
    """Whole-number fields whose product is how many minutes all the files should last together."""
    tolerance_percent: int = Field(default=10, ge=0, le=100)
    """How far the whole may be from `minutes_of`."""
    short_side_px: int | None = Field(default=None, ge=16, le=8192)
    """The least length of the picture's shorter side."""
    shapes: tuple[Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}:[1-9][0-9]{0,2}$")], ...] = ()
    """The shapes a picture may have as it is shown, such as 9:16."""
    video_codecs: tuple[str, ...] = ()
    audio_codecs: tuple[str, ...] = ()
    most_black_s: Seconds | None = None
    most_frozen_s: Seconds | None = None
    most_silent_s: Seconds | None = None
    loudness: Loudness | None = None


class FileCheck(Part):
    """What is looked for in the files of a field, by what they are."""

    text: TextCheck | None = None
    film: FilmCheck | None = None


class Word(Part):
    """A word worth a look; `note` says why."""

    word: str = Field(min_length=1, max_length=40)
    note: str = Field(default="", max_length=200)


class WordList(Part):
    """`word-lists/<id>.toml`: words shown in their context where a text has them."""

    format: Literal[1]
    id: Identifier
    title: Text
    example: bool = False
    """Marks a list made up for demonstration."""
    words: tuple[Word, ...] = Field(min_length=1, max_length=5000)
