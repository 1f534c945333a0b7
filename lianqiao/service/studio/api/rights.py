"""Who may look into the studio through the API."""

from __future__ import annotations

from django.http import HttpRequest

from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.commands.authority import require_leader


def require_studio(request: HttpRequest) -> None:
    """Refuse `leader-only` for whoever is neither a leader nor of the digital office."""
    require_leader(caller(request).person, now=moment(request))
