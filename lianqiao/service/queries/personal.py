"""What this room keeps of a person."""

from __future__ import annotations

from typing import Any

from lianqiao.bridge import queries as bridge
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits.queries.personal import benefits_kept
from lianqiao.service.models import Draft, Hook, Visit


def everything_kept(person: Person, *, at: Any) -> dict[str, Any]:
    """Return what every room keeps of a person, ready to be written as JSON."""
    drafts = Draft.objects.filter(person=person).order_by("id")
    hooks = Hook.objects.filter(person=person).order_by("id")
    visits = Visit.objects.filter(by=person).order_by("id")
    return {
        **organization.personal_data(person, at=at),
        **bridge.kept_of(person.pk),
        **benefits_kept(person.pk),
        "drafts": list(drafts.values("mechanism", "title", "typed", "saved_at", "expires_at")),
        "webhooks": list(hooks.values("name", "url", "made_at", "closed_at")),
        "visits": list(visits.values("day", "firm__name", "subject")),
    }
