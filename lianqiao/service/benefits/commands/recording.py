"""Facts are recorded and corrected; nothing recorded is ever changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.side_acts import tidied
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits.fact_values import FactRead, read_fact
from lianqiao.service.benefits.models import Fact, FactProblem
from lianqiao.service.benefits.parties import Kind, Party, of_person
from lianqiao.service.benefits.queries.facts import Known, facts_of_many, live_facts
from lianqiao.service.benefits.queries.vocabulary import attribute_named, looks_after

CONFIDENCES = ("high", "medium", "low")
CONSENTS = ("given", "law", "none")
LONGEST = {"source": 100, "written": 200, "reason": 200}
# what a firm or a person says of itself comes from this source
OWN_WORDS: Mapping[Kind, str] = {"firm": "企业申报", "person": "本人申报"}


@dataclass(frozen=True)
class Told:
    """What one source says of one attribute, and how much that is worth."""

    attribute: str
    read: FactRead
    written: str
    source: str
    as_of: date
    valid_until: date | None = None
    confidence: str = "medium"
    consent: str = "law"
    purpose: str = ""
    paper: Mapping[str, Any] | None = None


@dataclass
class Recorded:
    """How many words were new, how many had been recorded before, how many cannot be used."""

    added: int = 0
    known: int = 0
    unusable: int = 0
    touched: set[tuple[int, str]] = field(default_factory=set)


def record_fact(
    party: Party,
    attribute: str,
    text: str,
    *,
    by: Person,
    now: datetime,
    unit: str = "",
    source: str = "",
    as_of: date | None = None,
    valid_until: date | None = None,
    confidence: str = "medium",
    consent: str = "law",
    purpose: str = "",
    paper: Mapping[str, Any] | None = None,
    via: str = "page",
) -> Fact:
    """Record what somebody typed of a party: an officer what a source says, a firm or person their own.

    Raises Refusal: `wrong-role`, `attribute-unknown`, `needs-missing`, `fact-unusable` with the reason beside
    `text`, `fact-in-future`, `fact-known` where the same word stands already.
    """
    # of themselves officers say no more than anybody does
    officer = looks_after(by, at=now) and party != of_person(by)
    if not officer:
        require_own(party, by, now=now)
        source, as_of, consent = OWN_WORDS[party.kind], None, "given"
        confidence = "medium" if paper else "low"
    today = beijing(now).date()
    read = typed_fact(attribute, text, unit=unit, today=today)
    told = Told(
        attribute, read, text.strip()[: LONGEST["written"]], tidied(source), as_of or today, valid_until,
        confidence, consent, purpose, paper,
    )  # fmt: skip
    _check(told, today)
    with transaction.atomic():
        done = record(party.kind, [(party.pk, told)], by=by, now=now, via=via)
        if not done.added:
            raise refuse("fact-known", "the same word of the same source stands already", field="text")
        return Fact.objects.filter(attribute=attribute, **party.where).latest("pk")


def require_own(party: Party, by: Person, *, now: datetime) -> None:
    """Raise Refusal `wrong-role` unless somebody acts for the party."""
    own = party.pk == by.pk if party.kind == "person" else organization.acts_for(by.pk, party.pk, at=now)
    if not own:
        raise refuse("wrong-role", "only who acts for the party, or an officer, may do this")


def require_consent(consent: str) -> None:
    """Raise Refusal `consent-missing` where nothing allows that something is kept of a person."""
    if consent == "none":
        raise refuse(
            "consent-missing", "of people only what they agreed to, or the law allows", field="consent"
        )


def typed_fact(attribute: str, text: str, *, unit: str, today: date) -> FactRead:
    """Return what a typed text says. Raises Refusal where it says nothing that can be used."""
    read = read_fact(text, attribute_named(attribute), unit=unit, today=today)
    if read.state == "unknown":
        raise refuse("needs-missing", "nothing is typed", place="text", field="text")
    if read.state == "unusable":
        raise refuse(read.problem, f"“{text}” cannot be used", place="text", field="text", written=text[:40])
    return read


def _check(told: Told, today: date) -> None:
    problems = []
    if not told.source:
        problems.append(Problem("needs-missing", "who says so?", place="source", facts={"field": "source"}))
    if told.as_of > today:
        problems.append(Problem("visit-day", "the day is to come", place="as_of", facts={"field": "as_of"}))
    if told.valid_until and told.valid_until < told.as_of:
        problems.append(
            Problem(
                "fact-expired", "over before it began", place="valid_until", facts={"field": "valid_until"}
            )
        )
    if told.confidence not in CONFIDENCES or told.consent not in CONSENTS:
        problems.append(Problem("needs-wrong", "not an option", facts={"fault": "not-choice"}))
    if problems:
        raise Refusal(*problems)


def correct_fact(
    wrong: Fact, text: str, *, reason: str, by: Person, now: datetime, unit: str = "", withdraw: bool = False
) -> Fact:
    """Put one word right, or take it back; what was recorded stays in the history.

    Raises Refusal: `wrong-role` for anyone but officers, `reason-missing`, `fact-corrected` where it was
    corrected before, and as `typed_fact`.
    """
    if not looks_after(by, at=now):
        raise refuse("wrong-role", "only officers correct facts")
    if not tidied(reason):
        raise refuse("reason-missing", "say why", place="reason", field="reason")
    today = beijing(now).date()
    read = FactRead("withdrawn") if withdraw else typed_fact(wrong.attribute, text, unit=unit, today=today)
    party = Party("firm", wrong.firm_id) if wrong.firm_id else Party("person", wrong.person_id or 0)
    told = Told(
        wrong.attribute, read, text.strip()[: LONGEST["written"]], wrong.source, wrong.as_of,
        wrong.valid_until, wrong.confidence, wrong.consent, wrong.purpose, wrong.paper,
    )  # fmt: skip
    with transaction.atomic():
        locked = Fact.objects.select_for_update().get(pk=wrong.pk)
        if locked.corrections.exists():
            raise refuse("fact-corrected", "this was corrected before", hint="correct its correction")
        row = row_of(party.kind, party.pk, told, by=by, now=now, via="page")
        row.corrects, row.reason = locked, tidied(reason)[: LONGEST["reason"]]
        row.digest = digest_of(party.kind, party.pk, told, corrects=locked.pk)
        row.example = locked.example
        row.save()
        note_problems(party.kind, {(party.pk, wrong.attribute)}, now=now)
    return row


def record(
    kind: Kind,
    words: Sequence[tuple[int, Told]],
    *,
    by: Person | None,
    now: datetime,
    via: str,
    example: bool = False,
    anew: str = "",
) -> Recorded:
    """Record many words at once, each by its party's key; the same word a second time changes nothing.

    With `anew`, a reason, a source that says something else as of the same day puts its earlier word right;
    callers that do so take turns. Who may, and whether the parties exist, is for the caller to ask.
    """
    rows = {}
    with transaction.atomic():
        earlier = _earlier(kind, words) if anew else {}
        for key, told in words:
            row = row_of(kind, key, told, by=by, now=now, via=via)
            row.example = example
            before_it = earlier.get((key, told.attribute, told.source, told.as_of))
            if before_it and (before_it.state, before_it.value) == (row.state, row.value):
                continue
            if before_it:
                row.corrects, row.reason = before_it, anew
                row.digest = digest_of(kind, key, told, corrects=before_it.pk)
            rows[row.digest] = row
        before = set(Fact.objects.filter(digest__in=rows).values_list("digest", flat=True))
        new = [row for digest, row in rows.items() if digest not in before]
        Fact.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
        touched = {(row.firm_id or row.person_id or 0, row.attribute) for row in new}
        note_problems(kind, touched, now=now, example=example)
    return Recorded(len(new), len(words) - len(new), sum(row.problem != "" for row in new), touched)


def _earlier(kind: Kind, words: Sequence[tuple[int, Told]]) -> dict[tuple[int, str, str, date], Fact]:
    """Return the words that stand of the same sources as of the same days."""
    found = live_facts().filter(
        **{f"{kind}_id__in": {key for key, _ in words}},
        attribute__in={told.attribute for _, told in words},
        source__in={told.source for _, told in words},
        as_of__in={told.as_of for _, told in words},
    )
    return {(getattr(row, f"{kind}_id"), row.attribute, row.source, row.as_of): row for row in found}


def note_problems(
    kind: Kind, touched: Collection[tuple[int, str]], *, now: datetime, example: bool = False
) -> None:
    """Write down what cannot be used of these parties' attributes, and what now can again."""
    keys = sorted({key for key, _ in touched})
    known = facts_of_many(kind, keys, beijing(now).date())
    note_known_problems(kind, known, {name for _, name in touched}, now=now, example=example)


