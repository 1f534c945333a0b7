"""What a step asks for, as a JSON Schema a program can fill in and check against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lianqiao.engine.mechanism import CaseField, Mechanism
from lianqiao.engine.needs import DEFAULT_LENGTH, LONGEST_REASON, Need
from lianqiao.service.forms.asked import Asked
from lianqiao.service.forms.typed_fields import help_words
from lianqiao.service.forms.uploads import MOST_FILES
from lianqiao.service.language import in_words
from lianqiao.service.queries.conditions import condition_words

Schema = dict[str, Any]
FILE: Schema = {
    "type": "object",
    "properties": {"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "name": {"type": "string"}},
    "required": ["sha256", "name"],
}


def needs_schema(asked: Asked) -> Schema:
    """Return the JSON Schema (draft 2020-12) of the data of a step, titled in the active language.

    A field that is required only where the rules say so carries `x-required-when` and is not in `required`.
    """
    required = [need.name for need in asked.needs if need.required]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": in_words(asked.step.title),
        "type": "object",
        "properties": {need.name: _property(asked.mechanism, need, asked.on) for need in asked.needs},
        "required": required,
        "additionalProperties": False,
    }


def _property(mechanism: Mechanism, need: Need, on: date) -> Schema:
    field = need.field
    schema: Schema = {"title": in_words(field.title), **_shape(mechanism, field)}
    if words := " ".join(part for part in (help_words(field), need.remark) if part):
        schema["description"] = words
    if field.required_when and not need.remark:
        words = condition_words(mechanism, field.required_when, on=on)
        schema["x-required-when"] = {"expression": field.required_when, "words": words}
    return schema


def _shape(mechanism: Mechanism, field: CaseField) -> Schema:
    return _SHAPES[field.type](mechanism, field)


def _text(_: Mechanism, field: CaseField) -> Schema:
    return {"type": "string", "maxLength": field.max_length or DEFAULT_LENGTH[field.type]}


def _integer(_: Mechanism, field: CaseField) -> Schema:
    return {"type": "integer", **_bounds(field)}


def _money(_: Mechanism, field: CaseField) -> Schema:
    yuan = {"type": "string", "pattern": r"^-?[0-9]{1,16}(\.[0-9]{1,2})?$", "description": "yuan"}
    return {"anyOf": [{"type": "integer", "description": "fen", **_bounds(field)}, yuan]}


def _date(_: Mechanism, __: CaseField) -> Schema:
    return {"type": "string", "format": "date"}


def _boolean(_: Mechanism, __: CaseField) -> Schema:
    return {"type": "boolean"}


def _choice(_: Mechanism, field: CaseField) -> Schema:
    return {"oneOf": [{"const": name, "title": in_words(one.title)} for name, one in field.options.items()]}


def _choices(mechanism: Mechanism, field: CaseField) -> Schema:
    return {"type": "array", "items": _choice(mechanism, field), "uniqueItems": True}


def _files(_: Mechanism, field: CaseField) -> Schema:
    limits = {"x-formats": list(field.formats), "x-max-mb": field.max_mb}
    return {"type": "array", "items": FILE, "maxItems": MOST_FILES, **limits}


def _items(mechanism: Mechanism, field: CaseField) -> Schema:
    among = [{"const": name, "title": in_words(mechanism.fields[name].title)} for name in field.among]
    reason = {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON}
    item = {
        "type": "object",
        "properties": {"field": {"oneOf": among}, "reason": reason},
        "required": ["field", "reason"],
        "additionalProperties": False,
    }
    return {"type": "array", "items": item}


def _bounds(field: CaseField) -> Schema:
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return {name: bound for name, bound in bounds.items() if bound is not None}


_SHAPES: dict[str, Callable[[Mechanism, CaseField], Schema]] = {
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
