"""Read the text of an expression: a lexer and a Pratt parser for a subset of CEL.

Source: Common Expression Language, language definition, https://github.com/google/cel-spec
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.expression_tree import (
    And,
    Comparison,
    Expression,
    Has,
    In,
    ListOf,
    Literal,
    Name,
    Node,
    Not,
    Operator,
    Or,
    Size,
    TextTest,
    Within,
    nodes,
)

MAX_DEPTH = 64
SUBSET = (
    "known: numbers, texts, true, false, names, == != < <= > >=, && || !, in [ ], size( ), has( ), "
    ".contains( ), .startsWith( ), .endsWith( )"
)

# CEL keeps these words for itself and for the languages it is embedded in
RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop"}
    | {"namespace", "package", "return", "var", "void", "while"}
)
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<number>0[xX][0-9a-fA-F]+|[0-9]+)(?![0-9A-Za-z_.])
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>==|!=|<=|>=|&&|\|\||[<>!()\[\],.-])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "'": "'", "`": "`", "?": "?"}
_BINDING = {"||": 1, "&&": 2} | dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3)
_RELATION = 3
_TEXT_TESTS = ("contains", "startsWith", "endsWith")
# more digits than 64 bits can need; Python itself refuses to read thousands
_MOST_DIGITS = 32
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    column: int


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Return the tree of `text`, cached.

    Raises Refusal `expression-syntax` whose place is the column (from 1) where reading failed.
    """
    root = _Parser(_tokens(text)).whole()
    names = dict.fromkeys(node.name for node in nodes(root) if isinstance(node, Name))
    return Expression(text=text, root=root, names=tuple(names))


def _wrong(column: int, reason: str, hint: str = SUBSET) -> Refusal:
    return refuse("expression-syntax", reason, place=f"column {column}", hint=hint, column=str(column))


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _wrong(at + 1, _unreadable(text[at:]), _remedy(text[at:]))
        if match.lastgroup != "space":
            tokens.append(Token(str(match.lastgroup), match.group(), at + 1))
        at = match.end()
    tokens.append(Token("end", "", len(text) + 1))
    return tokens


def _unreadable(rest: str) -> str:
    if rest[0] in "\"'":
        return "a text begins here and is never closed"
    if rest[0].isdigit():
        return f"“{rest.split(maxsplit=1)[0]}” is not a whole number"
    return f"“{rest[0]}” means nothing here"


def _remedy(rest: str) -> str:
    doubled = {"=": "compare with ==", "&": "join with &&", "|": "join with ||"}
    if rest[0].isdigit():
        return "write whole numbers; money in fen: 100 yuan is 10000"
    return doubled.get(rest[0], SUBSET)


