"""Who keeps the register."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lianqiao.organization.models import Person
from lianqiao.service.licences.queries.rights import keeps_register
from lianqiao.service.pages import asking


def keeper(request: HttpRequest) -> Person:
    """Return the reader, where they keep the register; refuses everyone else."""
    person = asking.person(request)
    if not keeps_register(person, at=asking.moment(request)):
        raise PermissionDenied(_("Only licence officers see the register of licences."))
    return person
