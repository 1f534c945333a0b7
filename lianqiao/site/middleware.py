"""What every request carries: the time it arrived, and headers that keep a page to its own scripts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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


def policy_headers(get_response: Handler) -> Handler:
    """Add the content security policy: scripts come from this server alone."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response

    return handle
