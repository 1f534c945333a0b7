"""What several people may do, asked together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lianqiao.organization.queries.duties import asking_duties
from lianqiao.organization.queries.firms import asking_acting
from lianqiao.organization.queries.prepared import Row, run_together


def duties_and_firms(
    people: Iterable[int], pairs: Iterable[tuple[int, int]], *, at: datetime
) -> tuple[dict[int, frozenset[str]], dict[tuple[int, int], list[Row]]]:
    """Return the duties of each person, and what `acting_by` reads of each (person, firm): one trip for all.

    To be asked inside a transaction.
    """
    asked, acting = list(people), list(pairs)
    if not asked and not acting:
        return {}, {}
    told = run_together(
        [asking_duties(one, at=at) for one in asked] + [asking_acting(*pair, at=at) for pair in acting]
    )
    duties = {one: frozenset(code for (code,) in rows) for one, rows in zip(asked, told, strict=False)}
    return duties, dict(zip(acting, told[len(asked) :], strict=True))
