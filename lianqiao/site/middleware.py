"""What every request carries: who asks, when it arrived, and headers that keep a page to its own scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject

from lianqiao.engine.errors import refuse
from lianqiao.organization.sessions import person_signed_in
from lianqiao.portal import staying
from lianqiao.portal.api import problems
from lianqiao.site import wall_clock

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)


def now(get_response: Handler) -> Handler:
    """Give each request one time, `request.now`, so that all it reads and writes agrees."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.now = wall_clock.read()  # type: ignore[attr-defined]
        return get_response(request)

    return handle


class SignedInMiddleware(AuthenticationMiddleware):
    """Give each request its `user`, as Django does, without asking for what came with the session."""

    def process_request(self, request: HttpRequest) -> None:
        """Set `request.user`, to be found out when it is first looked at."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _asking(request))  # type: ignore[assignment]


def _asking(request: Any) -> Any:
    if not hasattr(request, "_cached_user") and (person := person_signed_in(request)) is not None:
        request._cached_user = person
    return get_user(request)


def policy_headers(get_response: Handler) -> Handler:
    """Add the content security policy: scripts come from this server alone."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response

    return handle


def session_limits(get_response: Handler) -> Handler:
    """End sessions too old or idle, and hold back whoever has still to set up a second factor."""

    def handle(request: HttpRequest) -> HttpResponse:
        now = request.now  # type: ignore[attr-defined]
        staying.keep_or_end(request, now=now)
        if not staying.must_enrol(request):
            return get_response(request)
        if request.path.startswith("/api/"):
            refusal = refuse("factor-missing", "set up a second factor first", hint="sign in on the site")
            return problems.refused(refusal)
        return redirect("second-factor")

    return handle


def methods_told(get_response: Handler) -> Handler:
    """Say on a page what to do where an address does not take such a request; the API says it itself."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        told = not isinstance(response, HttpResponseNotAllowed) or response.content
        if told or request.path.startswith("/api/"):
            return response
        page = render(request, "405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return handle
