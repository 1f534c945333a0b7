"""Pages anyone opens with a code: it is asked for, tidied, and nobody else is told of it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from lianqiao.engine.needs import CONTROL

LONGEST_CODE = 40


def tidied(code: str) -> str:
    """Return a code without what was pasted along with it."""
    return CONTROL.sub("", code).strip()[:LONGEST_CODE]


def ask_code(request: HttpRequest, template: str, *, opens: str, known: Callable[[str], str]) -> HttpResponse:
    """Ask for a code, and go on to the address `opens`; `known` returns a code as it is kept, or ""."""
    code = tidied(request.GET.get("code", ""))
    if code and (found := known(code)):
        return HttpResponseRedirect(reverse(opens, args=[found]))
    return unknown(request, template, code)


def unknown(request: HttpRequest, template: str, code: str) -> HttpResponse:
    """Ask for a code; one that opened nothing is shown again."""
    context = {"code": tidied(code), "unknown": bool(code)}
    return render(request, template, context, status=404 if code else 200)


def opened(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """Show what a code opened; search engines are told to leave it out."""
    response = render(request, template, context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
