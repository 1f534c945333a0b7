"""Open cases like the one being typed, and why they are alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import QuerySet

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import cases_under
from lianqiao.engine.likeness import alike
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.models import Firm

# older ones are read by nobody as the same matter, and reading them takes time
COMPARED = 1500
MOST = 5


@dataclass(frozen=True)
class LikeCase:
    """An open case like what is typed; `share` is how much of the typing it holds, in hundredths."""

    case: Case
    share: int
    words: tuple[str, ...]


def alike_cases(
    mechanism: Mechanism, typed: Mapping[str, Any], *, but: str = "", most: int = MOST
) -> list[LikeCase]:
    """Return the open cases of the promise that are like the typing, the likest first; one database query.

    `but` is the number of a case to leave out.
    """
    text = _text(mechanism, typed)
    if not text.strip():
        return []
    cases = {case.number: case for case in _open(mechanism) if case.number != but}
    texts = {number: _text(mechanism, orjson.loads(case.state)["data"]) for number, case in cases.items()}
    return [LikeCase(cases[one.key], one.share, one.words) for one in alike(text, texts, most=most)]


def own_and_others(found: Iterable[LikeCase], firms: Iterable[Firm]) -> tuple[list[LikeCase], int]:
    """Return those of these firms, and how many there are of others: a firm learns no more of those."""
    ids = {firm.pk for firm in firms}
    every = list(found)
    own = [one for one in every if one.case.firm_id in ids]
    return own, len(every) - len(own)


def referring(mechanism_id: str, number: str) -> list[Case]:
    """Return the cases that name this one in a field that refers to a case of its promise."""
    found: list[Case] = []
    for one in packs.current().newest_versions.values():
        fields = {name for name, field in one.fields.items() if field.case_of == mechanism_id}
        if not fields:
            continue
        cases = cases_under(one.id)
        if one.id == mechanism_id:
            # many are open and few are merged: those that ended by naming it
            cases = cases.filter(marking__in=_ends_naming(one, fields))
        # the number stands in the case's text as it was typed
        found += cases.filter(state__contains=f'"{number}"').exclude(number=number).order_by("pk")
    return found


def _ends_naming(mechanism: Mechanism, fields: set[str]) -> list[str]:
    steps = (step for step in mechanism.steps.values() if fields & set(step.needs))
    return [state for step in steps for state in step.to if mechanism.states[state].end]


def _open(mechanism: Mechanism) -> QuerySet[Case]:
    found = cases_under(mechanism.id).filter(closed_at=None)
    return found.order_by("-opened_at", "-pk")[:COMPARED]


def _text(mechanism: Mechanism, data: Mapping[str, Any]) -> str:
    return "\n".join(str(data.get(name) or "") for name in mechanism.alike_by)
