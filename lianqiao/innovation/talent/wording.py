"""What is said about talents: refusals with the status a program reads, stages, purposes, reminders."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language, gettext_noop, ngettext, pgettext
from django.utils.translation import gettext as _

from lianqiao.bridge import packs
from lianqiao.engine.evaluation import Indicator
from lianqiao.engine.parts import Text

REFUSALS: Mapping[str, str] = {
    "talent-office-only": gettext_noop("Only the talent office may do this"),
    "unknown-talent": gettext_noop("There is no such record, or it is not open to you"),
    "not-your-record": gettext_noop("A record is kept by the person it is about"),
    "own-record": gettext_noop("Nobody confirms or evaluates themself; a colleague does"),
    "not-your-firm": gettext_noop("Choose an employer you act for"),
    "unknown-purpose": gettext_noop("Choose one of the uses listed"),
    "unknown-indicator": gettext_noop("The standard in force has no such indicator"),
    "no-standard": gettext_noop("The zone has no standard of evaluation yet"),
    "day-to-come": gettext_noop("This day is still to come"),
    "entry-twice": gettext_noop("This paper is in your record already"),
    "entries-too-many": gettext_noop("A record has at most %(most)s entries; take old ones back"),
    "unknown-entry": gettext_noop("There is no such entry"),
    "entry-decided": gettext_noop("This entry was decided already"),
    "unknown-dual-post": gettext_noop("There is no such dual post, or it is not yours to see"),
    "dual-post-stopped": gettext_noop("It was declined or ended already; propose another one"),
    "no-side": gettext_noop("Only the person and the administrators of the two employers may do this"),
    "not-introduced": gettext_noop("This person has not let firms see their record"),
    "home-differs": gettext_noop("The person's record names another employer"),
    "same-employer": gettext_noop("Home and host must be two employers"),
    "results-whole": gettext_noop("The three shares make %(sum)s, not 100"),
    "span-wrong": gettext_noop(
        "The last day must be today or later, after the first, within %(years)s years"
    ),
    "share-over": gettext_noop("%(taken)s percent of the time are promised already; %(free)s are free"),
    "firms-missing": gettext_noop("Name at least one firm that was there"),
}
STATUS: Mapping[str, int] = {
    **dict.fromkeys(("talent-office-only", "not-your-record", "own-record", "no-side"), 403),
    **dict.fromkeys(("unknown-talent", "unknown-entry", "unknown-dual-post"), 404),
    **dict.fromkeys(
        ("entry-twice", "entry-decided", "entries-too-many", "dual-post-stopped", "share-over"), 409
    ),
}


def in_words(text: Text) -> str:
    """Return the words of the pack in the active language."""
    return text.in_language(get_language() or "zh-hans")


def purposes() -> dict[str, tuple[str, str]]:
    """Return what a record may be used for: name and what that means."""
    return {
        "evaluation": (
            _("Evaluation"),
            _("The talent office reads the record, confirms its entries and evaluates it."),
        ),
        "benefits": (
            _("Having benefits"),
            _("The record is matched with the zone's policies, so that you are told what is yours."),
        ),
        "introduction": (
            _("Introduction"),
            _("Firms and institutes see post, field and score, with your name masked, and may propose."),
        ),
    }


def withdrawal_words(purpose: str) -> tuple[str, ...]:
    """Return what follows from taking the permission of a use back."""
    return {
        "evaluation": (
            _("The talent office no longer reads the record; entries that wait are confirmed by nobody."),
            _("Confirmed entries and evaluations made until now stay in your record."),
        ),
        "benefits": (
            _("The record is matched no more, and you are told of nothing new that would be yours."),
            _("What was granted to you until now stays granted."),
        ),
        "introduction": (
            _("Firms and institutes no longer find you among the people open to dual posts."),
            _("Dual posts proposed or agreed until now stay; each is ended on its own page."),
        ),
    }[purpose]


def entry_states() -> dict[str, tuple[str, str]]:
    """Return the badge and the word of each state of an entry."""
    return {
        "claimed": ("waiting", _("Waits to be confirmed")),
        "confirmed": ("kept", _("Confirmed")),
        "refused": ("broken", _("Not confirmed")),
    }


def stages() -> dict[str, tuple[str, str]]:
    """Return the badge and the word of each stage of a dual post."""
    return {
        "proposed": ("waiting", _("Waits for agreement")),
        "to-come": ("waiting", _("Agreed, to come")),
        "in-force": ("running", _("In force")),
        "over": ("ended", pgettext("dual post", "Over")),
        "declined": ("ended", _("Declined")),
        "ended": ("ended", _("Ended early")),
    }


def reminder_words(kind: str, about: str) -> str:
    """Return what the secretary says."""
    return {
        "answer-dual-post": _("Answer the proposal of a dual post: %(about)s"),
        "dual-post-ends": _("A dual post ends soon: %(about)s"),
        "permit-evaluation": _("Nobody may evaluate your record yet: permit it where you want it."),
        "permit-benefits": _("Your record is not matched with benefits: permit it to be told what is yours."),
        "entry-refused": _("An entry was not confirmed: %(about)s. Read why and enter it anew."),
        "entries-wait": _("Entries wait to be confirmed; they will raise your score."),
        "appraisal-old": _("Your last evaluation is a year old by then: ask for a new one."),
    }[kind] % {"about": about}


def indicator_title(code: str) -> str:
    """Return what an indicator is called; its code where the standard in force has it no longer."""
    standard = packs.current().talent_standard
    known = standard.indicators.get(code) if standard else None
    return in_words(known.title) if known else code


def amount_words(indicator: str, amount: int, choice: str) -> str:
    """Return an entry's amount with its unit, or the choice made."""
    standard = packs.current().talent_standard
    known = standard.indicators.get(indicator) if standard else None
    if known is None:
        return choice or str(amount)
    if known.choices:
        return in_words(known.choices[choice].title) if choice in known.choices else choice
    return f"{amount} {unit_words(known, amount)}".strip()


def unit_words(indicator: Indicator, amount: int) -> str:
    """Return the unit of so many: “patent” of one, “patents” of more; "" where there is none."""
    unit = indicator.unit_one if amount == 1 and indicator.unit_one else indicator.unit
    return in_words(unit) if unit else ""


def points_words(hundredths: int) -> str:
    """Return hundredths of a point with the word: 1 point, 39.5 points."""
    words = ngettext("%(points)s point", "%(points)s points", 1 if hundredths == 100 else 2)
    return words % {"points": points(hundredths)}


def points(hundredths: int) -> str:
    """Return hundredths of a point as they are written: 39.5."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
