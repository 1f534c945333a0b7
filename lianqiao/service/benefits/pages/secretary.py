"""The talent secretary 人才秘书 whole: what is due, what one may get, what lacks one paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lianqiao.innovation.talent import queries as talent
from lianqiao.innovation.talent.wording import indicator_title, reminder_words
from lianqiao.service.benefits.pages.entitlements import entitlements
from lianqiao.service.benefits.pages.subjects import subject_of
from lianqiao.service.pages import asking

# where each reminder leads; what is not here leads to the record's entries
_PLACES = {"permit-evaluation": "#permissions", "permit-benefits": "#permissions"}


@require_safe
def secretary(request: HttpRequest) -> HttpResponse:
    """Show what is due for the reader with its day, what is theirs, and what one paper would make theirs."""
    subject, now = subject_of(request), asking.moment(request)
    record = talent.talent_of(subject.party.pk)
    found = entitlements(subject, now)
    context = {
        "record": record,
        "due": [_due(one) for one in talent.reminders(record, at=now)] if record else [],
        "invited": [one for one in found["grants"] if one["grant"].state == "invited"],
        **found,
    }
    return render(request, "benefits/secretary.html", context)


def _due(one: talent.Reminder) -> dict[str, Any]:
    about = indicator_title(one.about) if one.kind == "entry-refused" else one.about
    place = _PLACES.get(one.kind, "#record")
    return {
        "day": one.day,
        "words": reminder_words(one.kind, about),
        "address": reverse("dual-post", args=[one.post]) if one.post else f"{reverse('talent')}{place}",
    }
