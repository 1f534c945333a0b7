"""Dual posts: who can be asked, proposals, agreement of all three, and the end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.masking import masked_name
from lianqiao.innovation.talent import commands, queries
from lianqiao.innovation.talent.forms import DualPostForm, ReasonForm
from lianqiao.innovation.talent.models import DualPost, Talent
from lianqiao.innovation.talent.pages.asking import UNPROCESSABLE, Asked, refusals_as_statuses, say
from lianqiao.innovation.talent.pages.shown import post_shown
from lianqiao.innovation.talent.wording import points, stages
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import (
    ROWS_READ_AT_ONCE,
    Column,
    Look,
    column,
    look_of,
    page_of,
    workbook,
)


@require_safe
def introduced(request: Asked) -> HttpResponse:
    """Show firms and institutes whom they can ask: post and field, never the name."""
    _require_firm_or_office(request)
    look = _introduced_look(request)
    if look.opening:
        return redirect(look.opening)
    asked = request.GET
    found = queries.introduced(text=asked.get("q", ""), sort=asked.get("sort", "-made"))
    context = {"page": page_of(request, found), "look": look, "export": reverse("talents-introduced-sheet")}
    return render(request, "talent/introduced.html", context)


@require_safe
def introduced_sheet(request: Asked) -> FileResponse:
    """Send the same people, all of them, as a workbook; names stay masked."""
    _require_firm_or_office(request)
    asked = request.GET
    found = queries.introduced(text=asked.get("q", ""), sort=asked.get("sort", "-made"))
    rows = found.iterator(chunk_size=ROWS_READ_AT_ONCE)
    return workbook(_("People open to dual posts"), _introduced_look(request).columns, rows)


@require_safe
def dual_posts(request: Asked) -> HttpResponse:
    """Show the dual posts one has a part in; the talent office sees all."""
    look = _look(request)
    if look.opening:
        return redirect(look.opening)
    page = page_of(request, _found(request))
    opens = queries.opened_by(request.user, at=request.now)
    context = {
        "page": page,
        "rows": [{**post_shown(one, at=request.now), "opens": opens(one)} for one in page],
        "look": look,
        "export": reverse("dual-posts-sheet"),
        "own": queries.talent_of(request.user.pk),
        "firms": organization.firms_of(request.user.pk, at=request.now),
    }
    return render(request, "talent/dual_posts.html", context)


@require_safe
def dual_posts_sheet(request: Asked) -> FileResponse:
    """Send the same dual posts, all of them, as a workbook."""
    rows = _found(request).iterator(chunk_size=ROWS_READ_AT_ONCE)
    shown = (post_shown(one, at=request.now) for one in rows)
    return workbook(_("Dual posts"), _look(request).columns, shown)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_as_statuses
def new(request: Asked, talent_id: int) -> HttpResponseBase:
    """Show the form of a dual post for a person, and propose it."""
    found = _askable(request, talent_id)
    form = DualPostForm(request.POST or None, initial={"host": request.GET.get("host", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = _propose(request, found, dict(form.cleaned_data))
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("Proposed. It is in force when all three have agreed."))
            return redirect("dual-post", post_id=made.pk)
    context = {"form": form, "talent": found, "own": found.person_id == request.user.pk}
    return render(request, "talent/dual_post_new.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_safe
@refusals_as_statuses
def dual_post(request: Asked, post_id: int) -> HttpResponseBase:
    """Show one dual post to its three sides and the talent office."""
    found = queries.dual_post(post_id, reader=request.user, at=request.now)
    sides = queries.side_of(found, request.user, at=request.now)
    agreed = [
        ("person", found.talent.person.name, found.person_agreed_at),
        ("home", found.home.name, found.home_agreed_at),
        ("host", found.host.name, found.host_agreed_at),
    ]
    badge, label = stages()[queries.stage_of(found, at=request.now)]
    context = {
        "post": found,
        "badge": badge,
        "label": label,
        "agreed": agreed,
        "asked": not found.stopped_at and any(side in sides and not when for side, _name, when in agreed),
        "may_stop": not found.stopped_at and bool(sides),
        "stop": _stop_words(found),
    }
    return render(request, "talent/dual_post.html", context)


@require_POST
@refusals_as_statuses
def agreement(request: Asked, post_id: int) -> HttpResponseBase:
    """Agree for every side one speaks for."""
    queries.dual_post(post_id, reader=request.user, at=request.now)
    try:
        made = commands.agree_to(post_id, by=request.user, now=request.now)
    except Refusal as refusal:
        say(request, refusal)
    else:
        words = _("Agreed; it is in force now.") if made.agreed else _("Agreed; the others are asked.")
        messages.success(request, words)
    return redirect("dual-post", post_id=post_id)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_as_statuses
def stopping(request: Asked, post_id: int) -> HttpResponseBase:
    """Decline a proposal, or end an agreement early, with a reason, after a second look at what follows."""
    found = queries.dual_post(post_id, reader=request.user, at=request.now)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            commands.stop_dual_post(post_id, reason=reason, by=request.user, now=request.now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("It has ended for all three."))
            return redirect("dual-post", post_id=post_id)
    elif found.stopped_at or not queries.side_of(found, request.user, at=request.now):
        return redirect("dual-post", post_id=post_id)
    context = {"post": found, "stop": _stop_words(found), "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "talent/dual_post_ending.html", context, status=status)


def _stop_words(post: DualPost) -> str:
    return _("End it early") if post.agreed else _("Do not agree")


def _askable(request: Asked, talent_id: int) -> Talent:
    """Return the record a proposal is about: one's own, that of one's firm's person, or an introduced one."""
    own = queries.talent_of(request.user.pk)
    if own is not None and own.pk == talent_id:
        return own
    _require_firm_or_office(request)
    return queries.talent(talent_id, purpose="introduction")


