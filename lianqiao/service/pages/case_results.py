"""The documents of a case's decisions, for those who may read them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from lianqiao.bridge import queries
from lianqiao.bridge.queries import CaseSeen
from lianqiao.service.language import in_words


def results_shown(seen: CaseSeen) -> list[dict[str, Any]]:
    """Return the documents of a case with their addresses; `url` is "" while one is being made out."""
    issuing = any(
        seen.mechanism.steps[name].issues for name in seen.state.counts if name in seen.mechanism.steps
    )
    if not (seen.private and issuing):
        return []
    return [
        {
            "title": in_words(one.decision),
            "decided_at": one.decided_at,
            "code": one.code,
            "verify_url": reverse("verify-of", args=[one.code]),
            "url": reverse("document", args=[seen.case.number, one.sha256, one.name]) if one.sha256 else "",
            "superseded": one.superseded,
        }
        for one in queries.results_of(seen.case, seen.mechanism)
    ]
