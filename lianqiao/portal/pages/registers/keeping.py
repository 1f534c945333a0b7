"""Who may look into the registers, and the page that leads to each."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.organization import queries
from lianqiao.service.pages import asking

OFFICE, WINDOW = "office", "window-clerk"


@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """Show what waits in each register this person keeps."""
    duties = require_keeper(request)
    now = asking.moment(request)
    shown = [
        {
            "label": _("Requests to act for a firm"),
            "count": queries.binding_requests(state="pending").count(),
            "url": reverse("bindings"),
        }
    ]
    if OFFICE in duties:
        shown += [
            {
                "label": _("Requests of deletion"),
                "count": queries.deletion_requests(state="pending").count(),
                "url": reverse("deletions"),
            },
            {
                "label": _("Locked sign-ins"),
                "count": queries.locks(at=now).count(),
                "url": reverse("locks"),
            },
            {
                "label": _("People and duties"),
                "count": queries.people(at=now).filter(is_active=True).count(),
                "url": reverse("people"),
            },
            {"label": _("Units"), "count": queries.units().count(), "url": reverse("units")},
        ]
    return render(request, "portal/pages/registers/registers.html", {"registers": shown})


def require_keeper(request: HttpRequest) -> frozenset[str]:
    """Return the duties of a clerk of the window or the office; nobody else may look."""
    duties = queries.duties_of(asking.person(request).pk, at=asking.moment(request))
    if not duties & {OFFICE, WINDOW}:
        raise PermissionDenied(_("Only the service window and the digital office keep registers."))
    return duties


def require_office(request: HttpRequest) -> None:
    """Let the office in and nobody else."""
    if OFFICE not in queries.duties_of(asking.person(request).pk, at=asking.moment(request)):
        raise PermissionDenied(_("Only the digital office keeps this register."))
