"""Files sent whole or from the middle: a film can be sought in, a broken download gone on with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

PIECE = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
# the bytes come from a person: shown inside nothing, run by nothing
HARMLESS = "default-src 'none'; sandbox"


def file_response(
    request: HttpRequest, path: Path, *, name: str, media_type: str, sha256: str, download: bool = True
) -> HttpResponseBase:
    """Return a file, or the one range of it the request asks for: 206, and 416 for what lies beyond it.

    Several ranges at once are answered with the whole file, as RFC 9110 allows. Nobody keeps a copy on the
    way.
    """
    size, etag = path.stat().st_size, f'"{sha256}"'
    asked = _asked(request, etag)
    response: HttpResponseBase
    if asked is None:
        response = FileResponse(
            path.open("rb"), as_attachment=download, filename=name, content_type=media_type
        )
    else:
        response = _part(path, size, asked, media_type)
        if disposition := content_disposition_header(download, name):
            response.headers["Content-Disposition"] = disposition
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = HARMLESS
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest, etag: str) -> tuple[str, str] | None:
    if request.method not in ("GET", "HEAD"):
        return None
    found = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    # a part of another file than the one it has would spoil it
    if found is None or request.headers.get("If-Range", etag) != etag or not any(found.groups()):
        return None
    return found[1], found[2]


def _part(path: Path, size: int, asked: tuple[str, str], media_type: str) -> HttpResponseBase:
    first, last = asked
    begin = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if begin >= size or begin > end or (not first and not int(last)):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_pieces(path, begin, end + 1), status=206, content_type=media_type)
    response.headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
    response.headers["Content-Length"] = str(end + 1 - begin)
    return response


def _pieces(path: Path, begin: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(begin)
        while begin < end and (piece := file.read(min(PIECE, end - begin))):
            begin += len(piece)
            yield piece
