"""An officer files what a firm brought: which firm, how it came, from which visit."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs, queries
from lianqiao.bridge.commands.taking_in import CHANNELS
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm
from lianqiao.service.language import in_words
from lianqiao.service.models import Visit
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.queries import visits as visit_queries

FOR, CHANNEL, VISIT = "_for", "_channel", "_visit"


@dataclass(frozen=True)
class Taken:
    """For which firm an officer files, how it was brought, and the visit it came from, if any."""

    firm: Firm
    channel: str
    visit: Visit | None = None

    @property
    def channel_words(self) -> str:
        return channel_words()[self.channel]

    @property
    def brought(self) -> dict[str, str]:
        """How it came, as a draft keeps it."""
        return {"channel": self.channel, **({"visit": str(self.visit.pk)} if self.visit else {})}

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The inputs that carry it with the form."""
        found = [(FOR, self.firm.credit_code), (CHANNEL, self.channel)]
        return [*found, (VISIT, str(self.visit.pk))] if self.visit else found


@require_safe
@refusals_shown
def take_in(request: HttpRequest, mechanism: str) -> HttpResponse:
    """Ask which firm it is and how it came; each firm found leads to the form."""
    promise = packs.current().newest(mechanism)
    if not queries.takes_in(promise, asking.person(request), at=asking.moment(request)):
        raise refuse("not-taken-in", "not among this person's duties")
    text = request.GET.get("q", "").strip()[: listing.LONGEST_SEARCH]
    channel = request.GET.get("channel", "")
    channel = channel if channel in CHANNELS else CHANNELS[0]
    context = {
        "promise": promise,
        "title": in_words(promise.title),
        "q": text,
        "channels": [(name, words, name == channel) for name, words in channel_words().items()],
        "firms": [
            (firm, filing_address(promise.id, firm, channel))
            for firm in (organization.firms_matching(text) if text else [])
        ],
    }
    return render(request, "service/take_in.html", context)


def taken_for(request: HttpRequest, promise: Mechanism) -> Taken | None:
    """Return for whom the address or the form files; None where it names nobody.

    Raises Refusal `not-taken-in`, `firm-unknown`, `unknown-channel`, `unknown-visit`.
    """
    given = request.POST if request.method == "POST" else request.GET
    code = given.get(FOR, "")
    if not code:
        return None
    if not queries.takes_in(promise, asking.person(request), at=asking.moment(request)):
        raise refuse("not-taken-in", "not among this person's duties")
    firm, channel = organization.firm_by_code(code), given.get(CHANNEL, "")
    if firm is None:
        raise refuse("firm-unknown", f"there is no firm {code}", firm=code)
    if channel not in CHANNELS:
        raise refuse("unknown-channel", f"there is no channel {channel}")
    number = given.get(VISIT, "")
    of = visit_queries.visit(int(number)) if number.isdigit() and len(number) < 19 else None
    if of is not None and of.firm_id != firm.pk:
        raise refuse("unknown-visit", "the visit was to another firm")
    return Taken(firm, channel, of)


def filing_address(mechanism: str, firm: Firm, channel: str, visit: int | str = "") -> str:
    """Return the address of the form in which an officer files for a firm."""
    named = {FOR: firm.credit_code, CHANNEL: channel}
    if visit:
        named[VISIT] = str(visit)
    return f"{reverse('file', args=[mechanism])}?{urlencode(named)}"


def alike_address(promise: Mechanism, taken: Taken | None) -> dict[str, str] | None:
    """Return where open cases like the one typed are looked up, and by which inputs; None where none are."""
    if not promise.alike_by:
        return None
    fields = ",".join(f"#id_{name}" for name in promise.alike_by)
    return {"url": reverse("alike", args=[promise.id]), "fields": fields}


def channel_words() -> dict[str, str]:
    """Return how each channel is called."""
    return {"window": _("At the window"), "hotline": _("By telephone"), "visit": _("On a visit")}
