"""In which column each node stands: one after the last of those that lead to it, ways back left out."""

from __future__ import annotations

from collections.abc import Sequence


def columns_of(nodes: Sequence[str], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return each node's column, from 0; every arrow but those of a way back leads to a later one."""
    following: dict[str, list[str]] = {name: [] for name in nodes}
    for source, target in arrows:
        following[source].append(target)
    order, back = _depth_first(following)
    columns = dict.fromkeys(nodes, 0)
    for name in order:
        for target in following[name]:
            if (name, target) not in back:
                columns[target] = max(columns[target], columns[name] + 1)
    return columns


def _depth_first(following: dict[str, list[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Return the nodes so that each comes before those it leads to, and the arrows that lead back."""
    finished: list[str] = []
    seen: set[str] = set()
    above: set[str] = set()
    back: set[tuple[str, str]] = set()
    for first, ways in following.items():
        if first in seen:
            continue
        seen.add(first)
        above.add(first)
        stack = [(first, iter(ways))]
        while stack:
            name, ahead = stack[-1]
            target = next(ahead, None)
            if target is None:
                stack.pop()
                above.discard(name)
                finished.append(name)
            elif target in above:
                back.add((name, target))
            elif target not in seen:
                seen.add(target)
                above.add(target)
                stack.append((target, iter(following[target])))
    return finished[::-1], back
