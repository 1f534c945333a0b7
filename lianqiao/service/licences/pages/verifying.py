"""Whether an e-licence holds: for anyone with its code, file or text; nothing but its own face is shown."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.engine.licences.credential import Verified, token_in
from lianqiao.service.licences.forms.licences import VerifyForm
from lianqiao.service.licences.queries import keys
from lianqiao.service.licences.queries.register import credential_by_code
from lianqiao.service.licences.queries.verified import verified_here
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import refusals_shown

NOT_FOUND, UNPROCESSABLE = 404, 422
LIST_TYPE = "application/vc+jwt"


# by verdict: what it is called, the note's tone, what it means
WORDS = {
    "valid": (
        gettext_noop("Genuine and in force"),
        "kept",
        gettext_noop("It was signed by this zone, has not ended and was not revoked."),
    ),
    "not-yet": (
        gettext_noop("Genuine, its term begins later"),
        "at-risk",
        gettext_noop("It was signed by this zone; its first day is still to come."),
    ),
    "expired": (
        gettext_noop("Genuine, but its term has ended"),
        "at-risk",
        gettext_noop("It was signed by this zone; its last day is past."),
    ),
    "revoked": (
        gettext_noop("Revoked"),
        "broken",
        gettext_noop("It was signed by this zone and revoked afterwards. It is worth nothing."),
    ),
    "altered": (
        gettext_noop("Altered: not genuine"),
        "broken",
        gettext_noop("The signature does not fit what it says. Do not rely on it."),
    ),
    "unknown-key": (
        gettext_noop("Not signed by this zone"),
        "broken",
        gettext_noop("It carries the signature of a key this zone does not publish."),
    ),
    "not-a-licence": (
        gettext_noop("Not an e-licence"),
        "broken",
        gettext_noop("It is no e-licence this zone can read."),
    ),
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def licence_verify(request: HttpRequest) -> HttpResponse:
    """Take a code, a file or a text, and say what it is worth."""
    asked: Any = (
        request.POST if request.method == "POST" else (request.GET if "code" in request.GET else None)
    )
    form = VerifyForm(asked, request.FILES or None)
    if asked is None:
        return _page(request, form, None)
    if not form.is_valid():
        return _page(request, form, None, status=UNPROCESSABLE)
    if code := form.cleaned_data["code"]:
        found = credential_by_code(code)
        if found is not None:
            return HttpResponseRedirect(reverse("licence-verify-of", args=[found.code]))
        form.add_error(
            "code",
            _("No e-licence was ever issued with this code. If it was typed as printed, it is not genuine."),
        )
        return _page(request, form, None, status=NOT_FOUND)
    upload, text = form.cleaned_data["file"], form.cleaned_data["text"]
    token = token_in(upload.read() if upload else "".join(text.split()).encode(errors="replace"))
    if token is None:
        form.add_error(
            "file" if upload else "text",
            _("No signed e-licence is in it. A picture or a printed copy is verified with its code."),
        )
        return _page(request, form, None, status=UNPROCESSABLE)
    return _page(request, form, verified_here(token, now=asking.moment(request)))


@login_not_required
@require_safe
@never_cache
def licence_verify_of(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the e-licence with this code is worth now."""
    found = credential_by_code(code)
    if found is None:
        form = VerifyForm({"code": code})
        form.is_valid()
        form.add_error(
            "code",
            _("No e-licence was ever issued with this code. If it was typed as printed, it is not genuine."),
        )
        return _page(request, form, None, status=NOT_FOUND)
    result = verified_here(found.token, now=asking.moment(request))
    response = _page(request, None, result, code=found.code)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@require_safe
def licence_keys(request: HttpRequest) -> HttpResponse:
    """Send the public keys as a JWK set."""
    return _open(JsonResponse(keys.published_keys()))


@login_not_required
@require_safe
def licence_issuer(request: HttpRequest) -> HttpResponse:
    """Send the issuer's metadata as `jwt-vc-issuer` has it: who issues, with which keys."""
    return _open(JsonResponse({"issuer": keys.issuer().address, "jwks": keys.published_keys()}))


@login_not_required
@require_safe
@refusals_shown
def licence_status(request: HttpRequest, list_number: int) -> HttpResponse:
    """Send one signed status list; beyond the last licence there is none."""
    if not keys.has_list(list_number):
        raise Http404
    token = keys.status_token(list_number, now=asking.moment(request))
    return _open(HttpResponse(token, content_type=LIST_TYPE))


def _open(response: HttpResponse) -> HttpResponse:
    # a wallet or another site's page may read it, for a few minutes from its own copy
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _page(
    request: HttpRequest,
    form: VerifyForm | None,
    result: Verified | None,
    *,
    code: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "code": code, "result": result, **(_told(result) if result else {})}
    return render(request, "licences/verify.html", context, status=status)


def _told(result: Verified) -> dict[str, Any]:
    """Return the verdict in words, and the face where it can be believed."""
    title, tone, says = WORDS[result.state]
    shown: dict[str, Any] = {"title": _(title), "tone": tone, "says": _(says)}
    face = result.subject.get("licence") if result.claims else None
    if isinstance(face, dict):
        english = (get_language() or "").startswith("en")
        shown |= {"face": face, "kind": face.get("titleEn" if english else "title", "")}
        shown |= {"holder": result.subject.get("name", ""), "example": bool(result.subject.get("example"))}
        shown["credit_code"] = result.subject.get("creditCode", "")
    return shown
