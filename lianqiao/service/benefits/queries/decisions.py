"""What was found for whom, and a decision decided again from what it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from lianqiao.bridge import packs
from lianqiao.engine.policy.columns import PartyFacts
from lianqiao.engine.policy.explaining import Explainer, Explanation
from lianqiao.service.benefits.models import Decision, MatchRun
from lianqiao.service.benefits.parties import Kind, Party
from lianqiao.service.benefits.queries.everyone import matched_parties, may_match
from lianqiao.service.benefits.queries.facts import facts_of
from lianqiao.service.benefits.queries.matching import nearly
from lianqiao.service.benefits.queries.rules import Book, book_of, written_book
from lianqiao.service.language import in_words

SORTS = {"party": "firm__name", "policy": "policy", "fen": "fen", "day": "day", "place": "place"}


def decisions(show: str, *, text: str = "", policy: str = "", sort: str = "-day") -> QuerySet[Decision]:
    """Return what was `found`, is `nearly` found, or `changed` on the last day of matching."""
    rows = Decision.objects.filter(matched_parties(), current=True).select_related("firm", "person")
    if show == "changed":
        last = last_day()
        rows = rows.filter(day=last).exclude(before=F("verdict")) if last else rows.none()
    else:
        rows = rows.filter(verdict="yes" if show == "found" else "nearly")
    if text:
        rows = rows.filter(Q(firm__name__icontains=text) | Q(firm__credit_code__startswith=text.upper()))
    if policy:
        rows = rows.filter(policy=policy)
    key = SORTS.get(sort.removeprefix("-"), "day")
    order = F(key).desc(nulls_last=True) if sort.startswith("-") else F(key).asc(nulls_last=True)
    return rows.order_by(order, "-pk")


def last_day() -> date | None:
    """Return the last day on which all parties were matched."""
    return MatchRun.objects.order_by("-day", "-id").values_list("day", flat=True).first()


def last_run() -> MatchRun | None:
    """Return the last matching of all firms, or None."""
    return MatchRun.objects.filter(kind="firm").order_by("-id").first()


def run_wanted(kind: Kind, day: date) -> bool:
    """Return whether the parties of a kind are still to be matched on a day, and there are rules for them."""
    if not any(one.party == kind for one in packs.current().benefits.policies.values()):
        return False
    return not MatchRun.objects.filter(kind=kind, day=day).exists()


def run(run_id: int) -> MatchRun | None:
    """Return a matching, or None."""
    return MatchRun.objects.select_related("rules").filter(pk=run_id).first()


def tallies() -> dict[str, Mapping[str, Any]]:
    """Return for each policy how many have it, how many nearly, and the fen of those who have it."""
    yes, near = Q(verdict="yes"), Q(verdict="nearly")
    rows = Decision.objects.filter(matched_parties(), current=True).values("policy")
    found = rows.annotate(
        yes=Count("id", filter=yes), nearly=Count("id", filter=near), fen=Sum("fen", filter=yes)
    )
    return {row["policy"]: row for row in found}


def decision(decision_id: int) -> Decision | None:
    """Return one decision with the rules it went by, or None."""
    return Decision.objects.select_related("firm", "person", "rules").filter(pk=decision_id).first()


def decisions_about(party: Party, policy: str) -> list[Decision]:
    """Return all decisions about a party and policy, newest first."""
    return list(Decision.objects.filter(policy=policy, **party.where).order_by("-pk"))


def current_decision(party: Party, policy: str) -> Decision | None:
    """Return what a policy comes to for a party as last decided, or None."""
    return Decision.objects.filter(policy=policy, current=True, **party.where).first()


@dataclass(frozen=True)
class Replay:
    """A decision decided again from the facts it saw by the rules of its day; `same` where it is alike."""

    explanation: Explanation | None
    book: Book
    verdict: str
    same: bool


def replayed(row: Decision) -> Replay:
    """Return the decision decided again."""
    kind: Kind = "firm" if row.firm_id else "person"
    book = written_book(kind, row.rules, row.day, row.at)
    explanation = Explainer(book.rules).explain(_facts(row)).get(row.policy)
    verdict = "no"
    if explanation:
        verdict = "yes" if explanation.verdict == "yes" else "nearly" if nearly(explanation)[0] else "no"
    fen = explanation.amount.fen if explanation and explanation.amount else row.fen
    # who no longer has it: the facts that made it so may be gone altogether
    same = verdict == row.verdict and (row.verdict != "yes" or fen == row.fen)
    return Replay(explanation, book, verdict, same or row.verdict == "no")


def _facts(row: Decision) -> PartyFacts:
    values, absent, sources, notes = {}, set(), {}, {}
    for name, one in row.facts.items():
        if one["state"] == "value":
            value = one["value"]
            values[name] = tuple(value) if isinstance(value, list) else value
        elif one["state"] == "absent":
            absent.add(name)
        sources[name] = one.get("source", "")
        if "why" in one:
            notes[name] = one["why"]
    return PartyFacts(values, frozenset(absent), sources, notes)


def explained(party: Party, now: datetime) -> tuple[Book, dict[str, Explanation]]:
    """Return every policy for a party, explained from what is known now; none for who permits no matching."""
    book = book_of(party.kind, now)
    if not may_match(party):
        return book, {}
    known = facts_of(party, book.rules.day)
    return book, Explainer(book.rules).explain(known.facts)


def policy_title(policy: str) -> str:
    """Return what a policy is called; its id where the district has it no longer."""
    found = packs.current().benefits.policies.get(policy)
    return in_words(found.title) if found else policy


def kept_title(policy: str) -> str:
    """Return what a policy is called in what is kept of it: the district's own words, whoever reads along."""
    found = packs.current().benefits.policies.get(policy)
    return found.title.zh_hans if found else policy


def policy_titles() -> dict[str, str]:
    """Return what each policy of the district is called."""
    return {name: in_words(one.title) for name, one in packs.current().benefits.policies.items()}
