"""The files of a case, sent to those who may read them, never shown inside a page of this site."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from lianqiao.bridge import queries
from lianqiao.engine.errors import Refusal
from lianqiao.service.pages import asking


@require_safe
def document(request: HttpRequest, number: str, sha256: str, name: str) -> HttpResponseBase:
    """Send one file of a case as a download; whoever may not read it learns nothing, not even that it is."""
    try:
        seen = queries.case_for(number, asking.person(request), at=asking.moment(request))
    except Refusal as refusal:
        raise Http404 from refusal
    found = queries.document_of(seen.case, sha256, name) if seen.private else None
    if found is None:
        raise Http404
    response = FileResponse(
        found.path.open("rb"), as_attachment=True, filename=found.name, content_type=found.type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
