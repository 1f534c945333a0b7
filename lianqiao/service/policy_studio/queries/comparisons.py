"""Two drafts of policies side by side: what each says, what each costs, what changes between them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.masking import masked_name
from lianqiao.engine.policy.shape import BenefitPolicy
from lianqiao.organization import queries as organization
from lianqiao.service.drafting.queries import Change, compared, draft_of, hash_of, open_drafts
from lianqiao.service.policy_studio.models import Comparison, PolicyDraft
from lianqiao.service.policy_studio.queries.drafts import CheckedPolicy, checked_text, words_of


@dataclass(frozen=True)
class Pair:
    """Two drafts that can be compared, each with its check."""

    one: PolicyDraft
    other: PolicyDraft
    found: tuple[CheckedPolicy, CheckedPolicy]

    @property
    def policies(self) -> tuple[BenefitPolicy, BenefitPolicy]:
        """What both texts say."""
        one, other = (found.policy for found in self.found)
        assert one is not None
        assert other is not None
        return one, other

    def changes(self, *, day: date, language: str) -> list[Change]:
        """Return the sentences of both, each marked as the same, gone or new from the one to the other."""
        words = [
            words_of(policy, found.policies, day=day, language=language)[1:]
            for policy, found in zip(self.policies, self.found, strict=True)
        ]
        return compared(*words)


def pair_of(one_id: int, other_id: int) -> Pair:
    """Return two drafts to be compared.

    Raises Refusal: `unknown-text-draft`, `same-draft`, `draft-fails` with a draft that does not pass its
    check, and `other-parties` where one is for firms and the other for people.
    """
    if one_id == other_id:
        raise refuse("same-draft", "a draft is not compared with itself", hint="choose another draft")
    one, other = draft_of(PolicyDraft, one_id), draft_of(PolicyDraft, other_id)
    found = checked_text(one.text), checked_text(other.text)
    failing = [draft.pk for draft, check in zip((one, other), found, strict=True) if not check.passes]
    if failing:
        facts = {"draft": str(failing[0])}
        reason = f"draft {failing[0]} does not pass its check"
        raise Refusal(Problem("draft-fails", reason, hint="put it right first", facts=facts))
    pair = Pair(one, other, found)
    kinds = {policy.party for policy in pair.policies}
    if len(kinds) > 1:
        raise refuse("other-parties", "one is for firms, the other for people", hint="compare alike")
    return pair


def others_of(draft: PolicyDraft) -> list[PolicyDraft]:
    """Return the open drafts a draft can be compared with, those of its own policy first."""
    kind = _party(draft.text)
    found = [one for one in open_drafts(PolicyDraft) if one.pk != draft.pk and _party(one.text) == kind]
    return sorted(found, key=lambda one: one.policy != draft.policy)


def _party(text: str) -> str:
    """Return for whom a text is, without checking it; "" where it cannot be read."""
    try:
        return str(tomllib.loads(text).get("party", ""))
    except tomllib.TOMLDecodeError:
        return ""


@dataclass(frozen=True)
class Reckoned:
    """What became of a comparison: both costs, the moves between them, and when it was reckoned."""

    row: Comparison
    found: Mapping[str, Any]


def reckoned(pair: Pair) -> Reckoned | None:
    """Return what these very texts came to when they were last compared, either way round; else None."""
    hashes = hash_of(pair.one.text), hash_of(pair.other.text)
    rows = [_answered(*hashes), _answered(*reversed(hashes))]
    newest = max((row for row in rows if row), key=lambda row: row.at, default=None)
    if newest is None:
        return None
    # two drafts may have the same words; then either way is the same
    there = newest.one_sha256 == hashes[0]
    return Reckoned(newest, newest.found if there else turned(newest.found))


def under_way(pair: Pair) -> Comparison | None:
    """Return the reckoning of these texts, either way round, that is not answered yet."""
    texts = [hash_of(pair.one.text), hash_of(pair.other.text)]
    rows = Comparison.objects.filter(
        one_sha256__in=texts, other_sha256__in=texts, job__isnull=False, job__ended_at=None
    )
    return rows.select_related("job").order_by("-at", "-pk").first()


def _answered(one: str, other: str) -> Comparison | None:
    rows = Comparison.objects.filter(one_sha256=one, other_sha256=other, found__isnull=False)
    return rows.select_related("by").order_by("-at", "-pk").first()


def turned(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was found, from the other to the one."""
    moves = [[after, before, count] for before, after, count in found["moves"]]
    return {
        "one": found["other"],
        "other": found["one"],
        "gain": found["lose"],
        "lose": found["gain"],
        "moves": moves,
        "open": found["open"],
    }


def names_of(kind: str, keys: list[int]) -> dict[int, str]:
    """Return what parties are called by their keys; people with the middle of their names hidden."""
    if kind == "firm":
        return organization.firm_names(keys)
    return {key: masked_name(name) for key, name in organization.names(keys).items()}
