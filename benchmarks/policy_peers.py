"""The policy workload in the languages of other engines, each given its own best form.

Text flags (a name holds a word) are handed to every side ready-made, as ours keeps them. Two-valued sides see
a default where a value is unknown, which is what their users do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.policy_workload import DAY, KEYWORDS, SCHEMA, cel, day

Side = Callable[[], Any]
Arrays = dict[str, Any]
Tree = dict[str, Any]


def flags(values: Arrays, known: Arrays) -> tuple[Arrays, Arrays]:
    """Return the columns with a flag for each word in place of the name."""
    columns = {name: column for name, column in values.items() if name != "name"}
    shown = {name: mask for name, mask in known.items() if name != "name"}
    for number, word in enumerate(KEYWORDS):
        columns[f"has_{number}"] = np.array([word in name for name in values["name"]])
        shown[f"has_{number}"] = known["name"]
    return columns, shown


def flag(tree: Tree) -> str:
    """Return the column that holds the answer to a test of a boolean, or of the name for a word."""
    return str(tree["f"]) if tree["op"] == "is" else f"has_{KEYWORDS.index(tree['v'])}"


def polars_side(values: Arrays, known: Arrays, trees: list[Tree]) -> Side:
    """Three-valued: one lazy query with an expression a policy."""
    import polars as pl

    frame = pl.DataFrame(
        {
            name: pl.select(
                pl.when(pl.Series(known[name])).then(pl.Series(np.ascontiguousarray(column)))
            ).to_series()
            for name, column in values.items()
        }
    )

    def expression(tree: Tree) -> Any:
        match tree["op"]:
            case "and" | "or" as join:
                parts = [expression(part) for part in tree["a"]]
                return pl.all_horizontal(parts) if join == "and" else pl.any_horizontal(parts)
            case "not":
                return ~expression(tree["a"][0])
            case "in":
                return pl.col(tree["f"]).is_in([int(code[1:]) for code in tree["v"]])
            case "between":
                return pl.col(tree["f"]).is_between(*tree["v"])
            case "is" | "contains":
                return pl.col(flag(tree))
        return _ordered(pl.col(tree["f"]), tree["op"], tree["v"])

    query = frame.lazy().select(expression(tree).alias(f"p{n}") for n, tree in enumerate(trees))
    return query.collect


def _ordered(column: Any, operator: str, value: int) -> Any:
    match operator:
        case ">=":
            return column >= value
        case ">":
            return column > value
        case "<=":
            return column <= value
    return column < value


def numpy_formula(tree: Tree, column: Callable[[str], Any]) -> Any:
    """Return a tree's answer over whole columns, two-valued."""
    match tree["op"]:
        case "and" | "or" as join:
            found = numpy_formula(tree["a"][0], column)
            for part in tree["a"][1:]:
                other = numpy_formula(part, column)
                found = found & other if join == "and" else found | other
            return found
        case "not":
            return ~numpy_formula(tree["a"][0], column)
        case "in":
            return np.isin(column(tree["f"]), [int(code[1:]) for code in tree["v"]])
        case "between":
            here = column(tree["f"])
            return (here >= tree["v"][0]) & (here <= tree["v"][1])
        case "is" | "contains":
            return column(flag(tree))
    return _ordered(column(tree["f"]), tree["op"], tree["v"])


