"""What a step asks for, and whether what was typed will do. Every fault is named at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression import holds
from lianqiao.engine.mechanism import CaseField, Mechanism, Step

Data = Mapping[str, Any]
# Some pasted text carries these; they are never meant and break logs, PDF and spreadsheets.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DEFAULT_LENGTH = {"text": 200, "long_text": 10_000}
LARGEST_INTEGER = 10**15


@dataclass(frozen=True)
class Need:
    """One field a step asks for; `required` takes the case's data into account."""

    name: str
    field: CaseField
    required: bool
    # what a clerk wrote about this field when sending it back
    remark: str = ""


def asked(mechanism: Mechanism, step: Step, data: Data) -> list[Need]:
    """Return the fields the step asks for, in order; `asks_again` narrows them to those sent back."""
    remarks = {item["field"]: item["reason"] for item in data.get(step.asks_again or "", ())}
    names = [*step.needs, *(name for name in remarks if name not in step.needs)]
    return [
        Need(name, mechanism.fields[name], name in remarks or required(mechanism.fields[name], data), remark)
        for name in names
        for remark in [remarks.get(name, "")]
    ]


def required(field: CaseField, data: Data) -> bool:
    """True where the field must be filled, given what else is known."""
    if field.optional:
        return False
    return not field.required_when or holds(field.required_when, data) is True


def accept(
    mechanism: Mechanism, step: Step, known: Data, typed: Data, *, derive: Callable[[Data], Data]
) -> dict[str, Any]:
    """Return the values the step adds to the case, cleaned and typed, derived values included.

    Text loses control characters and outer space; money comes as yuan text or whole fen and is kept in
    fen; dates are ISO 8601. Raises Refusal with one problem a field: `needs-missing`, `needs-wrong`,
    `needs-unknown`.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    asked_before = {need.name: need for need in asked(mechanism, step, known)}
    for name, raw in typed.items():
        if name not in asked_before:
            problems.append(_problem("needs-unknown", name, "this step does not ask for it", "leave it out"))
            continue
        try:
            value = clean(mechanism, asked_before[name].field, raw)
        except ValueError as error:
            problems.append(_problem("needs-wrong", name, str(error), "correct this field"))
        else:
            if value not in (None, "", [], ()):
                values[name] = value
    if not problems:
        values.update(derive({**known, **values}))
    # whether a field is required can hang on what was just typed, so this is asked anew
    for need in asked(mechanism, step, {**known, **values}):
        wrong_already = any(problem.facts["field"] == need.name for problem in problems)
        if need.required and need.name not in values and not wrong_already:
            problems.append(_problem("needs-missing", need.name, "this is required", "fill it in"))
    if problems:
        raise Refusal(*problems)
    return values


def clean(mechanism: Mechanism, field: CaseField, raw: Any) -> Any:
    """Return `raw` as the field keeps it, None where empty; raises ValueError saying what is wrong."""
    if raw is None or raw == "":
        return None
    return _CLEANERS[field.type](mechanism, field, raw)


def _problem(code: str, name: str, reason: str, hint: str) -> Problem:
    return Problem(code, reason, place=f"field {name}", hint=hint, facts={"field": name})


def _text(_: Mechanism, field: CaseField, raw: Any) -> str:
    value = CONTROL.sub("", str(raw)).replace("\r\n", "\n").strip()
    if field.type == "text":
        value = " ".join(value.split())
    limit = field.max_length or DEFAULT_LENGTH[field.type]
    if len(value) > limit:
        raise ValueError(f"at most {limit} characters, this has {len(value)}")
    return value


def _integer(_: Mechanism, field: CaseField, raw: Any) -> int:
    text = str(raw).strip().replace(",", "").replace("，", "")
    if isinstance(raw, bool) or not re.fullmatch(r"-?\d{1,16}", text):
        raise ValueError("a whole number is needed")
    return _within(field, int(text))


def _money(_: Mechanism, field: CaseField, raw: Any) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _within(field, raw)
    try:
        yuan = Decimal(str(raw).strip().replace(",", "").replace("，", ""))
        fen = yuan * 100
        if not fen.is_finite() or fen != fen.to_integral_value():
            raise ValueError("an amount in yuan with at most two decimals is needed")
    except InvalidOperation as error:
        raise ValueError("an amount in yuan is needed, such as 1200000 or 1200000.50") from error
    return _within(field, int(fen))


def _within(field: CaseField, value: int) -> int:
    low = -LARGEST_INTEGER if field.minimum is None else field.minimum
    high = LARGEST_INTEGER if field.maximum is None else field.maximum
    if value < low:
        raise ValueError(f"at least {low} is needed")
    if value > high:
        raise ValueError(f"at most {high} is allowed")
    return value


def _date(_: Mechanism, field: CaseField, raw: Any) -> str:
    try:
        return date.fromisoformat(str(raw).strip()).isoformat()
    except ValueError as error:
        raise ValueError("a date like 2026-02-11 is needed") from error


def _boolean(_: Mechanism, field: CaseField, raw: Any) -> bool:
    known = {"true": True, "on": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    try:
        return known[str(raw).strip().lower()]
    except KeyError as error:
        raise ValueError("yes or no is needed") from error


def _choice(_: Mechanism, field: CaseField, raw: Any) -> str:
    if raw not in field.options:
        raise ValueError("choose one of: " + ", ".join(field.options))
    return str(raw)


def _choices(mechanism: Mechanism, field: CaseField, raw: Any) -> list[str]:
    values = raw if isinstance(raw, (list, tuple)) else [raw]
    return [_choice(mechanism, field, value) for value in dict.fromkeys(values)]


def _files(_: Mechanism, field: CaseField, raw: Any) -> list[dict[str, Any]]:
    files = raw if isinstance(raw, (list, tuple)) else [raw]
    kept = []
    for file in files:
        if not isinstance(file, Mapping) or set(file) != {"sha256", "name", "size", "type"}:
            raise ValueError("an attachment that was received is needed")
        kept.append(dict(file))
    return kept


def _items(mechanism: Mechanism, field: CaseField, raw: Any) -> list[dict[str, str]]:
    items = []
    for item in raw:
        if item["field"] not in field.among:
            raise ValueError("choose among: " + ", ".join(field.among))
        reason = CONTROL.sub("", str(item.get("reason", ""))).strip()
        if not reason:
            raise ValueError("say what is wrong with “" + mechanism.fields[item["field"]].title.zh_hans + "”")
        if len(reason) > 1000:
            raise ValueError(f"a reason has at most 1000 characters, this has {len(reason)}")
        items.append({"field": item["field"], "reason": reason})
    return items


_CLEANERS: dict[str, Callable[[Mechanism, CaseField, Any], Any]] = {
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "money": _money,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
    "file": _files,
    "items": _items,
}
