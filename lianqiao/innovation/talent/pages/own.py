"""One's own record: what is due, what it scores, its entries, and what may be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.innovation.talent import commands, queries
from lianqiao.innovation.talent.forms import EntryForm, RecordForm
from lianqiao.innovation.talent.models import Talent
from lianqiao.innovation.talent.pages.asking import UNPROCESSABLE, Asked, say
from lianqiao.innovation.talent.pages.shown import (
    entry_shown,
    evaluation_shown,
    permissions_shown,
    post_shown,
)
from lianqiao.innovation.talent.wording import (
    in_words,
    indicator_title,
    purposes,
    reminder_words,
    withdrawal_words,
)
from lianqiao.organization import queries as organization


@require_safe
def own(request: Asked) -> HttpResponse:
    """Show one's record and what the secretary says of it."""
    found = queries.talent_of(request.user.pk)
    if found is None:
        return render(request, "talent/none.html", {})
    context = {
        "talent": found,
        "reminders": _reminders(found, request),
        "evaluation": evaluation_shown(queries.evaluation_of(found)),
        "entries": [entry_shown(one) for one in queries.achievements_of(found)],
        "entry_columns": entry_columns(),
        "permissions": permissions_shown(found),
        "posts": [post_shown(one, at=request.now) for one in queries.dual_posts_of_talent(found)],
        "dimensions": _indicators(),
    }
    return render(request, "talent/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Asked) -> HttpResponse:
    """Open one's record, or change its head."""
    found = queries.talent_of(request.user.pk)
    initial = {"post": found.post, "field": found.field, "firm": str(found.firm_id or "")} if found else {}
    firms = organization.firms_of(request.user.pk, at=request.now)
    form = RecordForm(request.POST or None, firms=firms, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            commands.keep_record(request.user, **form.cleaned_data, now=request.now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("The record is kept. Nobody reads it until you permit it."))
            return redirect("talent")
    context = {"form": form, "new": found is None}
    return render(request, "talent/record.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
def permission(request: Asked) -> HttpResponse:
    """Permit a use of one's record."""
    found = _required(request)
    try:
        commands.permit(found, request.POST.get("purpose", ""), actor=request.user, now=request.now)
    except Refusal as refusal:
        say(request, refusal)
    return redirect("talent")


@require_http_methods(["GET", "HEAD", "POST"])
def permission_withdrawal(request: Asked, purpose: str) -> HttpResponse:
    """Take a permission back, after a second look at what follows."""
    found = _required(request)
    if purpose not in purposes():
        raise Http404
    if request.method != "POST":
        name, words = purposes()[purpose]
        context = {"name": name, "words": words, "follows": withdrawal_words(purpose)}
        return render(request, "talent/permission_withdrawal.html", context)
    try:
        commands.withdraw_permission(found, purpose, actor=request.user, now=request.now)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("The permission is taken back."))
    return redirect("talent")


@require_http_methods(["GET", "HEAD", "POST"])
def new_entry(request: Asked, indicator: str) -> HttpResponse:
    """Show the form of an entry for an indicator, and add it."""
    found, standard = _required(request), packs.current().talent_standard
    if standard is None or indicator not in standard.indicators:
        raise Http404
    known = standard.indicators[indicator]
    form = EntryForm(request.POST or None, indicator=known, today=beijing(request.now).date())
    if request.method == "POST" and form.is_valid():
        try:
            commands.add_achievement(
                found, indicator, **form.cleaned_data, actor=request.user, now=request.now
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("Added. It counts when the talent office has confirmed it."))
            return redirect("talent")
    context = {"form": form, "title": in_words(known.title), "permitted": _permitted(found)}
    return render(request, "talent/entry.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
def take_back(request: Asked, achievement_id: int) -> HttpResponse:
    """Take an entry of one's own back."""
    try:
        commands.take_back_achievement(achievement_id, actor=request.user, now=request.now)
    except Refusal as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("The entry is taken back."))
    return redirect("talent")


def entry_columns(*, deciding: bool = False) -> list[dict[str, Any]]:
    """Return the columns of a record's entries."""
    return [
        {"key": "title", "label": _("Entry"), "lead": True},
        {"key": "amount", "label": _("Quantity"), "fit": True},
        {"key": "day", "label": _("Day"), "fit": True},
        {"key": "proof", "label": _("Paper")},
        {"key": "state", "label": _("State"), "fit": not deciding},
        {"key": "action", "label": _("Action"), "hide": True},
    ]


def _required(request: Asked) -> Talent:
    found = queries.talent_of(request.user.pk)
    if found is None:
        raise Http404
    return found


def _permitted(found: Talent) -> bool:
    return queries.permits(found, "evaluation")


def _reminders(found: Talent, request: Asked) -> list[dict[str, Any]]:
    return [
        {
            "words": reminder_words(
                one.kind, indicator_title(one.about) if one.kind == "entry-refused" else one.about
            ),
            "day": one.day,
            "post": one.post,
        }
        for one in queries.reminders(found, at=request.now)
    ]


def _indicators() -> list[dict[str, Any]]:
    """Return the indicators of the standard by dimension: what can be entered."""
    standard = packs.current().talent_standard
    if standard is None:
        return []
    return [
        {
            "title": in_words(dimension.title),
            "indicators": [
                (key, in_words(one.title))
                for key, one in standard.indicators.items()
                if one.dimension == name
            ],
        }
        for name, dimension in standard.dimensions.items()
    ]
