"""A request as it reaches a page of this room, and refusals as statuses a browser understands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.innovation.talent.wording import STATUS
from lianqiao.organization.models import Person

UNPROCESSABLE = 422


class Asked(HttpRequest):
    """Signed in, and with its time."""

    user: Person
    now: datetime


View = Callable[..., HttpResponseBase]


def refusals_as_statuses(view: View) -> View:
    """Let a page raise Refusal where nothing was typed: not found, or not theirs to do."""

    @wraps(view)
    def answer(request: Asked, *args: Any, **parts: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **parts)
        except Refusal as refusal:
            words = refusal_text(refusal.problems[0])
            if STATUS.get(refusal.code) == 404:
                raise Http404(words) from None
            raise PermissionDenied(words) from None

    return answer


def say(request: HttpRequest, refusal: Refusal) -> None:
    """Tell what was refused above the next page."""
    for problem in refusal.problems:
        messages.error(request, refusal_text(problem))
