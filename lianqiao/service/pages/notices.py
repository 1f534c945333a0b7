"""The inbox: what a person was told, unread first."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Notice
from lianqiao.bridge.wording import notice_text
from lianqiao.engine.errors import Refusal
from lianqiao.organization import queries as organization
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.pages import asking, listing

# what a notice is about decides its edge: calm news, or a promise in danger
TONES = {"remind": "at-risk", "urge": "at-risk", "leader": "broken", "public": "broken"}


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show the inbox; `?show=unread` leaves out what was read."""
    person = asking.person(request)
    unread_only = request.GET.get("show") == "unread"
    found = queries.notices(person.pk)
    if unread_only:
        found = found.filter(read_at=None)
    first = Case(When(read_at=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    page = listing.page_of(request, found.order_by(first, "-at", "-pk"))
    unread = queries.unread_count(person.pk)
    context = {
        "page": page,
        "lines": [_line(notice) for notice in page],
        "unread_notices": unread,
        "unread_only": unread_only,
        "dead_letters": _dead_letters(request),
        "tabs": _tabs(unread, unread_only=unread_only),
    }
    return render(request, "service/notices.html", context)


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark the notices of one case, or all of them, as read; then go on to where the form says."""
    commands.read_notices(
        asking.person(request), now=asking.moment(request), case_number=request.POST.get("case", "")
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


def _line(notice: Notice) -> dict[str, Any]:
    try:
        title, text = notice_text(notice)
    except Refusal:
        # the promise's file is gone; the case and its log are not
        title, text = _("News of your case %(title)s") % {"title": notice.case.title}, notice.case.number
    return {
        "notice": notice,
        "title": title,
        "lines": text.splitlines(),
        "tone": TONES.get(notice.facts.get("level", ""), ""),
        "unread": notice.read_at is None,
    }


def _tabs(unread: int, *, unread_only: bool) -> list[dict[str, Any]]:
    here = reverse("notices")
    return [
        {"label": _("All"), "url": here, "current": not unread_only, "count": None},
        {"label": _("Unread"), "url": f"{here}?show=unread", "current": unread_only, "count": unread},
    ]
