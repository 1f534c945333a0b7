"""Check that what attributes take from talent records is something these records have."""

from __future__ import annotations

from collections.abc import Mapping

from lianqiao.engine.errors import Problem
from lianqiao.engine.evaluation import Standard
from lianqiao.engine.nearest import meant
from lianqiao.engine.policy.shape import Attribute

# what is no indicator: the points of the last evaluation
SCORE = "score"


def check_records(attributes: Mapping[str, Attribute], standard: Standard | None) -> list[Problem]:
    """Return a problem `record-unknown` for each attribute whose `record` no talent record can tell."""
    known = [SCORE, *(standard.indicators if standard else ())]
    return [
        Problem(
            "record-unknown",
            f"no talent record has “{one.record}”" if one.party == "person" else "only people keep records",
            place=f"policies/attributes.toml › attributes.{name}.record",
            hint=meant(one.record, known, what="known") if one.party == "person" else 'add party = "person"',
        )
        for name, one in attributes.items()
        if one.record and (one.record not in known or one.party != "person")
    ]