def _propose(request: Asked, found: Talent, typed: dict[str, Any]) -> DualPost:
    if found.firm is None:
        raise refuse("home-differs", "the record names no employer", place="host", field="host")
    results = (typed.pop("results_home"), typed.pop("results_host"), typed.pop("results_person"))
    return commands.propose_dual_post(
        found, home=found.firm, results=results, by=request.user, now=request.now, **typed
    )


def _require_firm_or_office(request: Asked) -> None:
    person, now = request.user, request.now
    if not (organization.firms_of(person.pk, at=now) or queries.in_office(person.pk, at=now)):
        raise PermissionDenied(_("For people who act for a firm or an institute."))


def _found(request: Asked) -> QuerySet[DualPost]:
    text, sort, person = request.GET.get("q", ""), request.GET.get("sort", ""), request.user
    if queries.in_office(person.pk, at=request.now):
        return queries.dual_posts_of_office(text=text, sort=sort)
    firms = [one.pk for one in organization.firms_of(person.pk, at=request.now)]
    return queries.dual_posts_of_firms(firms, person_id=person.pk, text=text, sort=sort)


def _look(request: Asked) -> Look:
    columns: tuple[Column[Any], ...] = (
        column("post", _("Post"), lambda row: row["post"], width=26, sort="post", lead=True),
        column("who", _("The person"), lambda row: row["who"]),
        column("home", _("Home employer"), lambda row: row["home"], width=36, sort="home"),
        column("host", _("Host"), lambda row: row["host"], width=36, sort="host"),
        column("share", _("Share of time"), lambda row: row["share"], sort="share", align="end"),
        column("begins", _("Begins on"), lambda row: row["begins"], sort="begins", fit=True),
        column("ends", _("Ends on"), lambda row: row["ends"], sort="ends", fit=True),
        column("state", _("State"), lambda row: row["label"], fit=True),
    )
    return look_of(request, "dual-posts", columns, shown=[one.key for one in columns])


def _introduced_look(request: Asked) -> Look:
    columns: tuple[Column[Any], ...] = (
        column("field", _("Field of work"), lambda row: row.field, width=30, sort="field", lead=True),
        column("post", _("Post"), lambda row: row.post, width=26, sort="post"),
        column("name", _("Name of the person"), lambda row: masked_name(row.person.name)),
        column("firm", _("Employer"), lambda row: row.firm.name if row.firm else "", width=36, sort="firm"),
        column(
            "score",
            _("Points"),
            lambda row: points(row.score) if row.score is not None else "",
            sort="score",
            align="end",
        ),
    )
    return look_of(request, "talents-introduced", columns, shown=[one.key for one in columns])
