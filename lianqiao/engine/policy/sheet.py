"""A spreadsheet of conditions becomes a policy file where it fits; where it does not, the row says why.

Each row asks one thing of one attribute. What a row leaves open is not guessed: it is told, and the author
writes that condition by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from lianqiao.engine.errors import Problem
from lianqiao.engine.nearest import meant
from lianqiao.engine.needs import CONTROL
from lianqiao.engine.policy.cells import BLANKS, Absent, Unusable, parse_cell
from lianqiao.engine.policy.reading import of_party
from lianqiao.engine.policy.shape import Attribute

_BELOW = ("<", "低于", "小于", "少于", "不足", "不满", "below")
_AT_MOST = ("<=", "≤", "不高于", "不超过", "小于等于", "以下", "以内", "至多", "at most")
_ABOVE = (">", "高于", "超过", "大于", "多于", "above")
_AT_LEAST = (">=", "≥", "不低于", "不少于", "大于等于", "以上", "至少", "at least")
_IS = ("=", "==", "为", "是", "等于", "属于", "之一", "is", "one of")
_IS_NOT = ("!=", "≠", "不为", "不是", "不等于", "不属于", "is not", "none of")
_BEFORE, _NOT_BEFORE = ("早于", "之前", "before"), ("不早于", "not before")
_AFTER, _NOT_AFTER = ("晚于", "之后", "after"), ("不晚于", "not after")
_HAS, _HAS_NOT = ("有", "具有", "持有", "has"), ("无", "没有", "未持有", "has no")
_ANY, _ALL = ("含", "包含", "含任一", "includes"), ("均含", "同时含", "includes all")
_WORDS = {
    word: sign
    for sign, words in (
        ("<", _BELOW), ("<=", _AT_MOST), (">", _ABOVE), (">=", _AT_LEAST), ("==", _IS), ("!=", _IS_NOT),
        ("<", _BEFORE), (">=", _NOT_BEFORE), (">", _AFTER), ("<=", _NOT_AFTER), ("has", _HAS),
        ("has not", _HAS_NOT), ("any", _ANY), ("all", _ALL),
    )
    for word in words
}  # fmt: skip
_PASSES = {"符合": True, "是": True, "yes": True, "不符合": False, "否": False, "no": False}
_SIGNS_OF = {
    **dict.fromkeys(("integer", "money", "ratio", "date"), ("<", "<=", ">", ">=", "==", "!=")),
    "choice": ("==", "!="),
    "choices": ("any", "all"),
    "boolean": ("==", "!=", "has", "has not"),
    "text": ("==", "!=", "any"),
}
EPOCH = date(1970, 1, 1)
_BETWEEN = re.compile(r"[;；、|,，]")
_AGO = re.compile(
    r"(\d{1,4}|[一二两三四五六七八九十]{1,3})\s*(个工作日|工作日|个月|年|日|天)(?:之)?(前|内|后)"
)
_AGO_UNITS = {"年": "y", "个月": "nm", "日": "nd", "天": "nd", "个工作日": "wd", "工作日": "wd"}
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)} | {"两": 2}


@dataclass(frozen=True)
class ConditionRow:
    """A row as it was typed. Rows of the same `group` are alternatives; "" stands alone.

    `absent` says whether whoever is known not to have the attribute passes (符合, 不符合, or empty).
    """

    line: int
    title: str
    article: str
    attribute: str
    test: str
    value: str
    group: str = ""
    absent: str = ""


@dataclass(frozen=True)
class Head:
    """What a policy is called and by what it holds; the sheet itself does not say."""

    id: str
    title: str
    party: str
    delivery: str
    basis: str
    source: str
    effective_from: date


@dataclass
class Imported:
    """The text of a policy file with the conditions that fitted, and a problem for each row that did not."""

    text: str
    fitted: int
    problems: list[Problem] = field(default_factory=list)


class _Unfit(Exception):
    def __init__(self, code: str, reason: str, hint: str, column: str) -> None:
        super().__init__(reason)
        self.code, self.reason, self.hint, self.column = code, reason, hint, column


def policy_from_rows(
    rows: Iterable[ConditionRow], head: Head, attributes: Mapping[str, Attribute], *, today: date
) -> Imported:
    """Return the policy that a sheet's rows make, with what did not fit.

    Problems: `condition-untitled`, `attribute-unknown`, `test-unknown`, `test-unfit`, `value-unfit`,
    `absence-open`, each with the row's line and column.
    """
    writer = _Writer(head, of_party(attributes, head.party), today)
    problems = []
    for row in rows:
        try:
            writer.take(row)
        except _Unfit as unfit:
            place = f"line {row.line}, column {unfit.column}"
            facts = {"line": str(row.line), "column": unfit.column, "detail": unfit.reason}
            problems.append(Problem(unfit.code, unfit.reason, place=place, hint=unfit.hint, facts=facts))
    return Imported(writer.text(), writer.fitted, problems)


class _Writer:
    def __init__(self, head: Head, attributes: Mapping[str, Attribute], today: date) -> None:
        self.head, self.attributes, self.today = head, attributes, today
        self.named = {
            called: name
            for name, one in attributes.items()
            for called in (name, one.title.zh_hans, one.title.en.lower())
        }
        self.parameters: dict[str, tuple[str, str, str, str]] = {}
        self.conditions: dict[str, list[tuple[ConditionRow, str]]] = {}
        self.fitted = 0

    def take(self, row: ConditionRow) -> None:
        """Keep a row's condition; raises _Unfit where it is none."""
        row = _cleaned(row)
        if not row.title or not row.article:
            column = "article" if row.title else "title"
            raise _Unfit("condition-untitled", "a condition has a title and an article", "fill it in", column)
        asked = row.attribute
        name = self.named.get(asked) or self.named.get(asked.lower())
        if name is None:
            hint = meant(asked, [one.title.zh_hans for one in self.attributes.values()], what="known")
            raise _Unfit("attribute-unknown", f"no attribute is called “{asked}”", hint, "attribute")
        kept = dict(self.parameters)
        try:
            written = self._written(row, name, self.attributes[name])
        except _Unfit:
            # a value no condition names is none of the policy's
            self.parameters = kept
            raise
        self.conditions.setdefault(row.group or f"line {row.line}", []).append((row, written))
        self.fitted += 1

    def _written(self, row: ConditionRow, name: str, attribute: Attribute) -> str:
        word = row.test.lower()
        sign = _WORDS.get(word)
        if sign is None:
            raise _Unfit("test-unknown", f"“{word}” is no test", meant(word, _WORDS, what="known"), "test")
        if sign in ("has", "has not") and attribute.kind != "boolean":
            if attribute.absent is None:
                reason = f"“{row.attribute}” cannot be known to be absent"
                raise _Unfit("test-unfit", reason, "ask for a value of it", "test")
            return f"has({name})" if sign == "has" else f"!has({name})"
        if sign not in _SIGNS_OF[attribute.kind]:
            reason = f"“{word}” cannot be asked of “{row.attribute}” ({attribute.kind})"
            raise _Unfit("test-unfit", reason, "write: " + "、".join(_SIGNS_OF[attribute.kind]), "test")
        return self._guarded(row, name, attribute, self._test(row, name, attribute, sign))

    def _guarded(self, row: ConditionRow, name: str, attribute: Attribute, test: str) -> str:
        """Say what becomes of whoever is known not to have it; a sheet that does not say is not guessed."""
        if attribute.absent is None:
            return test
        passes = _PASSES.get(row.absent.lower())
        if passes is None:
            reason = f"“{row.attribute}” can be known to be absent: does such a party pass?"
            raise _Unfit("absence-open", reason, "write 符合 or 不符合", "absent")
        inner = f"({test})" if " || " in test and not passes else test
        return f"!has({name}) || {test}" if passes else f"has({name}) && {inner}"

    def _test(self, row: ConditionRow, name: str, attribute: Attribute, sign: str) -> str:
        match attribute.kind:
            case "choice" | "choices":
                return self._options(row, name, attribute, sign)
            case "boolean":
                return self._yes_no(row, name, attribute, sign)
            case "date":
                return f"{name} {sign} {self._day(row, attribute)}"
            case "ratio":
                share = self._cell(row.value, row, attribute)
                held = self._parameter("ratio", json.dumps(f"{share / 100:g}%"), row)
                return f"{name} {sign} {held}"
            case "text":
                text = json.dumps(row.value, ensure_ascii=False)
                return f"{name}.contains({text})" if sign == "any" else f"{name} {sign} {text}"
        return f"{name} {sign} {self._cell(row.value, row, attribute)}"

    def _options(self, row: ConditionRow, name: str, attribute: Attribute, sign: str) -> str:
        parts = [part.strip(BLANKS) for part in _BETWEEN.split(row.value) if part.strip(BLANKS)]
        found = [f'"{self._option(part, row, attribute)}"' for part in parts]
        if not found:
            raise _Unfit("value-unfit", "no option is named", "name at least one", "value")
        if attribute.kind == "choices":
            join = " && " if sign == "all" else " || "
            return join.join(f"{one} in {name}" for one in found)
        if len(found) == 1:
            return f"{name} {sign} {found[0]}"
        test = f"{name} in [{', '.join(found)}]"
        return f"!({test})" if sign == "!=" else test

    def _option(self, text: str, row: ConditionRow, attribute: Attribute) -> str:
        place = self._cell(text, row, attribute.model_copy(update={"kind": "choice"}))
        return list(attribute.options)[place]

    def _yes_no(self, row: ConditionRow, name: str, attribute: Attribute, sign: str) -> str:
        if sign in ("has", "has not"):
            return name if sign == "has" else f"!{name}"
        wanted = self._cell(row.value, row, attribute)
        return name if bool(wanted) == (sign == "==") else f"!{name}"

    def _day(self, row: ConditionRow, attribute: Attribute) -> str:
        text = row.value
        if text in ("当日", "今天", "today"):
            return "today"
        if (ago := _AGO.fullmatch(text)) and (number := _number(ago[1])) is not None:
            unit = _AGO_UNITS[ago[2]]
            relative = f"{'+' if ago[3] == '后' else '-'}{number}{unit}"
            return self._parameter("date", json.dumps(relative), row)
        free = attribute.model_copy(update={"may_be_future": True})
        day = EPOCH + timedelta(days=self._cell(text, row, free))
        return json.dumps(day.isoformat())

    def _cell(self, text: str, row: ConditionRow, attribute: Attribute) -> int:
        """Return a value as facts hold it; raises _Unfit where it is none, or says nothing."""
        try:
            found = parse_cell(text, attribute, "", self.today)
        except Unusable as error:
            raise _Unfit("value-unfit", error.reason, error.hint, "value") from None
        if found is None or isinstance(found, Absent | str | tuple):
            raise _Unfit("value-unfit", f"“{text}” is no value to compare with", "write a value", "value")
        return int(found)

    def _parameter(self, kind: str, value: str, row: ConditionRow) -> str:
        """Keep a value that conditions must name, once for each value; return its name."""
        for name, known in self.parameters.items():
            if known[:2] == (kind, value):
                return name
        name = f"value_{len(self.parameters) + 1}"
        self.parameters[name] = (kind, value, row.title, row.article)
        return name

    def text(self) -> str:
        """Return the file's text; what a sheet cannot say (English titles, sums) is left to be completed."""
        head = self.head
        lines = [
            "format = 1",
            'kind = "benefit"',
            f"id = {_quoted(head.id)}",
            f"party = {_quoted(head.party)}",
            f"delivery = {_quoted(head.delivery)}",
            f"title = {_both(head.title)}",
        ]
        for name, (kind, value, title, article) in self.parameters.items():
            lines += ["", f"[parameters.{name}]", f"kind = {_quoted(kind)}", f"title = {_both(title)}"]
            given = f"effective_from = {head.effective_from}, value = {value}, article = {_quoted(article)}"
            lines.append(f"values = [{{ {given}, source = {_quoted(head.source)} }}]")
        lines += ["", "[[versions]]", f"effective_from = {head.effective_from}", 'confidence = "low"']
        lines += [f"basis.title = {_both(head.basis)}", f"basis.source = {_quoted(head.source)}"]
        for number, alternatives in enumerate(self.conditions.values(), 1):
            lines += ["", "[[versions.conditions]]", f'id = "condition-{number}"', *_condition(alternatives)]
        return "\n".join(lines) + "\n"


