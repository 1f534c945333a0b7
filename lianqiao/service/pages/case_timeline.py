"""A case's log as people read it: who did what when, why, and what it did to the clocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from lianqiao.bridge.queries import CaseSeen, LogLine
from lianqiao.bridge.wording import LEVELS
from lianqiao.engine.case_state import Body
from lianqiao.engine.masking import masked_numbers
from lianqiao.engine.mechanism import Mechanism, Step
from lianqiao.engine.side_acts import BAD_GRADES
from lianqiao.organization import queries as organization
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.pages.case_parts import Link, files_of
from lianqiao.service.pages.rating_shown import grade_words
from lianqiao.service.shown_values import day_words, remarks, value_words

TONES = {"remind": "at-risk", "urge": "at-risk", "leader": "broken", "public": "broken"}


@dataclass
class TimelineEntry:
    """One line of the timeline, as the atom takes it."""

    at: datetime
    what: str
    who: str = ""
    role: str = ""
    note: str = ""
    tone: str = ""
    mark: str = "act"
    details: list[dict[str, str]] = field(default_factory=list)
    documents: list[Link] = field(default_factory=list)


def timeline(seen: CaseSeen, log: list[LogLine], *, plain: bool = False) -> list[TimelineEntry]:
    """Return the whole log, newest first, in one database query; what the reader may not read is left out.

    People's numbers are masked unless `plain`.
    """
    teller = _Teller(seen, _names(log), plain=plain)
    return [teller.told(line) for line in reversed(log)]


class _Teller:
    def __init__(self, seen: CaseSeen, names: Mapping[int, str], *, plain: bool) -> None:
        self.seen, self.names, self.plain = seen, names, plain
        self.mechanism: Mechanism = seen.mechanism

    def told(self, line: LogLine) -> TimelineEntry:
        body = line.body
        if step := self.mechanism.steps.get(body.get("step", "")):
            return self.step(line, step)
        tell = {
            "rung": self.rung,
            "hold": self.hold,
            "recompute": self.recompute,
            "rebase": self.rebase,
            "note": self.message,
            "issue": self.issue,
            "rate": self.rate,
        }.get(body.get("act", ""))
        if tell is None:
            # a step only another version of the promise knows
            return TimelineEntry(line.at, str(body.get("step") or body.get("act")), who=line.who)
        return tell(line)

    def step(self, line: LogLine, step: Step) -> TimelineEntry:
        body = line.body
        role = self.mechanism.roles.get(step.by)
        entry = TimelineEntry(
            at=line.at,
            what=in_words(step.title),
            who=self.who(line) or self.by_itself(body),
            role=in_words(role.title) if role else "",
            mark="act" if line.who else "clock",
            tone=self.tone(body, step),
        )
        if self.seen.private:
            entry.note = self.text(str(body.get("note", "")))
            if not step.opening:
                self.data(entry, body.get("data", {}))
        entry.details += self.clocks(body, step)
        return entry

    def who(self, line: LogLine) -> str:
        """Return who acted, and for whom where they are not the firm's own."""
        firm = self.seen.case.firm
        if not (line.who and firm and line.on_behalf):
            return line.who
        return _("%(who)s for %(firm)s") % {"who": line.who, "firm": firm.name}

    def by_itself(self, body: Body) -> str:
        if body["by"] == "clock":
            return _("The clock, on expiry")
        return _("By the end of a part case") if body["by"] == "sub-case" else _("The system")

    def tone(self, body: Body, step: Step) -> str:
        if any(run["result"] == "broken" for run in body.get("clocks", {}).values()):
            return "broken"
        ends = {self.mechanism.states[name].end for name in step.to if name in self.mechanism.states}
        if ends & {"granted", "done"}:
            return "kept"
        if ends & {"refused", "withdrawn"}:
            return "ended"
        return "paused" if step.pauses else ""

    def data(self, entry: TimelineEntry, data: Mapping[str, Any]) -> None:
        """Add what the step brought: values and remarks as pairs, files as documents."""
        for name, value in data.items():
            of = self.mechanism.fields.get(name)
            if of is None:
                continue
            if of.type == "file":
                entry.documents += files_of(self.seen, value)
            elif of.type == "items":
                told = remarks(self.mechanism, value, plain=self.plain)
                entry.details += [_pair(title, reason) for title, reason in told]
            else:
                entry.details.append(_pair(in_words(of.title), value_words(of, value, plain=self.plain)))

    def clocks(self, body: Body, step: Step) -> list[dict[str, str]]:
        """Return what the step did to each clock."""
        words = []
        for name, run in body.get("clocks", {}).items():
            clock = self.mechanism.clocks.get(name)
            if clock:
                words.append(_pair(in_words(clock.title), _moved(name, run, step)))
        return words

    def rung(self, line: LogLine) -> TimelineEntry:
        body = line.body
        clock = self.mechanism.clocks.get(body["clock"])
        title = in_words(clock.title) if clock else body["clock"]
        told = {role for index in body["rungs"] for role in (clock.rungs[index].tell if clock else ())}
        roles = [in_words(r.title) for name, r in self.mechanism.roles.items() if name in told]
        return TimelineEntry(
            at=line.at,
            what=_(LEVELS[body["level"]]) % {"clock": title},
            mark="notice",
            tone=TONES.get(body["level"], ""),
            details=[_pair(_("Told"), listed_words(roles))] if roles else [],
        )

    def hold(self, line: LogLine) -> TimelineEntry:
        """Tell that a role's work went to someone: for a while, back, or for good."""
        (role, holder), *_rest = line.body["holders"].items()
        part = self.mechanism.roles.get(role)
        values = {
            "who": self.name(holder),
            "owner": self.name(self.seen.state.owners.get(role, "")),
            "role": in_words(part.title) if part else role,
        }
        words = {
            "stand-in": _("%(who)s stands in as %(role)s"),
            "return": _("%(who)s is back as %(role)s"),
            "hand-over": _("Handed over to %(who)s as %(role)s"),
            "reassign": _("Assigned to %(who)s as %(role)s"),
        }
        reason = line.body["reason"]
        return TimelineEntry(line.at, words[reason] % values, who=line.who, mark="system")

    def recompute(self, line: LogLine) -> TimelineEntry:
        details = []
        for name, run in line.body["clocks"].items():
            clock = self.mechanism.clocks.get(name)
            if clock and run["promise"]["due"]:
                details.append(_pair(in_words(clock.title), _("now due %(when)s") % {"when": _due(run)}))
        return TimelineEntry(
            at=line.at,
            what=_("A new calendar notice moved a due time"),
            note=_("Notice: %(number)s") % {"number": line.body["reason"]},
            mark="system",
            details=details,
        )

    def rebase(self, line: LogLine) -> TimelineEntry:
        return TimelineEntry(
            at=line.at,
            what=_("Moved to %(version)s of the promise") % {"version": line.body["mechanism"]},
            who=line.who,
            note=self.text(line.body["reason"]) if self.seen.private else "",
            mark="system",
        )

    def message(self, line: LogLine) -> TimelineEntry:
        """Tell a message; who has no part in the case learns that there was one."""
        role = self.mechanism.roles.get(line.body["role"])
        entry = TimelineEntry(
            line.at,
            _("Message"),
            who=self.who(line),
            role=in_words(role.title) if role else "",
            mark="notice",
        )
        if self.seen.private:
            entry.note = self.text(line.body["text"])
            entry.documents += files_of(self.seen, line.body.get("files", ()))
        return entry

    def issue(self, line: LogLine) -> TimelineEntry:
        body = line.body
        step = self.mechanism.steps.get(body["decided"])
        title = in_words(step.title) if step else body["decided"]
        entry = TimelineEntry(line.at, _("Document made out: %(step)s") % {"step": title}, mark="system")
        entry.details.append(_pair(_("Verification code"), body["code"]))
        return entry

    def rate(self, line: LogLine) -> TimelineEntry:
        entry = TimelineEntry(line.at, _("The firm rated this case"), who=line.who)
        if self.seen.private:
            entry.note = self.text(line.body["words"])
            entry.details.append(_pair(_("Rating"), grade_words(line.body["grade"])))
            entry.tone = "at-risk" if line.body["grade"] in BAD_GRADES else ""
        return entry

    def text(self, typed: str) -> str:
        return typed if self.plain else masked_numbers(typed)

    def name(self, person: str) -> str:
        return self.names.get(int(person), "") if person.isdigit() else ""


