"""My drafts: everything typed and not sent, to be gone on with from anywhere, or deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.organization.lists import Column, Listed, buttons, column
from lianqiao.service.commands import drafts as commands
from lianqiao.service.language import in_words
from lianqiao.service.models import Draft
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.pages.taking_in import filing_address
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
    wanted, listed = _list(request)
    return listed.page(request, "service/drafts.html", asked=wanted)


@require_safe
def drafts_sheet(request: HttpRequest) -> FileResponse:
    """Send the same drafts, all of them, as a workbook."""
    return _list(request)[1].workbook(request)


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
    elif draft.firm and draft.brought:
        url = filing_address(draft.mechanism, draft.firm, **draft.brought)
    else:
        url = reverse("file", args=[draft.mechanism])
    return DraftRow(
        draft=draft,
        title=draft.title or (draft.case.title if draft.case else "") or _("Without a title yet"),
        form=form,
        firm=draft.firm.name if draft.firm else "",
        case=draft.case.number if draft.case else "",
        files=sum(map(len, draft.files.values())),
        url=f"{url}{'&' if '?' in url else '?'}draft={draft.pk}",
    )


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    wanted = listing.asked(request, sort="-saved")
    found = matching(drafts_of(asking.person(request).pk), wanted.text)
    columns: tuple[Column[Any], ...] = (
        column("title", _("Title"), lambda row: row.title, width=40, sort="title", lead=True),
        column("form", _("Form"), lambda row: row.form, width=26),
        column("firm", _("Firm"), lambda row: row.firm, width=26, sort="firm"),
        column("files", _("Files"), lambda row: row.files, width=10, align="end"),
        column("saved", _("Saved"), lambda row: row.draft.saved_at, sort="saved", fit=True),
        column("expires", _("Kept until"), lambda row: row.draft.expires_at, sort="expires", fit=True),
        buttons("delete", _("Delete")),
    )
    return wanted, Listed(
        "drafts",
        _("My drafts"),
        listing.ordered(found, wanted.sort, SORTS),
        columns,
        sheet=reverse("drafts-sheet"),
        sort=wanted.sort,
        row=row_of,
    )
