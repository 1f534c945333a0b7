"""Mandates: the firm sees who may act for it, the agent for which firms they act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands as organization_commands
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import Column, Listed, SheetColumn, buttons, column
from lianqiao.organization.models import Firm, Mandate, Person
from lianqiao.service.assistance import commands, queries
from lianqiao.service.assistance.forms import MandateForm
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown

BADGES = {"in-force": "running", "to-come": "waiting", "over": "ended", "revoked": "ended"}


@require_http_methods(["GET", "HEAD", "POST"])
def firm_mandates(request: HttpRequest, credit_code: str) -> HttpResponse:
    """Show who may act for the firm; its administrator gives a mandate."""
    firm, person, now = own_firm(request, credit_code), asking.person(request), asking.moment(request)
    gives = queries.may_administer(person, firm.pk, at=now)
    form = _form(request, now) if gives else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied(_("Only the firm's administrator gives its mandate."))
        if form.is_valid() and _given(request, firm, form):
            return redirect("firm-mandates", credit_code=credit_code)
    asked, listed = _of_firm(request, firm)
    context: dict[str, Any] = {
        "firm": firm,
        "form": form,
        "gives": gives,
        "tabs": firm_tabs(request, firm),
        "asked": asked,
        "states": listing.options(list(state_words().items()), asked.chosen["state"]),
    }
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return listed.page(request, "assistance/firm_mandates.html", status=status, **context)


@require_safe
def firm_mandates_sheet(request: HttpRequest, credit_code: str) -> FileResponse:
    """Send the firm's mandates, past ones too, as a workbook."""
    return _of_firm(request, own_firm(request, credit_code))[1].workbook(request)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def revocation(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Take a mandate back, or give one's own up, after a second look at what follows."""
    person, now = asking.person(request), asking.moment(request)
    if request.method != "POST":
        return _second_look(request, organization.revocable_mandate(mandate_id, reader=person, at=now))
    done = organization_commands.revoke_mandate(
        mandate_id, reason=request.POST.get("reason", ""), actor=person, now=now
    )
    messages.success(request, _("The mandate is taken back; nothing more can be done by it."))
    return redirect(_list_of(done, person, now))


def _second_look(request: HttpRequest, one: Mandate) -> HttpResponse:
    person, now = asking.person(request), asking.moment(request)
    row, back = mandate_row(one, now), _list_of(one, person, now)
    if not row["holds"]:
        return redirect(back)
    context = {"mandate": row, "own": one.person_id == person.pk, "back": back}
    return render(request, "assistance/mandate_revocation.html", context)


def _list_of(one: Mandate, reader: Person, at: datetime) -> str:
    """Return where the reader finds a mandate: among their own, those of the firm, or with who holds it."""
    if one.person_id == reader.pk:
        return reverse("my-mandates")
    if organization.acts_for(reader.pk, one.firm_id, at=at):
        return reverse("firm-mandates", args=[one.firm.credit_code])
    return reverse("person", args=[one.person_id])


@require_safe
def my_mandates(request: HttpRequest) -> HttpResponse:
    """Show the firms one acts for by mandate."""
    asked, listed = _of_person(request)
    context: dict[str, Any] = {
        "tabs": agent_tabs(request),
        "asked": asked,
        "states": listing.options(list(state_words().items()), asked.chosen["state"]),
    }
    return listed.page(request, "assistance/my_mandates.html", **context)


@require_safe
def my_mandates_sheet(request: HttpRequest) -> FileResponse:
    """Send the same mandates, all of them, as a workbook."""
    return _of_person(request)[1].workbook(request)


def mandate_row(one: Mandate, now: Any) -> dict[str, Any]:
    """Return a mandate as lists show it."""
    state = organization.mandate_state(one, at=now)
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
        "label": state_words()[state],
        "holds": state in ("in-force", "to-come"),
        "revoked_at": one.revoked_at,
    }


def state_words() -> dict[str, str]:
    """Return the word for each state of a mandate."""
    return {
        "in-force": _("In force"),
        "to-come": _("To come"),
        "over": _("Over"),
        "revoked": _("Taken back"),
    }


def own_firm(request: HttpRequest, credit_code: str) -> Firm:
    """Return the firm, for its own people; for anyone else there is no telling whether there is one."""
    firm = organization.firm_by_code(credit_code)
    person, now = asking.person(request), asking.moment(request)
    if firm is None or not organization.acts_for(person.pk, firm.pk, at=now):
        raise PermissionDenied(_("Only the firm's own people see who acts for it."))
    return firm


def firm_tabs(request: HttpRequest, firm: Firm) -> list[dict[str, Any]]:
    """Return the two pages on a firm's mandates."""
    return _tabs(
        request,
        (_("Mandates"), reverse("firm-mandates", args=[firm.credit_code])),
        (_("What they did"), reverse("mandate-acts", args=[firm.credit_code])),
    )


def agent_tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the two pages on the mandates one holds."""
    return _tabs(
        request, (_("Mandates"), reverse("my-mandates")), (_("Open matters"), reverse("mandate-matters"))
    )


def _tabs(request: HttpRequest, *named: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"url": url, "label": label, "current": request.path == url} for label, url in named]


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


def _of_firm(request: HttpRequest, firm: Firm) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="", state=state_words())
    columns = (_side("who", _("Who")), *_columns())
    sheet = reverse("firm-mandates-sheet", args=[firm.credit_code])
    return asked, _listed(request, "mandates-given", columns, sheet, asked, firm_id=firm.pk)


def _of_person(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="", state=state_words())
    columns = (_side("firm", _("Firm")), *_columns())
    sheet, person = reverse("my-mandates-sheet"), asking.person(request)
    return asked, _listed(request, "mandates-held", columns, sheet, asked, person_id=person.pk)


def _listed(
    request: HttpRequest,
    name: str,
    columns: tuple[Column[Any], ...],
    sheet: str,
    asked: listing.Asked,
    **whose: int,
) -> Listed:
    now = asking.moment(request)
    found = queries.mandates_found(
        text=asked.text, state=asked.chosen["state"], sort=asked.sort, at=now, **whose
    )
    return Listed(
        name, _("Mandates"), found, columns, sheet, sort=asked.sort, row=lambda one: mandate_row(one, now)
    )


def _side(key: str, label: str) -> Column[Any]:
    sheet = (
        SheetColumn[Any](label, lambda row: row[key], 32),
        SheetColumn[Any](_("As what"), lambda row: row["kind"], 14),
    )
    return Column(key, label, sheet, sort=key, lead=True)


def _columns() -> tuple[Column[Any], ...]:
    span = (
        SheetColumn[Any](_("From"), lambda row: row["since"]),
        SheetColumn[Any](_("Until"), lambda row: row["until"]),
    )
    return (
        column("matters", _("In which matters"), lambda row: row["matters"], width=40),
        Column("span", _("From – until"), span, sort="until", fit=True),
        column("state", _("State"), lambda row: row["label"], fit=True),
        buttons("action", _("Action")),
    )
