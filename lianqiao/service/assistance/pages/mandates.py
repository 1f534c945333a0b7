"""Mandates: the firm sees who may act for it and what they did, the agent for which firms they act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.bridge.models import Entry
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands as organization_commands
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import workbook
from lianqiao.organization.lists.columns import Column, column
from lianqiao.organization.models import Firm, Mandate
from lianqiao.service.assistance import commands, queries
from lianqiao.service.assistance.forms import MandateForm
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.case_list import CaseList
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown
from lianqiao.service.queries import case_lists

BADGES = {"in-force": "running", "to-come": "waiting", "over": "ended", "revoked": "ended"}
SHOWN = ("case", "firm", "state", "standing", "due", "opened")


@require_http_methods(["GET", "HEAD", "POST"])
def firm_mandates(request: HttpRequest, credit_code: str) -> HttpResponse:
    """Show who may act for the firm and what they did; its administrator gives a mandate."""
    firm, person, now = _firm(request, credit_code), asking.person(request), asking.moment(request)
    gives = queries.may_administer(person, firm.pk, at=now)
    form = _form(request, now) if gives else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied(_("Only the firm's administrator gives its mandate."))
        if form.is_valid() and _given(request, firm, form):
            return redirect("firm-mandates", credit_code=credit_code)
    acts = _acts(request, queries.mandated_acts(firm_id=firm.pk))
    page = listing.page_of(request, acts)
    context = {
        "firm": firm,
        "form": form,
        "gives": gives,
        "mandates": [mandate_row(one, now) for one in organization.mandates(firm_id=firm.pk)],
        "columns": _mandate_columns(),
        "page": page,
        "acts": [act_row(entry) for entry in page],
        "act_columns": _act_columns(),
        "export": reverse("firm-mandates-sheet", args=[credit_code]),
    }
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "assistance/firm_mandates.html", context, status=status)


@require_safe
def firm_mandates_sheet(request: HttpRequest, credit_code: str) -> FileResponse:
    """Send everything done by the firm's mandates as a workbook."""
    firm = _firm(request, credit_code)
    acts = _acts(request, queries.mandated_acts(firm_id=firm.pk))
    rows = (act_row(entry) for entry in acts.iterator(chunk_size=listing.ROWS_READ_AT_ONCE))
    return workbook(_("Done by mandate"), _sheet_columns(), rows)


