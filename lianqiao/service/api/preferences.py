"""How the caller wants to be told, and, for the office, what could not be sent."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from lianqiao.bridge import commands, packs, queries
from lianqiao.bridge.models import Delivery
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import refuse
from lianqiao.engine.masking import masked_name, masked_phone
from lianqiao.engine.notice_rules import CHANNELS, Channel, Kind, Rhythm
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import Cut, Id, Moment, Page, Shown, Wanted, Words, offer
from lianqiao.organization.api.shapes import PersonShown, person_shown
from lianqiao.organization.queries.duties import OFFICE

router = Router(tags=["notices"])
ClockTime = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$", examples=["22:00"])]
Messenger = Literal["", "wecom", "dingtalk", "feishu"]


class ChannelShown(Shown):
    """One channel: what may go by it, what does, and whether this zone can send by it."""

    channel: Channel
    on: bool
    offered: list[Kind]
    kinds: list[Kind]


class PreferencesShown(Shown):
    """How you are told besides the inbox; the robot's address and your number are never told again."""

    channels: list[ChannelShown]
    urgent: list[str] = Field(description=_("What passes quiet hours and digests, by the zone's rules."))
    quiet_begins: str
    quiet_ends: str
    digest: Rhythm
    digest_hour: int
    digest_weekday: int = Field(description=_("1 is Monday."))
    messenger: Messenger
    robot: bool = Field(description=_("Whether a robot's address is kept."))
    phone: str = Field(description=_("Masked; empty for none."))
    phone_confirmed: bool = Field(description=_("Whether its code came back; nothing is sent there before."))


class PreferencesWanted(Wanted):
    """How you want to be told from now on; a channel left out is as usual in the zone."""

    kinds: dict[Channel, list[Kind]] = Field(default={})
    quiet_begins: ClockTime = ""
    quiet_ends: ClockTime = ""
    digest: Rhythm = ""
    digest_hour: int = Field(default=9, ge=0, le=23)
    digest_weekday: int = Field(default=1, ge=1, le=7, description=_("1 is Monday."))
    messenger: Messenger = ""
    robot_url: Annotated[str, Field(max_length=500)] | None = Field(
        default=None, description=_("Left out it stays; empty takes it away.")
    )
    robot_secret: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description=_("Left out it stays; empty takes it away.")
    )
    phone: Annotated[str, Field(pattern=r"^(1[3-9][0-9]{9})?$")] | None = Field(
        default=None, description=_("Left out it stays; empty takes it away.")
    )


class TrialWanted(Wanted):
    """The channel to be tried."""

    channel: Literal["messenger", "sms"]


class CodeWanted(Wanted):
    """The code that came by SMS."""

    code: str = Field(min_length=1, max_length=20, pattern=r"^[0-9 ]+$", examples=["012345"])


class LettersAsked(Cut):
    """Which dead letters."""

    q: Words = ""
    channel: Literal["", "mail", "messenger", "sms"] = ""


class LetterShown(Shown):
    """A notice that was not sent and is not tried any more."""

    id: int
    channel: Channel
    person: PersonShown
    case: str
    kind: str
    at: Moment
    attempts: int
    error: str


class ResendingWanted(Wanted):
    """Which letters are to be sent again."""

    letters: list[Id] = Field(min_length=1, max_length=500)


class LetterResult(Shown):
    """What became of one letter: owed again, or why not."""

    id: int
    resent: bool
    reason: str


class ResendingDone(Shown):
    """What became of each letter, in the order asked."""

    results: list[LetterResult]


@offer(
    router,
    "GET",
    "/me/notice-preferences",
    name="showNoticePreferences",
    scope="read",
    says=_("How you are told of things: kinds by channel, quiet hours, digest."),
    answer=PreferencesShown,
)
def show_preferences(request: HttpRequest) -> PreferencesShown:
    """Return the caller's preferences."""
    return _preferences(queries.wishes(caller(request).person.pk))


@offer(
    router,
    "PUT",
    "/me/notice-preferences",
    name="chooseNotices",
    scope="act",
    says=_("Say how you want to be told; the inbox of the site has everything in any case."),
    answer=PreferencesShown,
)
def choose_notices(request: HttpRequest, wanted: PreferencesWanted) -> PreferencesShown:
    """Keep the caller's preferences; refuses as `bridge.commands.prefer` does."""
    chosen = commands.Preference(**wanted.model_dump())
    return _preferences(commands.prefer(caller(request).person, chosen, now=moment(request)))


