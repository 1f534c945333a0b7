"""What a firm brings to the window, by telephone or on a visit: an officer types it, the channel is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lianqiao.bridge.queries.roles import takes_in
from lianqiao.engine.case import Act
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person

# how a case can come but for the firm typing it itself
CHANNELS = ("window", "hotline", "visit")


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
