"""A person says how they want to be told, tries a channel out, or takes everything back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lianqiao.bridge import packs
from lianqiao.bridge.channels import Failed, Letter
from lianqiao.bridge.channels.robot_formats import FORMATS
from lianqiao.bridge.channels.robots import send_to_robot
from lianqiao.bridge.channels.sms import on as sms_on
from lianqiao.bridge.channels.sms import send_sms
from lianqiao.bridge.models import NoticePreference
from lianqiao.bridge.outbound import checked_url
from lianqiao.bridge.queries.preferences import Wishes, wishes
from lianqiao.bridge.secret_text import opened, sealed
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.notice_rules import CHANNELS, quiet_until
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person

CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
PHONE = re.compile(r"1[3-9]\d{9}")
LONGEST_SECRET = 200
TRY_EVERY = timedelta(minutes=1)
# how many codes were sent, and when, stays: a second number rings no more telephones than the first
UNCONFIRMED: Mapping[str, Any] = {"phone_confirmed_at": None, "phone_code": "", "phone_tries": 0}


@dataclass(frozen=True)
class Preference:
    """What a person chose. A robot's address or secret, or a number, that is None stays as it is; "" takes it
    away."""

    kinds: Mapping[str, Sequence[str]]
    quiet_begins: str = ""
    quiet_ends: str = ""
    digest: str = ""
    digest_hour: int = 9
    digest_weekday: int = 1
    messenger: str = ""
    robot_url: str | None = None
    robot_secret: str | None = None
    phone: str | None = None


@transaction.atomic
def prefer(by: Person, wanted: Preference, *, now: datetime) -> Wishes:
    """Keep how a person wants to be told; returns it as it now is.

    Raises Refusal with every problem: `quiet-malformed`, `digest-malformed`, `digest-in-quiet`,
    `kind-not-offered`, `messenger-unknown`, `robot-missing`, `hook-url`, `secret-too-long`,
    `phone-malformed`.
    What is owed already goes out by the new choice as far as it says when.
    """
    row = NoticePreference.objects.select_for_update().filter(pk=by.pk).first()
    problems = [*_of_times(wanted), *_of_kinds(wanted), *_of_places(wanted, row)]
    if problems:
        raise Refusal(*problems)
    values: dict[str, Any] = {
        "kinds": {name: list(kinds) for name, kinds in wanted.kinds.items()},
        "quiet_begins": wanted.quiet_begins,
        "quiet_ends": wanted.quiet_ends,
        "digest": wanted.digest,
        "digest_hour": wanted.digest_hour,
        "digest_weekday": wanted.digest_weekday,
        "messenger": wanted.messenger,
        "changed_at": now,
    }
    places = {"robot_url": wanted.robot_url, "robot_secret": wanted.robot_secret, "phone": wanted.phone}
    if not wanted.messenger:
        places |= {"robot_url": "", "robot_secret": ""}
    if wanted.phone is not None and wanted.phone.strip() != (opened(row.phone) if row else ""):
        # another number is nobody's until its code came back
        values |= UNCONFIRMED
    values |= {name: sealed(value.strip()) for name, value in places.items() if value is not None}
    NoticePreference.objects.update_or_create(pk=by.pk, defaults=values)
    trace("notice-preferences", by, actor=by, now=now, digest=wanted.digest, messenger=wanted.messenger)
    return wishes(by.pk)


@transaction.atomic
def forget_places(person: Person, *, actor: Person | None, now: datetime) -> None:
    """Take back every place outside the site a person gave to be told at."""
    NoticePreference.objects.filter(pk=person.pk).update(
        messenger="", robot_url="", robot_secret="", phone="", changed_at=now, **UNCONFIRMED
    )
    trace("notice-places-forgotten", person, actor=actor, now=now)


def try_out(by: Person, channel: str, *, now: datetime, link: str) -> None:
    """Send a person a message by their robot or by SMS at once, to see whether it comes.

    Raises Refusal: `channel-not-set`, `try-too-soon` within a minute, `try-failed` with what the other side
    said.
    """
    wanted = wishes(by.pk)
    if not {"messenger": wanted.robot_url, "sms": wanted.phone and sms_on()}.get(channel):
        raise refuse("channel-not-set", "there is nowhere to send it", hint="save it first", field=channel)
    free = NoticePreference.objects.filter(pk=by.pk).exclude(tried_at__gt=now - TRY_EVERY)
    if not free.update(tried_at=now):
        raise refuse("try-too-soon", "one try a minute", hint="wait a minute", field=channel)
    with translation.override(by.language):
        words = _("This is how your notices arrive here.")
    letter = Letter(words, words, words, link, f"try-{by.pk}-{int(now.timestamp())}")
    try:
        if channel == "sms":
            send_sms(letter, wanted.phone)
        else:
            send_to_robot(
                letter, messenger=wanted.messenger, url=wanted.robot_url, secret=wanted.robot_secret, now=now
            )
    except Failed as failed:
        raise refuse(
            "try-failed", failed.reason, hint="check what you entered", said=failed.reason
        ) from failed


def _of_times(wanted: Preference) -> list[Problem]:
    problems = []
    quiet = (wanted.quiet_begins, wanted.quiet_ends)
    if any(quiet) and not all(CLOCK_TIME.fullmatch(text) for text in quiet):
        problems.append(_problem("quiet-malformed", "quiet_begins"))
    whole = 0 <= wanted.digest_hour <= 23 and 1 <= wanted.digest_weekday <= 7
    if wanted.digest not in ("", "daily", "weekly") or not whole:
        problems.append(_problem("digest-malformed", "digest"))
    if not problems and wanted.digest:
        at = datetime.fromisoformat(f"2026-01-05T{wanted.digest_hour:02}:00:00+08:00")
        if quiet_until(at, *quiet):
            problems.append(_problem("digest-in-quiet", "digest_hour"))
    return problems


def _of_kinds(wanted: Preference) -> list[Problem]:
    rules = packs.current().notices
    return [
        _problem("kind-not-offered", f"kinds_{channel}", given=kind)
        for channel, kinds in wanted.kinds.items()
        for kind in kinds
        if channel not in CHANNELS or kind not in rules.channel(channel).offered
    ]


def _of_places(wanted: Preference, row: NoticePreference | None) -> list[Problem]:
    problems: list[Problem] = []
    if wanted.messenger and wanted.messenger not in FORMATS:
        problems.append(_problem("messenger-unknown", "messenger"))
    elif wanted.messenger and not (row.robot_url if wanted.robot_url is None and row else wanted.robot_url):
        problems.append(_problem("robot-missing", "robot_url"))
    elif wanted.messenger and wanted.robot_url:
        try:
            checked_url(wanted.robot_url.strip())
        except Refusal:
            problems.append(_problem("hook-url", "robot_url"))
    if len(wanted.robot_secret or "") > LONGEST_SECRET:
        problems.append(_problem("secret-too-long", "robot_secret", limit=str(LONGEST_SECRET)))
    if wanted.phone and not PHONE.fullmatch(wanted.phone.strip()):
        problems.append(_problem("phone-malformed", "phone"))
    return problems


def _problem(code: str, name: str, **facts: str) -> Problem:
    return Problem(code, code, place=f"field {name}", facts={**facts, "field": name})
