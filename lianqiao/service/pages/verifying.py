"""Whether a document is genuine: for anyone with its code, nothing but what its holder shows them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs, queries
from lianqiao.engine.needs import CONTROL
from lianqiao.service.language import in_words

LONGEST_CODE = 40


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a verification code, and go on to what it opens."""
    code = _tidied(request.GET.get("code", ""))
    if code and (found := queries.result_by_code(code)):
        return HttpResponseRedirect(reverse("verify-of", args=[found.code]))
    return _asking(request, code)


@login_not_required
@require_safe
@never_cache
def verify_of(request: HttpRequest, code: str) -> HttpResponse:
    """Show whether the document with this code is genuine, its hash, and whether another took its place."""
    found = queries.result_by_code(_tidied(code))
    if found is None:
        return _asking(request, _tidied(code))
    context = {
        "result": found,
        "decision": in_words(found.decision),
        "zone": in_words(packs.current().district.title),
        "promise": in_words(queries.mechanism_of(found.case).title),
        "example": found.case.example,
    }
    response = render(request, "service/verify_of.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _tidied(code: str) -> str:
    return CONTROL.sub("", code).strip()[:LONGEST_CODE]


def _asking(request: HttpRequest, code: str) -> HttpResponse:
    context = {"code": code, "unknown": bool(code)}
    return render(request, "service/verify.html", context, status=404 if code else 200)
