"""What is to be measured in a file: by its field's check, its true type and the pack's word lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lianqiao.bridge import packs
from lianqiao.bridge.file_check.limits import READERS, UNITS
from lianqiao.engine.mechanism import CaseField

# raised where a report of before would say other than one of now
EDITION = 1


@dataclass(frozen=True)
class Wanted:
    """`kind` is text or film; `rules` are those the measuring needs, `digest` stands for all of it."""

    kind: str
    type: str
    rules: dict[str, Any]
    digest: str


def wanted(field: CaseField, file: Mapping[str, Any]) -> Wanted | None:
    """Return what is to be measured; None where the field asks for nothing, or not of such a file."""
    check, kind = field.check, str(file["type"])
    if check is None:
        return None
    if check.film and kind in READERS:
        return _wanted("film", kind, {})
    if check.text and kind in UNITS:
        lists = packs.current().word_lists
        found = [word.word for name in check.text.words if name in lists for word in lists[name].words]
        parts = {name: list(part.headings) for name, part in check.text.parts.items()}
        return _wanted("text", kind, {"parts": parts, "words": found})
    return None


def _wanted(kind: str, media_type: str, rules: dict[str, Any]) -> Wanted:
    text = json.dumps([EDITION, kind, media_type, rules], sort_keys=True, ensure_ascii=False)
    return Wanted(kind, media_type, rules, hashlib.sha256(text.encode()).hexdigest())
