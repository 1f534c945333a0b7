"""What the check of a promise says, in the reader's language: by code, for whoever writes a version."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lianqiao.bridge import refusals
from lianqiao.bridge.mechanism_words import MECHANISMS, STUDIO
from lianqiao.engine.errors import Problem
from lianqiao.organization import wording as organization


def problem_words(problem: Problem) -> str:
    """Return what the problem is, in the active language."""
    if problem.code in MECHANISMS:
        try:
            return _(MECHANISMS[problem.code]) % problem.facts
        except KeyError:
            return _(MECHANISMS[problem.code])
    return refusals.refusal_text(problem)


def detail_words(problem: Problem) -> str:
    """Return what the check itself says, which names names; "" where the words above said it all."""
    known = problem.code in organization.SENTENCES or problem.code in STUDIO
    return "" if known else str(Problem(problem.code, problem.reason, hint=problem.hint))