def note_known_problems(
    kind: Kind,
    known: Mapping[int, Known],
    attributes: Iterable[str] | None,
    *,
    now: datetime,
    example: bool = False,
) -> int:
    """Write down what cannot be used of these attributes (None for all) of parties whose facts are known."""
    about = {f"{kind}_id__in": list(known), "solved_at": None}
    open_rows = FactProblem.objects.filter(**about)
    if attributes is not None:
        open_rows = open_rows.filter(attribute__in=list(attributes))
    column = f"{kind}_id"
    before = {(getattr(row, column), row.attribute): row for row in open_rows}
    wanted = {
        (key, name): trouble
        for key, one in known.items()
        for name, trouble in one.troubles.items()
        if attributes is None or name in attributes
    }
    solved = [row.pk for key, row in before.items() if key not in wanted or wanted[key].code != row.code]
    if solved:
        FactProblem.objects.filter(pk__in=solved).update(solved_at=now)
    new = [
        FactProblem(**{column: key}, attribute=name, code=trouble.code, since=now, example=example,
                    told={"rows": list(trouble.rows)})
        for (key, name), trouble in wanted.items()
        if (key, name) not in before or before[key, name].code != trouble.code
    ]  # fmt: skip
    FactProblem.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def row_of(kind: Kind, key: int, told: Told, *, by: Person | None, now: datetime, via: str) -> Fact:
    """Return the row of one word, not yet written."""
    return Fact(
        **{f"{kind}_id": key},
        attribute=told.attribute,
        state=told.read.state,
        value=told.read.value,
        problem=told.read.problem,
        written=told.written,
        source=told.source[: LONGEST["source"]],
        as_of=told.as_of,
        valid_until=told.valid_until,
        confidence=told.confidence,
        consent=told.consent,
        purpose=told.purpose,
        paper=dict(told.paper) if told.paper else None,
        at=now,
        by=by,
        via=via,
        digest=digest_of(kind, key, told),
    )


def digest_of(kind: Kind, key: int, told: Told, *, corrects: int = 0) -> str:
    """Return what makes a word the same word: who it is about, what it says, who says it, as of when."""
    read = told.read
    said: list[Any] = [
        kind, key, told.attribute, read.state, read.value, read.problem, told.source, told.as_of.isoformat(),
        told.valid_until.isoformat() if told.valid_until else "", told.confidence, told.consent, told.purpose,
        corrects, (told.paper or {}).get("sha256", ""), told.written if read.problem else "",
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()
