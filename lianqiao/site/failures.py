"""What a visitor is told when something of ours failed: in words, with the number to ask after it by.

The pages need no database, no language and no session, for any of these may be what failed.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from lianqiao.bridge.storage import FULL
from lianqiao.portal.api.problems import problem_response
from lianqiao.site.logging_lines import errors_of

log = logging.getLogger(__name__)

RETRY_AFTER_S = 10
# SQLite's name and PostgreSQL's code for the same
FULL_DATABASE = frozenset({"SQLITE_FULL", "53100"})


class Failure(NamedTuple):
    """How a failure is told: its page, and to programs a status, a code and a sentence."""

    status: int
    code: str
    chinese: str
    english: str

    @property
    def words(self) -> str:
        """The sentence in the language asked for."""
        return self.english if (get_language() or "").startswith("en") else self.chinese


FAILED = Failure(500, "failed", "系统出错了", "something failed here")
AWAY = Failure(
    503, "database-away", "系统暂时连不上数据库，请稍后再试", "the database is away; try again shortly"
)
NO_SPACE = Failure(
    507, "disk-full", "服务器存储空间已满，没有保存", "the server has no space left; nothing was saved"
)
UNREADABLE = Failure(400, "body-unreadable", "这个请求无法读取", "the request cannot be read")


def failure_of(error: BaseException | None) -> Failure:
    """Return how an error that nobody caught is told."""
    if isinstance(error, OSError) and error.errno in FULL:
        return NO_SPACE
    if isinstance(error, (OperationalError, InterfaceError)):
        cause = error.__cause__
        names = {getattr(cause, "sqlite_errorname", None), getattr(cause, "sqlstate", None)}
        return NO_SPACE if names & FULL_DATABASE else AWAY
    return FAILED


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request whose page raised an error; Django calls this while the error is being handled."""
    error = sys.exc_info()[1]
    failure = failure_of(error)
    if failure is NO_SPACE:
        _give_back_space(request)
    if failure is FAILED:
        log.error("a request failed", exc_info=error)
    elif error is not None:
        # while a database is away every request fails alike: one line each, and no way through the code
        causes = errors_of(error)
        log.error(failure.english, extra={"facts": {"type": causes[0]["type"], **_code(causes)}})
    response = _told(request, failure)
    if failure is AWAY:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read at all, such as one for a foreign host name."""
    return _told(request, UNREADABLE)


def _told(request: HttpRequest, failure: Failure) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(failure.code, failure.status, detail=failure.words)
    page = render_to_string(f"{failure.status}.html", {"request_id": getattr(request, "id", "")})
    return HttpResponse(page, status=failure.status)


def _code(causes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the first code a driver or the operating system gave."""
    names = ("sqlstate", "sqlite_errorname", "errno")
    return next(({name: cause[name]} for cause in causes for name in names if name in cause), {})


def _give_back_space(request: HttpRequest) -> None:
    """Remove the half of a file that was being received; Django does so only when the visitor hangs up."""
    for handler in request.upload_handlers:
        try:
            handler.upload_interrupted()
        except OSError:
            log.warning("a half received file could not be removed")
