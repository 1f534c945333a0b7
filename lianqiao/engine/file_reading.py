"""Read the text of a pack file into its model, and say in plain words what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.nearest import meant
from lianqiao.engine.places import place

Model = TypeVar("Model", bound=BaseModel)
_SPOT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|(end of document))\)$")

# pattern → how to write it
_FORMS = {
    "(wd|wh|nd|nm|h)$": "write a whole number and a unit: 3wd, 21wh, 24h, 30nd or 1nm",
    "(wd|wh|nd|h)$": "write a sign, a whole number and a unit: -1wd, +0wd, +2h",
    "[a-z0-9_-]{0,63}$": "use small letters, digits, - and _, a letter first, 64 at most",
    "[a-z0-9_]{0,63}$": "use small letters, digits and _, a letter first, 64 at most",
    r"(\.\d{1,2})?%$": "write a share: 3% or 3.5%",
    "63})$": "write a share (3.5%) or the name of a parameter",
    "^[A-Z]{2,6}$": "use two to six capital letters",
    "[0-9]{6}": "write the six digits of the division code",
}
_EXPECTED = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a date (2026-01-31, without quotation marks)",
    "tuple": "a list",
    "dict": "a table",
    "model": "a table",
}
_GIVEN = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a fraction",
    list: "a list",
    dict: "a table",
}


def read(model: type[Model], text: str, file: str) -> Model:
    """Return the file's model.

    Raises Refusal with every problem found: `toml-syntax` with line and column, or `key-missing`,
    `key-unknown`, `value-unknown`, `value-malformed`, `value-type`, `value-range`, `value-refused`.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refusal(_syntax(str(error), file)) from None
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise Refusal(*(_plainly(found, model, file) for found in _causes(error.errors()))) from None


def _causes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out what is said of a list or table only because something inside it is wrong."""
    places = [error["loc"] for error in errors]
    return [
        e
        for e in errors
        if not any(len(p) > len(e["loc"]) and p[: len(e["loc"])] == e["loc"] for p in places)
    ]


def _syntax(message: str, file: str) -> Problem:
    spot = _SPOT.search(message)
    where = file
    if spot:
        where += f", line {spot[1]}, column {spot[2]}" if spot[1] else ", at its end"
    reason = _SPOT.sub("", message)
    hint = "correct the line; texts stand in quotation marks, a table's name in [ ]"
    return Problem("toml-syntax", f"not TOML: {reason}", place=where, hint=hint)


def _plainly(error: ErrorDetails, model: type[BaseModel], file: str) -> Problem:
    path = tuple(part for part in error["loc"] if part != "[key]")
    where = place(file, *path)
    kind = error["type"]
    key = str(path[-1]) if path else ""
    if kind == "missing":
        return Problem("key-missing", f"“{key}” is missing", place=where, hint=_wanted(_at(model, path), key))
    if kind == "extra_forbidden":
        known = _keys(_at(model, path[:-1]))
        hint = meant(key, known, what="known keys")
        return Problem("key-unknown", f"there is no key “{key}” here", place=where, hint=hint)
    if kind == "literal_error":
        known = [str(value) for value in _literals(_at(model, path))]
        hint = meant(str(error["input"]), known, what="known values")
        return Problem("value-unknown", f"“{error['input']}” is not known here", place=where, hint=hint)
    return _value(error, where, _keys(_at(model, path)))


def _value(error: ErrorDetails, where: str, keys: list[str]) -> Problem:
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        hint = next(
            (words for end, words in _FORMS.items() if pattern.endswith(end)), f"it must match {pattern}"
        )
        return Problem("value-malformed", f"“{given}” is not written as it should be", place=where, hint=hint)
    if kind == "value_error":
        return Problem(
            "value-refused", str(context["error"]), place=where, hint="change it so that this holds"
        )
    expected = next((words for start, words in _EXPECTED.items() if kind.startswith(f"{start}_")), "")
    if expected and not kind.startswith("string_too"):
        was = _GIVEN.get(type(given), "something else")
        hint = f"write {expected}" + (f" with: {', '.join(keys)}" if keys else "")
        return Problem("value-type", f"{expected} is expected, this is {was}", place=where, hint=hint)
    return Problem("value-range", f"“{given}” does not do", place=where, hint=error["msg"].lower())


def _wanted(annotation: Any, key: str) -> str:
    known = _keys(annotation)
    if known:
        return f"add the table “{key}” with: " + ", ".join(known)
    literals = _literals(annotation)
    if literals:
        return f"add {key} = one of: " + ", ".join(str(value) for value in literals)
    return f"add {key} = …"


def _keys(annotation: Any) -> list[str]:
    """Return the keys a table of this kind knows, as the file writes them."""
    model = _model(annotation)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _model(annotation: Any) -> type[BaseModel] | None:
    for part in _unwrapped(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _literals(annotation: Any) -> list[Any]:
    return [
        value for part in _unwrapped(annotation) if get_origin(part) is Literal for value in get_args(part)
    ]


def _unwrapped(annotation: Any) -> list[Any]:
    """Return the annotation without `Annotated`, each side of a union for itself."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [part for side in get_args(annotation) for part in _unwrapped(side)]
    return [annotation]


def _at(annotation: Any, path: tuple[str | int, ...]) -> Any:
    """Return what the models expect at a path into the file, None where they expect nothing."""
    for part in path:
        annotation = _below(annotation, part)
    return annotation


def _below(annotation: Any, part: str | int) -> Any:
    model = _model(annotation)
    if model is not None:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        return fields[str(part)].annotation if part in fields else None
    for side in _unwrapped(annotation):
        origin = get_origin(side)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return get_args(side)[1]
        if origin in (tuple, list):
            return get_args(side)[0]
    return None
