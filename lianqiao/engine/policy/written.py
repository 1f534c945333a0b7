"""A condition's tree written back as CEL text, with as few brackets as its meaning allows."""

from __future__ import annotations

import json

from lianqiao.engine.expression import And, Comparison, Has, In, ListOf, Literal, Name, Node, Not, Or, Size
from lianqiao.engine.expression_tree import Within

# how tightly each kind of node binds; what stands inside something tighter needs brackets
_OR, _AND, _RELATION, _VALUE = 1, 2, 3, 4


def written(node: Node) -> str:
    """Return CEL text that reads into an equal tree."""
    return _written(node)[0]


def _written(node: Node) -> tuple[str, int]:
    match node:
        case Or(parts):
            return " || ".join(_inside(part, _OR + 1) for part in parts), _OR
        case And(parts):
            return " && ".join(_inside(part, _AND + 1) for part in parts), _AND
        case Comparison(operator, left, right):
            return f"{_inside(left, _VALUE)} {operator} {_inside(right, _VALUE)}", _RELATION
        case In(item, collection):
            return f"{_inside(item, _VALUE)} in {_inside(collection, _VALUE)}", _RELATION
        case Not(operand):
            return f"!{_inside(operand, _VALUE)}", _VALUE
    return _value(node), _VALUE


def _value(node: Node) -> str:
    match node:
        case Literal(value):
            # JSON writes texts, numbers, true and false as CEL does
            return json.dumps(value, ensure_ascii=False)
        case ListOf(items):
            return f"[{', '.join(written(item) for item in items)}]"
        case Size(operand):
            return f"size({written(operand)})"
        case Has(name):
            return f"has({name.name})"
        case Within(test, text, part):
            return f"{_inside(text, _VALUE)}.{test}({written(part)})"
    return node.name if isinstance(node, Name) else ""


def _inside(node: Node, least: int) -> str:
    text, binds = _written(node)
    # `!a.contains(b)` would deny the whole; a denied operand of a text test stands in brackets
    return text if binds >= least else f"({text})"
