"""Read the kinds of licences of a pack and check them before any of them may decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.file_reading import read
from lianqiao.engine.licences.shape import FOLDER, LicenceKind
from lianqiao.engine.nearest import meant
from lianqiao.engine.policy.binding import RuleSet, bind
from lianqiao.engine.policy.checking import check_policies
from lianqiao.engine.policy.days import relative_day
from lianqiao.engine.policy.reading import ATTRIBUTES_FILE, PolicySet
from lianqiao.engine.policy.shape import Attribute, Vocabulary

_FILE = re.compile(FOLDER + r"/([^/]+)\.toml")
# a day to measure windows from, in the middle of the calendar's years
_SAMPLE = date(2026, 1, 5)


@dataclass(frozen=True, eq=False)
class LicenceKinds:
    """Kinds by id, the files they came from, and the attributes their conditions share."""

    kinds: Mapping[str, LicenceKind] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def kind(self, kind_id: str) -> LicenceKind:
        """Return one kind. Raises Refusal `unknown-licence-kind`."""
        if kind_id not in self.kinds:
            raise refuse(
                "unknown-licence-kind",
                f"the pack has no kind of licence “{kind_id}”",
                hint=meant(kind_id, tuple(self.kinds), what="known kinds"),
                kind=kind_id,
            )
        return self.kinds[kind_id]

    def attributes_of(self, kind: LicenceKind) -> dict[str, Attribute]:
        """Return what the conditions of one kind may speak of."""
        return {**self.attributes, **kind.attributes}

    def policies(self, *names: str) -> PolicySet:
        """Return the conditions of these kinds, or of all, as the policy engine takes them."""
        chosen = {name: self.kinds[name].policy for name in names or self.kinds}
        attributes = dict(self.attributes)
        for name in chosen:
            attributes |= self.kinds[name].attributes
        return PolicySet(chosen, attributes, self.files)

    def rules(self, kind_id: str, day: date, *, calendar: Calendar | None = None) -> RuleSet:
        """Return the conditions of one kind as they stand on a day."""
        return bind(self.policies(kind_id), day, calendar=calendar)


def read_kinds(texts: Mapping[str, str]) -> LicenceKinds:
    """Return the kinds among the files of a pack, {path inside the pack: text}.

    Raises Refusal with the problems of every file: those of `file_reading.read`, `file-name-differs`.
    """
    problems: list[Problem] = []
    kinds: dict[str, LicenceKind] = {}
    files: dict[str, str] = {}
    attributes: Mapping[str, Attribute] = {}
    for path in sorted(texts):
        found = _FILE.fullmatch(path)
        if found is None:
            continue
        try:
            if path.endswith(f"/{ATTRIBUTES_FILE}"):
                attributes = read(Vocabulary, texts[path], path).attributes
                continue
            kind = read(LicenceKind, texts[path], path)
        except Refusal as refusal:
            problems += refusal.problems
            continue
        if kind.id != found[1]:
            reason = f"the file's name says “{found[1]}”, its id is “{kind.id}”"
            problems.append(Problem("file-name-differs", reason, f"{path} › id", "make the two the same"))
        kinds[kind.id], files[kind.id] = kind, path
    if problems:
        raise Refusal(*problems)
    return LicenceKinds(kinds, attributes, files)


def check_kinds(kinds: LicenceKinds, *, beside: Mapping[str, Attribute] | None = None) -> list[Problem]:
    """Return every problem of the kinds; empty where they may serve.

    `beside` are the attributes policies speak of, None where they are not at hand: of the same name they
    are the same fact, so they are described alike.

    Codes: those of `check_policies`, `window-late`, `person-early`, `attribute-differs`, `known-as-unfit`.
    """
    problems = check_policies(kinds.policies())
    for name, kind in kinds.kinds.items():
        problems += _windows(kind, kinds.files[name])
    return [*problems, *_attributes(kinds), *([] if beside is None else _beside(kinds, beside))]


def _beside(kinds: LicenceKinds, policies: Mapping[str, Attribute]) -> Iterator[Problem]:
    """Yield attributes licences describe otherwise than policies: one fact could not serve both."""
    for name, kind in kinds.kinds.items():
        asked = policies.get(kind.known_as or "")
        if kind.known_as and not (asked and asked.kind == "date" and asked.absent and asked.may_be_future):
            yield Problem(
                "known-as-unfit",
                f"policies know no day “{kind.known_as}” that can be to come and be known to be absent",
                place=f"{kinds.files[name]} › known_as",
                hint="describe it in policies/attributes.toml, as a date with absent and may_be_future",
            )
    for name, described in kinds.policies().attributes.items():
        if policies.get(name, described) != described:
            yield Problem(
                "attribute-differs",
                f"policies describe “{name}” in other words or as of another kind",
                place=f"{FOLDER} › attributes.{name}",
                hint="describe it alike, or call it otherwise",
            )


def _windows(kind: LicenceKind, file: str) -> Iterator[Problem]:
    opens = relative_day(f"+{kind.opens}", _SAMPLE)
    if kind.law_asks and relative_day(f"+{kind.law_asks}", _SAMPLE) > opens:
        yield Problem(
            "window-late",
            f"first looked at {kind.opens} before the end, the law asks for it {kind.law_asks} before",
            place=f"{file} › opens",
            hint="open the window before the law's last day",
        )
    if relative_day(f"+{kind.person_within}", _SAMPLE) > opens:
        yield Problem(
            "person-early",
            f"a person sees it {kind.person_within} before the end, the rule {kind.opens} before",
            place=f"{file} › person_within",
            hint="make it no longer than `opens`",
        )


def _attributes(kinds: LicenceKinds) -> Iterator[Problem]:
    """Yield attributes two kinds describe otherwise: facts of one licence could be taken for the other's."""
    seen = dict(kinds.attributes)
    for name, kind in kinds.kinds.items():
        for attribute, described in kind.attributes.items():
            if seen.setdefault(attribute, described) != described:
                yield Problem(
                    "attribute-differs",
                    f"“{attribute}” is described in another file in other words or of another kind",
                    place=f"{kinds.files[name]} › attributes.{attribute}",
                    hint=f"describe it once, in {FOLDER}/{ATTRIBUTES_FILE}",
                )
