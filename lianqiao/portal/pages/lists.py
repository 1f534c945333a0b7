"""A person arranges a list: its columns, and the views of it they want to find again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands
from lianqiao.organization.models import Person
from lianqiao.organization.wording import sentence


@require_POST
def columns(request: HttpRequest, name: str) -> HttpResponse:
    """Keep which columns of a list the person wants to see; `usual` gives back the usual ones."""
    chosen = [] if "usual" in request.POST else request.POST.getlist("column")
    try:
        commands.choose_columns(_person(request), name, chosen)
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    return _back(request)


@require_POST
def views(request: HttpRequest, name: str) -> HttpResponse:
    """Save what the list's address asks under a name."""
    given = request.POST
    query = given.get("query", "")
    try:
        saved = commands.save_view(
            _person(request), name, name=given.get("name", ""), query=query, first="first" in given
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
    return _back(request)


@require_POST
def view(request: HttpRequest, name: str, view_id: int) -> HttpResponse:
    """Change one saved view: open the list with it, or not any more, or delete it."""
    person, what = _person(request), request.POST.get("do", "")
    if what == "delete":
        commands.delete_view(person, name, view_id)
        messages.success(request, _("The view is deleted."))
    elif what in ("first", "not-first"):
        try:
            commands.open_with(person, name, view_id if what == "first" else None)
        except Refusal as refusal:
            messages.error(request, sentence(refusal.problems[0]))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    following = request.POST.get("next", "")
    secure = request.is_secure()
    if not url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=secure):
        following = reverse("home")
    return HttpResponseRedirect(following)


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
