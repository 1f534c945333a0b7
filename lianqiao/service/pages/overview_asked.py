"""What both pages of the overview ask and say: whose promises, which span, each number with its address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lianqiao.bridge.queries import Tally
from lianqiao.service.pages import asking
from lianqiao.service.queries import overview as figures


def overseen(request: HttpRequest) -> tuple[str, ...]:
    """Return the promises this person oversees; raises PermissionDenied where there are none."""
    mechanisms = figures.overseen(asking.person(request).pk, at=asking.moment(request))
    if not mechanisms:
        raise PermissionDenied(_("Only people with a duty in a promise see how it stands."))
    return mechanisms


def span_of(request: HttpRequest) -> str:
    """Return the span the address asks for, this year where it asks for none there is."""
    span = request.GET.get("span", "")
    return span if span in figures.SPANS else figures.SPANS[0]


def spans(span: str) -> list[dict[str, Any]]:
    """Return the spans to choose from, as tabs and as options."""
    words = {"year": _("This year"), "quarter": _("This quarter"), "month": _("This month"), "all": _("All")}
    return [
        {"label": words[one], "url": f"?span={one}", "current": one == span, "value": one}
        for one in figures.SPANS
    ]


def numbers(tally: Tally, span: str, **narrow: Any) -> dict[str, Any]:
    """Return each number of a tally with the address of its cases."""
    whole = cases_url(span, **narrow)
    counts = {
        "kept": tally.kept,
        "broken": tally.broken,
        "at-risk": tally.at_risk,
        "running": tally.running,
        "paused": tally.paused,
        "ended": tally.ended,
        "open": figures.open_count(tally),
    }
    found: dict[str, Any] = {
        name.replace("-", "_"): {"count": count, "url": f"{whole}&standing={name}"}
        for name, count in counts.items()
    }
    found["total"] = {"count": tally.total, "url": whole}
    found["rate"] = rate_words(tally)
    found["owed"] = tally.kept + tally.broken
    return found


def rate_words(tally: Tally) -> str | None:
    """Return the share kept of what came due, in percent: "97.2", "100"; None where nothing did."""
    return None if tally.rate is None else f"{tally.rate / 10:.1f}".removesuffix(".0")


def cases_url(span: str, **narrow: Any) -> str:
    """Return the address of the promises behind a number."""
    return f"{reverse('overview-cases')}?{urlencode({'span': span, **narrow})}"


def unit_words(unit_id: int, name: str) -> str:
    """Return what a department is called; what none answers for has words too."""
    return name or (_("No department") if not unit_id else str(unit_id))


def level_words() -> dict[str, str]:
    """Return what each rung of escalation is called."""
    return {
        "": "",
        "remind": _("Reminded"),
        "urge": _("Urged"),
        "leader": _("Leader told"),
        "public": _("On the public list"),
    }
