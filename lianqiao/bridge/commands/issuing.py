"""Make out the documents decisions owe: owed by the act, made once by a worker, always the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from math import inf
from time import monotonic

from lianqiao.bridge.commands import attaching, noticing
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.models import Attachment, Case, Entry, Result
from lianqiao.bridge.queries.one_case import mechanism_of, state_of
from lianqiao.bridge.queries.results import documents_owed
from lianqiao.bridge.result_document.decision import Decision, of_entry
from lianqiao.engine import side_acts
from lianqiao.engine.errors import Refusal

Link = Callable[[str], str]
Clock = Callable[[], datetime]
# Without 0/O, 1/I/L and U: a code is typed from paper.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
# a tick that makes them itself must not leave the clocks waiting
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


def issue_documents(*, now: datetime, link: Link) -> int:
    """Make out a few of the documents owed, for about 2 seconds; returns how many. Raises as `issue_all`."""
    return _issue_owed(clock=lambda: now, link=link, most=MOST_AT_ONCE, longest_s=LONGEST_ROUND_S)


def issue_all(*, clock: Clock, link: Link) -> int:
    """Make out every document owed; returns how many.

    The newest come first: whoever decided just now should not wait for a backlog.

    `link` gives the full address of a code's public page. Idempotent, with any number of workers. Raises
    Refusal `pdf-font-missing` before anything is made; one that cannot be made does not hold up the others.
    """
    return _issue_owed(clock=clock, link=link)


def _issue_owed(*, clock: Clock, link: Link, most: float = inf, longest_s: float = inf) -> int:
    if not documents_owed():
        return 0
    # they read half of what a process reads at its start, and most processes set nothing
    from lianqiao.bridge.result_document import fonts, typesetting  # noqa: PLC0415

    fonts.font()
    made, ends = 0, monotonic() + longest_s
    refused: dict[int, Refusal] = {}
    # asked each time: what was decided meanwhile comes first, what another worker made is made
    owed = Result.objects.select_related("case__firm").filter(sha256="").order_by("-pk")
    while (result := owed.exclude(pk__in=refused).first()) and made < most and monotonic() <= ends:
        try:
            made += _issue(result, now=clock(), link=link, pdf=typesetting.pdf)
        except Refusal as refusal:
            refused[result.pk] = refusal
    if refused:
        raise Refusal(*(problem for one in refused.values() for problem in one.problems))
    return made


def _issue(result: Result, *, now: datetime, link: Link, pdf: Callable[[Decision], bytes]) -> int:
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
        if not Result.objects.filter(pk=result.pk, sha256="").exists():
            return 0
        mechanism, state = mechanism_of(case), state_of(case)
        sha256, name = attaching.keep_made(content), f"{case.number}-{result.seq}-{told.decision}.pdf"[:200]
        body = side_acts.decide_issue(
            state, of=result.seq, step=entry.name, code=result.code, sha256=sha256, name=name, at=now
        )
        after = record(book, case, mechanism, state, body)
        Result.objects.filter(pk=result.pk).update(sha256=sha256, name=name, made_at=case.last_at)
        person_id = entry.person_id or case.applicant_id
        if person_id is not None:
            Attachment.objects.create(
                sha256=sha256, name=name, size=len(content), type="application/pdf",
                person_id=person_id, case=case, at=case.last_at,
            )  # fmt: skip
        book.notices += noticing.owed_for_document(case, mechanism, body, after)
    return 1
