"""Why one licence would or would not be renewed today: every condition with its facts."""

from __future__ import annotations

from datetime import datetime

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.policy.explaining import Explanation, explain
from lianqiao.service.licences.models import Licence
from lianqiao.service.licences.queries.facts import facts_of_holders, party_facts


def explained(licence: Licence, *, at: datetime) -> Explanation | None:
    """Return the explanation as of a moment; None where the pack has no rule for this kind today."""
    kinds = packs.current().licences
    kind = kinds.kinds.get(licence.kind)
    if kind is None:
        return None
    day = beijing(at).date()
    rules = kinds.rules(kind.id, day, calendar=packs.calendar(at))
    attributes = kinds.attributes_of(kind)
    holder = facts_of_holders([licence.firm_id], attributes, on=day).get(licence.firm_id)
    facts = party_facts(licence.known, attributes, on=day, holder=holder)
    return explain(rules, facts).get(kind.id)
