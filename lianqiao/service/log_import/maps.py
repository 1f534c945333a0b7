"""The maps of logs a district ships, `log-maps/*.toml`: which column means what, and what was promised."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.file_reading import read
from lianqiao.engine.mining import LogMap
from lianqiao.engine.nearest import meant
from lianqiao.engine.pack import Pack

FOLDER = "log-maps/"


def read_log_map(text: str, file: str) -> LogMap:
    """Return the map in a file's text. Raises Refusal with every problem: see `file_reading.read`."""
    return read(LogMap, text, file)


def log_maps_of(pack: Pack) -> dict[str, LogMap]:
    """Return the maps a district ships, by the name of their file. Raises Refusal where one is wrong."""
    return {
        PurePosixPath(path).stem: read_log_map(text, path)
        for path, text in sorted(pack.texts.items())
        if path.startswith(FOLDER) and path.endswith(".toml")
    }


def check_log_maps(pack: Pack) -> list[Problem]:
    """Return what is wrong with a pack's maps of logs."""
    try:
        log_maps_of(pack)
    except Refusal as refusal:
        return list(refusal.problems)
    return []


def log_map_named(chosen: str, pack: Pack) -> LogMap:
    """Return a map by its file, or by its name among those the district ships.

    Raises Refusal `map-unreadable`, `map-not-utf8`, `map-unknown`, and those of `read_log_map`.
    """
    path = Path(chosen)
    if path.suffix == ".toml" or path.is_file():
        return read_log_map(_text(path), path.name)
    known = log_maps_of(pack)
    if chosen not in known:
        raise refuse(
            "map-unknown",
            f"the district has no map “{chosen}” for logs",
            place=f"{FOLDER}{chosen}.toml",
            hint=meant(chosen, known, what="maps"),
            map=chosen,
            known="、".join(known),
        )
    return known[chosen]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(
            "map-not-utf8", "the map is not UTF-8", place=path.name, hint="save it as UTF-8"
        ) from None
    except OSError as error:
        raise refuse(
            "map-unreadable",
            f"the map cannot be read: {error.strerror or error}",
            place=str(path),
            hint="give the name of a file, or of a map of the district",
        ) from None
