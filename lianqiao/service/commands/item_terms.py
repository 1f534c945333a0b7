"""Keep what items are found by in step with the items, and how often each term occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from lianqiao.engine.search_terms import spaced, terms
from lianqiao.service.models import ItemTerm, ItemText

TERMS_AT_ONCE = 5000
# the empty term counts the items themselves
EVERY = ""


class TermsKept:
    """The terms of items as an import writes them; `save` brings the counts up to date once, at its end."""

    def __init__(self) -> None:
        self.more: Counter[str] = Counter()

    def keep(self, items: list[tuple[int, str, str]]) -> None:
        """Write the terms of items given as (id, name, other text)."""
        before = dict(ItemText.objects.filter(pk__in=[pk for pk, _, _ in items]).values_list("pk", "terms"))
        texts = []
        for pk, name, other in items:
            named = terms(name)
            every = tuple(dict.fromkeys((*named, *terms(other))))
            texts.append(ItemText(item_id=pk, name_terms=spaced(named), terms=spaced(every)))
            self.more.update(every)
            if pk in before:
                self.more.subtract(before[pk].split())
            else:
                self.more[EVERY] += 1
        ItemText.objects.bulk_create(
            texts, update_conflicts=True, unique_fields=["item"], update_fields=["name_terms", "terms"]
        )

    def save(self) -> None:
        """Add what changed to the counts kept."""
        moved = ((term, change) for term, change in self.more.items() if change)
        for some in _parts(moved):
            had = dict(ItemTerm.objects.filter(pk__in=some).values_list("term", "items"))
            counts = {term: had.get(term, 0) + change for term, change in some.items()}
            ItemTerm.objects.bulk_create(
                [ItemTerm(term=term, items=count) for term, count in counts.items() if count > 0],
                update_conflicts=True,
                unique_fields=["term"],
                update_fields=["items"],
            )
            ItemTerm.objects.filter(pk__in=[term for term, count in counts.items() if count <= 0]).delete()
        self.more.clear()


def _parts(moved: Iterator[tuple[str, int]]) -> Iterator[dict[str, int]]:
    while some := dict(islice(moved, TERMS_AT_ONCE)):
        yield some
