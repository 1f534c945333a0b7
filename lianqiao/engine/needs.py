"""What a step asks for, and whether what was typed will do. Every fault is named at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression import holds
from lianqiao.engine.mechanism import CaseField, Mechanism, Step

Data = Mapping[str, Any]
# Some pasted text carries these; they are never meant and break logs, PDF and spreadsheets. Those that turn
# the direction of writing can make a title read as another, and half a surrogate pair cannot be hashed.
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
DEFAULT_LENGTH = {"text": 200, "long_text": 10_000}
LONGEST_REASON = 1000
LARGEST_INTEGER = 10**15


class WrongValue(ValueError):
    """What was typed will not do: `fault` says how (a stable id), `facts` what the reason speaks of.

    Faults: not-text, too-long, not-whole, not-money, too-small, too-large, not-date, not-yes-no, not-choice,
    not-case, not-file, not-among, reason-missing, reason-too-long.
    """

    def __init__(self, fault: str, reason: str, **facts: str) -> None:
        super().__init__(reason)
        self.fault, self.facts = fault, facts


class Need(NamedTuple):
    """One field a step asks for; `required` takes the case's data into account."""

    name: str
    field: CaseField
    required: bool
    # what a clerk wrote about this field when sending it back
    remark: str = ""


def asked(mechanism: Mechanism, step: Step, data: Data) -> list[Need]:
    """Return the fields the step asks for, in order; `asks_again` narrows them to those sent back."""
    sent_back = data.get(step.asks_again, ()) if step.asks_again else ()
    remarks = {item["field"]: item["reason"] for item in sent_back}
    names = (*step.needs, *(name for name in remarks if name not in step.needs))
    fields = mechanism.fields
    return [
        Need(name, fields[name], name in remarks or required(fields[name], data), remarks.get(name, ""))
        for name in names
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
    fen; dates are ISO 8601. Raises Refusal with one problem a field: `needs-missing`, `needs-wrong` (with
    the `fault` of a WrongValue among its facts), `needs-unknown`, and what `derive` refuses.
    """
    needs = {need.name: need for need in asked(mechanism, step, known)}
    values, problems = _cleaned(mechanism, needs, typed)
    problems += _work_out(values, {**known, **values}, derive, but_for=problems)
    named = {problem.facts.get("field") for problem in problems}
    all_known = {**known, **values}
    for need in needs.values():
        if need.name in values or need.name in named:
            continue
        # whether a field is required can hang on what was just typed, so this is asked anew
        if need.remark or required(need.field, all_known):
            problems.append(_problem("needs-missing", need.name, "this is required", "fill it in"))
    if problems:
        raise Refusal(*problems)
    return values


def _cleaned(
    mechanism: Mechanism, needs: Mapping[str, Need], typed: Data
) -> tuple[dict[str, Any], list[Problem]]:
    """Return what was typed as the case keeps it, empty values left out, and what is wrong with the rest."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for name, raw in typed.items():
        if name not in needs:
            problems.append(_problem("needs-unknown", name, "this step does not ask for it", "leave it out"))
            continue
        try:
            value = clean(mechanism, needs[name].field, raw)
        except WrongValue as error:
            wrong = _problem("needs-wrong", name, str(error), "correct this field")
            problems.append(replace(wrong, facts={**error.facts, **wrong.facts, "fault": error.fault}))
        else:
            if value not in (None, "", [], ()):
                values[name] = value
    return values, problems


def _work_out(
    values: dict[str, Any], known: Data, derive: Callable[[Data], Data], *, but_for: list[Problem]
) -> list[Problem]:
    """Add the derived values; return why they cannot be worked out, but for fields already reported."""
    reported = {problem.facts.get("field") for problem in but_for}
    try:
        values.update(derive(known))
    except Refusal as refusal:
        return [problem for problem in refusal.problems if problem.facts.get("field") not in reported]
    return []


def clean(mechanism: Mechanism, field: CaseField, raw: Any) -> Any:
    """Return `raw` as the field keeps it, None where empty; raises WrongValue saying what is wrong."""
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
        reason = f"at most {limit} characters, this has {len(value)}"
        raise WrongValue("too-long", reason, limit=str(limit), length=str(len(value)))
    return value


def _integer(_: Mechanism, field: CaseField, raw: Any) -> int:
    text = str(raw).strip().replace(",", "").replace("，", "")
    if isinstance(raw, bool) or not re.fullmatch(r"-?\d{1,16}", text):
        raise WrongValue("not-whole", "a whole number is needed")
    return _within(field, int(text))


def _money(_: Mechanism, field: CaseField, raw: Any) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _within(field, raw)
    text = str(raw).strip().replace(",", "").replace("，", "")
    # no exponents: a few characters must not become a number of a million digits
    if not re.fullmatch(r"-?\d{1,16}(\.\d{1,2})?", text):
        raise WrongValue("not-money", "an amount in yuan is needed, such as 1200000 or 1200000.50")
    return _within(field, int(Decimal(text) * 100))


def _within(field: CaseField, value: int) -> int:
    low = -LARGEST_INTEGER if field.minimum is None else field.minimum
    high = LARGEST_INTEGER if field.maximum is None else field.maximum
    if value < low:
        raise WrongValue("too-small", f"at least {low} is needed", limit=_limit(field, low))
    if value > high:
        raise WrongValue("too-large", f"at most {high} is allowed", limit=_limit(field, high))
    return value


def _limit(field: CaseField, amount: int) -> str:
    return f"{Decimal(amount) / 100:f}" if field.type == "money" else str(amount)


def _date(_: Mechanism, field: CaseField, raw: Any) -> str:
    try:
        return date.fromisoformat(str(raw).strip()).isoformat()
    except ValueError as error:
        raise WrongValue("not-date", "a date like 2026-02-11 is needed") from error


def _boolean(_: Mechanism, field: CaseField, raw: Any) -> bool:
    known = {"true": True, "on": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    try:
        return known[str(raw).strip().lower()]
    except KeyError as error:
        raise WrongValue("not-yes-no", "yes or no is needed") from error


def _choice(_: Mechanism, field: CaseField, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in field.options:
        raise WrongValue("not-choice", "choose one of: " + ", ".join(field.options))
    return raw


def _choices(mechanism: Mechanism, field: CaseField, raw: Any) -> list[str]:
    values = raw if isinstance(raw, (list, tuple)) else [raw]
    return list(dict.fromkeys(_choice(mechanism, field, value) for value in values))


def _files(_: Mechanism, field: CaseField, raw: Any) -> list[dict[str, Any]]:
    files = raw if isinstance(raw, (list, tuple)) else [raw]
    kept = []
    for file in files:
        if not _is_file(file):
            raise WrongValue("not-file", "an attachment that was received is needed")
        kept.append(dict(file))
    return kept


def _is_file(value: Any) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"sha256", "name", "size", "type"}:
        return False
    texts = [value["sha256"], value["name"], value["type"]]
    if not all(isinstance(text, str) and not CONTROL.search(text) for text in texts):
        return False
    return type(value["size"]) is int and 0 <= value["size"] <= LARGEST_INTEGER


def _items(mechanism: Mechanism, field: CaseField, raw: Any) -> list[dict[str, str]]:
    items = []
    for item in raw if isinstance(raw, (list, tuple)) else [raw]:
        name = item.get("field") if isinstance(item, Mapping) else None
        if name not in field.among:
            raise WrongValue("not-among", "choose among: " + ", ".join(field.among))
        given = item.get("reason")
        reason = CONTROL.sub("", given).strip() if isinstance(given, str) else ""
        if not reason:
            what = mechanism.fields[name].title
            raise WrongValue("reason-missing", f"say what is wrong with “{what.zh_hans}”", about=name)
        if len(reason) > LONGEST_REASON:
            why = f"a reason has at most {LONGEST_REASON} characters, this has {len(reason)}"
            raise WrongValue("reason-too-long", why, limit=str(LONGEST_REASON), about=name)
        items.append({"field": name, "reason": reason})
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
