"""Who files for a firm: its own people, someone by its mandate, or an officer who takes in what it brought.

What somebody else files for the firm keeps by what: the mandate, or the channel by which the firm came.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lianqiao.bridge.queries.roles import Rights, takes_in
from lianqiao.engine.case import Act
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person

# how a case can come but for the firm typing it itself
CHANNELS = ("window", "hotline", "visit")
# how a case came that was filed by the firm's mandate
BY_MANDATE = "agent"


def taken_in(asked: Act, mechanism: Mechanism, *, by: Person, firm: Firm, channel: str, at: datetime) -> Act:
    """Return the act that opens the case as one an officer takes in for the firm.

    The case is then followed by the firm's administrator, by the officer where nobody acts for the firm yet.
    Raises Refusal `unknown-channel`, and `not-taken-in` where the person holds no duty that takes this in.
    """
    if channel not in CHANNELS:
        raise refuse(
            "unknown-channel", f"there is no channel {channel}", hint=", ".join(CHANNELS), field="channel"
        )
    if not takes_in(mechanism, by, at=at):
        raise refuse(
            "not-taken-in", f"you do not take in “{mechanism.id}” for firms", hint="let the firm file it"
        )
    contact = organization.contact_of(firm.pk, at=at)
    return replace(asked, channel=channel, applicant=str(contact or by.pk))


def filed_for(asked: Act, mechanism: Mechanism, *, by: Person, firm: Firm, rights: Rights) -> Act:
    """Return the act that opens the case, filed by the firm's own or by its mandate.

    By a mandate, the case is followed by the firm's administrator: the firm is told of it from the first.
    Raises Refusal `wrong-role` where the person acts for the firm by neither, in this promise.
    """
    acting = rights.acting_for(by, firm.pk, mechanism.id)
    if acting is None:
        raise refuse("wrong-role", f"you do not act for {firm.name}", hint="choose a firm you act for")
    if not acting.mandate_id:
        return asked
    contact = organization.contact_of(firm.pk, at=rights.at)
    return replace(asked, channel=BY_MANDATE, mandate=str(acting.mandate_id), applicant=str(contact or by.pk))
