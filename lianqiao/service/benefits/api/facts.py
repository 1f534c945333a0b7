"""What is known of firms, and what of it cannot be used."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    PRINTABLE,
    CreditCode,
    Cut,
    Moment,
    Name,
    Page,
    Shown,
    Wanted,
    When,
    Words,
    instant,
    offer,
)
from lianqiao.organization.models import Firm
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands.recording import record_fact, require_consent, require_own
from lianqiao.service.benefits.fact_words import attributes_shown, party_name, title_of, trouble_words
from lianqiao.service.benefits.models import FactProblem
from lianqiao.service.benefits.queries import facts as queries
from lianqiao.service.benefits.queries import problems
from lianqiao.service.benefits.queries.everyone import PURPOSE, people_permitting
from lianqiao.service.benefits.queries.vocabulary import looks_after, recordable, vocabulary

router = Router(tags=["benefits"])


class FactWanted(Wanted):
    """A fact to be recorded; a firm says only what and how much."""

    attribute: Name = Field(examples=["revenue"])
    text: str = Field(
        min_length=1,
        max_length=200,
        pattern=PRINTABLE,
        description=_("As a person writes it, sums and shares with their unit."),
        examples=["1200万元"],
    )
    source: str = Field(default="", max_length=100, pattern=PRINTABLE)
    as_of: When | None = None
    valid_until: When | None = None
    confidence: Literal["high", "medium", "low"] = "medium"
    consent: Literal["given", "law", "none"] = "law"
    purpose: Literal["", "benefits"] = ""


class KnownFact(Shown):
    """One attribute of a firm or a person: known, or unknown with the reason."""

    attribute: str
    title: str
    state: Literal["value", "absent", "unknown"]
    value: Any = Field(description=_("Money in fen, shares in hundredths of a percent, dates ISO 8601."))
    words: str
    source: str
    why: str = Field(description=_("Why it is unknown though something was said; empty else."))


class FirmFacts(Shown):
    """What is known of a firm on a day."""

    firm: str
    day: str
    facts: list[KnownFact]


class FactRecorded(Shown):
    """A fact as it was recorded."""

    id: int
    attribute: str
    state: str
    value: Any


class ProblemsAsked(Cut):
    """Which problems."""

    q: Words = ""


class ProblemRow(Shown):
    """A fact that cannot be used."""

    firm: str = Field(description=_("The firm's code; empty where it is about a person."))
    name: str
    attribute: str
    title: str
    code: str
    reason: str
    since: Moment


@offer(
    router,
    "GET",
    "/firms/{credit_code}/facts",
    name="showFirmFacts",
    scope="read",
    says=_("What is known of a firm: each attribute with its source, or why it is unknown."),
    more=_("For the firm itself and officers of benefits."),
    answer=FirmFacts,
    refuses=(404,),
)
def show_firm_facts(request: HttpRequest, credit_code: Path[CreditCode]) -> FirmFacts:
    """Return the facts; refuses `firm-unknown`, also for a firm that is not the caller's."""
    firm = firm_for(request, credit_code)
    party, day = parties.of_firm(firm), beijing(moment(request)).date()
    return FirmFacts(firm=firm.credit_code, day=day.isoformat(), facts=facts_shown(party, day))


def facts_shown(party: parties.Party, day: date) -> list[KnownFact]:
    """Return what is known of a firm or a person on a day."""
    known = queries.facts_of(party, day)
    shown = attributes_shown(known, queries.history(party), vocabulary(party.kind))
    return [
        KnownFact(
            attribute=one.name,
            title=one.title,
            state=_state(known, one.name),
            value=known.facts.values.get(one.name),
            words=one.words,
            source=one.source,
            why=one.why,
        )
        for one in shown
    ]


def _state(known: queries.Known, name: str) -> Literal["value", "absent", "unknown"]:
    if name in known.facts.values:
        return "value"
    return "absent" if name in known.facts.absent else "unknown"


