"""A refusal for programs: RFC 9457 problem details, in the language asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.innovation.talent.wording import STATUS as TALENT
from lianqiao.organization import wording as organization
from lianqiao.service.policy_studio.refusals import STATUS as POLICY_STUDIO

DOCS = "/api/v1/docs"
UNPROCESSABLE = 422

# what a refusal answers with, by its code; all others are 422
CODES: Mapping[int, str] = {
    400: "body-unreadable",
    401: "not-signed-in token-refused",
    403: """
        scope-missing csrf wrong-role no-firm officers-only office-only leader-only window-only
        same-person token-not-yours factor-missing invitation-not-yours not-taken-in licences-only
        mandate-firm-only own-batch own-payment
    """,
    404: """
        unknown-address unknown-case unknown-mechanism unknown-step unknown-document unknown-item
        unknown-code unknown-result unknown-hook unknown-delivery unknown-upload person-unknown
        unit-unknown duty-unknown leave-unknown firm-unknown membership-unknown token-unknown
        unknown-job unknown-draft request-unknown session-unknown lock-unknown unknown-visit
        unknown-publication unknown-text-draft unknown-simulation historic-log-unknown
        unknown-licence unknown-licence-kind unknown-e-licence unknown-basket-entry mandate-unknown
        unknown-bundle unknown-run unknown-matter unknown-journey unknown-product unknown-product-step
        unknown-answer policy-unknown unknown-grant unknown-batch rota-unknown unknown-task
        unknown-snapshot person-not-permitting
    """,
    405: "wrong-method",
    409: """
        step-not-possible case-moved idempotency-in-progress duty-held duty-handed-over duty-not-held
        username-taken firm-exists membership-held leave-cancelled leave-overlaps last-office
        nobody-on-duty rebase-impossible not-on-duty upload-offset uploads-too-many channel-not-set
        file-closed job-ended draft-moved drafts-too-many rated-already rating-not-yet rating-not-asked
        last-administrator binding-pending bindings-too-many request-decided deletion-pending
        deletion-officer not-simulated version-taken withdrawn-already text-draft-closed
        text-id-taken fact-known fact-corrected licence-revoked licence-not-valid mandate-held
        basket-full matter-moving product-exists step-in-case answer-proposed answer-decided
        granted-before grant-excluded pot-empty not-granted grant-moved invitation-over not-claimable
        nothing-to-pay batch-open batch-moved payment-moved nothing-held phone-code-over
    """,
    413: "body-too-large file-too-large draft-too-large quota-full",
    415: "body-type",
    423: "upload-busy",
    429: "rate try-too-soon phone-codes-used",
    502: "try-failed",
    503: "clock-set-back try-again",
    507: "disk-full",
}
STATUS: Mapping[str, int] = {
    **{code: status for status, codes in CODES.items() for code in codes.split()},
    **TALENT,
    **POLICY_STUDIO,
}

TITLES: Mapping[int, str] = {
    400: _("The request cannot be read"),
    401: _("Sign in first"),
    403: _("Not yours to do"),
    404: _("There is no such thing for you"),
    405: _("This cannot be done at this address"),
    409: _("Someone or something got there first"),
    412: _("It is no longer as you saw it"),
    413: _("Too large"),
    423: _("Another request is at it"),
    415: _("The body is of another type"),
    422: _("Some of it will not do"),
    429: _("Too many requests"),
    500: _("Something failed here"),
    502: _("The other side did not take it"),
    503: _("Not possible just now"),
    507: _("No space left"),
}

WORDS: Mapping[str, str] = {
    "body-unreadable": _("The body is not JSON in UTF-8"),
    "not-signed-in": _("Send an access token, or sign in"),
    "token-refused": _("This token is unknown, expired or revoked"),
    "scope-missing": _("This token was not made for this; it needs the scope %(scope)s"),
    "csrf": _("Send the CSRF token with the session's cookie"),
    "unknown-address": _("There is nothing at this address"),
    "wrong-method": _("This address takes %(methods)s only"),
    "body-too-large": _("The body is too large"),
    "body-type": _("Send it as %(type)s"),
    "idempotency-key": _("An idempotency key has 1 to 200 printable characters without spaces"),
    "rate": _("Ask again in %(seconds)s seconds"),
    "invalid": _("This will not do here"),
}

# what pydantic finds, by its own names; all else is `invalid`
FAULTS: Mapping[str, str] = {
    "missing": _("This is required"),
    "extra_forbidden": _("This is not asked for"),
    "string_too_long": _("At most %(max_length)s characters"),
    "string_too_short": _("At least %(min_length)s characters"),
    "string_pattern_mismatch": _("It must have the form %(pattern)s"),
    "string_type": _("Text is needed"),
    "string_unicode": _("Text is needed"),
    "int_type": _("A whole number is needed"),
    "int_parsing": _("A whole number is needed"),
    "int_from_float": _("A whole number is needed"),
    "int_parsing_size": _("The number is too large"),
    "bool_type": _("true or false is needed"),
    "list_type": _("A list is needed"),
    "dict_type": _("An object is needed"),
    "model_type": _("An object is needed"),
    "model_attributes_type": _("An object is needed"),
    "greater_than_equal": _("At least %(ge)s is needed"),
    "less_than_equal": _("At most %(le)s is allowed"),
    "literal_error": _("One of %(expected)s is needed"),
    "too_long": _("At most %(max_length)s of them"),
}


def refused(refusal: Refusal, *, status: int | None = None) -> HttpResponse:
    """Return the answer to a refusal: every problem found, the status of the first."""
    code = refusal.code
    response = problem_response(
        code,
        status or STATUS.get(code, UNPROCESSABLE),
        detail=words(refusal.problems[0]),
        problems=[shown(problem) for problem in refusal.problems],
    )
    if seconds := refusal.problems[0].facts.get("seconds"):
        response.headers["Retry-After"] = seconds
    elif response.status_code == 503 or code == "idempotency-in-progress":
        response.headers["Retry-After"] = "1"
    return response


def invalid(errors: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """Return the answer to a request of the wrong shape, each fault with its field."""
    problems = [_fault(error) for error in errors]
    detail = problems[0]["reason"] if problems else gettext(WORDS["invalid"])
    return problem_response("invalid", UNPROCESSABLE, detail=detail, problems=problems)


def problem_response(
    code: str, status: int, *, detail: str, problems: list[dict[str, str]] | None = None
) -> HttpResponse:
    """Return problem details; `type` leads to the words about the code in the documentation."""
    body = {
        "type": f"{DOCS}#{code}",
        "title": gettext(TITLES.get(status, TITLES[UNPROCESSABLE])),
        "status": status,
        "detail": detail,
        "problems": problems or [],
    }
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    response = HttpResponse(text, status=status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="lianqiao"'
    return response


def shown(problem: Problem) -> dict[str, str]:
    """Return one problem as the API tells it."""
    field = problem.facts.get("field", "")
    return {
        "code": problem.code,
        "field": field or (problem.place if problem.place.isidentifier() else ""),
        "place": problem.place,
        "reason": words(problem),
        "hint": _hint(problem),
    }


def words(problem: Problem) -> str:
    """Return what is wrong in the active language, without the remedy."""
    if problem.code in WORDS:
        return gettext(WORDS[problem.code]) % problem.facts
    if problem.code in organization.SENTENCES:
        return organization.said(problem)[0]
    return refusal_text(problem)


def _hint(problem: Problem) -> str:
    if problem.code in organization.SENTENCES:
        return organization.said(problem)[1]
    # hints of the program itself are English
    return problem.hint if (get_language() or "").startswith("en") else ""


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    source, *path = [str(part) for part in error["loc"]]
    # a body stands under the name of the argument it is handed over as, which is nobody's affair
    field = ".".join(path[1:] if source == "body" else path)
    known = FAULTS.get(error["type"], WORDS["invalid"])
    reason = gettext(known) % {name: str(value) for name, value in error.get("ctx", {}).items()}
    return {"code": "invalid", "field": field, "place": source, "reason": reason, "hint": ""}
