"""What is known of firms: the list, one firm's page, recording and correcting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import commands
from lianqiao.bridge import queries as bridge
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.organization.lists import Column, Listed, column
from lianqiao.organization.models import Firm
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands.granting import follow_facts
from lianqiao.service.benefits.commands.recording import correct_fact, record_fact
from lianqiao.service.benefits.fact_words import attributes_shown, fact_shown, party_name
from lianqiao.service.benefits.forms.facts import PAPER, CorrectionForm, FactForm, OwnFactForm
from lianqiao.service.benefits.models import Fact
from lianqiao.service.benefits.pages import columns
from lianqiao.service.benefits.pages.guarding import firm_of, for_officers, is_officer, may_see, tabs
from lianqiao.service.benefits.queries import facts as queries
from lianqiao.service.benefits.queries.everyone import may_match
from lianqiao.service.benefits.queries.vocabulary import given_by_party, vocabulary
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE
from lianqiao.service.ranged import file_response

SORTS = {"party": "firm__name", "attribute": "attribute", "source": "source", "as_of": "as_of", "at": "at"}
SHOWN = ("party", "attribute", "words", "source", "as_of", "confidence")


@require_safe
@for_officers
def facts(request: HttpRequest) -> HttpResponse:
    """Show what is known, newest first."""
    asked, listed = _list(request)
    sources = listing.options([(one, one) for one in queries.sources()], asked.chosen["source"])
    return listed.page(request, "benefits/facts.html", asked=asked, sources=sources, tabs=tabs(request))


@require_safe
@for_officers
def facts_sheet(request: HttpRequest) -> FileResponse:
    """Send the same facts, all of them, as a workbook."""
    return _list(request)[1].workbook(request)


@require_safe
def party_facts(request: HttpRequest, credit_code: str) -> HttpResponse:
    """Show what is known of one firm, to itself and to officers; every word with its history."""
    firm = firm_of(request, credit_code)
    party = parties.of_firm(firm)
    known = queries.facts_of(party, beijing(asking.moment(request)).date())
    shown = attributes_shown(known, queries.history(party), vocabulary("firm"))
    context = {
        "firm": firm,
        "known": [one for one in shown if one.words_told],
        "unknown": [one for one in shown if not one.words_told],
        "officer": is_officer(request),
    }
    return render(request, "benefits/party_facts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def fact_new(request: HttpRequest, credit_code: str) -> HttpResponse:
    """Record one fact of a firm: an officer what a source says, the firm what it says of itself."""
    firm = firm_of(request, credit_code)
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            _record(request, firm, form)
        except Refusal as refusal:
            form.show(refusal)
        else:
            invited = follow_facts(firm, now=asking.moment(request))
            messages.success(
                request,
                _("It is recorded, and you are invited to something: see below.")
                if invited
                else _("It is recorded."),
            )
            return redirect("party-facts" if is_officer(request) else "firm-benefits", credit_code)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "benefits/fact_new.html", {"firm": firm, "form": form}, status=status)


def _form(request: HttpRequest) -> OwnFactForm:
    attributes = given_by_party("firm")
    typed = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial: dict[str, Any] = {"attribute": request.GET.get("attribute", "")}
    if not is_officer(request):
        return OwnFactForm(*typed, attributes=attributes, initial=initial)
    today = beijing(asking.moment(request)).date()
    return FactForm(*typed, attributes=attributes, initial={**initial, "as_of": today})


def _record(request: HttpRequest, firm: Firm, form: OwnFactForm) -> Fact:
    person, now = asking.person(request), asking.moment(request)
    given = dict(form.cleaned_data)
    upload = given.pop("paper", None)
    paper = commands.receive(upload, field=PAPER, by=person, now=now) if upload else None
    attribute, text = given.pop("attribute"), given.pop("text")
    return record_fact(parties.of_firm(firm), attribute, text, by=person, now=now, paper=paper, **given)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def fact_correct(request: HttpRequest, fact_id: int) -> HttpResponse:
    """Put one word right, or take it back, with the reason."""
    fact = queries.fact(fact_id)
    if fact is None or not (fact.consent != "given" or may_match(parties.party_of(fact))):
        raise Http404
    back = reverse("party-facts", args=[fact.firm.credit_code]) if fact.firm else reverse("facts")
    form = CorrectionForm(request.POST or None, initial={"text": fact.written})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            correct_fact(
                fact,
                given["text"],
                reason=given["reason"],
                withdraw=given["withdraw"],
                by=asking.person(request),
                now=asking.moment(request),
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("It is corrected; what stood there is kept in the history."))
            return redirect(back)
    of = party_name(fact.firm, fact.person)
    context = {"form": form, "fact": fact_shown(fact, vocabulary()), "of": of, "back": back}
    return render(
        request, "benefits/fact_correct.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@require_safe
def fact_paper(request: HttpRequest, fact_id: int) -> HttpResponseBase:
    """Send the paper a fact rests on, to whoever may see the fact."""
    fact = queries.fact(fact_id)
    if fact is None or not fact.paper or not may_see(asking.person(request), fact, request):
        raise Http404
    sha256 = fact.paper["sha256"]
    if bridge.contents_of([sha256])[sha256].state:
        raise PermissionDenied(_("This file cannot be opened."))
    path = stored_at(sha256)
    return file_response(request, path, name=fact.paper["name"], media_type=fact.paper["type"], sha256=sha256)


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="-at", source=queries.sources())
    rows = queries.fact_rows(
        asked.text, attributes=queries.attributes_titled(asked.text), source=asked.chosen["source"]
    )
    if key := SORTS.get(asked.sort.removeprefix("-")):
        rows = rows.order_by(f"-{key}" if asked.sort.startswith("-") else key, "-pk")
    known = vocabulary()
    which: tuple[Column[Any], ...] = (
        columns.party(),
        columns.attribute(),
        column("words", _("What is so"), lambda row: row[1].words, width=24),
        column("source", _("Source"), lambda row: row[1].source, width=24, sort="source"),
        column("as_of", _("As of"), lambda row: row[1].as_of, sort="as_of", fit=True),
        column("valid_until", _("Valid until"), lambda row: row[1].valid_until, fit=True),
        column("confidence", _("Confidence"), lambda row: row[1].confidence),
        column("consent", _("Consent"), lambda row: row[1].consent),
        column("at", _("Recorded"), lambda row: row[1].at, sort="at", fit=True),
    )
    return asked, Listed(
        "facts",
        _("Facts"),
        rows,
        which,
        sheet=reverse("facts-sheet"),
        row=lambda one: (one, fact_shown(one, known), party_name(one.firm, one.person)),
        shown=SHOWN,
    )
