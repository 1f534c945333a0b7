"""Words of the policy studio: what the check of a policy says, and what a comparison found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem
from lianqiao.service.benefits.grant_words import money
from lianqiao.service.policy_studio.refusals import REFUSALS

# how a policy is answered for a party
STANDINGS: Mapping[str, str] = {
    "yes": gettext_noop("Qualifies"),
    "unknown": gettext_noop("Not yet known"),
    "no": gettext_noop("Does not qualify"),
}


def problem_words(problem: Problem) -> str:
    """Return what a problem says: the check of policies speaks to authors, in its own words."""
    return refusal_text(problem) if problem.code in REFUSALS or not problem.place else ""


def fault_words(problem: Problem) -> tuple[str, str]:
    """Return what is wrong in the reader's language where there are words for it, and what the check says."""
    said = str(Problem(problem.code, problem.reason, hint=problem.hint))
    return problem_words(problem) or _("The check found:"), said


def told(problem: Problem) -> dict[str, str]:
    """Return a problem of a sheet for a page: its row, what is wrong with it, and what it names."""
    words, detail = fault_words(problem)
    return {"place": problem.place, "words": words, "detail": detail}


def cost_shown(found: Mapping[str, Any] | None, names: Mapping[int, str]) -> dict[str, Any] | None:
    """Return what was reckoned, in words and yuan; None where it was not."""
    if found is None:
        return None
    sides = [
        side_shown(title, side)
        for title, side in ((_("In force now"), found["before"]), (_("This draft"), found["after"]))
        if side
    ]
    largest = _named(found["after"]["largest"], names)
    moved = {name: found[name] for name in ("gain", "lose", "new", "gone")}
    return {"sides": sides, "largest": largest, "moved": moved}


def side_shown(title: str, side: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cost that was kept, under a title, with its sums in yuan."""
    words = {"fen_words": money(side["fen"]), "granted_words": money(side["granted_fen"])}
    return {"title": title, **side, **words}


def draft_words(number: int) -> str:
    """Return what a draft is called beside another."""
    return _("Draft %(number)s") % {"number": number}


def comparison_shown(
    found: Mapping[str, Any], names: Mapping[int, str], numbers: tuple[int, int]
) -> dict[str, Any]:
    """Return what two drafts came to, in words and yuan, with who gains and who loses."""
    counts = {(before, after): count for before, after, count in found["moves"]}
    sides = [
        side_shown(draft_words(number), found[side])
        for number, side in zip(numbers, ("one", "other"), strict=True)
    ]
    return {
        "sides": sides,
        "gain": _side(found["gain"], names),
        "lose": _side(found["lose"], names),
        "open": found["open"],
        "standings": [_(words) for words in STANDINGS.values()],
        "moves": [
            (_(words), [(counts[before, after], before == after) for after in STANDINGS])
            for before, words in STANDINGS.items()
        ],
    }


def _side(side: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    return {"count": side["count"], "words": money(side["fen"]), "largest": _named(side["largest"], names)}


def _named(largest: Iterable[tuple[int, int]], names: Mapping[int, str]) -> list[tuple[str, str]]:
    return [(names.get(key, f"#{key}"), money(fen)) for key, fen in largest]
