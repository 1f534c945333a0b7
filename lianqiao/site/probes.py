"""The addresses machines ask: `/health/live`, `/health/ready`, `/metrics`. None needs a session.

Reasons and figures are for those who run the server: for programs on this machine, or with the metrics token.
"""

from __future__ import annotations

import hmac
import ipaddress
from datetime import datetime
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from lianqiao.site import health, zone_metrics
from lianqiao.site.metrics import REGISTRY

# whoever sets one of these speaks for someone else
_PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the process answers; a supervisor restarts it where this fails."""
    return JsonResponse({"alive": True})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether requests should be sent here, 200 or 503, and which check failed."""
    found = health.checks(now=cast(datetime, request.now))  # type: ignore[attr-defined]
    is_ready = all(check.ok for check in found)
    answer: dict[str, object] = {"ready": is_ready, "checks": {check.name: check.ok for check in found}}
    if may_look(request):
        answer["reasons"] = {check.name: check.reason for check in found if check.reason}
    return JsonResponse(answer, status=200 if is_ready else 503)


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with what was measured, in the text format of Prometheus."""
    if not may_look(request):
        response = JsonResponse({"error": "for this machine, or with the metrics token"}, status=401)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    now = cast(datetime, request.now)  # type: ignore[attr-defined]
    text = generate_latest(REGISTRY) + generate_latest(zone_metrics.registry(now=now))
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def may_look(request: HttpRequest) -> bool:
    """True for programs on this machine, not for visitors a proxy on it passes on, and with the token."""
    token, given = settings.ENVIRONMENT.metrics_token, request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    host = split_domain_port(request.get_host())[0].strip("[]")
    from_here = _loopback(request.META.get("REMOTE_ADDR", "")) and (host == "localhost" or _loopback(host))
    return from_here and not any(request.META.get(name) for name in _PASSED_ON)


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
