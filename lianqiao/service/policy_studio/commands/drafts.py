"""A policy is written, from one there is or from a sheet; reckoned; published by a second person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lianqiao.bridge import packs
from lianqiao.bridge.commands.publishing import publish_policy
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.policy.sheet import ConditionRow, Head, Imported, policy_from_rows
from lianqiao.organization.models import Person
from lianqiao.service.benefits.queries.vocabulary import looks_after, vocabulary
from lianqiao.service.drafting.commands import Drafts
from lianqiao.service.policy_studio.models import PolicyDraft
from lianqiao.service.policy_studio.queries import drafts as queries

MOST_OPEN = 50


def require_writer(by: Person, /, *, now: datetime) -> None:
    """Raise Refusal `benefits-only` unless somebody looks after benefits."""
    if not looks_after(by, at=now):
        raise refuse("benefits-only", "only officers of benefits may do this", hint="ask one of them")


def make_draft_of_sheet(
    rows: Iterable[ConditionRow], head: Head, *, by: Person, now: datetime
) -> tuple[PolicyDraft, Imported]:
    """Begin a policy from a sheet of conditions; returns the draft and what did not fit.

    Raises Refusal as `Drafts.make`, and `sheet-empty` where no row fitted: nothing is to be written on.
    """
    require_writer(by, now=now)
    DRAFTS.check_id(head.id)
    made = policy_from_rows(rows, head, vocabulary(), today=beijing(now).date())
    if not made.fitted:
        empty = refuse("sheet-empty", "no row fitted", hint="see what is said of each").problems
        raise Refusal(*empty, *made.problems)
    return DRAFTS.begin(head.id, made.text, by=by, now=now), made


def _begins(policy: str, _target: str) -> str:
    return queries.policy_text(policy)


def _ids() -> set[str]:
    return set(packs.current().benefits.policies)


def _require_cost(text: str) -> None:
    if queries.preview_of(text) is None:
        raise refuse("not-reckoned", "the cost of this text was not reckoned", hint="reckon it first")


# that who publishes leads is asked by the publishing itself, after whether they wrote on it
DRAFTS = Drafts(
    model=PolicyDraft,
    may_write=require_writer,
    may_publish=require_writer,
    begins=_begins,
    ids=_ids,
    check=queries.checked_text,
    tried_out=_require_cost,
    let_out=publish_policy,
    most=MOST_OPEN,
)
