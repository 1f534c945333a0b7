"""A policy is written, from one there is or from a sheet; reckoned; published by a second person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from lianqiao.bridge import packs
from lianqiao.bridge.commands.publishing import publish_policy
from lianqiao.bridge.models import Publication
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.policy.sheet import ConditionRow, Head, Imported, policy_from_rows
from lianqiao.organization.models import Person
from lianqiao.service.benefits.queries.vocabulary import looks_after, vocabulary
from lianqiao.service.policy_studio.models import PolicyDraft
from lianqiao.service.policy_studio.queries import drafts as queries

LONGEST_TEXT = 200_000
MOST_OPEN = 50
_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def make_draft(policy: str, *, by: Person, now: datetime, new_id: str = "") -> PolicyDraft:
    """Begin to change a policy; with `new_id`, a new one from it.

    Raises Refusal: `benefits-only`, `policy-unknown`, `policy-id`, `policy-exists`, `drafts-too-many`.
    """
    require_writer(by, now=now)
    text = queries.policy_text(policy)
    if new_id:
        _check_id(new_id)
        text = re.sub(r"(?m)^id\s*=.*$", f'id = "{new_id}"', text, count=1)
    return _made(new_id or policy, text, by=by, now=now)


def make_draft_of_sheet(
    rows: Iterable[ConditionRow], head: Head, *, by: Person, now: datetime
) -> tuple[PolicyDraft, Imported]:
    """Begin a policy from a sheet of conditions; returns the draft and what did not fit.

    Raises Refusal as `make_draft`, and `sheet-empty` where no row fitted: nothing is to be written on.
    """
    require_writer(by, now=now)
    _check_id(head.id)
    made = policy_from_rows(rows, head, vocabulary(), today=beijing(now).date())
    if not made.fitted:
        empty = refuse("sheet-empty", "no row fitted", hint="see what is said of each").problems
        raise Refusal(*empty, *made.problems)
    return _made(head.id, made.text, by=by, now=now), made


def save_draft(draft_id: int, text: str, *, edition: int, by: Person, now: datetime) -> PolicyDraft:
    """Keep what is written, right or wrong; returns the draft with its next edition.

    Raises Refusal: `benefits-only`, `unknown-policy-draft`, `policy-draft-closed`, `draft-too-large`,
    `draft-moved` where another window saved since `edition` was read.
    """
    require_writer(by, now=now)
    text = "\n".join(text.splitlines()) + "\n"
    if len(text) > LONGEST_TEXT:
        raise refuse("draft-too-large", f"{len(text)} characters", place="text", hint="make it shorter")
    with transaction.atomic():
        draft = locked(draft_id, edition=edition)
        draft.text, draft.edition = text, draft.edition + 1
        draft.saved_by, draft.saved_at = by, now
        draft.writers = sorted({*draft.writers, by.pk})
        draft.save()
    return draft


def drop_draft(draft_id: int, *, by: Person, now: datetime) -> None:
    """Give a draft up; it is kept, but can no longer be written on."""
    require_writer(by, now=now)
    with transaction.atomic():
        draft = locked(draft_id)
        draft.dropped_at = now
        draft.save(update_fields=["dropped_at"])


def publish_draft(
    draft_id: int,
    *,
    edition: int,
    note: str,
    by: Person,
    now: datetime,
    effective_at: datetime | None = None,
) -> Publication:
    """Publish a draft as it was seen in `edition`.

    Raises Refusal: `same-person` for anyone who wrote on it, `not-reckoned` where the cost of this very text
    was not, the problems of its check, and as `bridge.commands.publishing.publish_policy` and `save_draft`.
    """
    with transaction.atomic():
        draft = locked(draft_id, edition=edition)
        if by.pk in draft.writers:
            raise refuse("same-person", "whoever wrote it does not publish it", hint="ask a second person")
        found = queries.checked_text(draft.text)
        if not found.passes:
            raise Refusal(*(fault.problem for fault in found.faults))
        if queries.preview_of(draft.text) is None:
            raise refuse("not-reckoned", "the cost of this text was not reckoned", hint="reckon it first")
        made = publish_policy(
            draft.text, written_by=draft.saved_by, by=by, note=note, now=now, effective_at=effective_at
        )
        draft.published = made.key
        draft.save(update_fields=["published"])
    return made


def require_writer(by: Person, *, now: datetime) -> None:
    """Raise Refusal `benefits-only` unless somebody looks after benefits."""
    if not looks_after(by, at=now):
        raise refuse("benefits-only", "only officers of benefits may do this", hint="ask one of them")


def locked(draft_id: int, *, edition: int | None = None) -> PolicyDraft:
    """Return an open draft, held still; refuses `draft-moved` where it is not at `edition` any more."""
    queries.draft(draft_id)
    draft = PolicyDraft.objects.select_for_update(of=("self",)).select_related("saved_by").get(pk=draft_id)
    if not draft.open:
        raise refuse("policy-draft-closed", "it was published or given up", hint="begin a new draft")
    if edition is not None and draft.edition != edition:
        at = draft.saved_at.isoformat()
        raise refuse("draft-moved", "it was saved elsewhere", hint="compare the two", at=at)
    return draft


def _made(policy: str, text: str, *, by: Person, now: datetime) -> PolicyDraft:
    if len(queries.drafts_open()) >= MOST_OPEN:
        raise refuse("drafts-too-many", "too many drafts are open", hint="give one up", most=str(MOST_OPEN))
    return PolicyDraft.objects.create(
        policy=policy, text=text, writers=[by.pk], made_at=now, saved_by=by, saved_at=now
    )


def _check_id(new_id: str) -> None:
    if not _ID.fullmatch(new_id):
        raise refuse("policy-id", f"“{new_id}” is no id", place="new_id", hint="small letters, digits and -")
    if new_id in packs.current().benefits.policies:
        raise refuse("policy-exists", f"there is a policy “{new_id}”", place="new_id", hint="another id")
