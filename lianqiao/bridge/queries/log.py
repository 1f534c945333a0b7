"""Read the log as it was written, and tell whether it still is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lianqiao.bridge import chain
from lianqiao.bridge.models import Case, Counter, Entry, Seal
from lianqiao.bridge.queries.log_rows import Rows, differing, read_rows
from lianqiao.bridge.queries.one_case import reads_as_number, unknown_case
from lianqiao.bridge.queries.outcomes import outcomes_differ
from lianqiao.engine.case_state import Body, CaseState, apply
from lianqiao.engine.errors import Problem

READ_AT_ONCE = 1000
MOST_READINGS = 20
SYSTEM_ACTORS = ("clock", "sub-case", "system")


@dataclass(frozen=True)
class Verdict:
    """What verifying the log found: how much was read, and every problem with its place."""

    cases: int
    entries: int
    seals: int
    problems: tuple[Problem, ...]


def verify_log() -> Verdict:
    """Read the whole log and return every sign that it was altered; acts may go on meanwhile.

    Found are: an entry changed, removed, added or moved (to another place or case), rows of a case, its parts
    or promises that are not the fold of its log, the newest entries or a whole case taken away since a seal
    saw them, a seal changed or removed. Time grows with the log, memory with the number of cases.
    """
    problems: list[Problem] = []
    sealed: dict[str, int] = {}
    cases = entries = 0
    for rows in _cases():
        cases, entries = cases + 1, entries + len(rows.entries)
        if rows.case.sealed_seq:
            sealed[rows.case.number] = rows.case.sealed_seq
        if _problems(rows):
            # an act between the reading of two tables looks like tampering: read again while it stands still
            problems += _problems_standing_still(rows.case.pk)
    seals, broken = _check_seals(sealed)
    return Verdict(cases, entries, seals, (*problems, *broken, *_counts()))


def verify_case(case: Case) -> list[Problem]:
    """Return every sign that the log of one case, or what is kept beside it, was altered.

    That its newest entries were taken away together with their row only the seals show: see `verify_log`.
    """
    if _problems(read_rows([case])[0]):
        return _problems_standing_still(case.pk)
    return []


def exported_log(number: str = "") -> Iterator[str]:
    """Yield the log as JSON lines, one an entry, then one a seal; enough for anyone to verify it again.

    The rule of the hashes is in `bridge.chain`; each line holds all that enters its hash. Raises Refusal
    `unknown-case` where there is no case of this number.
    """
    entries = Entry.objects.select_related("case").order_by("case_id", "seq")
    if number:
        entries = entries.filter(case__number=number)
        if not reads_as_number(number) or not entries.exists():
            raise unknown_case(number)
    for entry in entries.iterator(chunk_size=READ_AT_ONCE):
        line = {"case": entry.case.number, "seq": entry.seq, "body": entry.body}
        yield json.dumps({**line, "previous": entry.previous, "hash": entry.hash}, ensure_ascii=False)
    if not number:
        for seal in Seal.objects.order_by("pk").iterator(chunk_size=READ_AT_ONCE):
            line = {"seal": chain.utc_text(seal.at), "heads": seal.heads}
            yield json.dumps({**line, "previous": seal.previous, "hash": seal.hash}, ensure_ascii=False)


def _counts() -> list[Problem]:
    """Return what is wrong with the counts of the overview; an act meanwhile moves both, so look again."""
    wrong = outcomes_differ()
    for _ in range(MOST_READINGS):
        if not wrong:
            return []
        wrong = sorted(set(wrong) & set(outcomes_differ()))
    reason = "the count kept for the overview is not what the promises add up to"
    return [_problem("count-differs", " ".join(map(str, group)), reason) for group in wrong]


def _cases() -> Iterator[Rows]:
    after = 0
    while cases := list(
        Case.objects.filter(pk__gt=after).select_related("parent").order_by("pk")[:READ_AT_ONCE]
    ):
        after = cases[-1].pk
        yield from read_rows(cases)


def _problems_standing_still(pk: int) -> list[Problem]:
    """Return what is wrong with a case that stood still while it was read: every act moves its head."""
    found: list[Problem] = []
    for _ in range(MOST_READINGS):
        case = Case.objects.select_related("parent").filter(pk=pk).first()
        if case is None:
            return []
        found = _problems(read_rows([case])[0])
        if not found or Case.objects.filter(pk=pk, head=case.head).exists():
            return found
    return found


def _problems(rows: Rows) -> list[Problem]:
    """Return what is wrong with one case; after the first broken entry nothing that follows can be judged."""
    number, previous = rows.case.number, chain.FIRST
    state: CaseState | None = None
    opening: Body = {}
    for expected, line in enumerate(rows.entries, start=1):
        if problem := _broken(number, line, expected, previous):
            return [problem]
        body = json.loads(line.body)
        previous, state, opening = line.hash, apply(state, body), opening or body
    place = f"case {number}"
    if rows.case.head != previous or state is None:
        return [_problem("head-differs", place, "its newest entries are missing, or its row was changed")]
    if columns := differing(rows, state, opening):
        return [_problem("row-differs", place, f"not what its log adds up to: {', '.join(columns)}")]
    return []


def _broken(number: str, line: Entry, expected: int, previous: str) -> Problem | None:
    place = f"case {number}, entry {line.seq}"
    if line.seq != expected:
        return _problem("entry-removed", f"case {number}, entry {expected}", "this entry is missing")
    if line.previous != previous:
        return _problem("chain-broken", place, "it does not follow from the entry before")
    if chain.link(number, line.seq, line.body, previous) != line.hash:
        return _problem("entry-altered", place, "its text is not what was hashed when it was written")
    if column := _column_differs(line, json.loads(line.body)):
        return _problem("entry-altered", place, f"its column “{column}” differs from its text")
    return None


def _column_differs(line: Entry, body: Body) -> str:
    if line.name != (body.get("step") or body.get("act")):
        return "name"
    if line.at != datetime.fromisoformat(body["at"]):
        return "at"
    who = str(line.person_id) if line.person_id else ""
    return "" if who == ("" if body["by"] in SYSTEM_ACTORS else body["by"]) else "person"


def _check_seals(sealed: dict[str, int]) -> tuple[int, list[Problem]]:
    """Check the chain of seals and what they saw; `sealed` says how far each case's row says it is sealed."""
    problems: list[Problem] = []
    # read first: a seal made while the others are read is no sign of anything
    made = Counter.objects.filter(series=chain.SEALS).values_list("last", flat=True).first() or 0
    previous, count = chain.FIRST, 0
    for seal in Seal.objects.order_by("pk").iterator(chunk_size=READ_AT_ONCE):
        count += 1
        place = f"seal {seal.pk} of {seal.at.isoformat()}"
        if seal.previous != previous or chain.seal(seal.at, seal.heads, seal.previous) != seal.hash:
            reason = "it, or a seal before it, was changed or removed"
            problems.append(_problem("seal-altered", place, reason))
        else:
            heads = json.loads(seal.heads)
            problems += _gone(heads, place)
            for number, seq, _ in heads:
                if sealed.get(number, 0) <= seq:
                    sealed.pop(number, None)
        previous = seal.hash
    if not problems:
        problems += _seals_gone(count, made, sealed)
    return count, problems


