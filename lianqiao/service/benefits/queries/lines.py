"""Who comes first where there is not enough for all, over every party of a kind."""

from __future__ import annotations

from lianqiao.engine.policy.allocation import Grant, allocate
from lianqiao.engine.policy.bulk import match
from lianqiao.engine.policy.columns import PartyFacts, table_of
from lianqiao.service.benefits.queries.everyone import party_keys, party_numbers
from lianqiao.service.benefits.queries.facts import columns_of
from lianqiao.service.benefits.queries.rules import Book

PARTIES_AT_ONCE = 2000


def line_of(book: Book, policy: str, *, closing: bool = False) -> dict[int, Grant]:
    """Return how each party with a yes or an unknown comes out of a limited policy, the first in line first.

    `closing` as in `allocation.allocate`. Those whose place is not known stand before the others.
    """
    facts: dict[int, PartyFacts] = {}
    after = 0
    while keys := party_keys(book.kind, after=after, size=PARTIES_AT_ONCE):
        after = keys[-1]
        table, known = columns_of(book.kind, keys, book.rules.day, attributes=book.rules.attributes)
        verdicts = match(book.rules, table)
        asked = verdicts.is_yes(policy) | verdicts.is_unknown(policy)
        facts |= {key: known[key].facts for key, wanted in zip(keys, asked.tolist(), strict=True) if wanted}
    numbers = party_numbers(book.kind, facts)
    keys = list(facts)
    table = table_of([numbers[key] for key in keys], [facts[key] for key in keys], book.rules.attributes)
    grants = allocate(book.rules.rules[policy], table, match(book.rules, table), closing=closing)
    return {keys[row]: grant for row, grant in grants.items()}
