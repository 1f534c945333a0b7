"""Who may plan the rota."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lianqiao.organization import queries
from lianqiao.service.pages import asking


def leads(request: HttpRequest) -> bool:
    """Return whether the reader is a leader or of the office."""
    return queries.may_file_for_others(asking.person(request).pk, at=asking.moment(request))


def require_leader(request: HttpRequest) -> None:
    """Refuse whoever may not plan the rota."""
    if not leads(request):
        raise PermissionDenied(_("Leaders and the office plan the rota."))
