"""A version of a promise is written, given up, or published by a second person once it was simulated."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import packs
from lianqiao.bridge.models import Publication
from lianqiao.bridge.queries.publications import next_version
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.commands.authority import require_leader, require_office
from lianqiao.organization.models import Person
from lianqiao.service.studio.models import MechanismDraft
from lianqiao.service.studio.queries import mechanisms as queries
from lianqiao.service.studio.queries.drafts import checked_text
from lianqiao.service.studio.queries.simulations import answered_for

LONGEST_TEXT = 200_000
MOST_OPEN = 20
_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def make_draft(promise: str, *, by: Person, now: datetime, new_id: str = "") -> MechanismDraft:
    """Begin a version from what the promise says now; with `new_id` a new promise from it.

    Raises Refusal: `office-only`, `unknown-mechanism`, `mechanism-id`, `mechanism-exists`, `drafts-too-many`.
    """
    require_office(by, now=now)
    original = queries.mechanism_of(promise)
    text, target = queries.text_of(original), new_id or promise
    if new_id:
        _check_id(new_id)
        text = _set(text, "id", f'"{new_id}"')
    if len(queries.open_drafts()) >= MOST_OPEN:
        raise refuse("drafts-too-many", "too many drafts are open", hint="give one up", most=str(MOST_OPEN))
    return MechanismDraft.objects.create(
        mechanism=target,
        text=_set(text, "version", str(next_version(target))),
        writers=[by.pk],
        made_at=now,
        saved_by=by,
        saved_at=now,
    )


def save_draft(draft_id: int, text: str, *, edition: int, by: Person, now: datetime) -> MechanismDraft:
    """Keep what is written, right or wrong; returns the draft with its next edition.

    Raises Refusal: `office-only`, `unknown-mechanism-draft`, `mechanism-draft-closed`, `draft-too-large`, and
    `draft-moved` where another window saved since `edition` was read.
    """
    require_office(by, now=now)
    text = "\n".join(text.splitlines()) + "\n"
    if len(text) > LONGEST_TEXT:
        raise refuse("draft-too-large", f"{len(text)} characters", place="text", hint="make it shorter")
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.edition != edition:
            at = draft.saved_at.isoformat()
            raise refuse("draft-moved", "it was saved elsewhere", hint="compare the two", at=at)
        draft.text, draft.edition = text, draft.edition + 1
        draft.saved_by, draft.saved_at = by, now
        draft.writers = sorted({*draft.writers, by.pk})
        draft.save()
    return draft


def drop_draft(draft_id: int, *, by: Person, now: datetime) -> None:
    """Give a draft up; it is kept, but can no longer be written on."""
    require_office(by, now=now)
    with transaction.atomic():
        draft = _locked(draft_id)
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
    """Publish a draft as it was seen in `edition`: at once, or from a moment on.

    Raises Refusal: `same-person` for anyone who wrote on it, `not-simulated` where this very text was not,
    and as `bridge.commands.publish` and `save_draft` do.
    """
    require_leader(by, now=now)
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.edition != edition:
            at = draft.saved_at.isoformat()
            raise refuse("draft-moved", "it was changed meanwhile", hint="look at it again", at=at)
        if by.pk in draft.writers:
            raise refuse("same-person", "whoever wrote it does not publish it", hint="ask a second person")
        found = checked_text(draft.text)
        if not found.passes:
            raise Refusal(*(fault.problem for fault in found.faults))
        if not answered_for(draft.text):
            raise refuse("not-simulated", "this text was not simulated", hint="simulate it first")
        made = bridge.publish(
            draft.text, written_by=draft.saved_by, by=by, note=note, now=now, effective_at=effective_at
        )
        draft.published = made.key
        draft.save(update_fields=["published"])
    return made


def _locked(draft_id: int) -> MechanismDraft:
    queries.draft(draft_id)
    draft = MechanismDraft.objects.select_for_update().get(pk=draft_id)
    if not draft.open:
        raise refuse("mechanism-draft-closed", "it was published or given up", hint="begin a new version")
    return draft


def _check_id(new_id: str) -> None:
    if not _ID.fullmatch(new_id):
        raise refuse(
            "mechanism-id", f"“{new_id}” is no id", place="new_id", hint="small letters, digits and -"
        )
    if any(one.id == new_id for one in packs.current().mechanisms.values()):
        raise refuse("mechanism-exists", f"there is a promise “{new_id}”", place="new_id", hint="another id")


def _set(text: str, key: str, value: str) -> str:
    """Return a promise's text with one of its first keys set to another value."""
    return re.sub(rf"(?m)^{key}\s*=.*$", f"{key} = {value}", text, count=1)