@offer(
    router,
    "POST",
    "/firms/{credit_code}/facts",
    name="recordFact",
    scope="file act",
    says=_("Record a fact of a firm."),
    more=_("Officers of benefits record what a source says; a firm what it says of itself."),
    answer=FactRecorded,
    status=201,
    refuses=(403, 404, 409),
)
def record_one(request: HttpRequest, credit_code: Path[CreditCode], wanted: FactWanted) -> FactRecorded:
    """Record the fact; refuses as `commands.recording.record_fact` does."""
    return _recorded(request, parties.of_firm(firm_for(request, credit_code)), wanted)


def _recorded(request: HttpRequest, party: parties.Party, wanted: FactWanted) -> FactRecorded:
    given = wanted.model_dump(exclude={"attribute", "text", "as_of", "valid_until"})
    for name in ("as_of", "valid_until"):
        text = getattr(wanted, name)
        given[name] = beijing(instant(text, name)).date() if text else None
    made = record_fact(
        party,
        wanted.attribute,
        wanted.text,
        by=caller(request).person,
        now=moment(request),
        via="api",
        **given,
    )
    return FactRecorded(id=made.pk, attribute=made.attribute, state=made.state, value=made.value)


@offer(
    router,
    "POST",
    "/people/{username}/facts",
    name="recordPersonFact",
    scope="act",
    says=_("Record a fact of a person who permits being matched with policies."),
    more=_("For officers of benefits; it is used for benefits only, and only while they permit it."),
    answer=FactRecorded,
    status=201,
    refuses=(403, 404, 409),
)
def record_of_person(request: HttpRequest, username: Path[Name], wanted: FactWanted) -> FactRecorded:
    """Record it; refuses as `commands.recording.record_fact`, `person-not-permitting`, `consent-missing`."""
    require_benefit_officer(request)
    require_consent(wanted.consent)
    found = people_permitting([username])
    if not found:
        raise refuse("person-not-permitting", f"nobody called {username} permits it", place="username")
    if recordable("person").keys().isdisjoint([wanted.attribute]):
        raise refuse("attribute-unknown", "this is not entered of people here", field="attribute")
    return _recorded(request, parties.of_person(found[0]), wanted.model_copy(update={"purpose": PURPOSE}))


@offer(
    router,
    "GET",
    "/fact-problems",
    name="listFactProblems",
    scope="read",
    says=_("Facts that cannot be used, newest first: sources that disagree, days to come, no currency."),
    more=_("For officers of benefits."),
    answer=Page[ProblemRow],
    refuses=(403,),
)
def list_problems(request: HttpRequest, asked: Query[ProblemsAsked]) -> Page[ProblemRow]:
    """Return a page of the problems; refuses `wrong-role`."""
    require_benefit_officer(request)
    rows = problems.problems(text=asked.q, attributes=queries.attributes_titled(asked.q))
    page, following = page_of(rows, [Key("since", descending=True)], asked)
    return Page[ProblemRow](items=[_problem(one) for one in page], next=following)


def _problem(one: FactProblem) -> ProblemRow:
    return ProblemRow(
        firm=one.firm.credit_code if one.firm else "",
        name=party_name(one.firm, one.person),
        attribute=one.attribute,
        title=title_of(one.attribute, vocabulary()),
        code=one.code,
        reason=trouble_words(one.code),
        since=one.since,
    )


def require_benefit_officer(request: HttpRequest) -> None:
    """Refuse `wrong-role` for anyone but officers of benefits."""
    if not looks_after(caller(request).person, at=moment(request)):
        raise refuse("wrong-role", "only officers of benefits may ask this")


def firm_for(request: HttpRequest, credit_code: str) -> Firm:
    """Return a firm that is the caller's to ask about; else refuses `firm-unknown`: the two read alike."""
    firm, person, now = organization.firm_by_code(credit_code), caller(request).person, moment(request)
    unknown = refuse("firm-unknown", f"there is no firm {credit_code} of yours", firm=credit_code)
    if firm is None:
        raise unknown
    if not looks_after(person, at=now):
        try:
            require_own(parties.of_firm(firm), person, now=now)
        except Refusal:
            raise unknown from None
    return firm
