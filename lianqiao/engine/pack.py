"""A district pack: the zone as data, read from the texts of its files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from lianqiao.engine.assistance import ASSISTANCE_FILE, Assistance
from lianqiao.engine.calendar import Closure
from lianqiao.engine.dated_rules import Policy
from lianqiao.engine.district import Closures, District, Source, Sources
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.evaluation import Standard
from lianqiao.engine.file_checks import WordList
from lianqiao.engine.file_reading import Model, read
from lianqiao.engine.licences.reading import LicenceKinds, read_kinds
from lianqiao.engine.licences.shape import FOLDER as LICENCES
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.nearest import meant
from lianqiao.engine.notice_rules import NoticeRules
from lianqiao.engine.policy.reading import PolicySet, is_for_benefits, read_policies
from lianqiao.engine.retention import RetentionRules
from lianqiao.engine.task_list import TaskList

DISTRICT_FILE = "district.toml"
CLOSURES_FILE = "calendar/closures.toml"
SOURCES_FILE = "sources.toml"
NOTICES_FILE = "notices/rules.toml"
RETENTION_FILE = "retention.toml"
TALENT_FILE = "talent/evaluation.toml"
_MECHANISM_FILE = re.compile(r"mechanisms/([^/@]+)(?:@(\d+))?\.toml")
_POLICY_FILE = re.compile(r"policies/([^/]+)\.toml")
_TASKS_FILE = re.compile(r"tasks/(\d{4}(?:-[a-z][a-z0-9-]*)?)\.toml")
_WORDS_FILE = re.compile(r"word-lists/([^/]+)\.toml")
_READ_FOLDERS = (
    "mechanisms", "policies", "calendar", "word-lists", "notices", "talent", "assistance", "products",
    "bundles", "tasks", LICENCES,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Pack:
    """What a district's files say. Two packs are equal only where they are the same object.

    `mechanisms` maps `id@version` to a promise, `files` the same keys to the file it came from; `policies`
    and `word_lists` map ids; `benefits` are the policies that grant something, `licences` the kinds renewed
    by rule; `talent_standard` is what people are evaluated by, None where nobody is; `withdrawn` are keys
    under which no new case is opened; `texts` holds every file of the pack as text, also those other rooms
    read.
    """

    district: District
    mechanisms: Mapping[str, Mechanism]
    policies: Mapping[str, Policy]
    word_lists: Mapping[str, WordList] = field(default_factory=dict)
    benefits: PolicySet = field(default_factory=PolicySet)
    licences: LicenceKinds = field(default_factory=LicenceKinds)
    closures: tuple[Closure, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    notices: NoticeRules = field(default_factory=NoticeRules)
    retention: RetentionRules = field(default_factory=RetentionRules)
    talent_standard: Standard | None = None
    assistance: Assistance = field(default_factory=Assistance)
    task_lists: Mapping[str, TaskList] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def mechanism(self, key: str) -> Mechanism:
        """Return the promise `id@version`. Raises Refusal `unknown-mechanism`."""
        if key not in self.mechanisms:
            raise _unknown(key, tuple(self.mechanisms))
        return self.mechanisms[key]

    def newest(self, mechanism_id: str) -> Mechanism:
        """Return the newest version of a promise. Raises Refusal `unknown-mechanism`."""
        newest = self.newest_versions
        if mechanism_id not in newest:
            raise _unknown(mechanism_id, tuple(newest))
        return newest[mechanism_id]

    @cached_property
    def newest_versions(self) -> dict[str, Mechanism]:
        """The newest version of every promise by id: those a new case can be opened under."""
        ordered = sorted(self.mechanisms.values(), key=lambda mechanism: mechanism.version)
        return {one.id: one for one in ordered if one.key not in self.withdrawn}


def read_pack(texts: Mapping[str, str], *, withdrawn: frozenset[str] = frozenset()) -> Pack:
    """Return the pack of the files given as {path inside the pack: text}, paths with `/`.

    Raises Refusal with the problems of every file: those of `file_reading.read`, `pack-file-missing`,
    `pack-folder-unknown`, `file-name-differs`, `version-repeated`.
    """
    reader = _Reader(texts)
    district = reader.one(District, DISTRICT_FILE)
    closures = reader.one(Closures, CLOSURES_FILE, needed=False)
    sources = reader.one(Sources, SOURCES_FILE, needed=False)
    notices = reader.one(NoticeRules, NOTICES_FILE, needed=False)
    retention = reader.one(RetentionRules, RETENTION_FILE, needed=False)
    talent_standard = reader.one(Standard, TALENT_FILE, needed=False)
    assistance = reader.one(Assistance, ASSISTANCE_FILE, needed=False)
    reader.folders()
    mechanisms, files = reader.mechanisms()
    policies = reader.policies()
    word_lists = reader.word_lists()
    benefits = reader.benefits()
    licences = reader.licences()
    task_lists = reader.task_lists()
    if reader.problems or district is None:
        raise Refusal(*reader.problems)
    return Pack(
        district=district,
        mechanisms=mechanisms,
        policies=policies,
        word_lists=word_lists,
        benefits=benefits,
        licences=licences,
        closures=closures.days if closures else (),
        sources=sources.sources if sources else {},
        notices=notices or NoticeRules(),
        retention=retention or RetentionRules(),
        talent_standard=talent_standard,
        assistance=assistance or Assistance(),
        task_lists=task_lists,
        files=files,
        withdrawn=withdrawn,
        texts=dict(texts),
    )


class _Reader:
    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.problems: list[Problem] = []

    def report(self, code: str, reason: str, place: str, hint: str) -> None:
        self.problems.append(Problem(code, reason, place=place, hint=hint))

    def one(self, model: type[Model], file: str, *, needed: bool = True) -> Model | None:
        """Return the file's model, or None where it is absent or something is wrong with it."""
        text = self.texts.get(file)
        if text is None:
            if needed:
                self.report(
                    "pack-file-missing", "a pack needs this file", file, "add it to the pack's folder"
                )
            return None
        try:
            return read(model, text, file)
        except Refusal as refusal:
            self.problems += refusal.problems
            return None

    def folders(self) -> None:
        """Report folders that look like one that is read, such as `mechanism/`."""
        for folder in sorted({path.split("/")[0] for path in self.texts if "/" in path}):
            near = get_close_matches(folder, _READ_FOLDERS, n=1, cutoff=0.75)
            if near and folder not in _READ_FOLDERS:
                hint = f"call it {near[0]}/"
                self.report("pack-folder-unknown", "no file in this folder is read", f"{folder}/", hint)

    def named(self, pattern: re.Pattern[str], folder: str) -> list[tuple[str, re.Match[str]]]:
        found = []
        for path in sorted(self.texts):
            if path.startswith(f"{folder}/") and path.endswith(".toml"):
                match = pattern.fullmatch(path)
                if match:
                    found.append((path, match))
                else:
                    hint = f"call it {folder}/<id>.toml"
                    self.report("file-name-differs", "no file of this name is read", path, hint)
        return found

    def mechanisms(self) -> tuple[dict[str, Mechanism], dict[str, str]]:
        found: dict[str, Mechanism] = {}
        files: dict[str, str] = {}
        for path, match in self.named(_MECHANISM_FILE, "mechanisms"):
            mechanism = self.one(Mechanism, path)
            if mechanism is None:
                continue
            self.same(path, "id", match[1], mechanism.id)
            self.same(path, "version", match[2] or str(mechanism.version), str(mechanism.version))
            if mechanism.key in found:
                reason = (
                    f"version {mechanism.version} of “{mechanism.id}” is already in {files[mechanism.key]}"
                )
                self.report(
                    "version-repeated", reason, f"{path} › version", "give the newer one a higher number"
                )
            found[mechanism.key], files[mechanism.key] = mechanism, path
        return found, files

    def policies(self) -> dict[str, Policy]:
        found: dict[str, Policy] = {}
        for path, match in self.named(_POLICY_FILE, "policies"):
            if is_for_benefits(self.texts[path]):
                continue
            policy = self.one(Policy, path)
            if policy is not None:
                self.same(path, "id", match[1], policy.id)
                found[policy.id] = policy
        return found

    def word_lists(self) -> dict[str, WordList]:
        found: dict[str, WordList] = {}
        for path, match in self.named(_WORDS_FILE, "word-lists"):
            words = self.one(WordList, path)
            if words is not None:
                self.same(path, "id", match[1], words.id)
                found[words.id] = words
        return found

    def task_lists(self) -> dict[str, TaskList]:
        found: dict[str, TaskList] = {}
        for path, match in self.named(_TASKS_FILE, "tasks"):
            tasks = self.one(TaskList, path)
            if tasks is not None:
                self.same(path, "id", match[1], tasks.id)
                found[tasks.id] = tasks
        return found

    def benefits(self) -> PolicySet:
        files = {path: self.texts[path] for path, _ in self.named(_POLICY_FILE, "policies")}
        try:
            found = read_policies({path: text for path, text in files.items() if is_for_benefits(text)})
        except Refusal as refusal:
            self.problems += refusal.problems
            return PolicySet()
        for policy, path in found.files.items():
            self.same(path, "id", path.removeprefix("policies/").removesuffix(".toml"), policy)
        return found

    def licences(self) -> LicenceKinds:
        try:
            return read_kinds(self.texts)
        except Refusal as refusal:
            self.problems += refusal.problems
            return LicenceKinds()

    def same(self, path: str, key: str, in_name: str, inside: str) -> None:
        if in_name != inside:
            reason = f"the file's name says “{in_name}”, its {key} is “{inside}”"
            self.report("file-name-differs", reason, f"{path} › {key}", "make the two the same")


def _unknown(key: str, known: tuple[str, ...]) -> Refusal:
    hint = meant(key, known, what="known promises")
    return refuse("unknown-mechanism", f"the pack has no promise “{key}”", place=f"promise {key}", hint=hint)