@require_POST
@refusals_shown
def revocation(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Take a mandate back, or give one's own up, at once."""
    person, now = asking.person(request), asking.moment(request)
    done = organization_commands.revoke_mandate(
        mandate_id, reason=request.POST.get("reason", ""), actor=person, now=now
    )
    messages.success(request, _("The mandate is taken back; nothing more can be done by it."))
    if done.person_id == person.pk:
        return redirect("my-mandates")
    return redirect("firm-mandates", credit_code=done.firm.credit_code)


@require_safe
def my_mandates(request: HttpRequest) -> HttpResponse:
    """Show the firms one acts for by mandate, and the open matters one may act in."""
    person, now = asking.person(request), asking.moment(request)
    mine = list(organization.mandates(person_id=person.pk))
    cases = _open(request)
    if cases.look.opening:
        return redirect(cases.look.opening)
    context = cases.context() | {
        "mandates": [mandate_row(one, now) for one in mine],
        "columns_held": _held_columns(),
        "export": reverse("my-mandates-sheet"),
    }
    return render(request, "assistance/my_mandates.html", context)


@require_safe
def my_mandates_sheet(request: HttpRequest) -> FileResponse:
    """Send the open matters one may act in by mandate as a workbook."""
    return _open(request).sheet(_("Matters by mandate"))


def mandate_row(one: Mandate, now: Any) -> dict[str, Any]:
    """Return a mandate as lists show it."""
    state = organization.mandate_state(one, at=now)
    words = {
        "in-force": _("In force"),
        "to-come": _("To come"),
        "over": _("Over"),
        "revoked": _("Taken back"),
    }
    return {
        "id": one.pk,
        "who": one.person.name,
        "firm": one.firm.name,
        "firm_id": one.firm_id,
        "code": one.firm.credit_code,
        "kind": queries.kind_title(one.kind),
        "matters": queries.matters_words(one) or _("Every matter"),
        "since": one.since,
        "until": one.until,
        "state": BADGES[state],
        "label": words[state],
        "holds": state in ("in-force", "to-come"),
        "revoked_at": one.revoked_at,
    }


def act_row(entry: Entry) -> dict[str, Any]:
    """Return what was done by mandate as one row: “X for Y”."""
    mechanism = packs.current().mechanisms.get(f"{entry.case.mechanism}@{entry.case.version}")
    step = mechanism.steps.get(entry.name) if mechanism else None
    words = in_words(step.title) if step else _("Message") if entry.name == "note" else entry.name
    firm = entry.case.firm.name if entry.case.firm else ""
    who = entry.person.name if entry.person else ""
    return {
        "at": entry.at,
        "who": _("%(who)s for %(firm)s") % {"who": who, "firm": firm},
        "what": words,
        "number": entry.case.number,
        "title": entry.case.title,
    }


def _given(request: HttpRequest, firm: Firm, form: MandateForm) -> bool:
    now = asking.moment(request)
    try:
        made = commands.give(firm.pk, **form.asked(now), actor=asking.person(request), now=now)
    except Refusal as refusal:
        form.show(refusal)
        return False
    words = _("%(name)s may act for %(firm)s from now on, in what you named.")
    messages.success(request, words % {"name": made.person.name, "firm": firm.name})
    return True


def _form(request: HttpRequest, now: Any) -> MandateForm:
    promises = [
        (one.id, in_words(one.title)) for one in packs.current().newest_versions.values() if one.offered
    ]
    return MandateForm(
        request.POST if request.method == "POST" else None,
        agents=queries.agents_offered(at=now),
        promises=promises,
        today=beijing(now).date(),
    )


def _firm(request: HttpRequest, credit_code: str) -> Firm:
    """Return the firm, for its own people; for anyone else there is no telling whether there is one."""
    firm = organization.firm_by_code(credit_code)
    person, now = asking.person(request), asking.moment(request)
    if firm is None or not organization.acts_for(person.pk, firm.pk, at=now):
        raise PermissionDenied(_("Only the firm's own people see who acts for it."))
    return firm


def _acts(request: HttpRequest, acts: QuerySet[Entry]) -> QuerySet[Entry]:
    asked = listing.asked(request, sort="-at")
    if asked.text:
        acts = acts.filter(
            Q(person__name__icontains=asked.text)
            | Q(case__number__icontains=asked.text)
            | Q(case__title__icontains=asked.text)
        )
    keys = {"at": "at", "who": "person__name", "number": "case__number"}
    key = keys.get(asked.sort.removeprefix("-"), "at")
    return acts.order_by(f"-{key}" if asked.sort.startswith("-") else key, "-pk")


def _open(request: HttpRequest) -> CaseList:
    cases = queries.open_matters(asking.person(request).pk, at=asking.moment(request))
    return CaseList(request, cases, "by-mandate", "-opened", SHOWN, case_lists.promises_in(cases))


def _mandate_columns() -> list[dict[str, Any]]:
    return [
        {"key": "who", "label": _("Who"), "lead": True},
        {"key": "matters", "label": _("In which matters")},
        {"key": "span", "label": _("From – until"), "fit": True},
        {"key": "state", "label": _("State"), "fit": True},
        {"key": "action", "label": _("Action"), "hide": True},
    ]


def _held_columns() -> list[dict[str, Any]]:
    return [{**one, "key": "firm", "label": _("Firm")} if one["key"] == "who" else one
            for one in _mandate_columns()]  # fmt: skip


def _act_columns() -> list[dict[str, Any]]:
    return [
        {"key": "what", "label": _("What was done"), "lead": True},
        {"key": "who", "label": _("Who, for whom"), "sort": True},
        {"key": "number", "label": _("Case"), "sort": True},
        {"key": "at", "label": _("When"), "sort": True, "fit": True},
    ]


def _sheet_columns() -> Sequence[Column[dict[str, Any]]]:
    return (
        column("at", _("When"), lambda row: row["at"]),
        column("who", _("Who, for whom"), lambda row: row["who"], width=40),
        column("what", _("What was done"), lambda row: row["what"], width=30),
        column("number", _("Case"), lambda row: row["number"], width=18),
        column("title", _("Title"), lambda row: row["title"], width=36),
    )
