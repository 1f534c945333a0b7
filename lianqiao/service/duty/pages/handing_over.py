"""Everything somebody holds, looked at first and handed over in one act."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lianqiao.engine.errors import Refusal
from lianqiao.organization import queries as organization
from lianqiao.service.assistance.queries import title_of
from lianqiao.service.duty import commands, queries
from lianqiao.service.duty.forms import EverythingForm
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE


@require_http_methods(["GET", "HEAD", "POST"])
def everything(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show everything a person holds, and hand all of it to another in one act."""
    me, now = asking.person(request), asking.moment(request)
    person = organization.account(person_id)
    if person is None:
        raise Http404
    if not (queries.may_hand_over(me, person, at=now) and organization.is_officer(me.pk, at=now)):
        raise PermissionDenied(_("Only leaders and the office hand over what others hold."))
    people = [one for one in organization.colleagues(person_id, at=now) if one.pk != person_id]
    form = EverythingForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        to = next(one for one in people if one.pk == form.cleaned_data["to"])
        try:
            done = commands.hand_over_everything(
                person, to_person=to, reason=form.cleaned_data["reason"], actor=me, now=now
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            words = _(
                "Handed over to %(name)s: %(duties)s duties, %(cases)s open cases, "
                "%(shifts)s series of shifts, %(tasks)s tasks, %(entries)s matters in the basket."
            )
            given = {"name": to.name, "duties": done.duties, "cases": done.cases, "shifts": done.shifts,
                     "tasks": done.tasks, "entries": done.entries}  # fmt: skip
            messages.success(request, words % given)
            return redirect("hand-over-everything", person_id=person_id)
    held = queries.holdings(person, at=now)
    context = {
        "form": form,
        "person": person,
        "held": held,
        "entries": [(title_of(one), one.firm.name) for one in held.entries],
        "past": organization.hand_overs_of(person_id),
        "titles": organization.duty_titles("zh-hans"),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "duty/hand_over.html", context, status=status)
