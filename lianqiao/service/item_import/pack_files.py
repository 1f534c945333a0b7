"""What a district's pack says about service items, and what is wrong with it. No Django."""

from __future__ import annotations

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.file_reading import read
from lianqiao.engine.pack import Pack
from lianqiao.engine.search_terms import Synonyms
from lianqiao.service.item_import.mapping import maps_of

SYNONYMS_FILE = "synonyms.toml"


def synonyms_of(pack: Pack) -> Synonyms:
    """Return the words used alike in a district; none where its pack has no such file.

    Raises Refusal where the file is wrong: see `file_reading.read`.
    """
    text = pack.texts.get(SYNONYMS_FILE)
    return read(Synonyms, text, SYNONYMS_FILE) if text else Synonyms(format=1)


def check_item_files(pack: Pack) -> list[Problem]:
    """Return what is wrong with a pack's synonyms and its maps of catalogues."""
    problems: list[Problem] = []
    for reading in (synonyms_of, maps_of):
        try:
            reading(pack)
        except Refusal as refusal:
            problems += refusal.problems
    return problems
