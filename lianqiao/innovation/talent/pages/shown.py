"""How evaluations, entries and dual posts look on a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lianqiao.bridge import packs
from lianqiao.engine.evaluation import FULL, Evaluation
from lianqiao.innovation.talent import queries
from lianqiao.innovation.talent.models import Achievement, DualPost, Talent
from lianqiao.innovation.talent.wording import (
    amount_words,
    entry_states,
    in_words,
    indicator_title,
    points,
    points_words,
    purposes,
    stages,
)


def evaluation_shown(found: Evaluation | None) -> dict[str, Any] | None:
    """Return a score with its dimensions and lines in words; None where there is no standard."""
    standard = packs.current().talent_standard
    if found is None or standard is None:
        return None
    return {
        "total": points(found.total),
        "hoped": points(found.total_if_confirmed) if found.total_if_confirmed > found.total else "",
        "version": found.version,
        "example": standard.example,
        "dimensions": [
            {
                "title": in_words(standard.dimensions[one.dimension].title),
                "weight": standard.dimensions[one.dimension].weight,
                "points": points(one.hundredths),
                "full": standard.dimensions[one.dimension].full,
                "percent": one.filled * 100 // FULL,
                "adds": points(one.filled * standard.dimensions[one.dimension].weight // 100),
                "lines": [
                    {
                        "title": indicator_title(line.indicator),
                        "amount": amount_words(line.indicator, line.amount, line.choice),
                        "points": points_words(line.hundredths),
                        "beyond": points(line.beyond) if line.beyond else "",
                    }
                    for line in one.lines
                ],
            }
            for one in found.dimensions
        ],
    }


def entry_shown(one: Achievement) -> dict[str, Any]:
    """Return an entry in words."""
    badge, label = entry_states()[one.state]
    return {
        "id": one.pk,
        "indicator": one.indicator,
        "title": indicator_title(one.indicator),
        "amount": amount_words(one.indicator, one.amount, one.choice),
        "day": one.day,
        "proof": one.proof,
        "badge": badge,
        "label": label,
        "reason": one.reason,
        "open": one.state == Achievement.State.CLAIMED,
    }


def permissions_shown(of: Talent) -> list[dict[str, Any]]:
    """Return every use a record may be put to, and since when it is permitted."""
    given = queries.permissions_of(of)
    return [
        {"purpose": purpose, "name": name, "words": words, "since": given.get(purpose)}
        for purpose, (name, words) in purposes().items()
    ]


def post_shown(one: DualPost, *, at: datetime) -> dict[str, Any]:
    """Return a dual post as lists show it."""
    badge, label = stages()[queries.stage_of(one, at=at)]
    return {
        "id": one.pk,
        "post": one.post,
        "who": one.talent.person.name,
        "home": one.home.name,
        "host": one.host.name,
        "share": one.share,
        "begins": one.begins,
        "ends": one.ends,
        "badge": badge,
        "label": label,
        "example": one.talent.example,
    }
