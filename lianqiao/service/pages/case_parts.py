"""The parts of a case page: head, people, what was filed. What the reader may not read is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lianqiao.bridge import queries
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.beijing import beijing
from lianqiao.engine.masking import masked_numbers
from lianqiao.engine.needs import required
from lianqiao.organization import queries as organization
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.pages.file_states import file_shown
from lianqiao.service.shown_values import remarks, value_words

Link = dict[str, Any]


@dataclass(frozen=True)
class PersonShown:
    """Who has a role: `owner` answers for it, `doing` does it now; they differ while someone stands in."""

    role: str
    title: str
    owner: str
    doing: str
    # the last day on which the owner is away
    until: date | None = None

    @property
    def stood_in(self) -> bool:
        return self.owner != self.doing


@dataclass(frozen=True)
class CaseHead:
    """What every page about a case says first. `standing` is a badge state, `turn` who owes the next step."""

    number: str
    title: str
    promise: str
    firm: str
    state: str
    standing: str
    turn: str
    example: bool


@dataclass(frozen=True)
class PaperShown:
    """One field of what was filed. `private` fields hold nothing: the reader may not read them."""

    name: str
    title: str
    words: str = ""
    long: bool = False
    files: tuple[Link, ...] = ()
    # false where the rules do not ask for it in this case
    needed: bool = True
    private: bool = False
    # what was last said about this field when it was sent back
    remark: str = ""


def parts_of(seen: CaseSeen) -> list[Link]:
    """Return the cases that are parts of this one, with their addresses and whether they have ended."""
    if not seen.state.sub_cases:
        return []
    return [
        {
            "number": part.number,
            "title": part.title,
            "url": reverse("case", args=[part.number]),
            "ended": part.closed_at is not None,
        }
        for part in queries.part_cases(seen.case)
    ]


def case_head(seen: CaseSeen, *, now: datetime) -> CaseHead:
    """Return the head of a case page, in one database query."""
    case = seen.case
    return CaseHead(
        number=case.number,
        title=case.title,
        promise=in_words(seen.mechanism.title),
        firm=case.firm.name if case.firm else "",
        state=state_words(seen),
        standing=standing(case, now=now),
        turn=_turn(seen),
        example=case.example or seen.mechanism.example,
    )


def state_words(seen: CaseSeen, *, public: bool = False) -> str:
    """Return where the case is; to the public by the title meant for them."""
    titles = []
    for name in seen.state.marking:
        if state := seen.mechanism.states.get(name):
            titles.append(in_words(state.public_title or state.title if public else state.title))
    return listed_words(titles)


def standing(case: Case, *, now: datetime) -> str:
    """Return how the case stands: while open the worst of what it is owed now, else of all it had."""
    return queries.standings_of([case], now=now)[case.pk]


def people_of(seen: CaseSeen, *, now: datetime) -> list[PersonShown]:
    """Return who has which role, the applicant's left out; in two database queries at most."""
    owners, holders = seen.state.owners, seen.state.holders
    ids = {int(person) for person in (*owners.values(), *holders.values()) if person.isdigit()}
    names = organization.names(ids)

    def name(person: str) -> str:
        return names.get(int(person), "") if person.isdigit() else ""

    stood_in = [int(one) for role, one in owners.items() if one.isdigit() and holders.get(role, one) != one]
    ends = organization.away_until(stood_in, at=now)

    def until(person: str) -> date | None:
        end = ends.get(int(person)) if person.isdigit() else None
        return beijing(end - timedelta(microseconds=1)).date() if end else None

    return [
        PersonShown(
            role,
            in_words(part.title),
            name(owners[role]),
            name(holders.get(role, owners[role])),
            until(owners[role]),
        )
        for role, part in seen.mechanism.roles.items()
        if role in owners and part.kind != "applicant"
    ]


def papers(seen: CaseSeen, *, plain: bool = False) -> list[PaperShown]:
    """Return what the firm filed, in the order it was asked; fields left empty are told as such.

    People's numbers are masked unless `plain`.
    """
    mechanism, data = seen.mechanism, seen.state.data
    asked = _asked_of_firm(seen)
    said = {
        item["field"]: item["reason"]
        for name, field in mechanism.fields.items()
        if field.type == "items"
        for item in data.get(name, ())
    }
    # what a firm may tick and did not is no news
    shown = [name for name in asked if data.get(name) or not mechanism.fields[name].optional]
    return [_paper(seen, name, said.get(name, ""), plain=plain) for name in shown]


def files_of(seen: CaseSeen, files: Iterable[Link]) -> tuple[Link, ...]:
    """Return files of a case with the addresses they are sent from and looked at."""
    return tuple(file_shown(seen.case.number, file, seen.contents[file["sha256"]]) for file in files)


def missing_for_firm(seen: CaseSeen, step: str) -> list[tuple[str, str]]:
    """Return what a step asks for again, as (title, reason)."""
    again = seen.mechanism.steps[step].asks_again
    return remarks(seen.mechanism, seen.state.data.get(again, ())) if again else []


def _paper(seen: CaseSeen, name: str, remark: str, *, plain: bool) -> PaperShown:
    field = seen.mechanism.fields[name]
    title = in_words(field.title)
    if not (seen.private or field.public):
        return PaperShown(name, title, private=True)
    value = seen.state.data.get(name)
    return PaperShown(
        name=name,
        title=title,
        words=value_words(field, value, plain=plain),
        long=field.type == "long_text",
        files=files_of(seen, value or ()) if field.type == "file" else (),
        needed=required(field, seen.state.data),
        remark=(remark if plain else masked_numbers(remark)) if seen.private and seen.state.open else "",
    )


def _asked_of_firm(seen: CaseSeen) -> list[str]:
    """Return the fields of the steps the firm took, each once."""
    mechanism = seen.mechanism
    applicants = {name for name, role in mechanism.roles.items() if role.kind == "applicant"}
    names: dict[str, None] = {}
    for step_name, step in mechanism.steps.items():
        if step.by in applicants and (step.opening or seen.state.counts.get(step_name)):
            names |= dict.fromkeys(step.needs)
    return list(names)


def _turn(seen: CaseSeen) -> str:
    """Return who owes the next step: a person by name, or the firm."""
    case = seen.case
    if case.closed_at is not None:
        return ""
    if case.holder:
        return case.holder.name
    role = seen.mechanism.roles.get(case.waits_for)
    if role is None:
        return ""
    if role.kind == "applicant":
        return case.firm.name if case.firm else in_words(role.title)
    return _("%(role)s, on duty") % {"role": in_words(role.title)}
