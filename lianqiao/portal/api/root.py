"""The API of the zone: every room's operations behind one door, at `/api/v1`."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.innovation.talent.api import ROUTERS as TALENT
from lianqiao.organization.api import ROUTERS as ORGANIZATION
from lianqiao.portal.api import problems
from lianqiao.portal.api.doorkeeper import guarded
from lianqiao.service.api import ROUTERS as SERVICE
from lianqiao.service.assistance.api import ROUTERS as ASSISTANCE
from lianqiao.service.benefits.api import ROUTERS as BENEFITS
from lianqiao.service.bundles.api import ROUTERS as BUNDLES
from lianqiao.service.drug.api import ROUTERS as DRUG
from lianqiao.service.duty.api import ROUTERS as DUTY
from lianqiao.service.licences.api import ROUTERS as LICENCES
from lianqiao.service.policy_studio.api import ROUTERS as POLICIES
from lianqiao.service.studio.api import ROUTERS as STUDIO
from lianqiao.service.tasks.api import ROUTERS as TASKS

VERSION = "1.0.0"


class Json(BaseRenderer):
    """JSON as people read it too: Chinese stays Chinese."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        """Return the text of an answer."""
        return json.dumps(data, ensure_ascii=False, cls=NinjaJSONEncoder).encode("utf-8", "replace")


class StrictJson(Parser):
    """JSON that can be kept: no half characters or zero bytes, no number that is none, no bottomless nest."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return what the body says; raises Refusal `body-unreadable`."""
        try:
            found = json.loads(request.body.decode("utf-8"), parse_constant=_no_number)
            if "\\u0000" in json.dumps(found, ensure_ascii=False).encode("utf-8").decode():
                raise ValueError("a zero byte")
        except (ValueError, RecursionError):
            raise refuse("body-unreadable", "the body is not JSON in UTF-8", hint="send an object") from None
        return found


def _no_number(name: str) -> Any:
    raise ValueError(name)


api = NinjaAPI(
    title="Lianqiao 链桥",
    version=VERSION,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    renderer=Json(),
    parser=StrictJson(),
)
api.add_decorator(guarded, mode="view")
for _router in (
    *ORGANIZATION,
    *TALENT,
    *SERVICE,
    *ASSISTANCE,
    *BENEFITS,
    *BUNDLES,
    *DRUG,
    *DUTY,
    *LICENCES,
    *STUDIO,
    *POLICIES,
    *TASKS,
):
    api.add_router("", _router)


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    # `case-moved` is a precondition that failed where the caller had set one
    conditional = refusal.code == "case-moved" and "If-Match" in request.headers
    return problems.refused(refusal, status=412 if conditional else None)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.invalid(error.errors)


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    # ninja wraps what its parser raises
    cause = error.__cause__
    refusal = cause if isinstance(cause, Refusal) else refuse("body-unreadable", str(error))
    return problems.refused(refusal)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problems.refused(refuse("body-too-large", str(error), hint="send less at once"))


@api.exception_handler(SuspiciousOperation)
def _suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    return problems.refused(refuse("body-unreadable", str(error)))


@api.exception_handler(Http404)
def _nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.refused(refuse("unknown-address", str(error), hint=problems.DOCS))


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problems.refused(refuse("wrong-role", str(error)))
