"""What a notice says, in the language active when it is read; built from codes, never stored as words."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from lianqiao.bridge import packs
from lianqiao.bridge.models import Notice
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.mechanism import Mechanism

LEVELS = {
    "remind": gettext_noop("“%(clock)s” is due soon"),
    "urge": gettext_noop("“%(clock)s” is due now"),
    "leader": gettext_noop("“%(clock)s” was not kept; the leader is told"),
    "public": gettext_noop("“%(clock)s” was not kept and goes on the public list"),
}
TASKS = {
    "remind": gettext_noop("A task of yours is due soon"),
    "urge": gettext_noop("A task is due now"),
    "leader": gettext_noop("A task is overdue"),
}
BENEFITS = {
    "invited": gettext_noop("A benefit is yours: please confirm it"),
    "found": gettext_noop("You qualify for a benefit"),
    "nearly": gettext_noop("Only one thing is lacking for a benefit"),
}
HOLDS = {
    "stand-in": gettext_noop("You stand in for a colleague on this case"),
    "return": gettext_noop("This case is back with you"),
    "hand-over": gettext_noop("This case was handed over to you"),
    "reassign": gettext_noop("This case was assigned to you"),
}


def notice_text(notice: Notice) -> tuple[str, str]:
    """Return (title, text) of a notice in the active language."""
    case = notice.case
    if case is None:
        words = notice.facts.get(_language()) or notice.facts.get("zh-hans", "")
        day = notice.facts.get("day", "")
        return f"{notice_headline(notice)} · {words}", _("Day: %(day)s") % {"day": day} if day else ""
    mechanism = packs.mechanism(f"{case.mechanism}@{case.version}")
    title = f"{_headline(notice, mechanism)} · {case.title}"
    lines = [f"{mechanism.title.in_language(_language())} {case.number}"]
    if due := notice.facts.get("due"):
        lines.append(_("Due %(when)s, Beijing time") % {"when": _moment(due)})
    if notice.kind == "recompute":
        lines.append(_("Calendar notice: %(number)s") % {"number": notice.facts["reason"]})
    return title, "\n".join(lines)


def notice_headline(notice: Notice) -> str:
    """Return what happened, in the active language, without naming the matter."""
    case = notice.case
    if case is None:
        level = notice.facts.get("level", "")
        if notice.kind == "benefit":
            return _(BENEFITS.get(level, BENEFITS["found"]))
        return _(TASKS.get(level, TASKS["remind"]))
    return _headline(notice, packs.mechanism(f"{case.mechanism}@{case.version}"))


def _headline(notice: Notice, mechanism: Mechanism) -> str:
    facts = notice.facts
    if notice.kind == "step":
        return mechanism.steps[facts["step"]].title.in_language(_language())
    if notice.kind == "rung":
        clock = mechanism.clocks[facts["clock"]].title.in_language(_language())
        return _(LEVELS[facts["level"]]) % {"clock": clock}
    if notice.kind == "note":
        return _("A message on the case")
    if notice.kind == "document":
        step = mechanism.steps[facts["step"]].title.in_language(_language())
        return _("The document of the decision “%(step)s” is ready") % {"step": step}
    if notice.kind == "hold":
        return _(HOLDS[facts["reason"]])
    return _("A new calendar notice moved a due time")


def _language() -> str:
    return get_language() or "zh-hans"


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
