"""Drafts of policies: what a text says, what is wrong on which line, what changes, how it is for one firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from lianqiao.bridge import packs
from lianqiao.bridge.queries.publications import checked_policy
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.engine.pack import Pack
from lianqiao.engine.policy.describing import describe
from lianqiao.engine.policy.explaining import Explainer, Explanation
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.engine.policy.shape import BenefitPolicy
from lianqiao.organization.models import Firm
from lianqiao.service.benefits.parties import of_firm
from lianqiao.service.benefits.queries.facts import facts_of
from lianqiao.service.benefits.queries.rules import Book, book_of
from lianqiao.service.drafting.queries import PLACE, Checked, faults_of, hash_of
from lianqiao.service.policy_studio.models import PolicyDraft, Preview


@dataclass(frozen=True)
class CheckedPolicy(Checked):
    """What a text is: the policy, None where it is none yet, all policies with it, and what is wrong."""

    policy: BenefitPolicy | None
    policies: PolicySet


def checked_text(text: str) -> CheckedPolicy:
    """Return what a text is, checked beside all that is served."""
    return _checked(text, packs.current())


@lru_cache(maxsize=32)
def _checked(text: str, pack: Pack) -> CheckedPolicy:
    policy, policies, problems = checked_policy(text, place=PLACE)
    return CheckedPolicy(faults_of(text, problems), policy, policies)


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


def tried(found: CheckedPolicy, firm: Firm, *, now: datetime) -> tuple[Book, Explanation | None]:
    """Return a draft explained for one firm by what is known of it now; None where it is not in force."""
    book = book_of("firm", now, policies=found.policies)
    name = found.policy.id if found.policy else ""
    if name not in book.rules.rules:
        return book, None
    known = facts_of(of_firm(firm), beijing(now).date())
    return book, Explainer(book.rules).explain(known.facts)[name]


def preview_of(text: str) -> Preview | None:
    """Return what this very text was last reckoned to cost, None where it was not."""
    rows = Preview.objects.filter(sha256=hash_of(text), found__isnull=False)
    return rows.select_related("by").order_by("-at", "-pk").first()


def preview_under_way(one: PolicyDraft) -> Preview | None:
    """Return the reckoning of a draft's present text that is not answered yet."""
    rows = one.previews.filter(sha256=hash_of(one.text), job__isnull=False, job__ended_at=None)
    return rows.select_related("job").order_by("-at", "-pk").first()
