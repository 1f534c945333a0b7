"""The data of a step as JSON, read into what the engine takes; each value's type is what its field says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianqiao.bridge import queries
from lianqiao.bridge.commands.talking import NOTE_FILES
from lianqiao.bridge.file_types import TYPES
from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.mechanism import CaseField
from lianqiao.organization.models import Person
from lianqiao.service.forms.asked import Asked
from lianqiao.service.forms.uploads import MOST_FILES

# what JSON may say for a field of each type, and the fault where it says something else
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "text": ((str,), "not-text"),
    "long_text": ((str,), "not-text"),
    "integer": ((int, str), "not-whole"),
    "money": ((int, str), "not-money"),
    "date": ((str,), "not-date"),
    "boolean": ((bool,), "not-yes-no"),
    "choice": ((str,), "not-choice"),
    "choices": ((list,), "not-choice"),
    "file": ((list,), "not-file"),
    "items": ((list,), "not-among"),
}
_LONGEST_NAME = 200
File = dict[str, Any]


def given(asked: Asked, data: Mapping[str, Any], *, by: Person, case: Case | None = None) -> dict[str, Any]:
    """Return the data as `bridge.commands` takes it, files as they were received.

    Raises Refusal with every problem, also those the engine would find, each naming its field.
    """
    fields = {need.name: need.field for need in asked.needs}
    problems: list[Problem] = []
    values = {}
    for name, value in data.items():
        if name in fields and value is not None and not _fits(fields[name], value):
            problems.append(_wrong(name, _KINDS[fields[name].type][1]))
        else:
            values[name] = value
    _read_files(values, fields, problems, by=by, case=case)
    if problems:
        raise Refusal(*problems, *_others(asked, values, {p.facts["field"] for p in problems}))
    return values


def named_files(name: str, given: list[Any], *, by: Person, case: Case) -> list[File]:
    """Return the files named as they were received; refuses `file-not-yours`, `file-type` and the like."""
    values: dict[str, Any] = {name: given}
    problems: list[Problem] = []
    _read_files(values, {name: NOTE_FILES}, problems, by=by, case=case)
    if problems:
        raise Refusal(*problems)
    files: list[File] = values[name]
    return files


def read_files(
    given: Mapping[str, Any], fields: Mapping[str, CaseField], *, by: Person, case: Case | None = None
) -> dict[str, list[File]]:
    """Return the files named for each field as they were received; refuses as `given` does."""
    problems: list[Problem] = []
    values = {name: value for name, value in given.items() if isinstance(value, list)}
    problems += [_wrong(name, "not-file") for name in given if name not in values]
    _read_files(values, fields, problems, by=by, case=case)
    if problems:
        raise Refusal(*problems)
    return values


def _fits(field: CaseField, value: Any) -> bool:
    kinds, _ = _KINDS[field.type]
    if isinstance(value, bool) and bool not in kinds:
        return False
    return isinstance(value, kinds)


def _read_files(
    values: dict[str, Any],
    fields: Mapping[str, CaseField],
    problems: list[Problem],
    *,
    by: Person,
    case: Case | None,
) -> None:
    named = {
        name: [_key(one) for one in values[name]]
        for name in values
        if name in fields and fields[name].type == "file" and values[name] is not None
    }
    wanted = {key for keys in named.values() for key in keys if key is not None}
    known = queries.received_files(wanted, by=by, case=case)
    for name, keys in named.items():
        files = [known[key] for key in keys if key in known]
        problem = _file_problem(name, fields[name], keys, files)
        if problem:
            problems.append(problem)
            del values[name]
        else:
            values[name] = files


def _file_problem(
    name: str, field: CaseField, keys: list[tuple[str, str] | None], files: list[File]
) -> Problem | None:
    if len(keys) > MOST_FILES:
        return _problem("files-too-many", name, limit=str(MOST_FILES))
    if None in keys:
        return _wrong(name, "not-file")
    if len(files) < len(keys):
        return _problem("file-not-yours", name)
    types = {TYPES[one] for one in field.formats if one in TYPES}
    for file in files:
        if types and file["type"] not in types:
            formats = ", ".join(one.upper() for one in field.formats)
            return _problem("file-type", name, name=file["name"], formats=formats)
        if file["size"] > field.max_mb * 1024 * 1024:
            return _problem("file-too-large", name, name=file["name"], limit=str(field.max_mb))
    return None


def _key(one: Any) -> tuple[str, str] | None:
    if not isinstance(one, Mapping):
        return None
    sha256, name = one.get("sha256"), one.get("name")
    if not isinstance(sha256, str) or not isinstance(name, str) or len(name) > _LONGEST_NAME:
        return None
    return sha256, name


def _others(asked: Asked, values: Mapping[str, Any], named: set[str]) -> list[Problem]:
    """Return what the engine finds wrong besides the fields named."""
    try:
        asked.accept(values)
    except Refusal as refusal:
        return [problem for problem in refusal.problems if problem.facts.get("field") not in named]
    return []


def _wrong(name: str, fault: str) -> Problem:
    return _problem("needs-wrong", name, fault=fault)


def _problem(code: str, name: str, /, **facts: str) -> Problem:
    return Problem(code, code, place=f"field {name}", facts={**facts, "field": name})
