"""Policies for a million firms beside other rule engines, in one process: `python -m benchmarks.policy`.

Prints JSON: medians of interleaved rounds, so that a busy machine slows all sides alike; ratios count.
Sides that go row by row are asked about fewer firms and scaled up. `python -m benchmarks.policy 200000` takes
fewer firms. Peers come with the `bench` extra; one that is not installed is left out and said so.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks import policy_peers as peers
from benchmarks.policy_workload import SCHEMA, arrays, attributes, rules, trees
from lianqiao.engine.policy.bulk import match
from lianqiao.engine.policy.columns import Column, FactTable
from lianqiao.engine.policy.explaining import Explainer
from lianqiao.engine.policy.planes import Planes

FIRMS = 1_000_000
POLICIES = 50
ROUNDS = 7
ROW_FIRMS = 2_000  # firms the row-by-row sides are asked about
CHECKED = 500  # firms on which both of our evaluators and the Rust CEL are compared
PEERS = {
    "openfisca": "openfisca_core",
    "polars": "polars",
    "duckdb": "duckdb",
    "cel_rust": "cel",
    "zen": "zen",
}
GOALS = {"openfisca": 1, "duckdb": 5, "zen": 100}


def main(firms: int = FIRMS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return milliseconds, ratios to ours, the distance to one pass over memory, growth and agreement."""
    values, known = arrays(firms)
    table = _table(values, known)
    found = rules(POLICIES)
    begun = time.perf_counter()
    planes = Planes(table)
    laid_out_s = time.perf_counter() - begun
    # the first call also compiles the machine code, or reads it, and looks through the names
    begun = time.perf_counter()
    verdicts = match(found, planes)
    first_s = time.perf_counter() - begun
    sides, scale = _sides(values, known, firms)
    memory = np.ones(planes.nbytes // 8, np.uint64)
    ours: dict[str, Callable[[], Any]] = {
        "one_pass_over_memory": memory.sum,
        "lianqiao": lambda: match(found, planes, threads=1),
        "lianqiao_two_threads": lambda: match(found, planes, threads=2),
    }
    medians = _timed({**ours, **sides}, rounds)
    ms = {name: s * scale.get(name, 1) * 1000 for name, s in medians.items()}
    ratios = {name: ms[name] / ms["lianqiao"] for name in sides}
    return {
        "firms": firms,
        "policies": POLICIES,
        "rounds": rounds,
        "truth": {
            "yes": round(float(np.bitwise_count(verdicts.yes).sum()) / firms / POLICIES, 4),
            "unknown": round(float(np.bitwise_count(verdicts.unknown).sum()) / firms / POLICIES, 4),
        },
        "ms": {name: round(value, 1) for name, value in ms.items()},
        "mcells_per_s": round(firms * POLICIES / ms["lianqiao"] / 1000),
        "times_as_long_as_ours": {name: round(value, 1) for name, value in ratios.items()},
        "goals_met": {name: ratios[name] >= goal for name, goal in GOALS.items() if name in ratios},
        "times_one_pass_over_memory": round(ms["lianqiao"] / ms["one_pass_over_memory"], 1),
        "memory_read_mb": round(planes.nbytes / 1e6, 1),
        "prepared_ms": {"columns": round(laid_out_s * 1000, 1), "first_call": round(first_s * 1000, 1)},
        "explanation": _explanations(table, verdicts),
        "agreement": _agreement(values, known, verdicts),
        "growth_ms": _growth(firms),
        "peak_memory_mb": _peak(firms),
        "not_installed": [name for name, module in PEERS.items() if not _installed(module)],
    }


def _table(values: dict[str, Any], known: dict[str, Any]) -> FactTable:
    columns = {name: Column.of(SCHEMA[name][0], values[name], known[name]) for name in SCHEMA}
    return FactTable(range(len(known["name"])), attributes(), columns)  # type: ignore[arg-type]


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _sides(
    values: dict[str, Any], known: dict[str, Any], firms: int
) -> tuple[dict[str, Callable[[], Any]], dict[str, float]]:
    wanted = trees(POLICIES)
    columns, shown = peers.flags(values, known)
    parties = peers.rows(values, known, min(ROW_FIRMS, firms))
    makers: dict[str, Callable[[], Callable[[], Any]]] = {
        "openfisca": lambda: peers.openfisca_side(columns, shown, wanted),
        "polars": lambda: peers.polars_side(columns, shown, wanted),
        "duckdb": lambda: peers.duckdb_side(columns, shown, wanted),
        "cel_rust": lambda: peers.cel_side(parties, wanted),
        "zen": lambda: peers.zen_side(parties, wanted),
    }
    sides = {name: make() for name, make in makers.items() if _installed(PEERS[name])}
    return sides, dict.fromkeys(("cel_rust", "zen"), firms / len(parties))


def _timed(sides: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each side, taken in turns after one turn to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, side in sides.items():
            begun = time.perf_counter()
            side()
            if turn:
                seconds[name].append(time.perf_counter() - begun)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def _explanations(table: FactTable, verdicts: Any) -> dict[str, Any]:
    begun = time.perf_counter()
    explainer = Explainer(rules(POLICIES))
    laid_out_s = time.perf_counter() - begun
    # what stays for good is not looked through again and again, as in a server that has started
    gc.collect()
    gc.freeze()
    taken, worked, same = [], [], 0
    for row in range(CHECKED):
        party = table.party(row)
        begun, begun_working = time.perf_counter(), time.process_time()
        found = explainer.explain(party)
        taken.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - begun_working) * 1000)
        same += {name: one.verdict for name, one in found.items()} == verdicts.of(row)
    return {
        "one_firm_ms": round(statistics.median(taken), 2),
        "one_firm_processor_ms": round(statistics.median(worked), 2),
        "slowest_of_100_processor_ms": round(sorted(worked)[len(worked) * 99 // 100], 2),
        "slowest_of_100_ms": round(sorted(taken)[len(taken) * 99 // 100], 2),
        "policies_read_and_laid_out_ms": round(laid_out_s * 1000, 1),
        "same_as_bulk": same / CHECKED,
    }


def _agreement(values: dict[str, Any], known: dict[str, Any], verdicts: Any) -> dict[str, float]:
    """Return the share of cells in which the Rust CEL comes to the same."""
    if not _installed("cel"):
        return {}
    parties = peers.rows(values, known, CHECKED)
    answers = iter(peers.cel_side(parties, trees(POLICIES))())
    words = {True: "yes", False: "no", None: "unknown"}
    same = sum(
        words[next(answers)] == verdict for row in range(CHECKED) for verdict in verdicts.of(row).values()
    )
    return {"cel_rust": same / CHECKED / POLICIES}


def _growth(firms: int) -> dict[str, Any]:
    """Return milliseconds for a quarter and half of the firms, and for half and twice the policies."""
    found: dict[str, dict[str, float]] = {"by_firms": {}, "by_policies": {}}
    half = Planes(_table(*arrays(firms // 2)))
    cases = {
        ("by_firms", firms // 4): (Planes(_table(*arrays(firms // 4))), POLICIES),
        ("by_firms", firms // 2): (half, POLICIES),
    }
    cases |= {("by_policies", count): (half, count) for count in (POLICIES // 2, POLICIES, POLICIES * 2)}
    bound = {count: rules(count) for count in {count for _, count in cases.values()}}
    sides: dict[str, Callable[[], Any]] = {
        f"{kind} {size}": partial(match, bound[count], planes, threads=1)
        for (kind, size), (planes, count) in cases.items()
    }
    for name, seconds in _timed(sides, 5).items():
        kind, size = name.split()
        found[kind][size] = round(seconds * 1000, 1)
    return found


def _peak(firms: int) -> dict[str, Any]:
    """Return the greatest memory of a process of its own: with the facts at hand, and after matching them."""
    command = [sys.executable, "-m", "benchmarks.policy", str(firms), "--memory"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _memory(firms: int) -> dict[str, float]:
    table = _table(*arrays(firms))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    match(rules(POLICIES), Planes(table), threads=1)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"with_facts": round(before), "after_matching": round(after)}


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS
    result = _memory(count) if "--memory" in sys.argv else main(count)
    json.dump(result, sys.stdout, indent=2)
    print()
