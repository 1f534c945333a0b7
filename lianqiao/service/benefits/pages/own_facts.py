"""What is known of oneself: from the talent record, registers, one's own papers; and adding to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import commands
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.service.benefits.commands.granting import follow_facts
from lianqiao.service.benefits.commands.recording import record_fact
from lianqiao.service.benefits.fact_words import attributes_shown
from lianqiao.service.benefits.forms.facts import PAPER, OwnFactForm
from lianqiao.service.benefits.pages.subjects import subject_of
from lianqiao.service.benefits.queries import facts as queries
from lianqiao.service.benefits.queries.everyone import may_match
from lianqiao.service.benefits.queries.vocabulary import given_by_party, vocabulary
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE


@require_safe
def own_facts(request: HttpRequest) -> HttpResponse:
    """Show what is known of the reader, every word with its source, day and history."""
    subject = subject_of(request)
    known = queries.facts_of(subject.party, beijing(asking.moment(request)).date())
    shown = attributes_shown(known, queries.history(subject.party), vocabulary("person"))
    context = {
        "subject": subject,
        "permitted": may_match(subject.party),
        "known": [one for one in shown if one.words_told],
        "unknown": [one for one in shown if not one.words_told],
        "give": {name: subject.address("fact") for name in given_by_party("person")},
    }
    return render(request, "benefits/own_facts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def own_fact_new(request: HttpRequest) -> HttpResponse:
    """Give one fact of oneself with its paper; what it decides follows at once."""
    subject, reader, now = subject_of(request), asking.person(request), asking.moment(request)
    typed = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    asked = request.GET.get("attribute", "")
    form = OwnFactForm(*typed, attributes=given_by_party("person"), initial={"attribute": asked})
    if request.method == "POST" and form.is_valid():
        given, upload = form.cleaned_data, form.cleaned_data.get("paper")
        try:
            paper = commands.receive(upload, field=PAPER, by=reader, now=now) if upload else None
            record_fact(subject.party, given["attribute"], given["text"], by=reader, now=now, paper=paper)
        except Refusal as refusal:
            form.show(refusal)
        else:
            invited = follow_facts(reader, now=now)
            words = _("It is recorded, and you are invited to something: see below.")
            messages.success(request, words if invited else _("It is recorded."))
            return redirect(subject.home)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "benefits/own_fact_new.html", {"subject": subject, "form": form}, status=status)
