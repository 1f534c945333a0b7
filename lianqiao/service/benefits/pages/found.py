"""What was found: policies with their figures, lists of found, nearly and changed, one decision replayed."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.policy.shape import BenefitPolicy
from lianqiao.organization.lists import Column, Listed, column
from lianqiao.service.benefits.commands import benefit_jobs
from lianqiao.service.benefits.commands.granting import period_of
from lianqiao.service.benefits.fact_words import party_name, party_names
from lianqiao.service.benefits.grant_words import (
    badge,
    explained,
    lacks_words,
    money,
    seen_facts,
    state_words,
)
from lianqiao.service.benefits.models import Decision, Pot
from lianqiao.service.benefits.pages import columns
from lianqiao.service.benefits.pages.guarding import firm_of, for_officers, is_officer, tabs
from lianqiao.service.benefits.parties import Kind
from lianqiao.service.benefits.queries import decisions as queries
from lianqiao.service.benefits.queries.cost import cost_of
from lianqiao.service.benefits.queries.everyone import party_count
from lianqiao.service.benefits.queries.grants import given, pots
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import refusals_shown

# the lists, each with the columns it usually has
SHOWN = {
    "found": ("party", "policy", "fen", "standing", "day"),
    "nearly": ("party", "policy", "lacks", "fen", "day"),
    "changed": ("party", "policy", "before", "verdict", "fen", "lacks"),
}
# beyond this many firms a cost is reckoned by a job, not while somebody waits
MOST_RECKONED_AT_ONCE = 50_000


@require_safe
@for_officers
def benefit_policies(request: HttpRequest) -> HttpResponse:
    """Show every policy with whom it finds, and how the year stands."""
    now = asking.moment(request)
    day, tallies = beijing(now).date(), queries.tallies()
    taken = pots(str(day.year))
    policies = packs.current().benefits.policies.values()
    context = {
        "policies": [_policy_row(one, tallies.get(one.id, {}), taken.get(one.id)) for one in policies],
        "given": given(year=day.year),
        "given_words": money(given(year=day.year)["fen"]),
        "given_people": money(given(year=day.year, kind="person")["fen"]),
        "run": queries.last_run(),
        "tabs": tabs(request),
        "year": day.year,
    }
    return render(request, "benefits/policies.html", context)


def _policy_row(one: BenefitPolicy, tally: Any, pot: Pot | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": in_words(one.title),
        "summary": in_words(one.summary) if one.summary else "",
        "delivery": _("By invitation") if one.delivery == "invited" else _("At once on application"),
        "yes": tally.get("yes", 0),
        "nearly": tally.get("nearly", 0),
        "fen": money(tally.get("fen") or 0),
        "count": pot.count if pot else 0,
        "given": money(pot.fen if pot else 0),
    }


@require_POST
@for_officers
@refusals_shown
def benefit_match(request: HttpRequest) -> HttpResponse:
    """Have all firms matched now, or all people who permit it."""
    kind: Kind = "person" if request.POST.get("kind") == "person" else "firm"
    job = benefit_jobs.ask_matching(kind, by=asking.person(request), now=asking.moment(request))
    return redirect("job", job_id=job.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def benefit_policy(request: HttpRequest, policy: str) -> HttpResponse:
    """Show one policy: its conditions, what it would cost, what was given; posted, invite whom it finds."""
    written = packs.current().benefits.policies.get(policy)
    now = asking.moment(request)
    day = beijing(now).date()
    version = written.in_force(day) if written else None
    if written is None:
        raise Http404
    if request.method == "POST":
        job = benefit_jobs.ask_inviting(
            policy, closing="closing" in request.POST, by=asking.person(request), now=now
        )
        return redirect("job", job_id=job.pk)
    cost = None
    if version and "cost" in request.GET and party_count(written.party) <= MOST_RECKONED_AT_ONCE:
        cost = cost_of(packs.current().benefits, policy, now=now)
    names = party_names(written.party, [key for key, _fen in cost.largest[:10]]) if cost else {}
    context = {
        "policy": written,
        "row": _policy_row(
            written, queries.tallies().get(policy, {}), pots(period_of(written, day)).get(policy)
        ),
        "conditions": [
            {"title": in_words(one.title), "article": one.article, "written": one.when}
            for one in (version.conditions if version else ())
        ],
        "basis": in_words(version.basis.title) if version else "",
        "cost": cost,
        "cost_fen": money(cost.fen) if cost else "",
        "cost_granted": money(cost.granted_fen) if cost else "",
        "largest": [(names.get(key, ""), money(fen)) for key, fen in cost.largest[:10]] if cost else [],
        "invites": written.delivery == "invited",
    }
    return render(request, "benefits/policy.html", context)


@require_safe
@for_officers
def found(request: HttpRequest, show: str) -> HttpResponse:
    """Show who has something, who nearly has, or what changed on the last day of matching."""
    asked, listed = _list(request, show)
    return listed.page(
        request,
        "benefits/found.html",
        asked=asked,
        show=show,
        policies=listing.options(list(queries.policy_titles().items()), asked.chosen["policy"]),
        tabs=tabs(request),
        titles={"found": _("Found"), "nearly": _("Nearly"), "changed": _("Changed")}[show],
    )


@require_safe
@for_officers
def found_sheet(request: HttpRequest, show: str) -> FileResponse:
    """Send the same list, all of it, as a workbook."""
    return _list(request, show)[1].workbook(request)


@require_safe
@refusals_shown
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Show one decision: the facts it saw, the rules of its day, and that it comes out the same again."""
    row = queries.decision(decision_id)
    if row is None or not (row.firm or is_officer(request) or row.person == asking.person(request)):
        raise Http404
    if row.firm is not None:
        firm_of(request, row.firm.credit_code)
    replay = queries.replayed(row)
    context = {
        "decision": row,
        "title": queries.policy_title(row.policy),
        "party": party_name(row.firm, row.person),
        "badge": badge(row.verdict),
        "verdict": state_words(row.verdict),
        "before": state_words(row.before) if row.before else "",
        "amount": money(row.fen) if row.verdict == "yes" else "",
        "lacks": lacks_words(row.how, row.lacks) if row.how else "",
        "facts": seen_facts(row),
        "same": replay.same,
        "told": explained(replay.explanation, replay.book.rules) if replay.explanation else None,
        "officer": is_officer(request),
    }
    return render(request, "benefits/decision.html", context)


