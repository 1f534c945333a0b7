"""The bulk evaluator: every policy for every party at once, as yes and unknown planes."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lianqiao.engine.policy import opcodes
from lianqiao.engine.policy.binding import Rule, RuleSet, Verdict
from lianqiao.engine.policy.columns import Booleans, FactTable
from lianqiao.engine.policy.planes import Planes, Words, unpacked
from lianqiao.engine.policy.program import Operand, Program, denied

# below this many words a second thread costs more than it brings
_WORDS_A_THREAD = 2048


@dataclass(frozen=True)
class Verdicts:
    """One bit a party and policy in `yes` and in `unknown`; neither is no. Rows as in `policies`.

    `parts` are the same two planes for each conditional part of an amount, by policy and number of the part;
    `slow` the conditions for which there is no test, so that they were asked party by party.
    """

    rows: int
    policies: tuple[str, ...]
    yes: npt.NDArray[np.uint64]
    unknown: npt.NDArray[np.uint64]
    parts: Mapping[tuple[str, int], tuple[Words, Words]]
    slow: tuple[str, ...] = ()

    def is_yes(self, policy: str) -> Booleans:
        """Return for whom a policy's answer is yes."""
        return unpacked(self.yes[self.policies.index(policy)], self.rows)

    def is_unknown(self, policy: str) -> Booleans:
        """Return for whom a policy's answer is not yet known."""
        return unpacked(self.unknown[self.policies.index(policy)], self.rows)

    def part(self, policy: str, number: int) -> tuple[Booleans, Booleans]:
        """Return to whom a conditional part of an amount applies, and for whom that is unknown."""
        yes, unknown = self.parts[policy, number]
        return unpacked(yes, self.rows), unpacked(unknown, self.rows)

    def of(self, row: int) -> dict[str, Verdict]:
        """Return one party's verdict for every policy."""
        word, bit = divmod(row, opcodes.WORD)
        yes = self.yes[:, word] >> np.uint64(bit) & np.uint64(1)
        unknown = self.unknown[:, word] >> np.uint64(bit) & np.uint64(1)
        return {
            name: "yes" if yes[i] else "unknown" if unknown[i] else "no"
            for i, name in enumerate(self.policies)
        }

    def counts(self, policy: str) -> dict[Verdict, int]:
        """Return for how many parties the answer is yes, no and unknown."""
        row = self.policies.index(policy)
        yes, unknown = (int(np.bitwise_count(plane[row]).sum()) for plane in (self.yes, self.unknown))
        return {"yes": yes, "no": self.rows - yes - unknown, "unknown": unknown}


def match(rules: RuleSet, facts: FactTable | Planes, *, threads: int | None = None) -> Verdicts:
    """Return whether each party has each policy: its conditions, what it requires, what it yields to.

    Planes made once serve for many questions over the same table. `threads`: as many as there are processors,
    four at most, unless given.
    """
    planes = facts if isinstance(facts, Planes) else Planes(facts)
    if rules not in planes.programs:
        planes.programs[rules] = _compiled(rules, planes)
    compiled = planes.programs[rules]
    yes, unknown = _run(compiled, planes, threads)
    count = len(rules.rules)
    parts = {key: (yes[count + n], unknown[count + n]) for n, key in enumerate(compiled.conditional)}
    return Verdicts(len(planes.table), tuple(rules.rules), yes[:count], unknown[:count], parts, compiled.slow)


@dataclass(frozen=True)
class _Compiled:
    """Everything the machine code takes, for one set of rules and one table."""

    arrays: tuple[Any, ...]
    bits: tuple[Any, ...]
    wanted: int
    conditional: tuple[tuple[str, int], ...]
    slow: tuple[str, ...]


def _compiled(rules: RuleSet, planes: Planes) -> _Compiled:
    program = Program(planes)
    had: dict[str, Operand] = {}
    for name, rule in rules.rules.items():
        had[name] = award(program, rule, had)
    wanted = list(had.values())
    conditional: list[tuple[str, int]] = []
    for name, rule in rules.rules.items():
        for number, part in enumerate(rule.parts):
            if part.when:
                conditional.append((name, number))
                wanted.append(program.condition(part.when.root))
    arrays = program.arrays(wanted)
    return _Compiled(arrays, planes.bits, len(wanted), tuple(conditional), tuple(program.slow))


def award(program: Program, rule: Rule, had: Mapping[str, Operand]) -> Operand:
    """Return whether a party has a policy, given whether it has those the policy depends on."""
    parts = [program.condition(condition.expression.root) for condition in rule.conditions]
    parts += [had.get(name) or program.constant(False) for name in rule.requires]
    parts += [denied(had[name]) for name in rule.yields_to if name in had]
    return program.join(opcodes.ALL, parts)


def _run(
    compiled: _Compiled, planes: Planes, threads: int | None
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    tests, steps, operands, numbers = compiled.arrays
    yes = np.empty((compiled.wanted, planes.words), np.uint64)
    unknown = np.empty_like(yes)
    matrices = (planes.wide, planes.narrow, planes.codes, *compiled.bits)

    # a compiler takes half a second to load, and a process that matches nobody needs none
    kernel: Any = importlib.import_module("lianqiao.engine.policy.kernel")

    def span(first: int, last: int) -> None:
        kernel.run(tests, *matrices, steps, operands, numbers, first, last, yes, unknown)

    workers = threads or min(4, os.cpu_count() or 1, planes.words // _WORDS_A_THREAD + 1)
    if workers == 1:
        span(0, planes.words)
    else:
        edges = np.linspace(0, planes.words, workers + 1).astype(int).tolist()
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(span, edges[:-1], edges[1:]))
    _cut(yes, unknown, len(planes.table))
    return yes, unknown


def _cut(yes: npt.NDArray[np.uint64], unknown: npt.NDArray[np.uint64], rows: int) -> None:
    """Clear the bits of the last word that stand for nobody."""
    over = rows % opcodes.WORD
    if over and yes.size:
        kept = np.uint64((1 << over) - 1)
        yes[:, -1] &= kept
        unknown[:, -1] &= kept