def _cleaned(row: ConditionRow) -> ConditionRow:
    """Return the row without what spreadsheets leave in cells: blanks around, control characters."""
    texts = {name: value for name, value in vars(row).items() if isinstance(value, str)}
    cleaned: dict[str, Any] = {name: CONTROL.sub("", text).strip(BLANKS) for name, text in texts.items()}
    return replace(row, **cleaned)


def _condition(alternatives: list[tuple[ConditionRow, str]]) -> list[str]:
    title = "；或".join(dict.fromkeys(row.title.removeprefix("或") or row.title for row, _ in alternatives))
    article = "、".join(dict.fromkeys(row.article for row, _ in alternatives))
    parts = [test for _, test in alternatives]
    if len(parts) > 1:
        parts = [f"({test})" if " && " in test or " || " in test else test for test in parts]
    return [
        f"title = {_both(title)}",
        f"article = {_quoted(article)}",
        f"when = {_literal(' || '.join(parts))}",
    ]


def _number(text: str) -> int | None:
    """Return a number in digits or in Chinese below a hundred; None where it is none."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(text)
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


def _quoted(text: str) -> str:
    # a basic string of TOML is written as JSON writes it, but for control characters, which mean nothing here
    return json.dumps(CONTROL.sub("", text), ensure_ascii=False)


def _literal(text: str) -> str:
    """Return a condition as authors write it: in single quotation marks, where it holds none."""
    return _quoted(text) if "'" in text else f"'{text}'"


def _both(text: str) -> str:
    """Return a title in both languages; the English one is to be written by the author."""
    return f"{{ zh-hans = {_quoted(text)}, en = {_quoted(text)} }}"
