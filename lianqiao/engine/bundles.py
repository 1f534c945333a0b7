"""Bundles: one matter of life made of several promises, asked once, `bundles/*.toml`.

A bundle asks a few questions; their answers say which matters are needed. What several matters ask for is
asked once, as a shared field that takes its kind and limits from one of them. A matter opens when those it
comes `after` have ended well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock_state import start_clock
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression import holds
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Basis, CaseField, Mechanism, Names, Step
from lianqiao.engine.office_hours import DEFAULT_HOURS, OfficeHours
from lianqiao.engine.pack import Pack
from lianqiao.engine.parts import Identifier, Part, Text

FOLDER = "bundles/"
OPENING = "ask"
_ASK = Text.model_validate({"zh-hans": "办这件事", "en": "Go ahead"})


class Shared(Part):
    """What is asked once. `of` names the field, as promise.field, whose title, kind and limits it takes."""

    of: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}\.[a-z][a-z0-9_-]{0,63}$")]
    title: Text | None = None
    help: Text | None = None

    @property
    def source(self) -> tuple[str, str]:
        promise, _, field = self.of.partition(".")
        return promise, field


class Matter(Part):
    """One of the promises a bundle is made of."""

    mechanism: Identifier
    title: Text | None = None
    """What it is called here; by default as its promise."""
    when: str = ""
    """A condition over the answers; without it the matter is always needed."""
    after: Names = ()
    """The matters that must have ended well before this one opens; those not needed are passed over."""
    data: dict[Identifier, Identifier] = Field(default_factory=dict)
    """Field of the promise = shared field."""
    fixed: dict[Identifier, str | int | bool | tuple[str, ...]] = Field(default_factory=dict)
    """Field of the promise = what it always holds here."""


class Bundle(Part):
    """One bundle as its file says it."""

    format: Literal[1]
    id: Identifier
    title: Text
    summary: Text
    example: bool = False
    basis: tuple[Basis, ...] = ()
    questions: dict[Identifier, CaseField]
    shared: dict[Identifier, Shared]
    matters: dict[Identifier, Matter] = Field(min_length=1)


@lru_cache(maxsize=4)
def bundles_of(pack: Pack) -> Mapping[str, Bundle]:
    """Return the bundles of a pack by id.

    Raises Refusal where a file is wrong: see `file_reading.read`; and `file-name-differs`.
    """
    found, problems = {}, list[Problem]()
    for path in sorted(path for path in pack.texts if path.startswith(FOLDER) and path.endswith(".toml")):
        try:
            bundle = read(Bundle, pack.texts[path], path)
        except Refusal as refusal:
            problems += refusal.problems
            continue
        if path != f"{FOLDER}{bundle.id}.toml":
            reason = f"the bundle in this file is called “{bundle.id}”"
            problems.append(Problem("file-name-differs", reason, place=path, hint="make the two the same"))
        found[bundle.id] = bundle
    if problems:
        raise Refusal(*problems)
    return found


def needed(bundle: Bundle, answers: Mapping[str, Any]) -> list[str]:
    """Return the matters these answers need, each after those it comes after."""
    wanted = {
        name for name, matter in bundle.matters.items() if not matter.when or holds(matter.when, answers)
    }
    found: list[str] = []
    while free := [
        name
        for name, matter in bundle.matters.items()
        if name in wanted and name not in found and wanted.intersection(matter.after) <= set(found)
    ]:
        found += free
    return found


def interview(bundle: Bundle) -> Mechanism:
    """Return the questions as a promise nobody is served under, so that one kind of form asks everything."""
    return _asking(bundle, bundle.questions)


def shared_form(bundle: Bundle, pack: Pack, matters: Iterable[str]) -> Mechanism:
    """Return what these matters ask for, each thing once; required where one of them requires it anyway."""
    promises = pack.newest_versions
    uses: dict[str, list[CaseField]] = {}
    for name in matters:
        matter = bundle.matters[name]
        for target, source in matter.data.items():
            uses.setdefault(source, []).append(promises[matter.mechanism].fields[target])
    fields = {
        name: field_of(shared, promises, required=any(map(always_required, uses[name])))
        for name, shared in bundle.shared.items()
        if name in uses
    }
    return _asking(bundle, fields)


def field_of(shared: Shared, promises: Mapping[str, Mechanism], *, required: bool) -> CaseField:
    """Return a shared field as a form asks it."""
    promise, field = shared.source
    found = promises[promise].fields[field]
    changed: dict[str, Any] = {"optional": not required, "required_when": "", "case_of": None, "check": None}
    if shared.title:
        changed["title"] = shared.title
    if shared.help:
        changed["help"] = shared.help
    return found.model_copy(update=changed)


def always_required(field: CaseField) -> bool:
    """True where a field must be filled whatever else is known."""
    return not field.optional and not field.required_when


def data_of(matter: Matter, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a matter's promise is given of what was typed once."""
    given = {target: typed[source] for target, source in matter.data.items() if source in typed}
    fixed = {name: list(value) if isinstance(value, tuple) else value for name, value in matter.fixed.items()}
    return given | fixed


def expected_end(
    budgets: Iterable[str], at: datetime, calendar: Calendar, hours: OfficeHours = DEFAULT_HOURS
) -> datetime:
    """Return when promises of these budgets, one after the other, are due if the first begins `at`."""
    for budget in budgets:
        at = start_clock(budget, at, calendar, office_hours=hours).due_at or at
    return at


def critical_path(after: Mapping[str, Iterable[str]], ends: Mapping[str, datetime]) -> list[str]:
    """Return the matters the whole waits for: the one that ends last, and before it what it waits for."""
    found: list[str] = []
    name = max(ends, key=lambda one: ends[one], default=None)
    while name is not None and name not in found:
        found.insert(0, name)
        before = [one for one in after[name] if one in ends]
        name = max(before, key=lambda one: ends[one], default=None)
    return found


def _asking(bundle: Bundle, fields: Mapping[str, CaseField]) -> Mechanism:
    step = Step(title=_ASK, by="applicant", to=("asked",), needs=tuple(fields))
    return Mechanism(
        format=1,
        id=bundle.id,
        version=1,
        title=bundle.title,
        summary=bundle.summary,
        number_prefix="BUNDLE",
        subject=next(iter(fields), "none"),
        roles={},
        fields=dict(fields),
        states={},
        steps={OPENING: step},
    )
