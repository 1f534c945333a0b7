"""The files of a case, for those who may read them: to download, to look at, to play; never run inside the
site."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lianqiao.bridge import queries
from lianqiao.bridge.queries import CaseSeen, Document
from lianqiao.engine.errors import Refusal
from lianqiao.service.pages import asking
from lianqiao.service.pages.file_states import FILM, state_words, viewable
from lianqiao.service.ranged import file_response


@require_safe
def document(request: HttpRequest, number: str, sha256: str, name: str) -> HttpResponseBase:
    """Send one file of a case as a download; whoever may not read it learns nothing, not even that it is."""
    seen, found = _found(request, number, sha256, name)
    if found.state:
        return _closed(request, seen, found)
    return file_response(request, found.path, name=found.name, media_type=found.type, sha256=sha256)


@require_safe
def view(request: HttpRequest, number: str, sha256: str, name: str) -> HttpResponseBase:
    """Show a file on a page: a picture, the first pages of a PDF, a film with its player."""
    seen, found = _found(request, number, sha256, name)
    if found.state:
        return _closed(request, seen, found)
    if not viewable(found.type, found.content.pictures):
        raise Http404
    context = {
        **_shown(seen, found),
        "pictures": [
            {"number": one, "url": reverse("picture", args=[number, sha256, one])}
            for one in found.content.pictures
        ],
        "film_url": reverse("film", args=[number, sha256, name]) if found.type in FILM else "",
        "is_pdf": found.type == "application/pdf",
    }
    return render(request, "service/document.html", context)


@require_safe
def film(request: HttpRequest, number: str, sha256: str, name: str) -> HttpResponseBase:
    """Send a film to the player of its page, from wherever in it is asked for."""
    _seen, found = _found(request, number, sha256, name)
    if found.state or found.type not in FILM:
        raise Http404
    return file_response(
        request, found.path, name=found.name, media_type=FILM[found.type], sha256=sha256, download=False
    )


@require_safe
def picture(request: HttpRequest, number: str, sha256: str, picture: int) -> HttpResponseBase:
    """Send one picture made of a file: a JPEG of our own making."""
    seen = _case(request, number)
    path = queries.picture_of(seen.case, sha256, picture) if seen.private else None
    if path is None:
        raise Http404
    response = file_response(
        request, path, name=f"{picture}.jpg", media_type="image/jpeg", sha256=path.name, download=False
    )
    # the reader's own browser may keep it for the length of a visit
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


def _case(request: HttpRequest, number: str) -> CaseSeen:
    try:
        return queries.case_for(number, asking.person(request), at=asking.moment(request))
    except Refusal as refusal:
        raise Http404 from refusal


def _found(request: HttpRequest, number: str, sha256: str, name: str) -> tuple[CaseSeen, Document]:
    seen = _case(request, number)
    found = queries.document_of(seen.case, sha256, name) if seen.private else None
    if found is None:
        raise Http404
    return seen, found


def _closed(request: HttpRequest, seen: CaseSeen, found: Document) -> HttpResponse:
    """Say why a file that is the reader's to read is not opened."""
    status = 409 if found.state == "scanning" else 410
    return render(request, "service/document_closed.html", _shown(seen, found), status=status)


def _shown(seen: CaseSeen, found: Document) -> dict[str, Any]:
    number = seen.case.number
    return {
        "case": seen.case,
        "document": found,
        "words": state_words(found.content),
        "download_url": reverse("document", args=[number, found.sha256, found.name]),
    }
