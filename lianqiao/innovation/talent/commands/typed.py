"""What was typed, tidied, and every fault of it told at once."""

from __future__ import annotations

from collections.abc import Mapping

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.side_acts import tidied


def tidy(typed: Mapping[str, str], *, longest: Mapping[str, int], needed: frozenset[str]) -> dict[str, str]:
    """Return texts without stray characters; refuses `needs-missing` and `needs-wrong` together."""
    found = {name: tidied(text) for name, text in typed.items()}
    problems = [missing(name) for name in found if name in needed and not found[name]]
    problems += [
        _too_long(name, text, longest[name]) for name, text in found.items() if len(text) > longest[name]
    ]
    if problems:
        raise Refusal(*problems)
    return found


def missing(name: str) -> Problem:
    """Return the problem of a field left empty."""
    return Problem("needs-missing", "this is required", place=name, facts={"field": name})


def wrong(name: str, fault: str, reason: str, **facts: str) -> Problem:
    """Return the problem of a field that will not do."""
    return Problem("needs-wrong", reason, place=name, facts={"field": name, "fault": fault, **facts})


def _too_long(name: str, text: str, limit: int) -> Problem:
    reason = f"at most {limit} characters"
    return wrong(name, "too-long", reason, limit=str(limit), length=str(len(text)))
