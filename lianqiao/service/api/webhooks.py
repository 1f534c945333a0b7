"""Webhooks: where to be told of what happens, the messages owed, and sending them again."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    CreditCode,
    Cut,
    Id,
    Moment,
    Name,
    Page,
    Shown,
    Wanted,
    When,
    instant,
    offer,
)
from lianqiao.organization.api.shapes import FirmShown, PersonShown, firm_shown, person_shown
from lianqiao.organization.models import Firm
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.commands import webhooks as commands
from lianqiao.service.models import Hook, HookDelivery
from lianqiao.service.queries import webhooks as queries

router = Router(tags=["webhooks"])
Url = Annotated[
    str,
    Field(min_length=8, max_length=500, pattern=r"^https?://[^\s]+$", examples=["https://firm.example/hook"]),
]
Event = Annotated[str, Field(max_length=96, pattern=r"^[a-z][a-z-]{0,30}(:[A-Za-z0-9_@-]{1,64})?$")]
Events = Annotated[
    list[Event],
    Field(
        max_length=50,
        description=_("A kind, or kind:name, such as step:pass_review or rung:leader; empty for all."),
        examples=[["step:pass_review", "rung"]],
    ),
]


class HookWanted(Wanted):
    """A webhook to be opened."""

    name: Name
    url: Url
    firm: CreditCode | None = Field(default=None, description=_("Only cases of this firm."))
    promises: list[Identifier] = Field(default=[], max_length=50, description=_("Empty for all."))
    events: Events = Field(default=[])


class HookChange(Wanted):
    """What is to change; what is left out stays."""

    name: Name | None = None
    url: Url | None = None
    promises: Annotated[list[Identifier], Field(max_length=50)] | None = None
    events: Events | None = None
    paused: bool | None = None


class HookShown(Shown):
    """A webhook."""

    id: int
    name: str
    url: str
    person: PersonShown
    firm: FirmShown | None
    promises: list[str]
    events: list[str]
    made_at: Moment
    paused_at: Moment | None


class HookMade(HookShown):
    """A webhook with the secret its messages are signed with, told this once."""

    secret: str


class DeliveryShown(Shown):
    """One message to a webhook; given up where it is neither sent nor to be tried again."""

    id: int
    event: str
    case: str
    at: Moment
    attempts: int
    next_try_at: Moment | None
    sent_at: Moment | None
    status: int = Field(description=_("What the receiver answered last; 0 for no answer."))
    error: str


class HooksAsked(Cut):
    """Whose webhooks."""

    whose: Literal["mine", "all"] = Field(default="mine", description=_("all: as the office."))


class DeliveriesAsked(Cut):
    """Which messages."""

    state: Literal["all", "due", "sent", "dead"] = Field(default="all", description=_("dead: given up."))


class ReplayWanted(Wanted):
    """The span whose messages are to be sent again."""

    since: When
    until: When
    only_dead: bool = Field(default=False, description=_("Only those given up."))


class ReplayDone(Shown):
    """How many messages are owed again."""

    owed: int


@offer(
    router,
    "GET",
    "/webhooks",
    name="listWebhooks",
    scope="hooks",
    says=_("Your webhooks, and those of firms you administer."),
    answer=Page[HookShown],
)
def list_hooks(request: HttpRequest, asked: Query[HooksAsked]) -> Page[HookShown]:
    """Return a page of the webhooks; refuses `office-only`."""
    me, now = caller(request).person.pk, moment(request)
    if asked.whose == "all" and OFFICE not in organization.duties_of(me, at=now):
        raise refuse("office-only", "only the office sees every webhook", hint="ask the office")
    found = queries.every_hook() if asked.whose == "all" else queries.hooks_of(me, at=now)
    page, following = page_of(found, [Key("made_at", descending=True)], asked)
    return Page[HookShown](items=[HookShown(**_told(one)) for one in page], next=following)


@offer(
    router,
    "POST",
    "/webhooks",
    name="openWebhook",
    scope="hooks",
    says=_("Be told at an address of what happens in the cases you may see, from now on."),
    more=_("Messages are signed as Standard Webhooks are, and sent at least once."),
    answer=HookMade,
    status=201,
    refuses=(403, 503),
)
def open_hook(request: HttpRequest, wanted: HookWanted) -> HookMade:
    """Open the webhook; refuses as `commands.open_hook` does."""
    asked, now = caller(request), moment(request)
    hook = commands.open_hook(
        asked.person,
        url=wanted.url,
        name=wanted.name,
        firm=_firm(wanted.firm),
        promises=wanted.promises,
        events=wanted.events,
        now=now,
    )
    return HookMade(**_told(hook), secret=queries.secret_of(hook))


@offer(
    router,
    "GET",
    "/webhooks/{hook}",
    name="showWebhook",
    scope="hooks",
    says=_("One webhook."),
    answer=HookShown,
    refuses=(404,),
)
def show_hook(request: HttpRequest, hook: Path[Id]) -> HookShown:
    """Return the webhook; refuses `unknown-hook`."""
    return HookShown(**_told(_hook(request, hook)))


@offer(
    router,
    "PATCH",
    "/webhooks/{hook}",
    name="changeWebhook",
    scope="hooks",
    says=_("Change a webhook, pause it or let it go on; what happened meanwhile is told then."),
    answer=HookShown,
    refuses=(404,),
)
def change_hook(request: HttpRequest, hook: Path[Id], wanted: HookChange) -> HookShown:
    """Change the webhook; refuses as `commands.change_hook` does."""
    values = {name: value for name, value in wanted.model_dump().items() if value is not None}
    changed = commands.change_hook(_hook(request, hook), now=moment(request), **values)
    return HookShown(**_told(changed))


@offer(
    router,
    "DELETE",
    "/webhooks/{hook}",
    name="closeWebhook",
    scope="hooks",
    says=_("Close a webhook for good."),
    answer=None,
    status=204,
    refuses=(404,),
)
def close_hook(request: HttpRequest, hook: Path[Id]) -> None:
    """Close the webhook; refuses `unknown-hook`."""
    commands.close_hook(_hook(request, hook), now=moment(request))


@offer(
    router,
    "POST",
    "/webhooks/{hook}/secret",
    name="renewWebhookSecret",
    scope="hooks",
    says=_("Give a webhook a new secret; it is told this once."),
    answer=HookMade,
    refuses=(404,),
)
def renew_secret(request: HttpRequest, hook: Path[Id]) -> HookMade:
    """Renew the secret; refuses `unknown-hook`."""
    renewed = commands.renew_secret(_hook(request, hook))
    return HookMade(**_told(renewed), secret=queries.secret_of(renewed))


@offer(
    router,
    "POST",
    "/webhooks/{hook}/ping",
    name="pingWebhook",
    scope="hooks",
    says=_("Send a webhook a message that says nothing, to try it."),
    answer=DeliveryShown,
    status=202,
    refuses=(404,),
)
def ping_hook(request: HttpRequest, hook: Path[Id]) -> DeliveryShown:
    """Owe the webhook a ping; refuses `unknown-hook`."""
    return _delivery(commands.ping_hook(_hook(request, hook), now=moment(request)))


@offer(
    router,
    "GET",
    "/webhooks/{hook}/deliveries",
    name="listDeliveries",
    scope="hooks",
    says=_("The messages to a webhook, newest first, those given up among them."),
    answer=Page[DeliveryShown],
    refuses=(404,),
)
def list_deliveries(
    request: HttpRequest, hook: Path[Id], asked: Query[DeliveriesAsked]
) -> Page[DeliveryShown]:
    """Return a page of the messages; refuses `unknown-hook`."""
    found = queries.deliveries_of(_hook(request, hook), asked.state)
    page, following = page_of(found, [Key("at", descending=True)], asked)
    return Page[DeliveryShown](items=[_delivery(one) for one in page], next=following)


@offer(
    router,
    "POST",
    "/webhooks/{hook}/deliveries/{delivery}/replay",
    name="replayDelivery",
    scope="hooks",
    says=_("Send one message again, whatever became of it."),
    answer=DeliveryShown,
    status=202,
    refuses=(404,),
)
def replay_delivery(request: HttpRequest, hook: Path[Id], delivery: Path[Id]) -> DeliveryShown:
    """Owe the message again; refuses `unknown-hook` and `unknown-delivery`."""
    return _delivery(commands.replay_delivery(_hook(request, hook), delivery, now=moment(request)))


@offer(
    router,
    "POST",
    "/webhooks/{hook}/replays",
    name="replaySpan",
    scope="hooks",
    says=_("Send the messages of a span again."),
    answer=ReplayDone,
    status=202,
    refuses=(404,),
)
def replay_span(request: HttpRequest, hook: Path[Id], wanted: ReplayWanted) -> ReplayDone:
    """Owe the messages again; refuses `unknown-hook`."""
    owed = commands.replay_span(
        _hook(request, hook),
        since=instant(wanted.since, "since"),
        until=instant(wanted.until, "until"),
        only_dead=wanted.only_dead,
        now=moment(request),
    )
    return ReplayDone(owed=owed)


def _hook(request: HttpRequest, hook_id: int) -> Hook:
    return queries.hook_for(hook_id, caller(request).person.pk, at=moment(request))


def _firm(credit_code: str | None) -> Firm | None:
    if credit_code is None:
        return None
    firm = organization.firm_by_code(credit_code)
    if firm is None:
        # the same words as for a firm that is not the caller's
        raise refuse(
            "wrong-role", "you do not act for this firm", hint="choose one you act for", field="firm"
        )
    return firm


def _told(hook: Hook) -> dict[str, Any]:
    return {
        "id": hook.pk,
        "name": hook.name,
        "url": hook.url,
        "person": person_shown(hook.person),
        "firm": firm_shown(hook.firm) if hook.firm else None,
        "promises": list(hook.promises),
        "events": list(hook.events),
        "made_at": hook.made_at,
        "paused_at": hook.paused_at,
    }


def _delivery(one: HookDelivery) -> DeliveryShown:
    return DeliveryShown(
        id=one.pk,
        event=one.event,
        case=one.case_number,
        at=one.at,
        attempts=one.attempts,
        next_try_at=one.next_try_at,
        sent_at=one.sent_at,
        status=one.status,
        error=one.error,
    )
