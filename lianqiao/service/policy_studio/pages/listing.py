"""The studio's policies, one of them in words, and the ways to begin another."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.bridge.condition_sheets import condition_rows
from lianqiao.bridge.models import Publication
from lianqiao.bridge.queries.publications import publications
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.organization.lists import Column, Look, column, look_of, workbook
from lianqiao.service.benefits.pages.guarding import for_officers
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown
from lianqiao.service.policy_studio.commands import drafts as commands
from lianqiao.service.policy_studio.forms import NewPolicyForm, SheetForm
from lianqiao.service.policy_studio.queries import drafts as queries
from lianqiao.service.policy_studio.wording import told
from lianqiao.service.studio.wording import language

SORTS = ("title", "since", "party", "edition")


@require_safe
@for_officers
def policies(request: HttpRequest) -> HttpResponse:
    """Show every policy of the zone, and the drafts being written."""
    look = _look(request)
    if look.opening:
        return redirect(look.opening)
    rows = _rows(request)
    context = {
        "page": Paginator(rows, listing.ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "look": look,
        "export": reverse("policy-studio-sheet"),
        "drafts": queries.drafts_open(),
        "narrowed": bool(request.GET.get("q")),
    }
    return render(request, "policy_studio/policies.html", context)


@require_safe
@for_officers
def policies_sheet(request: HttpRequest) -> FileResponse:
    """Send the same list as a workbook."""
    return workbook(_("Policies"), _look(request).columns, _rows(request))


@require_safe
@for_officers
def policy(request: HttpRequest, policy: str) -> HttpResponse:
    """Show what a policy says in words beside its rule, and everything published of it."""
    pack = packs.current()
    one = pack.benefits.policies.get(policy)
    if one is None:
        raise Http404
    day = beijing(asking.moment(request)).date()
    context = {
        "policy": one,
        "title": in_words(one.title),
        "words": queries.words_of(one, pack.benefits, day=day, language=language())[1:],
        "text": queries.policy_text(policy),
        "published": publications(policy, kind=Publication.Kind.POLICY),
        "drafts": queries.drafts_open(policy),
    }
    return render(request, "policy_studio/policy.html", context)


@require_POST
@for_officers
@refusals_shown
def draft_new(request: HttpRequest, policy: str) -> HttpResponse:
    """Begin to change a policy."""
    made = commands.make_draft(policy, by=asking.person(request), now=asking.moment(request))
    return redirect("policy-draft", draft_id=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def new_policy(request: HttpRequest) -> HttpResponse:
    """Begin a new policy from one there is."""
    choices = [(one.id, in_words(one.title)) for one in packs.current().benefits.policies.values()]
    form = NewPolicyForm(
        request.POST if request.method == "POST" else None,
        choices=choices,
        initial={"copy_of": request.GET.get("from", "")},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = commands.make_draft(
                given["copy_of"],
                new_id=given["new_id"].strip(),
                by=asking.person(request),
                now=asking.moment(request),
            )
        except Refusal as refusal:
            _show(form, refusal)
        else:
            return redirect("policy-draft", draft_id=made.pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "policy_studio/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def from_sheet(request: HttpRequest) -> HttpResponse:
    """Begin a policy from a sheet of conditions; what does not fit is told row by row."""
    asked = request.method == "POST"
    form = SheetForm(request.POST if asked else None, request.FILES if asked else None)
    problems: list[dict[str, str]] = []
    if asked and form.is_valid():
        try:
            return _from_sheet(request, form)
        except Refusal as refusal:
            _show(form, refusal)
            problems = [told(one) for one in refusal.problems if one.place.startswith("line")]
    context = {"form": form, "problems": problems}
    return render(request, "policy_studio/sheet.html", context, status=UNPROCESSABLE if form.errors else 200)


def _from_sheet(request: HttpRequest, form: SheetForm) -> HttpResponse:
    sheet = form.cleaned_data["sheet"]
    with NamedTemporaryFile(suffix=Path(sheet.name).suffix[:10]) as kept:
        for chunk in sheet.chunks():
            kept.write(chunk)
        kept.flush()
        rows, unread = condition_rows(Path(kept.name), name=sheet.name)
        made, found = commands.make_draft_of_sheet(
            rows, form.head(), by=asking.person(request), now=asking.moment(request)
        )
    for one in [*unread, *found.problems]:
        shown = told(one)
        messages.warning(request, f"{shown['place']} · {shown['words']} · {shown['detail']}")
    words = ngettext("%(count)s condition fitted.", "%(count)s conditions fitted.", found.fitted)
    messages.success(request, words % {"count": found.fitted})
    return redirect("policy-draft", draft_id=made.pk)


def _show(form: Any, refusal: Refusal) -> None:
    for problem in refusal.problems:
        if not problem.place.startswith("line"):
            form.add_error(problem.place if problem.place in form.fields else None, refusal_text(problem))


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    text, sort = request.GET.get("q", "").strip().lower(), request.GET.get("sort", "title")
    day = beijing(asking.moment(request)).date()
    editions = {one.mechanism: one.version for one in publications(kind=Publication.Kind.POLICY).reverse()}
    rows = []
    for one in packs.current().benefits.policies.values():
        title, version = in_words(one.title), one.in_force(day)
        if text in f"{title}\n{one.id}".lower():
            rows.append(
                {
                    "id": one.id,
                    "title": title,
                    "party": _("for firms") if one.party == "firm" else _("for people"),
                    "delivery": _("By invitation") if one.delivery == "invited" else _("At once"),
                    "since": version.effective_from if version else None,
                    "edition": editions.get(one.id, 0),
                    "generated": one.generated,
                }
            )
    key = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "title"
    return sorted(rows, key=lambda row: (row[key] is None, row[key]), reverse=sort.startswith("-"))


def _look(request: HttpRequest) -> Look:
    columns: tuple[Column[Any], ...] = (
        column("title", _("Policy"), lambda row: row["title"], width=40, sort="title", lead=True),
        column("party", _("For whom"), lambda row: row["party"], sort="party", fit=True),
        column("delivery", _("How it is given"), lambda row: row["delivery"]),
        column("since", _("In force since"), lambda row: row["since"], sort="since", fit=True),
        column("edition", _("Published here"), lambda row: row["edition"] or "", sort="edition", align="end"),
    )
    return look_of(request, "policy-studio", columns, shown=[one.key for one in columns])
