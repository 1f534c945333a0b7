"""Messages on a case between the firm and those who handle it: in the log, through the one door."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from lianqiao.bridge.commands import noticing
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.models import Case, Entry
from lianqiao.bridge.queries.one_case import mechanism_of, state_of, unknown_case
from lianqiao.engine import side_acts
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import CaseField, Mechanism, Text
from lianqiao.organization.models import Person

MOST_NOTE_FILES = 5
# what may go with a message
NOTE_FILES = CaseField(
    type="file",
    title=Text.model_validate({"zh-hans": "附件", "en": "Attachments"}),
    formats=("pdf", "jpg", "png", "docx", "xlsx", "txt"),
    max_mb=20,
    optional=True,
)


def add_note(
    number: str,
    text: str,
    *,
    by: Person,
    now: datetime,
    files: Sequence[dict[str, Any]] = (),
    once: str = "",
) -> Case:
    """Add a message to the case; the form's token `once` makes it idempotent. No clock and no state moves.

    Raises Refusal: `unknown-case`, `wrong-role` for who may see the case but has no part in it,
    `note-empty`, `note-too-long`, `files-too-many`, `file-not-yours`.
    """
    # kept as `act` keeps a form's token: a browser can send anything in its place
    once = hashlib.sha256(once.encode(errors="surrogatepass")).hexdigest() if once else ""
    try:
        with booked(now) as book:
            return _add(book, number, text, by=by, files=files, once=once)
    except IntegrityError:
        again = Entry.objects.filter(once=once, person=by).select_related("case").first() if once else None
        if again and again.case.number == number:
            return again.case
        raise


def _add(
    book: Book, number: str, text: str, *, by: Person, files: Sequence[dict[str, Any]], once: str
) -> Case:
    case = book.locked("number", number)
    if case is None:
        raise unknown_case(number)
    mechanism, state = mechanism_of(case), state_of(case)
    held = book.rights.held_in(case, state, mechanism, by)
    if not held:
        if book.rights.may_see(case, mechanism, by):
            raise refuse("wrong-role", "you have no part in this case")
        raise unknown_case(number)
    if len(files) > MOST_NOTE_FILES:
        raise refuse("files-too-many", "too many files", field="files", limit=str(MOST_NOTE_FILES))
    body = side_acts.decide_note(
        state, by=str(by.pk), role=speaking_as(mechanism, held), text=text, files=files, at=book.now
    )
    if mechanism.roles[body["role"]].kind == "applicant":
        acting = book.rights.acting_for(by, case.firm_id, mechanism.id)
        body |= {"mandate": str(acting.mandate_id)} if acting and acting.mandate_id else {}
    claimed = book.files.claim([("files", file) for file in files], by, case=case, above=case.parent_id)
    after = record(book, case, mechanism, state, body, person_id=by.pk, once=once)
    book.take(claimed, case, by)
    book.notices += noticing.owed_for_note(case, mechanism, body, after)
    return case


def speaking_as(mechanism: Mechanism, held: frozenset[str]) -> str:
    """Return the role someone speaks in: the first of theirs in the file's order."""
    return next(name for name in mechanism.roles if name in held)
