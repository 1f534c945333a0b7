"""How a case came and what came with it: the channel, the visit, what was merged into it, what is like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.case import possible_steps
from lianqiao.engine.mechanism import Mechanism
from lianqiao.service.language import in_words
from lianqiao.service.models import Visit
from lianqiao.service.pages.taking_in import channel_words
from lianqiao.service.queries.alike import LikeCase, alike_cases, referring
from lianqiao.service.queries.visits import visit_of


@dataclass(frozen=True)
class Brought:
    """What the case page shows of it; `visit`, `alike` and `merged` are for officers."""

    channel: str
    visit: Visit | None
    alike: list[dict[str, Any]]
    merged: list[Any]


def brought_with(seen: CaseSeen, *, officer: bool) -> Brought:
    """Return how the case came; what is like it only while an officer may still merge it."""
    mechanism, case = seen.mechanism, seen.case
    merging = _merging(seen) if officer else ()
    found = alike_cases(mechanism, seen.state.data, but=case.number) if merging and mechanism.alike_by else []
    return Brought(
        channel=channel_words().get(case.channel, ""),
        visit=visit_of(case) if officer and case.channel else None,
        alike=[_shown(mechanism, case.number, one, merging) for one in found],
        merged=referring(mechanism.id, case.number) if officer else [],
    )


def _merging(seen: CaseSeen) -> tuple[str, str] | tuple[()]:
    """Return the step the reader can take now that refers to another case, and its field."""
    for name in possible_steps(seen.mechanism, seen.state, seen.roles):
        for field in seen.mechanism.steps[name].needs:
            if seen.mechanism.fields[field].case_of:
                return name, field
    return ()


def _shown(
    mechanism: Mechanism, number: str, one: LikeCase, merging: tuple[str, str] | tuple[()]
) -> dict[str, Any]:
    step, field = merging or ("", "")
    return {
        "number": one.case.number,
        "title": one.case.title,
        "url": reverse("case", args=[one.case.number]),
        "firm": one.case.firm.short_name if one.case.firm else "",
        "share": one.share,
        "words": one.words,
        "merge": in_words(mechanism.steps[step].title) if step else "",
        "merge_url": f"{reverse('act', args=[number, step])}?{field}={one.case.number}" if step else "",
    }
