"""The studio's policies, one of them in words, and how one is begun from a sheet of conditions."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.bridge.condition_sheets import condition_rows
from lianqiao.bridge.models import Publication
from lianqiao.bridge.queries.publications import publications
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.organization.lists import Column, Listed, column
from lianqiao.service.benefits.pages.guarding import for_officers
from lianqiao.service.drafting.pages import add_problems, titled
from lianqiao.service.drafting.queries import open_drafts
from lianqiao.service.language import in_words, language
from lianqiao.service.pages import asking, listing
from lianqiao.service.policy_studio.commands.drafts import make_draft_of_sheet
from lianqiao.service.policy_studio.forms import SheetForm
from lianqiao.service.policy_studio.models import PolicyDraft
from lianqiao.service.policy_studio.pages.writing import DESK
from lianqiao.service.policy_studio.queries import drafts as queries
from lianqiao.service.policy_studio.wording import told

SORTS = {"title": "title", "since": "since", "party": "party", "edition": "edition"}


@require_safe
@for_officers
def policies(request: HttpRequest) -> HttpResponse:
    """Show every policy of the zone, and the drafts being written."""
    narrowed = bool(request.GET.get("q"))
    drafts = titled(open_drafts(PolicyDraft), DESK.titles())
    return _policies(request).page(request, "policy_studio/policies.html", drafts=drafts, narrowed=narrowed)


@require_safe
@for_officers
def policies_sheet(request: HttpRequest) -> FileResponse:
    """Send the same list as a workbook."""
    return _policies(request).workbook(request)


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
        "drafts": titled(open_drafts(PolicyDraft, policy), DESK.titles()),
    }
    return render(request, "policy_studio/policy.html", context)


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
            problems = [told(one) for one in refusal.problems if one.place.startswith("line")]
            others = [one for one in refusal.problems if not one.place.startswith("line")]
            add_problems(form, others, refusal_text)
    return DESK.page(request, "sheet", form, problems=problems)


def _from_sheet(request: HttpRequest, form: SheetForm) -> HttpResponse:
    sheet = form.cleaned_data["sheet"]
    with NamedTemporaryFile(suffix=Path(sheet.name).suffix[:10]) as kept:
        for chunk in sheet.chunks():
            kept.write(chunk)
        kept.flush()
        rows, unread = condition_rows(Path(kept.name), name=sheet.name)
        made, found = make_draft_of_sheet(
            rows, form.head(), by=asking.person(request), now=asking.moment(request)
        )
    for one in [*unread, *found.problems]:
        shown = told(one)
        messages.warning(request, f"{shown['place']} · {shown['words']} · {shown['detail']}")
    words = ngettext("%(count)s condition fitted.", "%(count)s conditions fitted.", found.fitted)
    messages.success(request, words % {"count": found.fitted})
    return redirect("policy-draft", draft_id=made.pk)


def _policies(request: HttpRequest) -> Listed:
    asked = listing.asked(request, sort="title")
    columns: tuple[Column[Any], ...] = (
        column("title", _("Policy"), itemgetter("title"), width=40, sort="title", lead=True),
        column("party", _("For whom"), itemgetter("party"), sort="party", fit=True),
        column("delivery", _("How it is given"), itemgetter("delivery")),
        column("since", _("In force since"), itemgetter("since"), sort="since", fit=True),
        column("edition", _("Published here"), itemgetter("edition"), sort="edition", align="end"),
    )
    return Listed(
        "policy-studio",
        _("Policies"),
        listing.in_order(_rows(request, asked.text.lower()), asked.sort, SORTS, default="title"),
        columns,
        sheet=reverse("policy-studio-sheet"),
        sort=asked.sort,
    )


def _rows(request: HttpRequest, text: str) -> Iterator[dict[str, Any]]:
    day = beijing(asking.moment(request)).date()
    editions = {one.mechanism: one.version for one in publications(kind=Publication.Kind.POLICY).reverse()}
    for one in packs.current().benefits.policies.values():
        title, version = in_words(one.title), one.in_force(day)
        if text in f"{title}\n{one.id}".lower():
            yield {
                "id": one.id,
                "title": title,
                "party": _("for firms") if one.party == "firm" else _("for people"),
                "delivery": _("By invitation") if one.delivery == "invited" else _("At once"),
                "since": version.effective_from if version else None,
                "edition": editions.get(one.id),
                "generated": one.generated,
            }
