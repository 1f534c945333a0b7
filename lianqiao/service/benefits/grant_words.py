"""Decisions, grants and payments as pages and the API show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianqiao.engine.masking import masked_name
from lianqiao.engine.policy.binding import RuleSet
from lianqiao.engine.policy.explaining import Explanation
from lianqiao.engine.policy.shape import Attribute
from lianqiao.engine.policy.telling import told
from lianqiao.service.benefits.fact_values import fact_words, money_words, source_words
from lianqiao.service.benefits.models import Decision, Payment
from lianqiao.service.benefits.queries.vocabulary import vocabulary
from lianqiao.service.language import in_words, listed_words

BADGES = {
    "yes": "kept", "nearly": "at-risk", "no": "ended",
    "invited": "waiting", "granted": "running", "paying": "running", "paid": "kept", "declined": "ended",
    "lapsed": "ended", "revoked": "broken", "recovering": "at-risk", "recovered": "ended",
    "making": "running", "made": "waiting", "released": "running", "closed": "kept", "cancelled": "ended",
    "waiting": "waiting", "sent": "running", "failed": "broken", "dropped": "ended",
}  # fmt: skip


def state_words(state: str) -> str:
    """Return the word for a verdict, or the state of a grant, a batch or a payment."""
    named = {
        "yes": _("Qualifies"),
        "nearly": _("Nearly"),
        "no": _("Does not qualify"),
        "unknown": _("Not known"),
        "invited": _("Invited, to be confirmed"),
        "granted": _("Granted"),
        "paying": _("Being paid"),
        "paid": _("Paid"),
        "declined": _("Declined"),
        "lapsed": _("Lapsed"),
        "revoked": _("Revoked"),
        "recovering": _("Asked back"),
        "recovered": _("Came back"),
        "making": _("Being made"),
        "made": _("To be released"),
        "released": _("With the bank"),
        "closed": _("Settled"),
        "cancelled": _("Dropped"),
        "waiting": _("Waiting"),
        "sent": _("With the bank"),
        "failed": _("Failed"),
        "dropped": _("Dropped"),
    }
    return named.get(state, state)


def badge(state: str) -> str:
    """Return the badge state of a verdict, a grant, a batch or a payment."""
    return BADGES.get(state, "ended")


def money(fen: int | None) -> str:
    """Return a sum in words; "—" where it is not known."""
    return "—" if fen is None else money_words(fen)


def holder_of(payment: Payment) -> str:
    """Return the holder of the account a payment goes to; a person's name with its middle hidden."""
    return masked_name(payment.holder) if payment.grant.person_id else payment.holder


def lacks_words(how: str, names: Iterable[str]) -> str:
    """Return what is lacking: the paper that shows it, or the thing that would have to be other."""
    known = vocabulary()
    titles = listed_words(in_words(known[name].title) for name in names if name in known)
    papers = {in_words(one.proof) for name in names if (one := known.get(name)) and one.proof}
    if how == "unknown" and papers:
        return _("Missing: %(what)s (%(paper)s)") % {"what": titles, "paper": listed_words(sorted(papers))}
    words = _("Missing: %(what)s") if how == "unknown" else _("Not met: %(what)s")
    return words % {"what": titles}


def explained(explanation: Explanation, rules: RuleSet) -> dict[str, Any]:
    """Return an explanation as pages show it: conditions with article, verdict and the facts looked at."""
    language = get_language() or "zh-hans"
    found = told(explanation, rules, language)
    found["badge"] = badge(found["verdict"] if found["verdict"] != "unknown" else "waiting")
    found["verdict_words"] = _condition_words(found["verdict"])
    for condition in found["conditions"]:
        condition["badge"] = badge(condition["verdict"] if condition["verdict"] != "unknown" else "waiting")
        condition["verdict_words"] = _condition_words(condition["verdict"])
        condition["facts"] = [_fact(one, rules.attributes) for one in _facts(condition)]
    return found


def _condition_words(verdict: str) -> str:
    return {"yes": _("Met"), "no": _("Not met"), "unknown": _("Not known")}[verdict]


def _facts(step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    own = list(step.get("facts", ()))
    for part in step.get("parts", ()):
        own += _facts(part)
    return list({one["attribute"]: one for one in own}.values())


def _fact(one: Mapping[str, Any], attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    words = fact_words(attributes.get(one["attribute"]), one["state"], one.get("value"))
    source = source_words(one["source"])
    return {**one, "words": words or _("unknown"), "source": source, "give": ""}


@dataclass(frozen=True)
class SeenFact:
    """A fact as a decision saw it."""

    title: str
    words: str
    source: str


def seen_facts(row: Decision) -> list[SeenFact]:
    """Return the facts a decision saw."""
    known = vocabulary()
    return [
        SeenFact(
            title=in_words(known[name].title) if name in known else name,
            words=fact_words(known.get(name), one["state"], one.get("value")) or _("unknown"),
            source=source_words(one.get("source", "")),
        )
        for name, one in row.facts.items()
    ]
