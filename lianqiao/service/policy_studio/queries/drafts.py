"""Drafts of policies: what a text says, what is wrong on which line, what changes, how it is for one firm."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from functools import lru_cache

from lianqiao.bridge import packs
from lianqiao.bridge.queries.publications import checked_policy
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, refuse
from lianqiao.engine.pack import Pack
from lianqiao.engine.policy.describing import describe
from lianqiao.engine.policy.explaining import Explainer, Explanation
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.engine.policy.shape import BenefitPolicy
from lianqiao.engine.toml_places import line_of
from lianqiao.organization.models import Firm
from lianqiao.service.benefits.parties import of_firm
from lianqiao.service.benefits.queries.facts import facts_of
from lianqiao.service.benefits.queries.rules import Book, book_of
from lianqiao.service.policy_studio.models import PolicyDraft, Preview

PLACE = "draft"


@dataclass(frozen=True)
class Fault:
    """A problem with its line, 0 where none can be named, and the words of that line."""

    problem: Problem
    line: int
    words: str


@dataclass(frozen=True)
class Checked:
    """What a text is: the policy, None where it is none yet, all policies with it, and what is wrong."""

    policy: BenefitPolicy | None
    policies: PolicySet
    faults: tuple[Fault, ...]

    @property
    def passes(self) -> bool:
        """True where it may be published."""
        return self.policy is not None and not self.faults


def checked_text(text: str) -> Checked:
    """Return what a text is, checked beside all that is served."""
    return _checked(text, packs.current())


@lru_cache(maxsize=32)
def _checked(text: str, pack: Pack) -> Checked:
    policy, policies, problems = checked_policy(text, place=PLACE)
    lines = text.splitlines()
    faults = []
    for problem in problems:
        line = line_of(text, problem.place) if problem.place.startswith(PLACE) else 0
        faults.append(Fault(problem, line, lines[line - 1].strip() if 0 < line <= len(lines) else ""))
    return Checked(policy, policies, tuple(sorted(faults, key=lambda fault: fault.line)))


def policy_text(policy: str) -> str:
    """Return a policy's text as it is served. Raises Refusal `policy-unknown`."""
    pack = packs.current()
    file = pack.benefits.files.get(policy, "")
    if file not in pack.texts:
        raise refuse("policy-unknown", f"no policy is called “{policy}”", policy=policy)
    return pack.texts[file]


def words_of(policy: BenefitPolicy, among: PolicySet, *, day: date, language: str) -> list[str]:
    """Return what a policy says in words, on the day it takes effect where that is still to come."""
    begins = min(version.effective_from for version in policy.versions)
    return describe(policy, among, day=max(day, begins), language=language)


def changes(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Return sentences or lines marked `same`, `gone` or `new`."""
    found: list[tuple[str, str]] = []
    matched = SequenceMatcher(None, before, after, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matched.get_opcodes():
        if kind == "equal":
            found += [("same", line) for line in after[new_from:new_to]]
            continue
        found += [("gone", line) for line in before[old_from:old_to]]
        found += [("new", line) for line in after[new_from:new_to]]
    return found


def tried(found: Checked, firm: Firm, *, now: datetime) -> tuple[Book, Explanation | None]:
    """Return a draft explained for one firm by what is known of it now; None where it is not in force."""
    book = book_of("firm", now, policies=found.policies)
    name = found.policy.id if found.policy else ""
    if name not in book.rules.rules:
        return book, None
    known = facts_of(of_firm(firm), beijing(now).date())
    return book, Explainer(book.rules).explain(known.facts)[name]


def drafts_open(policy: str = "") -> list[PolicyDraft]:
    """Return the drafts being written, the one saved last first."""
    rows = PolicyDraft.objects.filter(published="", dropped_at=None).select_related("saved_by")
    return list((rows.filter(policy=policy) if policy else rows).order_by("-saved_at", "-pk"))


def draft(draft_id: int) -> PolicyDraft:
    """Return a draft. Raises Refusal `unknown-policy-draft`."""
    found = PolicyDraft.objects.select_related("saved_by").filter(pk=draft_id).first()
    if found is None:
        raise refuse("unknown-policy-draft", f"there is no draft {draft_id}", hint="see the list")
    return found


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def preview_of(text: str) -> Preview | None:
    """Return what this very text was last reckoned to cost, None where it was not."""
    rows = Preview.objects.filter(sha256=hash_of(text), found__isnull=False)
    return rows.select_related("by").order_by("-at", "-pk").first()


def preview_under_way(one: PolicyDraft) -> Preview | None:
    """Return the reckoning of a draft's present text that is not answered yet."""
    rows = one.previews.filter(sha256=hash_of(one.text), found=None, error="").select_related("job")
    return rows.order_by("-at", "-pk").first()
