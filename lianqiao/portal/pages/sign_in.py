"""Sign in, sign out, choose the language; in a demonstration, step into an example person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.organization.queries.examples import example_person
from lianqiao.portal import outside_provider, staying
from lianqiao.portal.forms import SignInForm
from lianqiao.portal.pages.personas import personas
from lianqiao.portal.pages.second_step import ask_code


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The sign-in page; whoever is signed in goes on to where they start, in a demonstration may change."""

    template_name = "portal/pages/sign_in.html"
    authentication_form = SignInForm
    next_page = "start"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.redirect_authenticated_user = not settings.ENVIRONMENT.demo
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Let them in, or ask for the second factor first."""
        person, now = form.get_user(), self.request.now  # type: ignore[attr-defined]
        assert isinstance(person, Person)
        if organization.has_second_factor(person.pk):
            return ask_code(self.request, person, onward=self.get_success_url(), now=now)
        staying.enter(self.request, person, means="password", now=now)
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.GET.get("who", "").strip()[:60]
        now: datetime = self.request.now  # type: ignore[attr-defined]
        outside = outside_provider.available()
        return super().get_context_data(
            personas=personas(wanted, now=now) if settings.ENVIRONMENT.demo else [],
            who=wanted,
            ended=self.request.session.pop(staying.ENDED, ""),
            outside=(settings.SIGN_IN.oidc_name or _("the office's own sign-in")) if outside else "",
            registration=settings.SIGN_IN.registration and settings.MAIL_ON,
            mail=settings.MAIL_ON,
            **kwargs,
        )


class SignOut(LogoutView):
    """Sign out by POST, then go home."""

    next_page = "home"


@login_not_required
@require_POST
def step_into(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as an example person; there is no such address outside a demonstration."""
    person = example_person(pk) if settings.ENVIRONMENT.demo else None
    if person is None:
        raise Http404
    staying.enter(request, person, means="example", now=request.now)  # type: ignore[attr-defined]
    onward = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return redirect(onward if here else "start")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen in a cookie and go back to the page it was chosen on."""
    response: HttpResponse = django_set_language(request)
    return response
