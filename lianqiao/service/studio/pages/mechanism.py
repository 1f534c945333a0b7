"""One promise: what it says, its diagram, check, versions and figures; its files to take away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from lianqiao.bridge.queries.publications import publication_problems
from lianqiao.engine.bpmn_picture import pictured
from lianqiao.engine.bpmn_xml import bpmn_text
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.words import describe
from lianqiao.organization.commands.authority import is_office
from lianqiao.service.drafting.pages import titled
from lianqiao.service.drafting.queries import open_drafts
from lianqiao.service.language import in_words, language
from lianqiao.service.pages import asking
from lianqiao.service.pages.mining_shown import days_words, for_leaders
from lianqiao.service.queries.overview import overseen
from lianqiao.service.studio.models import MechanismDraft
from lianqiao.service.studio.queries import mechanisms as queries
from lianqiao.service.studio.queries.drafts import checked_text
from lianqiao.service.studio.wording import problem_words


@require_safe
@for_leaders
def mechanism(request: HttpRequest, promise: str) -> HttpResponse:
    """Show what a version of a promise says, how it stands, and every version there is."""
    one = found(request, promise)
    now = asking.moment(request)
    checked = checked_text(queries.text_of(one))
    altered = {problem.facts["key"] for problem in publication_problems()}
    figures = queries.figures(promise, now=now)
    context = {
        **context_of(request, one, here="studio-mechanism"),
        "words": describe(one, language())[1:],
        "figures": figures,
        "rate": None if figures.tally.rate is None else f"{figures.tally.rate / 10:.1f}",
        "median": "" if figures.median_days is None else days_words(figures.median_days),
        "passes": checked.passes,
        "faults": [problem_words(fault.problem) for fault in checked.faults],
        "versions": [
            {
                "one": version,
                "standing": standing_words(version.standing),
                "badge": BADGES[version.standing],
                "altered": version.key in altered,
            }
            for version in queries.versions_of(promise, now=now)
        ],
        "drafts": titled(open_drafts(MechanismDraft, promise), {promise: in_words(one.title)}),
        "drill": _drill(request, promise),
    }
    return render(request, "studio/mechanism.html", context)


@require_safe
@for_leaders
def diagram(request: HttpRequest, promise: str) -> HttpResponse:
    """Show a version of a promise drawn."""
    one = found(request, promise)
    context = {**context_of(request, one, here="studio-diagram"), "picture": pictured(one, language())}
    return render(request, "studio/diagram.html", context)


@require_safe
@for_leaders
def bpmn_file(request: HttpRequest, promise: str) -> HttpResponse:
    """Send a version of a promise as BPMN 2.0."""
    one = found(request, promise)
    return _download(bpmn_text(one, language()), f"{one.key}.bpmn", "application/xml")


@require_safe
@for_leaders
def toml_file(request: HttpRequest, promise: str) -> HttpResponse:
    """Send the file a version came from, for the district's pack."""
    one = found(request, promise)
    return _download(queries.text_of(one), f"{one.key}.toml", "application/toml")


BADGES = {
    "current": "kept",
    "earlier": "ended",
    "coming": "waiting",
    "held-back": "broken",
    "withdrawn": "paused",
}


def standing_words(standing: str) -> str:
    """Return how a version stands, in words."""
    return {
        "current": pgettext("version", "In force"),
        "earlier": _("Earlier"),
        "coming": _("Takes effect later"),
        "held-back": _("Held back"),
        "withdrawn": pgettext("version", "Withdrawn"),
    }[standing]


def found(request: HttpRequest, promise: str) -> Mechanism:
    """Return the version the address asks for, the newest where it names none."""
    version = request.GET.get("version", "")
    return queries.mechanism_of(promise, int(version) if version.isdecimal() else None)


def context_of(request: HttpRequest, one: Mechanism, *, here: str) -> dict[str, Any]:
    """Return what every page of a promise shows: its name and the ways to its other pages."""
    newest = queries.mechanism_of(one.id)
    more = "" if one.key == newest.key else f"?version={one.version}"
    words = {
        "studio-mechanism": _("What it says"),
        "studio-diagram": _("Diagram"),
        "studio-simulations": _("Simulations"),
    }
    return {
        "promise": one,
        "title": in_words(one.title),
        "version_query": more,
        "office": is_office(asking.person(request), now=asking.moment(request)),
        "tabs": [
            {"label": label, "url": reverse(name, args=[one.id]) + more, "current": name == here}
            for name, label in words.items()
        ],
    }


def _drill(request: HttpRequest, promise: str) -> str:
    """Return the address of the very promises counted, "" for who oversees others."""
    person, now = asking.person(request), asking.moment(request)
    return reverse("overview-cases") if promise in overseen(person.pk, at=now) else ""


def _download(text: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
