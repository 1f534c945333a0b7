"""The example people of a demonstration as the sign-in page offers them: firms first, by what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianqiao.innovation.talent import queries as talent
from lianqiao.organization import queries as organization
from lianqiao.organization.queries.examples import Example, examples
from lianqiao.service.language import listed_words

# a zone has many who do the same: a few stand for them, the others unfold
FIRMS_AT_ONCE, OFFICERS_AT_ONCE = 6, 2


@dataclass(frozen=True)
class Persona:
    """Somebody to step into; `part` is what they do, `alike` is the same for those who do the same."""

    name: str
    part: str
    alike: str
    url: str


def personas(text: str, *, now: datetime) -> list[dict[str, Any]]:
    """Return the example people by what they are, firms unfolded; with a text all whom it is about."""
    people = examples(now)
    kinds = {
        _("Firms"): list(_firms(people)),
        _("Stewards"): list(_officers(people, "steward")),
        _("Officers"): list(_officers(people, "officer")),
        _("Leaders"): list(_officers(people, "leader")),
        _("Talents"): [_persona(one.pk, one.name, "") for one in talent.example_bearers()],
    }
    found = [(title, [one for one in some if _is_about(one, text)]) for title, some in kinds.items()]
    return [
        {"title": title, "open": bool(text) or not at, "count": len(some), **_folded(some, text, at)}
        for at, (title, some) in enumerate(found)
        if some
    ]


def _firms(people: list[Example]) -> Iterator[Persona]:
    """Yield who acts for a firm, those first whose firm has several people."""
    people = [one for one in people if not one.duties]
    size = {name: sum(name in one.firms for one in people) for one in people for name in one.firms}
    for one in sorted(people, key=lambda one: -max(size[name] for name in one.firms)):
        # one firm alone often stands in the name already
        firms = listed_words(one.firms)
        yield _persona(one.person_id, one.name, "" if firms in one.name else firms)


def _officers(people: list[Example], kind: str) -> Iterator[Persona]:
    """Yield who holds a duty of this kind, those of one duty together."""
    titles = organization.duty_titles(get_language() or "zh-hans")
    mine = [one for one in people if one.duties and _kind(one) == kind]
    for one in sorted(mine, key=lambda one: one.duties[0]):
        code = one.duties[0]
        yield _persona(one.person_id, one.name, titles.get(code, code), alike=code)


def _kind(one: Example) -> str:
    if any(organization.leads(code) for code in one.duties):
        return "leader"
    return "steward" if one.duties[0].endswith("steward") else "officer"


def _persona(person_id: int, name: str, part: str, *, alike: str = "") -> Persona:
    return Persona(name, part, alike, reverse("personas", args=[person_id]))


def _is_about(one: Persona, text: str) -> bool:
    return all(word in f"{one.name} {one.part}".casefold() for word in text.casefold().split())


def _folded(people: Iterable[Persona], text: str, at: int) -> dict[str, list[Persona]]:
    most = OFFICERS_AT_ONCE if at else FIRMS_AT_ONCE
    shown: list[Persona] = []
    more: list[Persona] = []
    for one in people:
        alike = sum(other.alike == one.alike for other in shown)
        (shown if text or alike < most else more).append(one)
    return {"people": shown, "more": more}
