"""A condition in words, in Chinese or English: each name is what it is called, each sum what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lianqiao.engine.expression_tree import (
    And,
    Comparison,
    Has,
    In,
    ListOf,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Size,
    Within,
)
from lianqiao.engine.parts import Text
from lianqiao.engine.policy.days import parted
from lianqiao.engine.policy.shape import Attribute, Kind, Parameter
from lianqiao.engine.spans import Budget
from lianqiao.engine.words import budget_in_words

_OPERATORS = {
    "==": ("为", "is"),
    "!=": ("不为", "is not"),
    "<": ("低于", "is below"),
    "<=": ("不高于", "is at most"),
    ">": ("高于", "is above"),
    ">=": ("不低于", "is at least"),
}
_OF_DAYS = {
    "<": ("早于", "is before"),
    "<=": ("不晚于", "is not after"),
    ">": ("晚于", "is after"),
    ">=": ("不早于", "is not before"),
}
_TESTS = {
    "contains": ("包含", "contains"),
    "startsWith": ("开头为", "begins with"),
    "endsWith": ("结尾为", "ends with"),
}
FEN_IN_YUAN, FEN_IN_TEN_THOUSAND = 100, 1_000_000


def yuan_words(fen: int, *, english: bool) -> str:
    """Return a sum as people say it: 100 万元, 1,000,000 yuan."""
    if not english and fen and fen % FEN_IN_TEN_THOUSAND == 0:
        return f"{fen // FEN_IN_TEN_THOUSAND:,} 万元"
    whole, rest = divmod(fen, FEN_IN_YUAN)
    number = f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
    return f"{number} yuan" if english else f"{number} 元"


def day_words(day: date, *, english: bool) -> str:
    """Return a day as people write it: 2028年1月1日, 1 Jan 2028."""
    return f"{day.day} {day:%b %Y}" if english else f"{day.year}年{day.month}月{day.day}日"


def relative_words(text: str, *, english: bool) -> str:
    """Return `-2y` as 当日之前 2 年, “2 years before the day of the decision”; other texts as they are."""
    decided = "the day of the decision" if english else "当日"
    if text == "today":
        return decided
    found = parted(text)
    if found is None:
        return text
    sign, count, unit = found
    if unit == "y":
        span = f"{count} year{'' if count == 1 else 's'}" if english else f"{count} 年"
    else:
        span = budget_in_words(Budget(count, unit), "en" if english else "zh-hans")
    if english:
        return f"{span} {'before' if sign < 0 else 'after'} {decided}"
    return f"{decided}之{'前' if sign < 0 else '后'} {span}"


class Wording:
    """Says conditions over these attributes and parameters, as parameters stand on a day."""

    def __init__(
        self,
        attributes: Mapping[str, Attribute],
        parameters: Mapping[str, Parameter],
        *,
        day: date,
        language: str,
    ) -> None:
        self.attributes, self.parameters, self.day = attributes, parameters, day
        self.language, self.english = language, language.startswith("en")

    def say(self, chinese: str, english: str) -> str:
        """Return the words of the language spoken."""
        return english if self.english else chinese

    def text(self, text: Text) -> str:
        """Return the pack's words in the language spoken."""
        return text.in_language(self.language)

    def condition(self, node: Node) -> str:
        """Return what a condition asks for."""
        return self._said(node, inside=False)

    def _said(self, node: Node, *, inside: bool) -> str:
        match node:
            case Or(parts):
                words = self.say("，或者", ", or ").join(self._said(one, inside=True) for one in parts)
            case And(parts):
                words = self.say("，并且", ", and ").join(self._said(one, inside=True) for one in parts)
            case Not(operand):
                return self._denied(operand)
            case _:
                return self._plain(node)
        return self.say(f"（{words}）", f"({words})") if inside else words

    def _denied(self, node: Node) -> str:
        """Return a denial as one says it: an attribute that is not so, something known to be absent."""
        if isinstance(node, Has):
            attribute = self.attributes.get(node.name.name)
            if attribute and attribute.absent:
                return self.text(attribute.absent)
            return self.say(f"没有{self._name(node.name)}", f"has no “{self._name(node.name)}”")
        if isinstance(node, Name):
            return self.say(f"未{self._name(node)}", f"not “{self._name(node)}”")
        words = self._said(node, inside=True)
        return self.say(f"并非{words}", f"not {words}")

    def _plain(self, node: Node) -> str:
        match node:
            case Comparison(operator, left, right):
                kind = self._kind(left) or self._kind(right)
                table = _OF_DAYS if kind == "date" and operator in _OF_DAYS else _OPERATORS
                between = self.say(*table[operator])
                space = " " if self.english else ""
                return f"{self._value(left, right)}{space}{between}{space}{self._value(right, left)}"
            case In(item, collection):
                return self._among(item, collection)
            case Within(test, text, part):
                words = self.say(*_TESTS[test])
                return self.say(
                    f"{self._value(text, None)}{words}{self._value(part, None)}",
                    f"{self._value(text, None)} {words} {self._value(part, None)}",
                )
            case Has(name):
                return self.say(f"有{self._name(name)}", f"has “{self._name(name)}”")
        return self._value(node, None)

    def _among(self, item: Node, collection: Node) -> str:
        if isinstance(collection, ListOf):
            items = [self._value(one, item) for one in collection.items]
            if len(items) == 1:
                return self.say(
                    f"{self._value(item, None)}为{items[0]}", f"{self._value(item, None)} is {items[0]}"
                )
            return self.say(
                f"{self._value(item, None)}为{'、'.join(items)}之一",
                f"{self._value(item, None)} is one of {', '.join(items)}",
            )
        named, held = self._value(item, collection), self._value(collection, None)
        return self.say(f"{held}含{named}", f"{held} includes {named}")

    def _value(self, node: Node, beside: Node | None) -> str:
        match node:
            case Name(name=name) if name in self.parameters:
                return self._parameter(name)
            case Name():
                return self._name(node)
            case Literal(value):
                return self._written(value, self._attribute(beside))
            case ListOf(items):
                return self.say("、", ", ").join(self._value(one, beside) for one in items)
            case Size(operand):
                held = self._value(operand, None)
                return self.say(f"{held}的数目", f"the number of {held}")
        return self._said(node, inside=True)

    def _parameter(self, name: str) -> str:
        """Return a parameter with what it is on the day, and by which article."""
        parameter = self.parameters[name]
        title, now = self.text(parameter.title), parameter.on(self.day)
        if now is None:
            return self.say(f"{title}（尚未施行）", f"{title} (not in force yet)")
        value = self._of_kind(now.value, parameter.kind)
        return self.say(f"{title}（{value}，{now.article}）", f"{title} ({value}, {now.article})")

    def _written(self, value: object, attribute: Attribute | None) -> str:
        if attribute and isinstance(value, str) and value in attribute.options:
            return self.text(attribute.options[value].title)
        return self._of_kind(value, attribute.kind if attribute else None)

    def _of_kind(self, value: object, kind: Kind | None) -> str:
        if isinstance(value, bool):
            return self.say("是", "yes") if value else self.say("否", "no")
        if kind == "money" and isinstance(value, int):
            return yuan_words(value, english=self.english)
        if isinstance(value, int):
            return f"{value:,}"
        if kind == "date":
            return self.day_said(value)
        return str(value) if kind == "ratio" else f"“{value}”"

    def day_said(self, value: object) -> str:
        """Return a day, or one relative to that of the decision, in words."""
        try:
            on = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            return relative_words(str(value), english=self.english)
        return day_words(on, english=self.english)

    def _name(self, node: Name) -> str:
        if node.name == "today":
            return self.say("当日", "the day of the decision")
        attribute = self.attributes.get(node.name)
        return self.text(attribute.title) if attribute else node.name

    def _attribute(self, node: Node | None) -> Attribute | None:
        return self.attributes.get(node.name) if isinstance(node, Name) else None

    def _kind(self, node: Node) -> str:
        if not isinstance(node, Name):
            return ""
        if node.name == "today":
            return "date"
        known = self.attributes.get(node.name) or self.parameters.get(node.name)
        return known.kind if known else ""