class _Parser:
    """Pratt parser: each operator binds with a strength, the loop goes on while the next binds stronger."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def expect(self, sign: str, reason: str) -> Token:
        if self.next.text != sign or self.next.kind == "text":
            raise _wrong(self.next.column, reason, f"put “{sign}” here")
        return self.take()

    def whole(self) -> Node:
        if self.next.kind == "end":
            raise _wrong(1, "the expression is empty", "write a condition, or leave the key out")
        root = self.binary(0)
        if self.next.kind != "end":
            raise _wrong(self.next.column, f"“{self.next.text}” follows a complete expression")
        return root

    def binary(self, least: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _wrong(self.next.column, f"nested deeper than {MAX_DEPTH}", "split the condition")
        left = self.unary()
        chained = 0
        while (binding := self.binding()) > least:
            chained += binding == _RELATION
            if chained > 1:
                raise _wrong(
                    self.next.column, "comparisons cannot be chained", "join them with &&: a < b && b < c"
                )
            left = self.joined(left, binding)
        self.depth -= 1
        return left

    def binding(self) -> int:
        return 0 if self.next.kind == "text" else _BINDING.get(self.next.text, 0)

    def joined(self, left: Node, binding: int) -> Node:
        sign = self.take()
        if sign.text in ("&&", "||"):
            parts = [left, self.binary(binding)]
            while self.binding() == binding:
                self.take()
                parts.append(self.binary(binding))
            node = And if sign.text == "&&" else Or
            return node(tuple(parts), column=left.column)
        right = self.binary(binding)
        if sign.text == "in":
            return In(left, right, column=sign.column)
        return Comparison(cast(Operator, sign.text), left, right, column=sign.column)

    def unary(self) -> Node:
        operand = self.operand()
        # what a test of a text comes to is no text, so none follows another
        if self.next.kind == "sign" and self.next.text == "." and not isinstance(operand, Not):
            return self.text_test(operand)
        return operand

    def text_test(self, text: Node) -> Node:
        dot = self.take()
        function = self.take()
        if function.text not in _TEXT_TESTS:
            reason = f"there is no “.{function.text}”" if function.text else "the expression breaks off"
            raise _wrong(dot.column, reason, "known: .contains( ), .startsWith( ), .endsWith( )")
        self.expect("(", f"“.{function.text}” needs brackets")
        part = self.binary(0)
        self.expect(")", f"“.{function.text}(” takes one argument and is never closed")
        return Within(cast(TextTest, function.text), text, part, column=text.column)

    def operand(self) -> Node:
        token = self.take()
        if token.kind == "sign":
            return self.signed(token)
        if token.kind == "text":
            return Literal(_unescaped(token), column=token.column)
        if token.kind == "number":
            return _number(token, 1)
        return self.word(token)

    def signed(self, token: Token) -> Node:
        match token.text:
            case "!":
                return Not(self.tight(), column=token.column)
            case "-":
                return self.negative(token)
            case "(":
                inside = self.binary(0)
                self.expect(")", f"the bracket opened at column {token.column} is never closed")
                return inside
            case "[":
                return ListOf(self.items(token), column=token.column)
        raise _wrong(token.column, f"“{token.text}” stands where a value should")

    def tight(self) -> Node:
        """Read an operand that binds tighter than any operator: `!a == b` is `(!a) == b`."""
        return self.binary(_RELATION)

    def negative(self, sign: Token) -> Node:
        if self.next.kind != "number":
            raise _wrong(self.next.column, "a minus stands only before a number")
        return _number(self.take(), -1, column=sign.column)

    def items(self, opened: Token) -> tuple[Node, ...]:
        items: list[Node] = []
        while self.next.text != "]" or self.next.kind == "text":
            items.append(self.binary(0))
            if self.next.text != ",":
                break
            self.take()
        self.expect("]", f"the list opened at column {opened.column} is never closed")
        return tuple(items)

    def word(self, token: Token) -> Node:
        if token.kind == "end":
            raise _wrong(token.column, "the expression breaks off")
        if token.text in ("true", "false"):
            return Literal(token.text == "true", column=token.column)
        if token.text == "null":
            raise _wrong(token.column, "null is not a value here", "ask whether a field is there: has(name)")
        if token.text in RESERVED:
            raise _wrong(token.column, f"“{token.text}” is a reserved word, not a name")
        if self.next.text == "(" and self.next.kind == "sign":
            return self.call(token)
        return Name(token.text, column=token.column)

    def call(self, function: Token) -> Node:
        if function.text not in ("size", "has"):
            raise _wrong(
                function.column, f"there is no function “{function.text}”", "known functions: size, has"
            )
        self.take()
        inside = self.binary(0)
        self.expect(")", f"“{function.text}(” takes one argument and is never closed")
        if function.text == "size":
            return Size(inside, column=function.column)
        if not isinstance(inside, Name):
            raise _wrong(inside.column, "has( ) asks about a name", "write has(name)")
        return Has(inside, column=function.column)


def _number(token: Token, sign: int, column: int | None = None) -> Literal:
    if len(token.text) > _MOST_DIGITS:
        raise _wrong(token.column, "this number does not fit 64 bits", "write a smaller number")
    value = sign * int(token.text, 16 if token.text[:2] in ("0x", "0X") else 10)
    if not _INT_MIN <= value <= _INT_MAX:
        raise _wrong(token.column, f"{value} does not fit 64 bits", "write a smaller number")
    return Literal(value, column=column or token.column)


def _unescaped(token: Token) -> str:
    def one(match: re.Match[str]) -> str:
        code = match.group(1)
        if code in _ESCAPED:
            return _ESCAPED[code]
        if len(code) == 1 or int(code[1:], 16) > 0x10FFFF:
            column = token.column + 1 + match.start()
            raise _wrong(column, f"“\\{code}” is no escape", r"known: \n \r \t \\ \" \' \xHH \uHHHH")
        return chr(int(code[1:], 16))

    return _ESCAPE.sub(one, token.text[1:-1])
