"""Policies in an order in which each comes after those it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lianqiao.engine.errors import Refusal, refuse


def in_order(names: Iterable[str], after: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the names, each after those it comes `after`; names not among them are passed over.

    Raises Refusal `policies-circular`, which tells the way round.
    """
    ordered: dict[str, None] = {}
    known = list(names)
    within = {name: [other for other in after.get(name, ()) if other in after] for name in known}
    for first in known:
        # walked by hand: a long chain of policies must not end at the depth of the stack
        way: list[tuple[str, list[str]]] = [(first, list(within[first]))] if first not in ordered else []
        while way:
            name, rest = way[-1]
            if not rest:
                ordered[name] = None
                way.pop()
                continue
            following = rest.pop(0)
            on_the_way = [step for step, _ in way]
            if following in on_the_way:
                raise _circular([*on_the_way[on_the_way.index(following) :], following])
            if following not in ordered:
                way.append((following, list(within[following])))
    return list(ordered)


def _circular(way: list[str]) -> Refusal:
    return refuse(
        "policies-circular",
        "each of these waits for the next: " + " → ".join(way),
        place=f"policy {way[0]}",
        hint="take out one `requires`, or give the exclusions another rank",
    )
