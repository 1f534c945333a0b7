"""Make out the documents decisions owe: owed by the act, made once by a worker, always the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from lianqiao.bridge.commands import attaching, noticing
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.models import Attachment, Case, Entry, Result
from lianqiao.bridge.queries.one_case import mechanism_of, state_of
from lianqiao.bridge.result_document.decision import Decision, of_entry
from lianqiao.engine import side_acts
from lianqiao.engine.errors import Problem, Refusal

# Without 0/O, 1/I/L and U: a code is typed from paper.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
# one takes a second of the processor: a worker that makes many at once would leave the clocks waiting, and
# slow the pages of the process it shares
MOST_AT_ONCE = 5
LONGEST_ROUND_S = 2.0


def owe(book: Book, case: Case) -> None:
    """Owe a document for the case's newest entry, in the book that writes it."""
    book.results.append((case.id, case.seq, code_of(case.head), "", ""))


def code_of(entry_hash: str) -> str:
    """Return the verification code of the document for the entry with this hash."""
    drawn = int(hashlib.sha256(f"document\n{entry_hash}".encode()).hexdigest(), 16)
    letters = []
    for _ in range(CODE_LENGTH):
        drawn, at = divmod(drawn, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[at])
    return "".join(letters)


def issue_documents(*, now: datetime, link: Callable[[str], str], most: int = MOST_AT_ONCE) -> int:
    """Make out documents owed, at most `most` or for about 2 seconds; returns how many.

    The newest come first: whoever decided just now should not wait for a backlog.

    `link` gives the full address of a code's public page. Idempotent, with any number of workers. Raises
    Refusal `pdf-font-missing` before anything is made; one that cannot be made does not hold up the others.
    """
    owed = Result.objects.filter(sha256="").order_by("-pk").values_list("pk", flat=True)
    if not owed.exists():
        return 0
    # it reads half of what a process reads at its start, and most processes set nothing
    from lianqiao.bridge.result_document import typesetting  # noqa: PLC0415

    typesetting.font()
    made, deadline = 0, monotonic() + LONGEST_ROUND_S
    refused: list[Problem] = []
    for pk in owed.iterator():
        try:
            made += _issue(pk, now=now, link=link, pdf=typesetting.pdf)
        except Refusal as refusal:
            refused += refusal.problems
        if made >= most or monotonic() > deadline:
            break
    if refused:
        raise Refusal(*refused)
    return made


def _issue(pk: int, *, now: datetime, link: Callable[[str], str], pdf: Callable[[Decision], bytes]) -> int:
    result = Result.objects.select_related("case__firm").get(pk=pk)
    entry = Entry.objects.get(case=result.case, seq=result.seq)
    told = of_entry(
        result.case, mechanism_of(result.case), json.loads(entry.body), entry.hash,
        code=result.code, address=link(result.code),
    )  # fmt: skip
    # set before the case is locked: nobody's act waits for typesetting
    content = pdf(told)
    with booked(now) as book:
        case = book.locked("id", result.case_id)
        assert case is not None
        if not Result.objects.filter(pk=pk, sha256="").exists():
            return 0
        mechanism, state = mechanism_of(case), state_of(case)
        sha256, name = attaching.keep_made(content), f"{case.number}-{result.seq}-{told.decision}.pdf"[:200]
        body = side_acts.decide_issue(
            state, of=result.seq, step=entry.name, code=result.code, sha256=sha256, name=name, at=now
        )
        after = record(book, case, mechanism, state, body)
        Result.objects.filter(pk=pk).update(sha256=sha256, name=name, made_at=case.last_at)
        person_id = entry.person_id or case.applicant_id
        if person_id is not None:
            Attachment.objects.create(
                sha256=sha256, name=name, size=len(content), type="application/pdf",
                person_id=person_id, case=case, at=case.last_at,
            )  # fmt: skip
        book.notices += noticing.owed_for_document(case, mechanism, body, after)
    return 1