@offer(
    router,
    "POST",
    "/me/notice-preferences/trial",
    name="tryNoticeChannel",
    scope="act",
    says=_("Send yourself a message at once, to see whether it arrives."),
    answer=None,
    status=204,
    refuses=(502,),
)
def try_channel(request: HttpRequest, wanted: TrialWanted) -> HttpResponse:
    """Try the channel; refuses as `bridge.commands.try_out` does."""
    link = request.build_absolute_uri(reverse("notices"))
    commands.try_out(caller(request).person, wanted.channel, now=moment(request), link=link)
    return HttpResponse(status=204)


@offer(
    router,
    "POST",
    "/me/notice-preferences/phone-code",
    name="sendPhoneCode",
    scope="act",
    says=_("Have a code sent to the number you saved; it holds for ten minutes."),
    answer=None,
    status=204,
    refuses=(409, 429, 502),
)
def send_phone_code(request: HttpRequest) -> HttpResponse:
    """Send the code; refuses as `bridge.commands.send_phone_code` does."""
    commands.send_phone_code(caller(request).person, now=moment(request))
    return HttpResponse(status=204)


@offer(
    router,
    "POST",
    "/me/notice-preferences/phone-confirmation",
    name="confirmPhone",
    scope="act",
    says=_("Confirm your number with the code that came; five tries a code."),
    answer=PreferencesShown,
    refuses=(409,),
)
def confirm_phone(request: HttpRequest, wanted: CodeWanted) -> PreferencesShown:
    """Confirm the number; refuses as `bridge.commands.confirm_phone` does."""
    return _preferences(commands.confirm_phone(caller(request).person, wanted.code, now=moment(request)))


@offer(
    router,
    "GET",
    "/notices/undelivered",
    name="listUndelivered",
    scope="office",
    says=_("Notices that could not be sent and are not tried any more, newest first; for the office."),
    answer=Page[LetterShown],
)
def list_undelivered(request: HttpRequest, asked: Query[LettersAsked]) -> Page[LetterShown]:
    """Return a page of dead letters; refuses `office-only`."""
    _require_office(request)
    found = queries.dead_letters(text=asked.q, channel=asked.channel)
    page, following = page_of(found, [Key("notice__at", descending=True)], asked)
    officers = organization.officer_ids(at=moment(request))
    return Page[LetterShown](items=[_letter(one, officers) for one in page], next=following)


@offer(
    router,
    "POST",
    "/notices/undelivered/resending",
    name="resendNotices",
    scope="office",
    says=_("Send dead letters again, each with its own result; for the office."),
    answer=ResendingDone,
)
def resend_notices(request: HttpRequest, wanted: ResendingWanted) -> ResendingDone:
    """Owe them again; refuses `office-only`."""
    done = commands.resend(wanted.letters, by=caller(request).person, now=moment(request))
    return ResendingDone(
        results=[
            LetterResult(
                id=one.delivery_id,
                resent=one.problem is None,
                reason=refusal_text(one.problem) if one.problem else "",
            )
            for one in done
        ]
    )


def _require_office(request: HttpRequest) -> None:
    if OFFICE not in organization.duties_of(caller(request).person.pk, at=moment(request)):
        raise refuse("office-only", "only the office may do this", hint="ask a colleague in the office")


def _preferences(wished: queries.Wishes) -> PreferencesShown:
    rules, on = packs.current().notices, queries.channels_on()
    return PreferencesShown(
        channels=[
            ChannelShown(
                channel=name,
                on=name in on,
                offered=list(rules.channel(name).offered),
                kinds=list(wished.kinds[name]),
            )
            for name in CHANNELS
        ],
        urgent=list(rules.urgent),
        quiet_begins=wished.quiet_begins,
        quiet_ends=wished.quiet_ends,
        digest=wished.digest,
        digest_hour=wished.digest_hour,
        digest_weekday=wished.digest_weekday,
        messenger=wished.messenger,
        robot=bool(wished.robot_url),
        phone=masked_phone(wished.phone or wished.phone_pending),
        phone_confirmed=bool(wished.phone),
    )


def _letter(one: Delivery, officers: frozenset[int]) -> LetterShown:
    person = person_shown(one.notice.person)
    if person.id not in officers:
        person = PersonShown(id=person.id, name=masked_name(person.name))
    return LetterShown(
        id=one.pk,
        channel=one.channel,
        person=person,
        case=one.notice.case.number if one.notice.case else "",
        kind=one.notice.kind,
        at=one.notice.at,
        attempts=one.attempts,
        error=one.error,
    )
