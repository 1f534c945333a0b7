"""Licences as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lianqiao.bridge import packs
from lianqiao.engine.policy.explaining import Explanation, Looked, Step
from lianqiao.engine.policy.shape import Attribute
from lianqiao.organization.lists import ROWS_READ_AT_ONCE
from lianqiao.service.benefits.fact_words import trouble_words
from lianqiao.service.language import in_words
from lianqiao.service.licences.models import Credential, Licence
from lianqiao.service.licences.queries import register as queries
from lianqiao.service.licences.wording import kind_words, reason_line, standing_words
from lianqiao.service.pages import listing

VERDICTS = {"yes": "kept", "no": "broken", "unknown": "waiting"}


@dataclass(frozen=True)
class LicenceRow:
    """One row of a list; `badge` is a badge state."""

    licence: Licence
    kind: str
    badge: str
    standing: str
    why: str
    credential: Credential | None


def asked(request: HttpRequest) -> listing.Asked:
    """Return what the address asks of a list of licences."""
    return listing.asked(
        request, sort="until", kind=tuple(packs.current().licences.kinds), standing=queries.STANDINGS
    )


def filters(asked: listing.Asked) -> dict[str, list[dict[str, Any]]]:
    """Return the kinds and standings a list of licences can be narrowed to."""
    kinds = [(one.id, in_words(one.title)) for one in packs.current().licences.kinds.values()]
    standings = [(code, standing_words(code)) for code in queries.STANDINGS]
    return {
        "kinds": listing.options(kinds, asked.chosen["kind"]),
        "standings": listing.options(standings, asked.chosen["standing"]),
    }


def rows(licences: Iterable[Licence], *, at: datetime) -> Iterator[LicenceRow]:
    """Yield licences as lists show them; a query for the e-licences of some hundred at a time."""
    left = iter(licences)
    while found := list(islice(left, ROWS_READ_AT_ONCE)):
        yield from _rows(found, at)


def _rows(found: list[Licence], at: datetime) -> Iterator[LicenceRow]:
    issued = queries.credentials_of(found)
    for licence in found:
        standing = queries.standing_of(licence, at=at)
        yield LicenceRow(
            licence=licence,
            kind=kind_words(licence.kind),
            badge=standing.badge,
            standing=standing_words(standing.code),
            why=reason_line(licence),
            credential=issued.get(licence.pk),
        )


def conditions(found: Explanation) -> list[dict[str, Any]]:
    """Return each condition with its article, its verdict and the facts it looks at."""
    words = {"yes": _("Met"), "no": _("Not met"), "unknown": _("Not yet known")}
    attributes = packs.current().licences.policies().attributes
    return [
        {
            "title": in_words(one.condition.title),
            "article": one.condition.article,
            "badge": VERDICTS[one.step.verdict],
            "verdict": words[one.step.verdict],
            "facts": [_fact(fact, attributes[fact.attribute]) for fact in _looked(one.step)],
        }
        for one in found.conditions
    ]


def _looked(step: Step) -> list[Looked]:
    """Return the facts of a condition, each once."""
    every = [*step.facts, *(fact for part in step.parts for fact in _looked(part))]
    return list({fact.attribute: fact for fact in every}.values())


def _fact(fact: Looked, attribute: Attribute) -> dict[str, str]:
    if fact.state == "unknown" and fact.note:
        value = trouble_words(fact.note)
    elif fact.state == "unknown":
        proof = in_words(attribute.proof) if attribute.proof else ""
        value = _("not known; shown by: %(paper)s") % {"paper": proof} if proof else _("not known")
    elif fact.state == "absent":
        value = in_words(attribute.absent) if attribute.absent else _("none")
    elif isinstance(fact.value, bool):
        value = _("yes") if fact.value else _("no")
    else:
        value = str(fact.value)
    return {"title": in_words(attribute.title), "value": value, "source": fact.source}
