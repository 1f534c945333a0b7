"""Whether a document is genuine: for anyone with its code, nothing but what its holder shows them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs, queries
from lianqiao.service.language import in_words
from lianqiao.service.pages.codes import ask_code, opened, tidied, unknown

PAGE = "service/verify.html"


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a verification code, and go on to what it opens."""

    def known(code: str) -> str:
        found = queries.result_by_code(code)
        return found.code if found else ""

    return ask_code(request, PAGE, opens="verify-of", known=known)


@login_not_required
@require_safe
@never_cache
def verify_of(request: HttpRequest, code: str) -> HttpResponse:
    """Show whether the document with this code is genuine, its hash, and whether another took its place."""
    found = queries.result_by_code(tidied(code))
    if found is None:
        return unknown(request, PAGE, code)
    context = {
        "result": found,
        "decision": in_words(found.decision),
        "zone": in_words(packs.current().district.title),
        "promise": in_words(queries.mechanism_of(found.case).title),
        "example": found.case.example,
    }
    return opened(request, "service/verify_of.html", context)
