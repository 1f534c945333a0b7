"""What can be known: the attributes of the district's policies, and who may look after them."""

from __future__ import annotations

from datetime import datetime

from lianqiao.bridge import packs
from lianqiao.engine.errors import refuse
from lianqiao.engine.nearest import meant
from lianqiao.engine.policy.reading import of_party
from lianqiao.engine.policy.shape import Attribute
from lianqiao.organization.models import Person
from lianqiao.organization.queries.duties import OFFICE, duties_of
from lianqiao.service.benefits.parties import Kind

OFFICER, LEADER = "benefit-officer", "benefit-leader"
DUTIES = frozenset({OFFICER, LEADER, OFFICE})


def vocabulary(kind: Kind | None = None) -> dict[str, Attribute]:
    """Return every attribute the district's policies speak of, by name; of a kind of party, or of any."""
    every = packs.current().benefits.vocabulary
    return of_party(every, kind) if kind else every


def recordable(kind: Kind | None = None) -> dict[str, Attribute]:
    """Return the attributes that are entered here; what talent records tell is confirmed there."""
    return {name: one for name, one in vocabulary(kind).items() if not one.record}


def given_by_party(kind: Kind) -> dict[str, Attribute]:
    """Return what firms or people say of themselves; what a talent record tells is entered there."""
    if kind == "firm":
        return vocabulary("firm")
    return {name: one for name, one in recordable("person").items() if one.party}


def attribute_named(name: str) -> Attribute:
    """Return an attribute. Raises Refusal `attribute-unknown`."""
    known = vocabulary()
    if name not in known:
        raise refuse(
            "attribute-unknown",
            f"no policy of the district speaks of “{name}”",
            place=name,
            hint=meant(name, known, what="attributes"),
            field="attribute",
            name=name,
        )
    return known[name]


def looks_after(person: Person, *, at: datetime) -> bool:
    """Return whether somebody's duty opens everyone's facts and grants to them."""
    return bool(duties_of(person.pk, at=at) & DUTIES)
