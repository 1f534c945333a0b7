"""A refusal as a page: why, what to do, and the status a program can read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal

STATUS = {
    "no-firm": 403,
    "office-only": 403,
    "unknown-case": 404,
    "unknown-visit": 404,
    "unknown-licence": 404,
    "licences-only": 403,
    "licence-revoked": 409,
    "licence-not-valid": 409,
    "unknown-basket-entry": 404,
    "mandate-unknown": 404,
    "mandate-firm-only": 403,
    "unknown-item": 404,
    "unknown-journey": 404,
    "unknown-bundle": 404,
    "unknown-run": 404,
    "unknown-matter": 404,
    "matter-moving": 409,
    "unknown-product": 404,
    "unknown-product-step": 404,
    "unknown-answer": 404,
    "same-person": 403,
    "step-in-case": 409,
    "answer-proposed": 409,
    "answer-decided": 409,
    "unknown-task": 404,
    "unknown-snapshot": 404,
    "not-taken-in": 403,
    "unknown-mechanism": 404,
    "unknown-step": 404,
    "unknown-job": 404,
    "unknown-draft": 404,
    "unknown-text-draft": 404,
    "unknown-publication": 404,
    "unknown-simulation": 404,
    "leader-only": 403,
    "benefits-only": 403,
    "policy-unknown": 404,
    "text-draft-closed": 409,
    "draft-moved": 409,
    "job-ended": 409,
    "wrong-role": 403,
    "step-not-possible": 409,
    "case-moved": 409,
}
UNPROCESSABLE = 422

View = Callable[..., HttpResponseBase]


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal."""
    return STATUS.get(refusal.code, UNPROCESSABLE)


def refused(request: HttpRequest, refusal: Refusal, **more: Any) -> HttpResponse:
    """Return the page that says a refusal; `more` may hold `detail` words and `back`, where to go on."""
    context = {
        "status": status_of(refusal),
        "reasons": [refusal_text(problem) for problem in refusal.problems],
        "detail": "",
        "back": "",
        "back_words": "",
    }
    return render(request, "service/refused.html", {**context, **more}, status=status_of(refusal))


def refusals_shown(view: View) -> View:
    """Let a page raise Refusal: it becomes a page with the reason."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **parts)
        except Refusal as refusal:
            return refused(request, refusal)

    return answer