def openfisca_side(values: Arrays, known: Arrays, trees: list[Tree]) -> Side:
    """Two-valued: a formula a policy over OpenFisca's own arrays, inputs set beforehand."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    firm = build_entity(key="firm", plural="firms", label="firm", is_person=True)
    system = TaxBenefitSystem([firm])
    month = DAY.strftime("%Y-%m")

    def variable(name: str, kind: type, formula: Any = None) -> None:
        facts = {"value_type": kind, "entity": firm, "definition_period": DateUnit.MONTH, "label": name}
        system.add_variable(type(name, (Variable,), {**facts, **(formula or {})}))

    def formula(tree: Tree) -> Any:
        def answer(firm: Any, period: Any) -> Any:
            return numpy_formula(tree, lambda name: firm(name, period))

        return {"formula": answer}

    # money leaves the 32 bits of OpenFisca's whole numbers: its own users take float
    kinds = {np.dtype(np.bool_): bool, np.dtype(np.int64): float}
    for name, column in values.items():
        variable(name, kinds.get(column.dtype, int))
    names = [f"p{number}" for number in range(len(trees))]
    for name, tree in zip(names, trees, strict=True):
        variable(name, bool, formula(tree))
    simulation = SimulationBuilder().build_default_simulation(system, count=len(next(iter(values.values()))))
    for name, column in values.items():
        simulation.set_input(name, month, np.where(known[name], column, 0).astype(column.dtype))

    def run() -> Any:
        # a result is kept once worked out
        any(map(simulation.delete_arrays, names))
        return [simulation.calculate(name, month) for name in names]

    return run


def duckdb_side(values: Arrays, known: Arrays, trees: list[Tree]) -> Side:
    """Three-valued, but only yes is asked for: a WHERE a policy is faster than a SELECT of 50 columns."""
    import duckdb

    connection = duckdb.connect()
    given = {name: np.ascontiguousarray(column) for name, column in values.items()}
    given |= {f"known_{name}": np.ascontiguousarray(mask) for name, mask in known.items()}
    connection.register("given", given)
    nulled = ", ".join(f'CASE WHEN "known_{name}" THEN "{name}" END AS "{name}"' for name in values)
    connection.execute(f"CREATE TABLE firms AS SELECT {nulled} FROM given")
    connection.unregister("given")
    queries = [f"SELECT rowid FROM firms WHERE {sql(tree)}" for tree in trees]
    return lambda: [connection.execute(query).fetchnumpy() for query in queries]


def sql(tree: Tree) -> str:
    """Return a tree as SQL."""
    match tree["op"]:
        case "and" | "or" as join:
            return "(" + f" {join} ".join(sql(part) for part in tree["a"]) + ")"
        case "not":
            return f"(not {sql(tree['a'][0])})"
        case "in":
            return f'"{tree["f"]}" in ({", ".join(code[1:] for code in tree["v"])})'
        case "between":
            return f'"{tree["f"]}" between {tree["v"][0]} and {tree["v"][1]}'
        case "is" | "contains":
            return f'"{flag(tree)}"'
    return f'"{tree["f"]}" {tree["op"]} {tree["v"]}'


def rows(values: Arrays, known: Arrays, count: int) -> list[dict[str, Any]]:
    """Return the first firms as dictionaries, what is unknown left out."""
    found = []
    for row in range(count):
        party: dict[str, Any] = {}
        for name, (kind, _) in SCHEMA.items():
            if known[name][row]:
                raw = values[name][row]
                party[name] = (
                    str(raw) if kind == "text" else bool(raw) if kind == "boolean" else
                    day(int(raw)) if kind == "date" else f"o{int(raw)}" if kind == "choice" else int(raw)
                )  # fmt: skip
        found.append(party)
    return found


def cel_side(parties: list[dict[str, Any]], trees: list[Tree]) -> Side:
    """Three-valued, row by row: a Rust CEL, programs compiled once, a context a firm; errors are unknown."""
    import cel as rust

    programs = [rust.compile(cel(tree)) for tree in trees]

    def run() -> Any:
        found = []
        for party in parties:
            context = rust.Context(variables=party)
            for program in programs:
                try:
                    found.append(program.execute(context))
                except (RuntimeError, ValueError, TypeError):
                    found.append(None)
        return found

    return run


def zen_side(parties: list[dict[str, Any]], trees: list[Tree]) -> Side:
    """Two-valued, row by row: one decision graph with an expression a policy, asked in one batch."""
    import zen

    expressions = [{"id": str(n), "key": f"p{n}", "value": zen_text(tree)} for n, tree in enumerate(trees)]
    place = {"x": 0, "y": 0}
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": place},
            {"id": "all", "name": "all", "type": "expressionNode", "position": place,
             "content": {"expressions": expressions}},
            {"id": "out", "name": "out", "type": "outputNode", "position": place},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "all", "type": "edge"},
            {"id": "2", "sourceId": "all", "targetId": "out", "type": "edge"},
        ],
    }  # fmt: skip
    text = json.dumps(graph, ensure_ascii=False)
    content = zen.ZenDecisionContent(text)
    engine = zen.ZenEngine({"loader": lambda key: content})
    defaults = {
        name: {"text": "", "boolean": False, "date": "1970-01-01", "choice": ""}.get(kind, 0)
        for name, (kind, _) in SCHEMA.items()
    }
    requests: list[Any] = [{"key": "graph", "context": {**defaults, **party}} for party in parties]
    return lambda: engine.evaluate_batch(requests)


def zen_text(tree: Tree) -> str:
    """Return a tree in ZEN's expression language; dates are compared as its own dates."""
    match tree["op"]:
        case "and" | "or" as join:
            return "(" + f" {join} ".join(zen_text(part) for part in tree["a"]) + ")"
        case "not":
            return f"not ({zen_text(tree['a'][0])})"
        case "in":
            return f"{tree['f']} in [" + ", ".join(f"'{code}'" for code in tree["v"]) + "]"
        case "between":
            low, high = map(day, tree["v"])
            return f"(d({tree['f']}) >= d('{low}') and d({tree['f']}) <= d('{high}'))"
        case "is" | "contains" as test:
            return str(tree["f"]) if test == "is" else f"contains({tree['f']}, '{tree['v']}')"
    return f"{tree['f']} {tree['op']} {tree['v']}"
