"""What is kept of every request: a number to ask after it by, one line in the log, and measurements.

The line names the route, never the address, which holds case numbers and progress codes; and the person by
number, never by name. Query strings, forms and headers are not looked at.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from lianqiao.site import metrics
from lianqiao.site.logging_lines import REQUEST_ID

log = logging.getLogger("lianqiao.requests")
Handler = Callable[[HttpRequest], HttpResponseBase]

# looked at every few seconds by machines: written only where they fail
QUIET = frozenset({"static", "health-live", "health-ready", "metrics"})
UNKNOWN = "none"


class DatabaseTime:
    """How many statements ran and how long the database took over them, in seconds."""

    def __init__(self) -> None:
        self.statements = 0
        self.spent_s = 0.0

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        """Run one statement and count it; Django calls this around each."""
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            self.told(1, time.perf_counter() - began)

    def told(self, statements: int, spent_s: float) -> None:
        """Count statements that went past `__call__`, several in one trip."""
        self.statements += statements
        self.spent_s += spent_s


def record(get_response: Handler) -> Handler:
    """Number the request, time it, and write of it what may be written."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        request.id = secrets.token_hex(8)  # type: ignore[attr-defined]
        token = REQUEST_ID.set(request.id)  # type: ignore[attr-defined]
        began, database = time.perf_counter(), DatabaseTime()
        try:
            with connection.execute_wrapper(database):
                response = get_response(request)
            response.headers["X-Request-ID"] = request.id  # type: ignore[attr-defined]
            _keep(request, response, time.perf_counter() - began, database)
            return response
        finally:
            REQUEST_ID.reset(token)

    return handle


def route_of(request: HttpRequest) -> str:
    """Return the name of the address in the URL table: `static` for files, `none` where there is none."""
    if request.resolver_match is not None:
        return request.resolver_match.view_name or UNKNOWN
    return "static" if request.path.startswith(settings.STATIC_URL) else UNKNOWN


def _keep(request: HttpRequest, response: HttpResponseBase, took_s: float, database: DatabaseTime) -> None:
    route = route_of(request)
    metrics.count_request(
        route, response.status_code, took_s, database_s=database.spent_s, statements=database.statements
    )
    failed = response.status_code >= 500
    if route in QUIET and not failed:
        return
    facts: dict[str, Any] = {
        "method": request.method if request.method in _METHODS else "other",
        "route": route,
        "status": response.status_code,
        "took_ms": round(took_s * 1000, 1),
        "database_ms": round(database.spent_s * 1000, 1),
        "statements": database.statements,
    }
    # only whom the request has looked up already: finding out for the log's sake would cost a query
    person = getattr(request, "_cached_user", None)
    if person is not None and person.pk is not None:
        facts["person"] = person.pk
    log.log(logging.WARNING if failed else logging.INFO, "request", extra={"facts": facts})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