def _list(request: HttpRequest, show: str) -> tuple[listing.Asked, Listed]:
    if show not in SHOWN:
        raise Http404
    asked = listing.asked(request, sort="-day", policy=queries.policy_titles())
    decisions = queries.decisions(show, text=asked.text, policy=asked.chosen["policy"], sort=asked.sort)
    which: tuple[Column[Any], ...] = (
        columns.party(),
        columns.policy(),
        column("verdict", _("By rule"), lambda row: row[1]["verdict"]),
        column("before", _("Before"), lambda row: row[1]["before"]),
        column("lacks", _("What is lacking"), lambda row: row[1]["lacks"], width=40),
        columns.amount(),
        column("standing", _("Place in line"), lambda row: row[1]["standing"], sort="place"),
        column("day", _("Day"), lambda row: row[0].day, sort="day", fit=True),
    )
    return asked, Listed(
        f"benefits-{show}",
        _("Benefits"),
        decisions,
        which,
        sheet=reverse("benefits-sheet", args=[show]),
        row=lambda one: (one, _row(one)),
        shown=SHOWN[show],
    )


def _row(one: Decision) -> dict[str, str]:
    return {
        "party": party_name(one.firm, one.person),
        "policy": queries.policy_title(one.policy),
        "fen": money(one.fen),
        "badge": badge(one.verdict),
        "verdict": state_words(one.verdict),
        "before": state_words(one.before) if one.before else "—",
        "lacks": lacks_words(one.how, one.lacks) if one.how else "",
        "standing": _standing(one),
    }


def _standing(one: Decision) -> str:
    named = {"granted": _("Enough for it"), "short": _("Not enough left"), "open": _("Open")}
    if not one.standing:
        return ""
    return f"{one.place}. {named[one.standing]}" if one.place else named[one.standing]