def _gone(heads: list[tuple[str, int, str]], place: str) -> Iterator[Problem]:
    """Yield a problem for each entry a seal saw that is not there any more, or not as it was."""
    for begin in range(0, len(heads), READ_AT_ONCE // 2):
        part = heads[begin : begin + READ_AT_ONCE // 2]
        numbers, seqs = {number for number, _, _ in part}, {seq for _, seq, _ in part}
        there = {
            (number, seq): link
            for number, seq, link in Entry.objects.filter(case__number__in=numbers, seq__in=seqs).values_list(
                "case__number", "seq", "hash"
            )
        }
        for number, seq, head in part:
            if there.get((number, seq)) != head:
                reason = f"{place} saw it; it is gone"
                yield _problem("sealed-entry-gone", f"case {number}, entry {seq}", reason)


def _seals_gone(count: int, made: int, sealed: dict[str, int]) -> Iterator[Problem]:
    if count < made:
        yield _problem("seal-altered", f"seal {made}", f"{made} seals were made, {count} are there")
    for number, seq in sealed.items():
        place = f"case {number}, entry {seq}"
        yield _problem("seal-altered", place, "it was sealed, and the seal that saw it is gone")


def _problem(code: str, place: str, reason: str) -> Problem:
    return Problem(code, reason, place=place, hint="compare with a backup or an earlier export of the log")
