"""What is said of licences in the active language."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lianqiao.bridge import packs
from lianqiao.service.language import in_words
from lianqiao.service.licences.models import Decision, Licence, Word
from lianqiao.service.licences.queries.reasons import Reason, reasons


def kind_words(kind: str) -> str:
    """Return what a kind of licence is called; one the pack has no longer goes by its name."""
    found = packs.current().licences.kinds.get(kind)
    return in_words(found.title) if found else kind


def standing_words(code: str) -> str:
    """Return the word for how a licence stands."""
    return {
        "valid": pgettext("licence", "In force"),
        "near": pgettext("licence", "Near its end"),
        "renewed": pgettext("licence", "Renewed by rule"),
        "failed": pgettext("licence", "A condition is not met"),
        "missing": pgettext("licence", "A paper is missing"),
        "person": pgettext("licence", "With a person"),
        "refused": pgettext("licence", "Not renewed"),
        "opted-out": pgettext("licence", "Opted out"),
        "lapsed": pgettext("licence", "Lapsed"),
        "revoked": pgettext("licence", "Revoked"),
    }[code]


def reasons_of(licence: Licence) -> list[Reason]:
    """Return why a licence was not renewed by rule."""
    kinds = packs.current().licences
    kind = kinds.kinds.get(licence.kind)
    return reasons(kind, kinds, licence.finding, language=_language()) if kind else []


def reason_line(licence: Licence) -> str:
    """Return the reasons in one line."""
    return "；".join(
        (_("not met: %(what)s") % {"what": f"{one.words}（{one.article}）"})
        if one.article
        else (_("missing: %(what)s") % {"what": one.words})
        for one in reasons_of(licence)
    )


def outcome_words(decision: Decision) -> str:
    """Return what a decision did."""
    return {
        "renewed": _("Renewed"),
        "failed": _("Not renewed by rule: a condition is not met"),
        "missing": _("Not renewed by rule: a paper is missing"),
        "refused": _("Not renewed, decided by a person"),
        "lapsed": _("The term ended without renewal"),
        "revoked": pgettext("licence", "Revoked"),
        "opted-out": _("The holder opted out of renewal without application"),
        "opted-in": _("The holder opted in again"),
    }[decision.outcome]


def word_title(word: Word) -> str:
    """Return in one line what a holder is told."""
    named = {"kind": kind_words(word.licence.kind), "number": word.licence.number}
    return {
        "renewed": _("Your %(kind)s %(number)s was renewed; no application was needed"),
        "failed": _("Your %(kind)s %(number)s could not be renewed by rule; a person looks at it"),
        "missing": _("To renew your %(kind)s %(number)s one paper is missing"),
        "near": _("Your %(kind)s %(number)s ends soon; you opted out of renewal without application"),
        "lapsed": _("Your %(kind)s %(number)s has ended and was not renewed"),
        "refused": _("Your %(kind)s %(number)s is not renewed"),
        "revoked": _("Your %(kind)s %(number)s was revoked"),
    }[word.kind] % named


def word_details(word: Word) -> str:
    """Return the rest: until when, why, which paper."""
    facts: dict[str, Any] = word.facts
    if word.kind == "renewed":
        return _("Valid until %(day)s. The e-licence is ready.") % {"day": facts["new_until"]}
    if word.kind in ("failed", "missing"):
        shown = Licence(kind=word.licence.kind, finding=facts)
        return reason_line(shown)
    if facts.get("words"):
        return str(facts["words"])
    return _("Its last day is %(day)s.") % {"day": word.until.isoformat()}


def letter_of(word: Word) -> tuple[str, str]:
    """Return title and text of the letter to a firm, in Chinese as its licence is."""
    with translation.override("zh-hans"):
        title = word_title(word)
        return title, f"{word.firm.name}：\n\n{title}。{word_details(word)}"


def _language() -> str:
    return get_language() or "zh-hans"
