"""Versions of promises: written by the office, published by a second person once they were simulated."""

from __future__ import annotations

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import packs
from lianqiao.bridge.queries.publications import next_version
from lianqiao.engine.errors import refuse
from lianqiao.organization.commands.authority import require_leader, require_office
from lianqiao.service.drafting.commands import Drafts, with_key
from lianqiao.service.studio.models import MechanismDraft
from lianqiao.service.studio.queries import mechanisms as queries
from lianqiao.service.studio.queries.drafts import checked_text
from lianqiao.service.studio.queries.simulations import answered_for

MOST_OPEN = 20


def _begins(promise: str, target: str) -> str:
    """Return the words of a promise with the number of the target's next version."""
    text = queries.text_of(queries.mechanism_of(promise))
    return with_key(text, "version", str(next_version(target)))


def _ids() -> set[str]:
    return {one.id for one in packs.current().mechanisms.values()}


def _require_simulation(text: str) -> None:
    if not answered_for(text):
        raise refuse("not-simulated", "this text was not simulated", hint="simulate it first")


DRAFTS = Drafts(
    model=MechanismDraft,
    may_write=require_office,
    may_publish=require_leader,
    begins=_begins,
    ids=_ids,
    check=checked_text,
    tried_out=_require_simulation,
    let_out=bridge.publish,
    most=MOST_OPEN,
)
