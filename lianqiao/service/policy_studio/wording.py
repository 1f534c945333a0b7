"""Words of the policy studio: what the check of a policy says, and refusals of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem
from lianqiao.service.benefits.grant_words import money

REFUSALS: Mapping[str, str] = {
    "benefits-only": gettext_noop("Only officers of benefits may do this"),
    "sheet-empty": gettext_noop("No row of the sheet fitted; see what is said of each"),
    "not-reckoned": gettext_noop("The cost of this very text was not reckoned yet"),
    # what does not fit in a sheet of conditions
    "condition-untitled": gettext_noop("A condition has a title and an article"),
    "attribute-unknown": gettext_noop("No attribute is called so"),
    "test-unknown": gettext_noop("This is no way to ask"),
    "test-unfit": gettext_noop("This cannot be asked of this attribute"),
    "value-unfit": gettext_noop("This is no value of this attribute"),
    "absence-open": gettext_noop("Say whether whoever has none passes: 符合 or 不符合"),
}
STATUS: Mapping[str, int] = {
    "benefits-only": 403,
    "not-reckoned": 409,
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
        {"title": title, **side, "fen_words": money(side["fen"]), "granted_words": money(side["granted_fen"])}
        for title, side in ((_("In force now"), found["before"]), (_("This draft"), found["after"]))
        if side
    ]
    largest = [(names.get(key, f"#{key}"), money(fen)) for key, fen in found["after"]["largest"]]
    moved = {name: found[name] for name in ("gain", "lose", "new", "gone")}
    return {"sides": sides, "largest": largest, "moved": moved}
