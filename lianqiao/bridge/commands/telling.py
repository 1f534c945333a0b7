"""People are told of something that is no case: by the same notices, channels and wishes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lianqiao.bridge import chain
from lianqiao.bridge.commands.noticing import Owed, writing
from lianqiao.organization.queries.prepared import run_together


def tell(people: Iterable[int], *, kind: str, facts: dict[str, str], now: datetime) -> int:
    """Owe each person a notice, inside the transaction that made it true; returns how many.

    `facts` hold the words in each language (`zh-hans`, `en`), the `level`, and the `path` it leads to.
    """
    text = chain.json_text(facts)
    owed = [Owed(person, None, kind, text, now) for person in sorted(set(people))]
    if work := writing(owed):
        run_together(work)
    return len(owed)
