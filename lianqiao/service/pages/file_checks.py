"""What was found in the files of a case, for its officers and its firm: hints, never a verdict."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lianqiao.bridge import commands, queries
from lianqiao.bridge.queries import CaseSeen, unknown_case
from lianqiao.service.looked import FieldLooked, case_files, fields_looked
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import refusals_shown


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def case_checks(request: HttpRequest, number: str) -> HttpResponse:
    """Show that part of the case page to htmx; a POST has what was not looked over looked over."""
    now, person = asking.moment(request), asking.person(request)
    seen = queries.case_for(number, person, at=now)
    if not seen.private:
        raise unknown_case(number)
    if request.method == "POST":
        files = [(field, file) for _name, field, file in case_files(seen)]
        if commands.look_into(files, by=person, now=now, case=seen.case):
            messages.info(request, _("The files are looked over; go on meanwhile."))
    elif getattr(request, "htmx", False):
        return render(request, "service/parts/checks.html", {"checks": checks_of(seen), "case": seen.case})
    return HttpResponseRedirect(reverse("case", args=[number]) + "#checks")


def checks_of(seen: CaseSeen) -> dict[str, Any] | None:
    """Return the files looked over by field, None where the promise looks for nothing or nothing is there."""
    if not seen.private:
        return None
    fields: list[FieldLooked] = list(
        fields_looked(queries.looked_into(case_files(seen)), seen.state.data).values()
    )
    if not fields:
        return None
    return {
        "fields": fields,
        "live": any(one.live for one in fields),
        "unlooked": any(one.unlooked for one in fields),
    }
