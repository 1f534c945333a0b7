"""Until when a firm holds a licence becomes a fact of the firm, which policies can ask for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.service.benefits.commands.recording import Told, record
from lianqiao.service.benefits.fact_values import FactRead
from lianqiao.service.benefits.models import Fact
from lianqiao.service.benefits.queries.vocabulary import vocabulary
from lianqiao.service.licences.commands.chaining import held_head
from lianqiao.service.licences.models import Licence

SOURCE = "证照登记簿"
FIRMS_AT_ONCE = 1000
# why an earlier word of the same day is put right
MOVED = "证照登记簿当日再次变动"


def let_know(kind_id: str, firms: Collection[int], *, now: datetime) -> None:
    """Record until when these firms hold a licence of a kind, or that they hold none; inside a transaction.

    The caller holds the head of the chain, so that no two say so at once. A kind policies cannot ask for
    changes nothing.
    """
    kind = packs.current().licences.kinds.get(kind_id)
    if kind is None or kind.known_as is None or kind.known_as not in vocabulary() or not firms:
        return
    today = beijing(now).date()
    theirs = Licence.objects.filter(kind=kind_id, firm_id__in=firms).order_by()
    held = theirs.filter(state="valid", valid_until__gte=today)
    until = dict(held.values_list("firm_id").annotate(Max("valid_until")))
    examples = set(theirs.filter(example=True).values_list("firm_id", flat=True))
    words: dict[bool, list[tuple[int, Told]]] = {False: [], True: []}
    for firm in sorted(firms):
        last = until[firm].isoformat() if firm in until else ""
        read = FactRead("value", last) if last else FactRead("absent")
        told = Told(kind.known_as, read, last, SOURCE, today, confidence="high")
        words[firm in examples].append((firm, told))
    for example, some in words.items():
        if some:
            record("firm", some, by=None, now=now, via="licence", example=example, anew=MOVED)


def let_know_of_all(*, now: datetime) -> int:
    """Say the same of firms whose licences were entered before policies asked for them; returns how many."""
    said = 0
    for kind_id in packs.current().licences.kinds:
        for firms in _never_told(kind_id):
            with transaction.atomic():
                held_head()
                let_know(kind_id, firms, now=now)
            said += len(firms)
    return said


def _never_told(kind_id: str) -> Iterator[list[int]]:
    """Yield the firms, some at a time, that hold a licence of a kind of which no fact says so."""
    known_as = packs.current().licences.kinds[kind_id].known_as
    if known_as is None or known_as not in vocabulary():
        return
    told = Fact.objects.filter(firm=OuterRef("firm"), attribute=known_as, source=SOURCE)
    silent = Licence.objects.filter(~Exists(told), kind=kind_id, state="valid").order_by("firm")
    last = 0
    while firms := list(
        silent.filter(firm__gt=last).values_list("firm_id", flat=True).distinct()[:FIRMS_AT_ONCE]
    ):
        yield firms
        last = firms[-1]
