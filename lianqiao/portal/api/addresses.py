"""Every address below `/api/v1/`, what is none included: each answers in the API's own way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, re_path

from lianqiao.engine.errors import refuse
from lianqiao.portal.api import document, problems
from lianqiao.portal.api.docs_page import docs
from lianqiao.portal.api.root import api

View = Callable[..., HttpResponseBase]


def openapi(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI document in the language asked for."""
    text = json.dumps(document.of(api), ensure_ascii=False)
    return HttpResponse(text, content_type="application/json")


def not_found(request: HttpRequest) -> HttpResponse:
    """Answer for an address of the API that is none."""
    return problems.refused(refuse("unknown-address", request.path, hint=problems.DOCS))


def _open(view: View) -> View:
    """Leave it to the view whom to let in; answer HEAD as GET, and a wrong method as a problem."""

    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        response = view(request, *args, **parts)
        request.method = method
        if response.status_code == 405:
            methods = response.headers["Allow"]
            response = problems.refused(refuse("wrong-method", "not here", hint=methods, methods=methods))
            response.headers["Allow"] = methods
        return response

    answer.login_required = False  # type: ignore[attr-defined]
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def _patterns() -> list[Any]:
    found: list[Any] = list(api.urls[0])
    patterns: list[Any] = [
        path("openapi.json", openapi, name="api-document"),
        path("docs", docs, name="api-docs"),
    ]
    patterns += [one for one in found if one.name != "api-root"]
    patterns.append(re_path(r"^.*$", not_found, name="api-nothing"))
    for pattern in patterns:
        pattern.callback = _open(pattern.callback)
    return patterns


urlpatterns = _patterns()
