"""A text is begun, written, given up, and let out by a second person once it was tried out."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from django.db import transaction

from lianqiao.bridge.models import Publication
from lianqiao.engine.errors import refuse
from lianqiao.organization.models import Person
from lianqiao.service.drafting.queries import Checked, Draft, unknown_draft

LONGEST_TEXT = 200_000
_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")
Found = TypeVar("Found", bound=Checked)


class Right(Protocol):
    """Refuses whoever may not."""

    def __call__(self, by: Person, /, *, now: datetime) -> None: ...


@dataclass(frozen=True)
class Drafts(Generic[Draft, Found]):
    """The texts of one kind being written, and how one of them comes into force.

    `begins` gives the text to begin with, from the id it is copied of and the id it is for; `ids` are those
    in use. `tried_out` refuses a text of which is not known yet what it would do; `let_out` publishes it. At
    most `most` are open at once.
    """

    model: type[Draft]
    may_write: Right
    may_publish: Right
    begins: Callable[[str, str], str]
    ids: Callable[[], Container[str]]
    check: Callable[[str], Found]
    tried_out: Callable[[str], None]
    let_out: Callable[..., Publication]
    most: int

    def make(self, original: str, *, by: Person, now: datetime, new_id: str = "") -> Draft:
        """Begin a text from what `original` says now; with `new_id`, one of something new.

        Raises Refusal as `may_write`, `begins` and `begin` do, `text-id` and `text-id-taken`.
        """
        self.may_write(by, now=now)
        text = self.begins(original, new_id or original)
        if new_id:
            self.check_id(new_id)
            text = with_key(text, "id", f'"{new_id}"')
        return self.begin(new_id or original, text, by=by, now=now)

    def check_id(self, new_id: str) -> None:
        """Raise Refusal `text-id` for what is no id, `text-id-taken` for one in use."""
        if not _ID.fullmatch(new_id):
            raise refuse("text-id", f"“{new_id}” is no id", place="new_id", hint="small letters, digits, -")
        if new_id in self.ids():
            raise refuse("text-id-taken", f"there is “{new_id}”", place="new_id", hint="another id")

    def begin(self, subject: str, text: str, *, by: Person, now: datetime) -> Draft:
        """Keep a text nobody has written on yet. Raises Refusal `drafts-too-many`."""
        rows = self.model._default_manager
        if rows.filter(published="", dropped_at=None).count() >= self.most:
            most = str(self.most)
            raise refuse("drafts-too-many", "too many drafts are open", hint="give one up", most=most)
        named = {self.model.SUBJECT: subject}
        return rows.create(text=text, writers=[by.pk], made_at=now, saved_by=by, saved_at=now, **named)

    def save(self, draft_id: int, text: str, *, edition: int, by: Person, now: datetime) -> Draft:
        """Keep what is written, right or wrong; returns the draft with its next edition.

        Raises Refusal as `may_write` does, `draft-too-large`, `unknown-text-draft`, `text-draft-closed`, and
        `draft-moved` where another window saved since `edition` was read.
        """
        self.may_write(by, now=now)
        text = "\n".join(text.splitlines()) + "\n"
        if len(text) > LONGEST_TEXT:
            raise refuse("draft-too-large", f"{len(text)} characters", place="text", hint="make it shorter")
        with transaction.atomic():
            draft = self._held(draft_id, edition=edition)
            draft.text, draft.edition = text, draft.edition + 1
            draft.saved_by, draft.saved_at = by, now
            draft.writers = sorted({*draft.writers, by.pk})
            draft.save()
        return draft

    def drop(self, draft_id: int, *, by: Person, now: datetime) -> Draft:
        """Give a draft up; it is kept, but can no longer be written on. Raises Refusal as `save` does."""
        self.may_write(by, now=now)
        with transaction.atomic():
            draft = self._held(draft_id)
            draft.dropped_at = now
            draft.save(update_fields=["dropped_at"])
        return draft

    def publish(
        self,
        draft_id: int,
        *,
        edition: int,
        note: str,
        by: Person,
        now: datetime,
        effective_at: datetime | None = None,
    ) -> Publication:
        """Publish a draft as it was seen in `edition`: at once, or from a moment on.

        Raises Refusal as `may_publish` does and as `save` for a draft closed or moved, `same-person` for
        anyone who wrote on it, the problems of its check, and as `tried_out` and `let_out` do.
        """
        self.may_publish(by, now=now)
        with transaction.atomic():
            draft = self._held(draft_id, edition=edition)
            if by.pk in draft.writers:
                raise refuse(
                    "same-person", "whoever wrote it does not publish it", hint="ask a second person"
                )
            found = self.check(draft.text)
            if not found.passes:
                raise found.refusal
            self.tried_out(draft.text)
            made = self.let_out(
                draft.text, written_by=draft.saved_by, by=by, note=note, now=now, effective_at=effective_at
            )
            draft.published = made.key
            draft.save(update_fields=["published"])
        return made

    def _held(self, draft_id: int, *, edition: int | None = None) -> Draft:
        """Return an open draft, held still; refuses `draft-moved` where it is not at `edition` any more."""
        held = self.model._default_manager.select_for_update(of=("self",)).select_related("saved_by")
        draft = held.filter(pk=draft_id).first()
        if draft is None:
            raise unknown_draft(draft_id)
        if not draft.open:
            raise refuse("text-draft-closed", "it was published or given up", hint="begin a new draft")
        if edition is not None and draft.edition != edition:
            at = draft.saved_at.isoformat()
            raise refuse("draft-moved", "it was saved elsewhere", hint="compare the two", at=at)
        return draft


def with_key(text: str, key: str, value: str) -> str:
    """Return a text of TOML with one of its first keys set to another value."""
    return re.sub(rf"(?m)^{key}\s*=.*$", f"{key} = {value}", text, count=1)
