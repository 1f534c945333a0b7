"""The inbox: what a person was told, unread first."""

from __future__ import annotations

from typing import Any

from django.db.models import Case as Choice
from django.db.models import IntegerField, Value, When
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Notice
from lianqiao.bridge.wording import notice_text
from lianqiao.engine.errors import Refusal
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import Column, Listed, SheetColumn, column
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.forms.preferences import KINDS
from lianqiao.service.pages import asking, listing

# what a notice is about decides its edge: calm news, or a promise in danger
TONES = {"remind": "at-risk", "urge": "at-risk", "leader": "broken", "public": "broken"}

UNREAD = "unread"
SORTS = {"case": "case__number", "at": "at", "read": "read_at"}


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show the inbox; `?show=unread` leaves out what was read."""
    wanted, listed = _list(request)
    unread = queries.unread_count(asking.person(request).pk)
    return listed.page(
        request,
        "service/notices.html",
        asked=wanted,
        unread_notices=unread,
        unread_only=wanted.chosen["show"] == UNREAD,
        dead_letters=_dead_letters(request),
        tabs=_tabs(unread, unread_only=wanted.chosen["show"] == UNREAD),
        kinds=listing.options([(kind, str(words)) for kind, words in KINDS.items()], wanted.chosen["kind"]),
    )


@require_safe
def notices_sheet(request: HttpRequest) -> FileResponse:
    """Send the same notices, all of them, as a workbook."""
    return _list(request)[1].workbook(request)


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark the notices of one case, or all of them, as read; then go on to where the form says."""
    named = request.POST.get("notice", "")
    commands.read_notices(
        asking.person(request),
        now=asking.moment(request),
        case_number=request.POST.get("case", ""),
        notice_id=int(named) if named.isdigit() and len(named) < 19 else None,
    )
    following = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        following, {request.get_host()}, require_https=request.is_secure()
    ):
        following = reverse("notices")
    return HttpResponseRedirect(following)


def _dead_letters(request: HttpRequest) -> int:
    """Return how many letters were given up, for the office, which can send them again."""
    office = OFFICE in organization.duties_of(asking.person(request).pk, at=asking.moment(request))
    return queries.dead_letters().count() if office else 0


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    wanted = listing.asked(request, sort="", show=(UNREAD,), kind=tuple(KINDS))
    show, kind = wanted.chosen["show"], wanted.chosen["kind"]
    person = asking.person(request)
    found = queries.notices(person.pk, text=wanted.text, kind=kind, unread=show == UNREAD)
    first = Choice(When(read_at=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    columns: tuple[Column[Any], ...] = (
        Column(
            "what",
            _("Notice"),
            (
                SheetColumn(_("Notice"), lambda row: row["title"], 50),
                SheetColumn(_("What it says"), lambda row: " ".join(row["lines"]), 80),
            ),
            lead=True,
        ),
        column("case", _("Case"), lambda row: row["number"], sort="case"),
        column("kind", _("Kind of news"), lambda row: row["kind"]),
        column("at", _("When"), lambda row: row["notice"].at, sort="at", fit=True),
        column("read", _("Read"), lambda row: row["notice"].read_at, sort="read", fit=True),
    )
    return wanted, Listed(
        "notices",
        _("Notices"),
        listing.ordered(found.order_by(first, "-at", "-pk"), wanted.sort, SORTS),
        columns,
        shown=("what", "case", "at"),
        sheet=reverse("notices-sheet"),
        sort=wanted.sort,
        row=_line,
    )


def _line(notice: Notice) -> dict[str, Any]:
    try:
        title, text = notice_text(notice)
    except Refusal:
        # the promise's file is gone; the case and its log are not
        assert notice.case is not None
        title, text = _("News of your case %(title)s") % {"title": notice.case.title}, notice.case.number
    return {
        "notice": notice,
        "url": reverse("case", args=[notice.case.number]) if notice.case else notice.facts["path"],
        "number": notice.case.number if notice.case else "",
        "title": title,
        "lines": text.splitlines(),
        "kind": str(KINDS.get(notice.kind, notice.kind)),
        "tone": TONES.get(notice.facts.get("level", ""), ""),
        "unread": notice.read_at is None,
    }


def _tabs(unread: int, *, unread_only: bool) -> list[dict[str, Any]]:
    here = reverse("notices")
    return [
        {"label": _("All"), "url": here, "current": not unread_only, "count": None},
        {"label": _("Unread"), "url": f"{here}?show=unread", "current": unread_only, "count": unread},
    ]
