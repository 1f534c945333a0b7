"""Check a bundle before it may serve: promises, conditions, what is mapped, and what waits for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lianqiao.engine.bundles import (
    FOLDER,
    Bundle,
    Matter,
    Shared,
    bundles_of,
    interview,
)
from lianqiao.engine.check_parts import types_of
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression_types import check
from lianqiao.engine.mechanism import CaseField, Mechanism
from lianqiao.engine.nearest import meant
from lianqiao.engine.needs import WrongValue, clean
from lianqiao.engine.pack import Pack
from lianqiao.engine.places import place

# what an interview can ask
_ASKED = ("boolean", "choice", "choices", "integer")
Path = tuple[str | int, ...]


def check_bundles(pack: Pack) -> list[Problem]:
    """Return what is wrong with the bundles of a pack.

    Codes: those of reading, `unknown-mechanism`, `unknown-field`, `unknown-matter`, `expression-…`,
    `bundle-question`, `bundle-unmapped`, `bundle-kinds`, `bundle-fixed`, `bundle-unused`, `bundle-cycle`.
    """
    try:
        bundles = bundles_of(pack)
    except Refusal as refusal:
        return list(refusal.problems)
    offered = {one.id: one for one in pack.newest_versions.values() if one.offered}
    return [problem for bundle in bundles.values() for problem in _Check(bundle, offered).all()]


@dataclass
class _Check:
    bundle: Bundle
    promises: Mapping[str, Mechanism]
    problems: list[Problem] = field(default_factory=list)

    def all(self) -> list[Problem]:
        for name, question in self.bundle.questions.items():
            if question.type not in _ASKED:
                reason = f"an interview asks no {question.type}"
                self.add("bundle-question", reason, ("questions", name, "type"), ", ".join(_ASKED))
        for name, shared in self.bundle.shared.items():
            self.source(name, shared)
        for name, matter in self.bundle.matters.items():
            self.matter(name, matter)
        used = {source for matter in self.bundle.matters.values() for source in matter.data.values()}
        for name in self.bundle.shared:
            if name not in used:
                self.add("bundle-unused", f"no matter asks for “{name}”", ("shared", name), "take it out")
        self.cycle()
        return self.problems

    def add(self, code: str, reason: str, path: Path, hint: str) -> None:
        where = place(f"{FOLDER}{self.bundle.id}.toml", *path)
        self.problems.append(Problem(code, reason, place=where, hint=hint))

    def known(self, kind: str, name: str, known: Iterable[str], path: Path) -> bool:
        names = list(known)
        if name not in names:
            self.add(
                f"unknown-{kind}", f"there is no {kind} “{name}”", path, meant(name, names, what="known")
            )
        return name in names

    def source(self, name: str, shared: Shared) -> None:
        promise, source = shared.source
        path = ("shared", name, "of")
        if self.known("mechanism", promise, self.promises, path):
            self.known("field", source, self.asked_by(self.promises[promise]), path)

    def asked_by(self, promise: Mechanism) -> tuple[str, ...]:
        return promise.steps[promise.opening_step].needs

    def matter(self, name: str, matter: Matter) -> None:
        for other in matter.after:
            self.known("matter", other, self.bundle.matters, ("matters", name, "after"))
        if matter.when:
            where = place(f"{FOLDER}{self.bundle.id}.toml", "matters", name, "when")
            self.problems += check(matter.when, types_of(interview(self.bundle), {}), where)
        if not self.known("mechanism", matter.mechanism, self.promises, ("matters", name, "mechanism")):
            return
        promise = self.promises[matter.mechanism]
        for target, source in matter.data.items():
            self.mapped(("matters", name, "data", target), promise, target, source)
        for target, value in matter.fixed.items():
            self.fixed(("matters", name, "fixed", target), promise, target, value)
        for target in self.asked_by(promise):
            wanted = promise.fields[target]
            if not wanted.optional and target not in matter.data and target not in matter.fixed:
                reason = f"the promise “{promise.id}” asks for “{target}”, and nothing is mapped to it"
                self.add("bundle-unmapped", reason, ("matters", name, "data"), f"add {target} = …")

    def mapped(self, path: Path, promise: Mechanism, target: str, source: str) -> None:
        if not self.known("field", target, self.asked_by(promise), path):
            return
        if not self.known("field", source, self.bundle.shared, path):
            return
        origin, name = self.bundle.shared[source].source
        found = self.promises[origin].fields.get(name) if origin in self.promises else None
        if found is not None and (why := _unlike(found, promise.fields[target])):
            hint = "take the shared field from this promise, or map another"
            self.add("bundle-kinds", f"“{source}” does not fit “{target}”: {why}", path, hint)

    def fixed(self, path: Path, promise: Mechanism, target: str, value: object) -> None:
        if not self.known("field", target, self.asked_by(promise), path):
            return
        given = list(value) if isinstance(value, tuple) else value
        try:
            clean(promise, promise.fields[target], given)
        except WrongValue as error:
            self.add("bundle-fixed", f"“{value}” will not do: {error}", path, "write what the field can hold")

    def cycle(self) -> None:
        left = {
            name: set(matter.after) & set(self.bundle.matters) for name, matter in self.bundle.matters.items()
        }
        while free := [name for name, after in left.items() if not after & set(left)]:
            for name in free:
                del left[name]
        if left:
            names = " → ".join(left)
            reason = f"these matters wait for one another: {names}"
            self.add("bundle-cycle", reason, ("matters", min(left), "after"), "let one of them begin")


def _unlike(found: CaseField, wanted: CaseField) -> str:
    """Return why what one field holds does not do for the other, "" where it does."""
    texts = {"text", "long_text"}
    if found.type != wanted.type and not (found.type == "text" and wanted.type in texts):
        return f"it is of type {found.type}, not {wanted.type}"
    if more := set(found.options) - set(wanted.options):
        return f"it can be {min(more)}"
    if more := set(found.formats) - set(wanted.formats):
        return f"it can be a {min(more)}"
    if wanted.max_length and not 0 < (found.max_length or 0) <= wanted.max_length and found.type in texts:
        return f"it can be longer than {wanted.max_length} characters"
    return ""
