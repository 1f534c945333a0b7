"""The form of one step: a control for each need, every problem beside its field, the rule's answer so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.forms import BoundField

from lianqiao.bridge import queries
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression import holds
from lianqiao.engine.needs import Need
from lianqiao.service.forms.asked import KEPT, REASON, Asked, as_typed
from lianqiao.service.forms.typed_fields import control
from lianqiao.service.forms.uploads import File, Uploads, file_key
from lianqiao.service.language import in_words
from lianqiao.service.looked import FieldLooked, fields_looked
from lianqiao.service.queries.conditions import condition_words
from lianqiao.service.queries.derived import Derivation
from lianqiao.service.shown_values import remarks, ten_thousands, value_words


@dataclass(frozen=True)
class Condition:
    """When a field is needed: `words` says so in general, `needed` for what is typed (None: not known)."""

    words: str
    needed: bool | None


@dataclass(frozen=True)
class Row:
    """One line of a checklist: a field a clerk may tick, what was filed there, and the reason typed."""

    name: str
    title: str
    ticked: bool
    reason: str
    reason_name: str
    filed: str
    files: list[File]


@dataclass(frozen=True)
class FieldShown:
    """One field of the form as its template needs it."""

    name: str
    kind: str
    bound: BoundField
    remark: str = ""
    condition: Condition | None = None
    # an amount typed, in 万元
    amount: str = ""
    files: tuple[tuple[str, File], ...] = ()
    # files the case has, which the firm may go on using: (key, file, whether it is kept)
    filed: tuple[tuple[str, File, bool], ...] = ()
    rows: tuple[Row, ...] = ()
    # what was found in the files so far
    looked: FieldLooked | None = None


class StepForm(forms.Form):
    """What a step asks, filled with the typing and the files received; `check` says whether to judge them.

    `given` is what `bridge.commands` takes, `accepted` what the case would keep once the form is valid.
    """

    use_required_attribute = False
    accepted: Mapping[str, Any]

    def __init__(
        self,
        asked: Asked,
        *,
        typed: Mapping[str, Any] | None = None,
        uploads: Uploads | None = None,
        check: bool = False,
    ) -> None:
        self.asked, self.uploads = asked, uploads or Uploads()
        self.typed = dict(typed) if typed is not None else _held(asked)
        self.fresh = typed is None
        data = self.typed if check else None
        super().__init__(data, initial={name: _initial(asked, name, v) for name, v in self.typed.items()})
        self.accepted = {}
        for need in asked.needs:
            self.fields[need.name] = control(need)

    @property
    def given(self) -> dict[str, Any]:
        """What was typed and the files, by field, empty ones left out."""
        files = {name: files for name, files in self.uploads.files.items() if files}
        return {name: value for name, value in self.typed.items() if value not in ("", [])} | files

    def clean(self) -> None:
        for problem in self.uploads.problems:
            self.add_problem(problem)
        try:
            self.accepted = self.asked.accept(self.given)
        except Refusal as refusal:
            self.add_refusal(refusal)

    def add_refusal(self, refusal: Refusal) -> None:
        """Say every problem of a refusal, beside its field where it names one of these."""
        for problem in refusal.problems:
            self.add_problem(problem)

    def add_problem(self, problem: Problem) -> None:
        """Say one problem; that a field is missing is not said where something else about it was."""
        name = problem.facts.get("field", "")
        words = refusal_text(problem)
        about = self.asked.mechanism.fields.get(problem.facts.get("about", ""))
        if about:
            words = f"{in_words(about.title)}: {words}"
        if name not in self.fields:
            self.add_error(None, words)
        elif problem.code != "needs-missing" or name not in self.errors:
            self.add_error(name, words)

    @cached_property
    def so_far(self) -> dict[str, Any]:
        """All that is known with the typing laid over it."""
        return self.asked.so_far(self.typed)

    @property
    def derivations(self) -> list[Derivation]:
        """The derived values the rules in force give for what is typed so far."""
        return self.asked.derivations(self.so_far)

    @property
    def several_files(self) -> bool:
        """True where the form takes files, so that it must be sent in parts."""
        return any(need.field.type == "file" for need in self.asked.needs)

    @property
    def ruled(self) -> bool:
        """True where typing changes what is required or derived, so that it is worth asking anew."""
        return bool(self.asked.step.opening and self.asked.mechanism.derived) or any(
            need.field.required_when and not need.remark for need in self.asked.needs
        )

    @cached_property
    def shown(self) -> list[FieldShown]:
        """Every field in order, ready to be shown."""
        return [self._shown(need) for need in self.asked.needs]

    @property
    def groups(self) -> list[tuple[str, list[FieldShown]]]:
        """The fields in groups: what is typed (`data`), then the files (`papers`)."""
        typed = [field for field in self.shown if field.kind != "file"]
        papers = [field for field in self.shown if field.kind == "file"]
        return [(name, fields) for name, fields in (("data", typed), ("papers", papers)) if fields]

    @cached_property
    def looked(self) -> dict[str, FieldLooked]:
        """What was found in the files received so far, by field."""
        checked = [need for need in self.asked.needs if need.field.check is not None]
        files = [
            (need.name, need.field, file)
            for need in checked
            for file in self.uploads.files.get(need.name, [])
        ]
        return fields_looked(queries.looked_into(files), self.so_far) if files else {}

    def hidden(self) -> list[tuple[str, str]]:
        """Return everything typed and received as (name, value) pairs for hidden inputs."""
        pairs: list[tuple[str, str]] = []
        for need in self.asked.needs:
            value = self.typed.get(need.name, "")
            if need.field.type == "items":
                pairs += [(need.name, item["field"]) for item in value]
                pairs += [(f"{REASON}.{need.name}.{item['field']}", item["reason"]) for item in value]
            elif isinstance(value, list):
                pairs += [(need.name, one) for one in value]
            elif not (need.field.type == "boolean" and need.field.optional and value != "true"):
                pairs.append((need.name, str(value)))
            pairs += [
                (f"{KEPT}.{need.name}", file_key(file)) for file in self.uploads.files.get(need.name, [])
            ]
        return [(name, value) for name, value in pairs if value]

    def summary(self) -> list[dict[str, Any]]:
        """Return what was typed, for reading: label, words, files and remarks of each field filled."""
        values = {**self.typed, **self.so_far, **self.accepted}
        lines = []
        for need in self.asked.needs:
            line = {
                "label": in_words(need.field.title),
                "words": _said(need, values, self.typed),
                "files": self.uploads.files.get(need.name, []),
                "remarks": remarks(self.asked.mechanism, self.typed.get(need.name) or ())
                if need.field.type == "items"
                else [],
            }
            if line["words"] or line["files"] or line["remarks"]:
                lines.append(line)
        return lines

    def _shown(self, need: Need) -> FieldShown:
        kept = self.uploads.files.get(need.name, [])
        there = self.asked.known.get(need.name, ()) if self.asked.again and need.field.type == "file" else ()
        known = {file_key(file) for file in there}
        chosen = {file_key(file) for file in kept}
        amount = self.so_far.get(need.name) if need.field.type == "money" else None
        return FieldShown(
            name=need.name,
            kind=need.field.type,
            bound=self[need.name],
            remark=need.remark,
            condition=self._condition(need),
            amount=ten_thousands(amount) if amount else "",
            files=tuple((file_key(file), file) for file in kept if file_key(file) not in known),
            filed=tuple((file_key(file), file, file_key(file) in chosen) for file in there),
            rows=tuple(self._rows(need)) if need.field.type == "items" else (),
            looked=self.looked.get(need.name),
        )

    def _condition(self, need: Need) -> Condition | None:
        if not need.field.required_when or need.remark:
            return None
        text = need.field.required_when
        return Condition(
            condition_words(self.asked.mechanism, text, on=self.asked.on), holds(text, self.so_far)
        )

    def _rows(self, need: Need) -> list[Row]:
        typed = {item["field"]: item["reason"] for item in self.typed.get(need.name) or ()}
        return [self._row(need.name, name, typed) for name in need.field.among]

    def _row(self, items: str, name: str, typed: Mapping[str, str]) -> Row:
        field = self.asked.mechanism.fields[name]
        value = self.asked.known.get(name)
        return Row(
            name=name,
            title=in_words(field.title),
            ticked=name in typed,
            reason=typed.get(name, ""),
            reason_name=f"{REASON}.{items}.{name}",
            filed=value_words(field, value),
            files=list(value or ()) if field.type == "file" else [],
        )


def _held(asked: Asked) -> dict[str, Any]:
    """Return what a step that asks again starts from: what the case holds; otherwise nothing."""
    if not asked.again:
        return {}
    return {
        need.name: as_typed(need.name, need.field, asked.known)
        for need in asked.needs
        if need.field.type not in ("file", "items")
    }


def _initial(asked: Asked, name: str, value: Any) -> Any:
    field = asked.mechanism.fields[name]
    # a tick box takes any text for a tick
    return value == "true" if field.type == "boolean" and field.optional else value


def _said(need: Need, values: Mapping[str, Any], typed: Mapping[str, Any]) -> str:
    if need.field.type in ("file", "items") or typed.get(need.name, "") in ("", []):
        return ""
    try:
        return value_words(need.field, values[need.name], plain=True)
    except (KeyError, TypeError, ValueError):
        return str(typed[need.name])