def _moved(name: str, run: Mapping[str, Any], step: Step) -> str:
    """Return in words what a step did to one clock."""
    if run["result"]:
        words = {"kept": _("met in time"), "broken": _("not kept"), "ended": _("no longer owed")}[
            run["result"]
        ]
    elif run["promise"]["state"] == "paused":
        words = _("paused")
    else:
        verbs = [
            (step.extends is not None and step.extends.clock == name, _("extended, due %(when)s")),
            (name in step.restarts, _("started anew, due %(when)s")),
            (name in step.resumes, _("goes on, due %(when)s")),
            (True, _("started, due %(when)s")),
        ]
        words = next(verb for holds, verb in verbs if holds) % {"when": _due(run)}
    return words


def _due(run: Mapping[str, Any]) -> str:
    promise = run["promise"]
    return f"{day_words(date.fromisoformat(promise['due_date']))} {promise['due_time']}"


def _pair(label: str, value: str) -> dict[str, str]:
    return {"label": label, "value": value}


def _names(log: list[LogLine]) -> dict[int, str]:
    """Return the names of everyone the log speaks of besides those who acted."""
    return organization.names(set(_people(log)))


def _people(log: list[LogLine]) -> Iterator[int]:
    for line in log:
        for person in (*line.body.get("owners", {}).values(), *line.body.get("holders", {}).values()):
            if person.isdigit():
                yield int(person)
