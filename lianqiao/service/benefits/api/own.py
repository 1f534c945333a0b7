"""One's own benefits over the API: what is known, found, nearly found; taking it; what the secretary says."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.innovation.talent import queries as talent
from lianqiao.innovation.talent.wording import indicator_title, reminder_words
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import PRINTABLE, Name, Shown, Wanted, offer
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.api.facts import FactRecorded, KnownFact, facts_shown
from lianqiao.service.benefits.api.grants import (
    ClaimWanted,
    GrantShown,
    PolicyForFirm,
    grant_shown,
    policies_shown,
    taken,
)
from lianqiao.service.benefits.commands.granting import follow_facts
from lianqiao.service.benefits.commands.recording import record_fact
from lianqiao.service.benefits.models.grants import LIVE
from lianqiao.service.benefits.queries import grants as queries
from lianqiao.service.benefits.queries.everyone import may_match

router = Router(tags=["benefits"])


class OwnBenefits(Shown):
    """What is one's own, and what could be."""

    permitted: bool = Field(description=_("Whether one permits being matched; nothing is looked at else."))
    grants: list[GrantShown]
    policies: list[PolicyForFirm]


class OwnFacts(Shown):
    """What is known of oneself on a day."""

    permitted: bool
    day: str
    facts: list[KnownFact]


class OwnFactWanted(Wanted):
    """A fact one says of oneself."""

    attribute: Name = Field(examples=["insured_months"])
    text: str = Field(min_length=1, max_length=200, pattern=PRINTABLE, examples=["14"])


class DueShown(Shown):
    """One thing to do."""

    kind: str
    day: date | None
    words: str


class SecretaryShown(Shown):
    """What is due, what one may get, what lacks one paper."""

    due: list[DueShown]
    invited: list[GrantShown]
    ready: list[PolicyForFirm]
    nearly: list[PolicyForFirm]


@offer(
    router,
    "GET",
    "/me/benefits",
    name="showOwnBenefits",
    scope="read",
    says=_("What one was given as a person, and how every policy for people comes out today, with reasons."),
    answer=OwnBenefits,
)
def show_own(request: HttpRequest) -> OwnBenefits:
    """Return them; without a permission no policy is looked at."""
    party = parties.of_person(caller(request).person)
    given = [grant_shown(one) for one in queries.grants_of(party)]
    rows = policies_shown(party, moment(request))
    return OwnBenefits(permitted=may_match(party), grants=given, policies=rows)


@offer(
    router,
    "POST",
    "/me/benefits/{policy}",
    name="takeOwnBenefit",
    scope="file act",
    says=_("Confirm one's own invitation, or claim what is given at once."),
    answer=GrantShown,
    status=201,
    refuses=(403, 404, 409),
)
def take_own(request: HttpRequest, policy: Path[Identifier], wanted: ClaimWanted) -> GrantShown:
    """Take it; refuses as `commands.granting.claim` and `confirm` do."""
    return taken(request, caller(request).person, policy, wanted)


@offer(
    router,
    "GET",
    "/me/facts",
    name="showOwnFacts",
    scope="read",
    says=_("What is known of oneself: each attribute with its source, or why it is unknown."),
    answer=OwnFacts,
)
def show_own_facts(request: HttpRequest) -> OwnFacts:
    """Return the facts."""
    party, day = parties.of_person(caller(request).person), beijing(moment(request)).date()
    return OwnFacts(permitted=may_match(party), day=day.isoformat(), facts=facts_shown(party, day))


@offer(
    router,
    "POST",
    "/me/facts",
    name="recordOwnFact",
    scope="file act",
    says=_("Record a fact of oneself; one is matched at once, and invited to what follows."),
    answer=FactRecorded,
    status=201,
    refuses=(409,),
)
def record_own(request: HttpRequest, wanted: OwnFactWanted) -> FactRecorded:
    """Record the fact; refuses as `commands.recording.record_fact` does."""
    by, now = caller(request).person, moment(request)
    made = record_fact(parties.of_person(by), wanted.attribute, wanted.text, by=by, now=now, via="api")
    follow_facts(by, now=now)
    return FactRecorded(id=made.pk, attribute=made.attribute, state=made.state, value=made.value)


@offer(
    router,
    "GET",
    "/talent/secretary",
    name="showTalentSecretary",
    scope="read",
    says=_("What is due for oneself, what one may get, and what lacks one paper."),
    answer=SecretaryShown,
    refuses=(404,),
)
def show_secretary(request: HttpRequest) -> SecretaryShown:
    """Return what the secretary says; refuses `unknown-talent` where one keeps no record."""
    person, now = caller(request).person, moment(request)
    record = talent.talent_of(person.pk)
    if record is None:
        raise refuse("unknown-talent", "you keep no record", hint="open it first")
    party = parties.of_person(person)
    grants = queries.grants_of(party)
    live = {one.policy for one in grants if one.state in LIVE}
    open_to = [one for one in policies_shown(party, now) if one.policy not in live]
    return SecretaryShown(
        due=[_due(one) for one in talent.reminders(record, at=now)],
        invited=[grant_shown(one) for one in grants if one.state == "invited"],
        ready=[one for one in open_to if one.verdict == "yes"],
        nearly=[one for one in open_to if one.near],
    )


def _due(one: talent.Reminder) -> DueShown:
    about = indicator_title(one.about) if one.kind == "entry-refused" else one.about
    return DueShown(kind=one.kind, day=one.day, words=reminder_words(one.kind, about))
