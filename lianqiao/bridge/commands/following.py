"""Cases nobody asks for by themselves: what a room above opens for a firm, or a person, as part of more."""

from __future__ import annotations

from datetime import datetime

from lianqiao.bridge import packs
from lianqiao.bridge.commands.acting import Typed, open_in
from lianqiao.bridge.commands.book import booked
from lianqiao.bridge.commands.taking_in import filed_for
from lianqiao.bridge.models import Case
from lianqiao.engine import case as engine
from lianqiao.organization.models import Firm, Person


def open_following(mechanism_id: str, *, by: Person, firm: Firm | None, data: Typed, now: datetime) -> Case:
    """Open a case of a promise that is not on offer, in the caller's transaction.

    Without a firm it is the person's own: they alone act in it as the applicant.

    Raises Refusal: `unknown-mechanism`, `wrong-role` where the person does not act for the firm, and all that
    `engine.case.decide` refuses.
    """
    with booked(now) as book:
        mechanism = packs.current().newest(mechanism_id)
        actor = engine.Actor(str(by.pk), frozenset({"applicant"}))
        asked = engine.Act(mechanism.opening_step, actor, data)
        if firm is not None:
            asked = filed_for(asked, mechanism, by=by, firm=firm, rights=book.rights)
        return open_in(book, mechanism, asked, firm=firm, by=by)
