"""By which channels, and when, each notice is to go out; decided in the transaction that owes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from lianqiao.bridge import packs
from lianqiao.bridge.models import Delivery
from lianqiao.bridge.queries.preferences import Wishes, channels_on, wishes_of
from lianqiao.engine.notice_rules import Channel
from lianqiao.organization import queries as organization

if TYPE_CHECKING:
    from lianqiao.bridge.commands.noticing import Owed


class Way(NamedTuple):
    """One channel a notice goes by: the mailbox where it is a mail, when at the earliest, in a digest or
    not."""

    channel: Channel
    address: str
    at: datetime
    digest: bool


def ways(owed: Sequence[Owed]) -> list[list[Way]]:
    """Return by which channels each notice goes, in at most two database queries."""
    people = {notice.person_id for notice in owed}
    wanted = wishes_of(people)
    on = channels_on()
    addresses = organization.mail_addresses(people) if "mail" in on else {}
    # hardly anyone has given an address for most of what happens: nothing more is looked at then
    if not any(addresses.values()) and not any(one.robot_url or one.phone for one in wanted.values()):
        return [[] for _ in owed]
    return [list(_ways(one, wanted[one.person_id], addresses.get(one.person_id, ""), on)) for one in owed]


def deliveries(notice_id: int, found: Sequence[Way]) -> list[Delivery]:
    """Return what is to be sent of a notice that has been written."""
    return [
        Delivery(
            notice_id=notice_id,
            channel=way.channel,
            address=way.address,
            digest=way.digest,
            next_try_at=way.at,
        )
        for way in found
    ]


def urgency(kind: str, facts: dict[str, str]) -> bool:
    """Return whether the zone's rules let a notice pass quiet hours and digests."""
    return packs.current().notices.is_urgent(kind, facts.get("level") or facts.get("reason") or "")


def _ways(notice: Owed, wanted: Wishes, address: str, on: Sequence[Channel]) -> Iterator[Way]:
    urgent = urgency(notice.kind, json.loads(notice.facts))
    there = {"mail": address, "messenger": wanted.robot_url, "sms": wanted.phone}
    for channel in on:
        if not there[channel] or not wanted.wants(channel, notice.kind):
            continue
        # an SMS says one thing and is paid for: nobody is sent a list of them
        gathered = None if urgent or channel == "sms" else wanted.digest_after(notice.at)
        held = None if urgent else wanted.held_until(gathered or notice.at)
        yield Way(
            channel, address if channel == "mail" else "", held or gathered or notice.at, gathered is not None
        )
