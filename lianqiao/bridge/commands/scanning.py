"""Have files scanned for viruses where a scanner is set: small ones while received, others by the worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F

from lianqiao.bridge.clamd import PIECE, ScannerAway, Verdict, scanned
from lianqiao.bridge.models import Content
from lianqiao.bridge.storage import quarantined_at, stored_at
from lianqiao.engine.errors import Refusal, refuse

# who files a form waits for the verdict on this much, and so long; a film is looked at afterwards
AT_ONCE_BYTES = 25 * 1024 * 1024
AT_ONCE_S, LATER_S = 8.0, 300.0
WAITS_MIN = (1, 2, 5, 10, 30, 60)
LONGEST_ROUND_S = 20.0


def at_once(path: Path, digest: str, name: str, *, size: int, kind: str, now: datetime) -> str:
    """Return what the scanner says of a file being received: clean, waiting, or "" where nobody scans.

    Raises Refusal `file-infected`: the bytes are put into quarantine then, and known by their hash ever
    after.
    """
    known = Content.objects.filter(sha256=digest).values_list("scan", flat=True).first()
    if known == "infected":
        raise infected(name)
    if not settings.CLAMD or known == "clean":
        return known or ""
    if size > AT_ONCE_BYTES:
        return "waiting"
    try:
        verdict = scanned(settings.CLAMD, _pieces(path), wait_s=AT_ONCE_S)
    except ScannerAway:
        return "waiting"
    if not verdict.virus:
        return "clean"
    _quarantine(path, digest)
    values = {"type": kind, "size": size, "at": now, "scan": "infected", "virus": verdict.virus[:120]}
    gone = {"gone": "infected", "gone_at": now, "preview": ""}
    Content.objects.update_or_create(sha256=digest, defaults={**values, **gone})
    raise infected(name)


def scan_files(*, now: datetime) -> int:
    """Scan files that wait for it, for at most about 20 seconds; returns how many verdicts there were.

    A scanner that does not answer is asked again later, for each file after 1, 2, 5 … minutes and then
    hourly; the
    file stays closed until it has.
    """
    if not settings.CLAMD:
        return 0
    done, deadline = 0, monotonic() + LONGEST_ROUND_S
    while monotonic() < deadline:
        content = (
            Content.objects.filter(scan="waiting", scan_next_at__lte=now).order_by("scan_next_at").first()
        )
        if content is None:
            break
        if _claimed(content, now):
            done += _scan(content, now)
    return done


def infected(name: str) -> Refusal:
    """Return the refusal for a file in which a virus was found."""
    return refuse(
        "file-infected",
        f"a virus was found in “{name}”",
        hint="clean your computer, then send it anew",
        name=name,
    )


def _scan(content: Content, now: datetime) -> bool:
    path = stored_at(content.sha256)
    if not path.is_file():
        Content.objects.filter(pk=content.pk).update(scan="", scan_next_at=None)
        return False
    try:
        verdict = scanned(settings.CLAMD, _pieces(path), wait_s=LATER_S)
    except ScannerAway as away:
        Content.objects.filter(pk=content.pk).update(scan_error=str(away)[:200])
        return False
    _keep(content, verdict, now)
    return True


@transaction.atomic
def _keep(content: Content, verdict: Verdict, now: datetime) -> None:
    held = Content.objects.select_for_update().get(pk=content.pk)
    held.scan, held.virus = "infected" if verdict.virus else "clean", verdict.virus[:120]
    held.scan_next_at, held.scan_error = None, ""
    if verdict.virus:
        held.gone, held.gone_at, held.preview = "infected", now, ""
        _quarantine(stored_at(held.sha256), held.sha256)
    held.save()


def _claimed(content: Content, now: datetime) -> bool:
    """Write down that it is being looked at; a worker killed meanwhile leaves it to be looked at again."""
    wait = timedelta(minutes=WAITS_MIN[min(content.scan_attempts, len(WAITS_MIN) - 1)])
    mine = Content.objects.filter(pk=content.pk, scan="waiting", scan_attempts=content.scan_attempts)
    return bool(mine.update(scan_attempts=F("scan_attempts") + 1, scan_next_at=now + wait))


def _quarantine(path: Path, digest: str) -> None:
    kept = quarantined_at(digest)
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.replace(path, kept)
    kept.chmod(0o400)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
