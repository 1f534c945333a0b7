"""How people want to be told, and when a notice may go out to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import connection

from lianqiao.bridge import packs
from lianqiao.bridge.models import NoticePreference
from lianqiao.bridge.secret_text import opened
from lianqiao.bridge.statements import padded
from lianqiao.engine.notice_rules import CHANNELS, KINDS, Channel, Kind, Rhythm, next_digest, quiet_until
from lianqiao.engine.pack import Pack
from lianqiao.organization.queries.prepared import run


@dataclass(frozen=True)
class Wishes:
    """How one person wants to be told; `kinds` holds every channel, also where they chose nothing.

    `phone` is the number they confirmed, `phone_pending` one that waits for its code.
    """

    kinds: Mapping[Channel, tuple[Kind, ...]]
    quiet_begins: str = ""
    quiet_ends: str = ""
    digest: Rhythm = ""
    digest_hour: int = 9
    digest_weekday: int = 1
    messenger: str = ""
    robot_url: str = field(default="", repr=False)
    robot_secret: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    phone_pending: str = field(default="", repr=False)

    def wants(self, channel: Channel, kind: str) -> bool:
        """Return whether a kind of notice is to go by a channel; one no rule knows goes by mail."""
        return kind in self.kinds[channel] if kind in KINDS else channel == "mail"

    def held_until(self, moment: datetime) -> datetime | None:
        """Return when the quiet hours of a moment end; None where there are none."""
        return quiet_until(moment, self.quiet_begins, self.quiet_ends)

    def digest_after(self, moment: datetime) -> datetime | None:
        """Return when the next digest goes out; None for someone who wants each notice at once."""
        return next_digest(
            moment,
            rhythm=self.digest,
            hour=self.digest_hour,
            weekday=self.digest_weekday,
            calendar=packs.calendar(moment),
        )


def usual() -> Wishes:
    """Return how someone is told who has chosen nothing."""
    return _usual(packs.current())


@lru_cache(maxsize=2)
def _usual(pack: Pack) -> Wishes:
    return Wishes({name: pack.notices.channel(name).usual for name in CHANNELS})


def wishes_of(person_ids: Iterable[int]) -> dict[int, Wishes]:
    """Return how each of these people wants to be told, in at most two database queries."""
    ids = set(person_ids)
    chose = _who_chose(ids)
    kept = {row.person_id: row for row in NoticePreference.objects.filter(pk__in=chose)} if chose else {}
    otherwise = usual()
    return {one: _wishes(kept[one], otherwise) if one in kept else otherwise for one in ids}


def _who_chose(ids: set[int]) -> set[int]:
    # asked in every act, and hardly anyone has chosen: what the ORM would cost is saved there
    if not ids or not connection.in_atomic_block:
        return ids
    asked = padded(ids)
    return {one for (one,) in run(_choosing(len(asked)), asked)}


@lru_cache
def _choosing(count: int) -> str:
    table = NoticePreference._meta.db_table
    places = ", ".join(["%s"] * count)
    return f"SELECT person_id FROM {table} WHERE person_id IN ({places})"  # noqa: S608


def wishes(person_id: int) -> Wishes:
    """Return how one person wants to be told."""
    return wishes_of([person_id])[person_id]


def channels_on() -> tuple[Channel, ...]:
    """Return the channels this zone can send by at all."""
    on: dict[Channel, bool] = {
        "mail": settings.MAIL_ON,
        "messenger": True,
        "sms": bool(settings.SMS_PROVIDER),
    }
    return tuple(name for name in CHANNELS if on[name])


def _wishes(row: NoticePreference, otherwise: Wishes) -> Wishes:
    rules = packs.current().notices
    kinds: dict[Channel, tuple[Kind, ...]] = {}
    for channel in CHANNELS:
        chosen = row.kinds.get(channel)
        offered = rules.channel(channel).offered
        kinds[channel] = (
            otherwise.kinds[channel] if chosen is None else tuple(kind for kind in offered if kind in chosen)
        )
    return Wishes(
        kinds,
        row.quiet_begins,
        row.quiet_ends,
        row.digest,  # type: ignore[arg-type]
        row.digest_hour,
        row.digest_weekday,
        row.messenger,
        opened(row.robot_url),
        opened(row.robot_secret),
        opened(row.phone) if row.phone_confirmed_at else "",
        "" if row.phone_confirmed_at else opened(row.phone),
    )
