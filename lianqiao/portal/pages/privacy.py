"""The privacy notice, what is kept of oneself and why, a copy of it, and being forgotten."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import DeletionForm
from lianqiao.organization.wording import sentence
from lianqiao.portal import staying
from lianqiao.portal.pages.request_words import STATES, state_words
from lianqiao.portal.privacy_text import PRIVACY, PRIVACY_VERSION
from lianqiao.service.pages import asking
from lianqiao.service.queries.personal import everything_kept


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy notice."""
    return render(request, "portal/pages/privacy.html", {"notice": PRIVACY_VERSION})


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Show what is kept of the person, why and for how long."""
    person, now = asking.person(request), asking.moment(request)
    latest = queries.deletion_pending(person.pk)
    context = {
        "rows": _kinds(everything_kept(person, at=now)),
        "columns": _columns(),
        "agreed": queries.agreed(person.pk, document=PRIVACY, version=PRIVACY_VERSION),
        "notice": PRIVACY_VERSION,
        "consents": queries.consents_of(person.pk),
        "officer": queries.is_officer(person.pk, at=now),
        "deletion": latest,
        "deletion_badge": STATES[latest.state] if latest else "",
        "deletion_label": state_words(latest.state) if latest else "",
    }
    return render(request, "portal/pages/my_data.html", context)


@never_cache
@require_safe
@staying.confirmed_lately
def copy(request: HttpRequest) -> HttpResponse:
    """Send a copy of everything kept of the person, as JSON."""
    person, now = asking.person(request), asking.moment(request)
    commands.export_own_data(person, now=now)
    kept = everything_kept(person, at=now)
    text = json.dumps(kept, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
    response = HttpResponse(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="lianqiao-{person.pk}.json"'
    return response


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Agree to the notice in force, or take the consent back."""
    person, now = asking.person(request), asking.moment(request)
    if request.POST.get("agree") == "yes":
        commands.agree(person, document=PRIVACY, version=PRIVACY_VERSION, now=now)
        messages.success(request, _("Your consent is recorded."))
    else:
        commands.take_back_consent(person, document=PRIVACY, now=now)
        words = _("Your consent is taken back. To have the account ended, ask for deletion.")
        messages.success(request, words)
    return redirect("my-data")


@require_http_methods(["GET", "HEAD", "POST"])
@staying.confirmed_lately
def deletion(request: HttpRequest) -> HttpResponse:
    """Ask to be forgotten."""
    form = DeletionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.ask_deletion(
                asking.person(request), note=form.cleaned_data["note"], now=asking.moment(request)
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("Asked. The digital office answers within 15 working days."))
            return redirect("my-data")
    return render(request, "portal/pages/deletion.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def deletion_withdrawal(request: HttpRequest) -> HttpResponse:
    """Take one's request of deletion back."""
    try:
        commands.withdraw_deletion(asking.person(request), now=asking.moment(request))
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        messages.success(request, _("The request is taken back."))
    return redirect("my-data")


def _kinds(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each kind of data with how many there are, why, and until when."""
    rows = []
    for key, (what, why, until) in _said().items():
        found = kept.get(key)
        count = len(found) if isinstance(found, list) else int(bool(found))
        if count:
            rows.append({"what": what, "count": count, "why": why, "until": until})
    return rows


def _said() -> dict[str, tuple[str, str, str]]:
    """Return of each kind of data what it is called, why it is kept and until when."""
    return _said_of_benefits() | {
        "account": (_("Name, user name, e-mail address"), _("To sign in and be told"), _("until deletion")),
        "sessions": (_("Sessions: browser and address"), _("So that you can end them"), _("until they end")),
        "outside_identities": (_("Who else says who you are"), _("To sign in by another site"),
                               _("until deletion")),
        "second_factor": (_("Second factor"), _("To protect your account"), _("until you remove it")),
        "views": (_("Columns and views of lists"), _("So that lists open as you left them"),
                  _("until deletion")),
        "tokens": (_("Access tokens"), _("So that programs can speak for you"), _("until deletion")),
        "duties": (_("Duties"), _("Who answered for what and when"), _("kept with the zone's records")),
        "leaves": (_("Leaves"), _("Who stood in for whom"), _("kept with the zone's records")),
        "firms": (_("Firms you act for"), _("Who may file for a firm"), _("kept with the firm's matters")),
        "binding_requests": (_("Requests to act for a firm"), _("To decide them"),
                             _("kept without your name after deletion")),
        "deletion_requests": (_("Requests of deletion"), _("To decide them"),
                              _("kept without your name after deletion")),
        "consents": (_("Consents"), _("To prove what you agreed to"),
                     _("kept without your name after deletion")),
        "letters": (_("Mails sent to you"), _("Confirmations and links"), _("seven days")),
        "trail": (_("Trail of your acts on accounts and firms"), _("The law asks for it"),
                  _("kept without your name after deletion")),
        "acts": (_("Acts in cases"), _("A case's log must stay whole"),
                 _("kept by number, without your name, after deletion")),
        "notices": (_("Notices"), _("So that you learn what waits for you"),
                    _("kept without your name after deletion")),
        "notice_places": (_("Where you are told: robot, telephone number"), _("To reach you there"),
                          _("until you take it away")),
        "jobs": (_("Long jobs you asked for"), _("To show how far they are"), _("a month")),
        "drafts": (_("Drafts"), _("So that nothing typed is lost"), _("30 days after the last saving")),
        "webhooks": (_("Addresses your programs are told at"), _("So that they learn what happens"),
                     _("until deletion")),
        "visits": (_("Visits you recorded"), _("What was said at a firm"), _("kept with the zone's records")),
        "attachments": (_("Files you sent"), _("They belong to the case"), _("kept with the case")),
    }  # fmt: skip


def _said_of_benefits() -> dict[str, tuple[str, str, str]]:
    return {
        "facts": (_("Facts for benefits, from your record and your papers"),
                  _("So that you are told what is yours, while you permit it"), _("emptied by deletion")),
        "grants": (_("Benefits you were invited to or given"), _("Public money has to be accounted for"),
                   _("kept without your name after deletion")),
        "accounts": (_("Bank accounts, the number sealed"), _("So that money reaches you"),
                     _("until deletion")),
    }  # fmt: skip


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "what", "label": _("What"), "lead": True},
        {"key": "count", "label": _("How many"), "align": "end"},
        {"key": "why", "label": _("Why")},
        {"key": "until", "label": _("Until when")},
    ]
