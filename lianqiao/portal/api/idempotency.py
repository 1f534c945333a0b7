"""A POST with an idempotency key is done once: whoever sends it again gets the same answer."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization import commands
from lianqiao.organization.api.asking import moment
from lianqiao.organization.commands import Answer
from lianqiao.organization.models import Person

REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
# how long a second request waits for the first to be answered
PATIENCE_S = 10.0
LOOK_AGAIN_AFTER_S = 0.05
READ_AT_ONCE = 256 * 1024


def fingerprint(request: HttpRequest, *, with_body: bool) -> str:
    """Return what tells this request from another: address, and the body unless it is a stream."""
    told = f"{request.method} {request.get_full_path()}\n".encode()
    told += request.body if with_body else request.headers.get("Content-Length", "").encode()
    return hashlib.sha256(told).hexdigest()


def answered(
    request: HttpRequest,
    person: Person,
    key: str,
    print_of: str,
    run: Callable[[], HttpResponse],
    *,
    streams: bool,
) -> HttpResponse:
    """Return the answer kept for the key, or do the request and keep it.

    Only what was done is kept: a refused request gives its key back. Raises Refusal as
    `organization.commands.claim_answer` does.
    """
    kept = _claimed(request, person, key, print_of)
    if kept is not None:
        if streams:
            _check_same_file(request, kept)
        return _again(kept)
    done = False
    try:
        response = run()
        done = 200 <= response.status_code < 300
        if done:
            commands.keep_answer(person, key, _answer(response), now=moment(request))
    finally:
        if not done:
            commands.drop_claim(person, key)
    return response


def _claimed(request: HttpRequest, person: Person, key: str, print_of: str) -> Answer | None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return commands.claim_answer(person, key, print_of, now=moment(request))
        except Refusal as refusal:
            if refusal.code != "idempotency-in-progress" or time.monotonic() > deadline:
                raise
        time.sleep(LOOK_AGAIN_AFTER_S)


def _check_same_file(request: HttpRequest, kept: Answer) -> None:
    digest = hashlib.sha256()
    while piece := request.read(READ_AT_ONCE):
        digest.update(piece)
    if digest.hexdigest() != json.loads(kept.body)["sha256"]:
        raise refuse("idempotency-reused", "this key came with another file", place="Idempotency-Key")


def _answer(response: HttpResponse) -> Answer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Answer(response.status_code, headers, response.content.decode())


def _again(kept: Answer) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status)
    for name, value in kept.headers.items():
        response.headers[name] = value
    response.headers[REPLAYED] = "true"
    return response
