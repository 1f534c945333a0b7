"""The studio's first page: every promise with its versions and how it stands."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.organization.commands.authority import is_office
from lianqiao.organization.lists.spreadsheets import spreadsheet
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.mining_shown import days_words, for_leaders
from lianqiao.service.studio.commands.drafts import make_draft
from lianqiao.service.studio.forms import NewPromiseForm
from lianqiao.service.studio.queries import mechanisms as queries
from lianqiao.service.studio.wording import problem_words

SORTS = ("promise", "version", "open", "kept", "broken", "median")


@require_safe
@for_leaders
def studio(request: HttpRequest) -> HttpResponse:
    """Show every promise of the zone, and the versions being written."""
    asked, rows = _asked(request)
    page: Page[Any] = Paginator(rows, listing.ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "page": page,
        "columns": _columns(),
        "export": reverse("studio-sheet"),
        "drafts": queries.open_drafts(),
        "office": is_office(asking.person(request), now=asking.moment(request)),
    }
    return render(request, "studio/studio.html", context)


@require_safe
@for_leaders
def studio_sheet(request: HttpRequest) -> FileResponse:
    """Send the same list as a workbook."""
    heads = [(column["label"], 24 if column["key"] == "promise" else 14) for column in _columns()]
    rows = (
        [one["title"], one["key"], one["open"], one["rate"], one["broken"], one["median_days"]]
        for one in _asked(request)[1]
    )
    return spreadsheet(_("Mechanisms"), columns=heads, rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def new_promise(request: HttpRequest) -> HttpResponse:
    """Begin a new promise from one there is."""
    choices = [(one.id, in_words(one.title)) for one in queries.newest_versions()]
    form = NewPromiseForm(
        request.POST if request.method == "POST" else None,
        choices=choices,
        initial={"copy_of": request.GET.get("from", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = make_draft(
                form.cleaned_data["copy_of"],
                new_id=form.cleaned_data["new_id"],
                by=asking.person(request),
                now=asking.moment(request),
            )
        except Refusal as refusal:
            for problem in refusal.problems:
                form.add_error("new_id" if problem.place == "new_id" else None, problem_words(problem))
        else:
            return redirect("studio-draft", draft_id=draft.pk)
    return render(request, "studio/new.html", {"form": form})


def _asked(request: HttpRequest) -> tuple[listing.Asked, list[dict[str, Any]]]:
    asked = listing.asked(request, sort="promise")
    now, text = asking.moment(request), asked.text.lower()
    rows: list[dict[str, Any]] = []
    for one in queries.newest_versions():
        title = in_words(one.title)
        if text in f"{title}\n{one.id}".lower():
            found = queries.figures(one.id, now=now)
            rate = found.tally.rate
            rows.append(
                {
                    "id": one.id, "title": title, "key": one.key, "version": one.version,
                    "example": one.example, "open": found.open, "broken": found.tally.broken,
                    "at_risk": found.tally.at_risk, "rate": None if rate is None else rate / 10,
                    "kept": found.tally.rate, "median_days": found.median_days, "median": found.median_days,
                    "median_words": "" if found.median_days is None else days_words(found.median_days),
                }
            )  # fmt: skip
    name = asked.sort.removeprefix("-")
    key = "title" if name not in SORTS or name == "promise" else name
    known = [row for row in rows if row[key] is not None]
    known.sort(key=lambda row: row[key], reverse=asked.sort.startswith("-"))
    return asked, [*known, *(row for row in rows if row[key] is None)]


def _columns() -> list[dict[str, Any]]:
    words = {
        "promise": _("Promise"),
        "version": pgettext("promise", "Version"),
        "open": _("Open now"),
        "kept": _("Kept, %"),
        "broken": _("Broken"),
        "median": _("Median time"),
    }
    return [
        {"key": key, "label": label, "sort": True, "lead": key == "promise",
         "align": "start" if key == "promise" else "end", "fit": key != "promise"}
        for key, label in words.items()
    ]  # fmt: skip
