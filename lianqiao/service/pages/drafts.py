"""My drafts: everything typed and not sent, to be gone on with from anywhere, or deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.organization.lists.spreadsheets import Value, spreadsheet
from lianqiao.service.commands import drafts as commands
from lianqiao.service.language import in_words
from lianqiao.service.models import Draft
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.queries.drafts import drafts_of, matching

SORTS = {"title": "title", "firm": "firm__name", "saved": "saved_at", "expires": "expires_at"}


@dataclass(frozen=True)
class DraftRow:
    """One draft in the list; `form` is what it is a form of, `url` where it is gone on with."""

    draft: Draft
    title: str
    form: str
    firm: str
    case: str
    files: int
    url: str


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Show the person's drafts, the last saved first."""
    wanted, found = _found(request)
    page = listing.page_of(request, found)
    page.object_list = [row_of(draft) for draft in page.object_list]  # type: ignore[misc]
    context = {"page": page, "asked": wanted, "columns": _columns(), "export": reverse("drafts-sheet")}
    return render(request, "service/drafts.html", context)


@require_safe
def drafts_sheet(request: HttpRequest) -> FileResponse:
    """Send the same drafts, all of them, as a workbook."""
    heads = [(column["label"], 26) for column in _columns() if column["key"] != "delete"]
    return spreadsheet(_("My drafts"), columns=heads, rows=_sheet_rows(_found(request)[1]))


@require_POST
@refusals_shown
def delete(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Delete a draft."""
    commands.delete_draft(draft_id, by=asking.person(request))
    messages.success(request, _("The draft was deleted."))
    return HttpResponseRedirect(reverse("drafts"))


def row_of(draft: Draft) -> DraftRow:
    """Return a draft as the list shows it; its promise may be gone from the pack."""
    mechanism = packs.current().newest_versions.get(draft.mechanism)
    step = mechanism.steps.get(draft.step) if mechanism else None
    form = in_words(mechanism.title) if mechanism else draft.mechanism
    if draft.case and step:
        form = f"{form} · {in_words(step.title)}"
    if draft.case:
        url = reverse("act", args=[draft.case.number, draft.step])
    else:
        url = reverse("file", args=[draft.mechanism])
    return DraftRow(
        draft=draft,
        title=draft.title or (draft.case.title if draft.case else "") or _("Without a title yet"),
        form=form,
        firm=draft.firm.name if draft.firm else "",
        case=draft.case.number if draft.case else "",
        files=sum(map(len, draft.files.values())),
        url=f"{url}?draft={draft.pk}",
    )


def _found(request: HttpRequest) -> tuple[listing.Asked, QuerySet[Draft]]:
    wanted = listing.asked(request, sort="-saved")
    found = matching(drafts_of(asking.person(request).pk), wanted.text)
    if column := SORTS.get(wanted.sort.removeprefix("-")):
        key = F(column)
        down = wanted.sort.startswith("-")
        found = found.order_by(key.desc(nulls_last=True) if down else key.asc(nulls_last=True), "-pk")
    return wanted, found


def _columns() -> list[dict[str, Any]]:
    words = {
        "title": _("Title"),
        "form": _("Form"),
        "firm": _("Firm"),
        "files": _("Files"),
        "saved": _("Saved"),
        "expires": _("Kept until"),
        "delete": _("Delete"),
    }
    return [
        {
            "key": key,
            "label": label,
            "sort": key in SORTS,
            "fit": key in ("saved", "expires", "delete"),
            "align": "end" if key == "files" else "start",
            "hide": key == "delete",
        }
        for key, label in words.items()
    ]


def _sheet_rows(found: QuerySet[Draft]) -> Iterator[list[Value]]:
    for draft in found.iterator(chunk_size=listing.ROWS_READ_AT_ONCE):
        row = row_of(draft)
        yield [row.title, row.form, row.firm, row.files, draft.saved_at, draft.expires_at]
