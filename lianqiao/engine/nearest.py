"""Which known name somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# a longer list helps nobody; the nearest is named in any case
_SHOWN = 20


def meant(word: str, known: Iterable[str], *, what: str = "known") -> str:
    """Return a hint: the nearest known name, where one is near, and the known names themselves."""
    names = list(known)
    if not names:
        return f"{what}: none"
    listed = f"{what}: " + ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    near = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f"did you mean “{near[0]}”? {listed}" if near else listed
