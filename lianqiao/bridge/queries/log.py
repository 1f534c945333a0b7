"""Read the log as it was written, and tell whether it still is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lianqiao.bridge import chain
from lianqiao.bridge.models import Case, Entry, Seal
from lianqiao.engine.case_state import CaseState, apply
from lianqiao.engine.errors import Problem

READ_AT_ONCE = 2000


@dataclass(frozen=True)
class Verdict:
    """What verifying the log found: how much was read, and every problem with its place."""

    cases: int
    entries: int
    seals: int
    problems: tuple[Problem, ...]


def verify_log() -> Verdict:
    """Read the whole log and return every sign that it was altered.

    Found are: an entry changed, removed, added or moved (to another place or case), a case row that is not
    the fold of its log, the newest entries or a whole case taken away since the last seal, a seal changed or
    removed. Memory stays level; time grows with the log.
    """
    problems: list[Problem] = []
    heads: dict[str, list[str]] = {}
    entries = 0
    for case, lines in _cases_with_entries():
        entries += len(lines)
        problems += _check_case(case, lines)
        heads[case.number] = [line.hash for line in lines]
    seals, broken = _check_seals(heads)
    return Verdict(len(heads), entries, seals, (*problems, *broken))


def exported_log(number: str = "") -> Iterator[str]:
    """Yield the log as JSON lines, one an entry, then one a seal; enough for anyone to verify it again.

    The rule of the hashes is in `bridge.chain`; each line holds all that enters its hash.
    """
    entries = Entry.objects.select_related("case").order_by("case_id", "seq")
    if number:
        entries = entries.filter(case__number=number)
    for entry in entries.iterator(chunk_size=READ_AT_ONCE):
        yield json.dumps(
            {
                "case": entry.case.number,
                "seq": entry.seq,
                "body": entry.body,
                "previous": entry.previous,
                "hash": entry.hash,
            },
            ensure_ascii=False,
        )
    if not number:
        for seal in Seal.objects.order_by("pk").iterator(chunk_size=READ_AT_ONCE):
            yield json.dumps(
                {
                    "seal": chain.utc_text(seal.at),
                    "heads": seal.heads,
                    "previous": seal.previous,
                    "hash": seal.hash,
                },
                ensure_ascii=False,
            )


def _cases_with_entries() -> Iterator[tuple[Case, list[Entry]]]:
    """Yield every case with its entries in the order of their hashes' claim: by `seq`."""
    after = 0
    while cases := list(Case.objects.filter(pk__gt=after).order_by("pk")[:READ_AT_ONCE]):
        after = cases[-1].pk
        lines: dict[int, list[Entry]] = {case.pk: [] for case in cases}
        for entry in Entry.objects.filter(case_id__in=lines).order_by("case_id", "seq"):
            lines[entry.case_id].append(entry)
        for case in cases:
            yield case, lines[case.pk]


def _check_case(case: Case, lines: list[Entry]) -> list[Problem]:
    previous, state = chain.FIRST, None
    for expected, line in enumerate(lines, start=1):
        place = f"case {case.number}, entry {line.seq}"
        if line.seq != expected:
            return [
                _problem("entry-removed", f"case {case.number}, entry {expected}", "this entry is missing")
            ]
        if line.previous != previous:
            return [_problem("chain-broken", place, "it does not follow from the entry before")]
        if chain.link(case.number, line.seq, line.body, previous) != line.hash:
            return [_problem("entry-altered", place, "its text is not what was hashed when it was written")]
        if (columns := _columns_differ(line)) is not None:
            return [_problem("entry-altered", place, f"its column “{columns}” differs from its text")]
        previous, state = line.hash, apply(state, json.loads(line.body))
    return _check_row(case, previous, state)


def _columns_differ(line: Entry) -> str | None:
    body = json.loads(line.body)
    if line.name != (body.get("step") or body.get("act")):
        return "name"
    return None if line.at == datetime.fromisoformat(body["at"]) else "at"


def _check_row(case: Case, head: str, state: CaseState | None) -> list[Problem]:
    place = f"case {case.number}"
    if case.head != head:
        return [_problem("head-differs", place, "its newest entries are missing, or its row was changed")]
    if state is None or json.loads(case.state) != json.loads(chain.canonical(state.to_dict())):
        return [_problem("row-differs", place, "its row is not what its log adds up to")]
    return []


def _check_seals(heads: dict[str, list[str]]) -> tuple[int, list[Problem]]:
    problems: list[Problem] = []
    previous, count = chain.FIRST, 0
    for seal in Seal.objects.order_by("pk").iterator(chunk_size=READ_AT_ONCE):
        count += 1
        place = f"seal {seal.pk} of {seal.at.isoformat()}"
        if seal.previous != previous or chain.seal(seal.at, seal.heads, previous) != seal.hash:
            problems.append(
                _problem("seal-altered", place, "it, or a seal before it, was changed or removed")
            )
        previous = seal.hash
        for number, seq, head in json.loads(seal.heads):
            there = heads.get(number, [])
            if len(there) < seq or there[seq - 1] != head:
                problems.append(
                    _problem(
                        "sealed-entry-gone", f"case {number}, entry {seq}", f"{place} saw it; it is gone"
                    )
                )
    return count, problems


def _problem(code: str, place: str, reason: str) -> Problem:
    return Problem(code, reason, place=place, hint="compare with a backup or an earlier export of the log")
