"""Documents of decisions: those of one case, and the one a verification code opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from lianqiao.bridge.models import Case, Entry, Result
from lianqiao.bridge.queries.one_case import mechanism_of
from lianqiao.engine.mechanism import Mechanism, Text
from lianqiao.organization.queries.prepared import Prepared


@dataclass(frozen=True)
class ResultSeen:
    """A document as anyone with its code sees it; `superseded` names when a later one took its place.

    `sha256` and `made_at` are empty while the document is being made out.
    """

    case: Case
    code: str
    decision: Text
    decided_at: datetime
    sha256: str
    name: str
    made_at: datetime | None
    superseded: datetime | None


def documents_owed() -> bool:
    """Return whether a document waits to be made out."""
    return Result.objects.filter(sha256="").exists()


def results_of(case: Case, mechanism: Mechanism) -> list[ResultSeen]:
    """Return the documents of a case, newest first, in at most two database queries."""
    results = _RESULTS(case_id=case.pk)
    if not results:
        return []
    entries = {entry.seq: entry for entry in _DECISIONS(case_id=case.pk)}
    return [_seen(case, mechanism, result, results, entries) for result in results]


def _results(case_id: int) -> QuerySet[Result, Result]:
    return Result.objects.filter(case_id=case_id).order_by("-seq")


def _decisions(case_id: int) -> QuerySet[Entry, Entry]:
    seqs = Result.objects.filter(case_id=case_id).values("seq")
    return Entry.objects.filter(case_id=case_id, seq__in=seqs)


_RESULTS, _DECISIONS = Prepared(_results), Prepared(_decisions)


def result_by_code(code: str) -> ResultSeen | None:
    """Return the document with this code, however it is spaced or written; None where there is none."""
    plain = "".join(code.split()).replace("-", "").upper()
    found = Result.objects.filter(code=plain).select_related("case").first() if plain else None
    if found is None:
        return None
    seen = results_of(found.case, mechanism_of(found.case))
    return next(one for one in seen if one.code == plain)


def _seen(
    case: Case, mechanism: Mechanism, result: Result, results: list[Result], entries: dict[int, Entry]
) -> ResultSeen:
    entry = entries[result.seq]
    later = [
        entries[other.seq].at
        for other in results
        if other.seq > result.seq and _same_question(mechanism, entry.name, entries[other.seq].name)
    ]
    step = mechanism.steps.get(entry.name)
    name = (
        (step.issued or step.title)
        if step
        else Text.model_validate({"zh-hans": entry.name, "en": entry.name})
    )
    return ResultSeen(
        case=case,
        code=result.code,
        decision=name,
        decided_at=entry.at,
        sha256=result.sha256,
        name=result.name,
        made_at=result.made_at,
        superseded=min(later, default=None),
    )


def _same_question(mechanism: Mechanism, one: str, other: str) -> bool:
    """True where both steps leave a state in common: the later decision answers what the earlier one did."""
    left = [mechanism.steps[name] for name in (one, other) if name in mechanism.steps]
    places = [{*step.from_, *step.from_all} for step in left]
    return one == other or (len(places) == 2 and bool(places[0] & places[1]))
