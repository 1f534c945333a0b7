"""What one step asks of one person now, and the typing read back in the shape the engine takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.http import QueryDict

from lianqiao.engine import needs
from lianqiao.engine.mechanism import CaseField, Mechanism, Step
from lianqiao.engine.needs import Need, WrongValue
from lianqiao.service.queries.derived import Derivation, derivations, derived_values

# Names of a form's own inputs begin with an underscore: no field of a mechanism can.
REASON = "_reason"
KEPT = "_kept"
_TEN_THOUSANDS = re.compile(r"\s*(-?[\d,，]{1,16}(?:\.\d{1,6})?)\s*万元?\s*")


@dataclass(frozen=True)
class Asked:
    """One step of a mechanism, asked on the day `on` of a case that already knows `known`."""

    mechanism: Mechanism
    name: str
    on: date
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def step(self) -> Step:
        return self.mechanism.steps[self.name]

    @cached_property
    def needs(self) -> list[Need]:
        """The fields asked for, in order, as they stand before anything is typed."""
        return needs.asked(self.mechanism, self.step, self.known)

    @cached_property
    def again(self) -> bool:
        """True where the step asks anew for what was sent back."""
        return bool(self.step.asks_again)

    def accept(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the case would keep; raises Refusal with every problem, as `engine.needs.accept`."""
        return needs.accept(self.mechanism, self.step, self.known, typed, derive=self._derive)

    def so_far(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """Return all that is known with the typing laid over it, what will not do left out."""
        values = dict(self.known)
        for need in self.needs:
            try:
                value = needs.clean(self.mechanism, need.field, typed.get(need.name))
            except WrongValue:
                continue
            if value not in (None, "", [], ()):
                values[need.name] = value
        return values | {d.name: d.value for d in self.derivations(values) if d.value}

    def derivations(self, values: Mapping[str, Any]) -> list[Derivation]:
        """Return the derived values as far as they can be told; only an opening step works them out."""
        return derivations(self.mechanism, values, on=self.on) if self.step.opening else []

    def _derive(self, values: Mapping[str, Any]) -> dict[str, str]:
        return derived_values(self.mechanism, values, on=self.on) if self.step.opening else {}


def typed_in(post: QueryDict, asked: Asked) -> dict[str, Any]:
    """Return the typing of every field but files, by name, as text and lists the engine can judge."""
    return {
        need.name: _typed(post, need.name, need.field) for need in asked.needs if need.field.type != "file"
    }


def as_typed(name: str, field: CaseField, values: Mapping[str, Any]) -> Any:
    """Return a value the case holds as a person would have typed it, "" where there is none."""
    value = values.get(name, "")
    if field.type == "money" and value != "":
        return f"{value // 100}.{value % 100:02}" if value % 100 else str(value // 100)
    if field.type == "boolean":
        return {True: "true", False: "false"}.get(value, "")
    return value


def yuan_typed(text: str) -> str:
    """Return an amount typed in 万 as plain yuan: “120万” is 1200000; anything else as it is."""
    form = _TEN_THOUSANDS.fullmatch(text)
    if form is None:
        return text
    whole, _, decimals = form[1].replace(",", "").replace("，", "").partition(".")
    return f"{whole}{decimals[:4]:0<4}" + (f".{decimals[4:]}" if decimals[4:] else "")


def _typed(post: QueryDict, name: str, field: CaseField) -> Any:
    if field.type == "choices":
        return post.getlist(name)
    if field.type == "items":
        return _items(post, name, field)
    if field.type == "boolean" and field.optional:
        return "true" if post.get(name) else "false"
    text = str(post.get(name, ""))
    return yuan_typed(text) if field.type == "money" else text


def _items(post: QueryDict, name: str, field: CaseField) -> list[dict[str, str]]:
    """Return what was ticked with its reason; a reason without a tick counts as ticked."""
    ticked = set(post.getlist(name))
    reasons = {other: str(post.get(f"{REASON}.{name}.{other}", "")) for other in field.among}
    return [
        {"field": other, "reason": reasons[other]}
        for other in field.among
        if other in ticked or reasons[other].strip()
    ]
