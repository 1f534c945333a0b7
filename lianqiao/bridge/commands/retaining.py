"""Sweep files away whose time is over; rows and log go on saying what was there, by hash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lianqiao.bridge import packs
from lianqiao.bridge.commands.receiving import locked_content
from lianqiao.bridge.commands.uploading import abandon
from lianqiao.bridge.models import Attachment, Content, Preview, Result, Upload
from lianqiao.bridge.queries.files import unbound_before
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.retention import RetentionRules, years_before

MOST_AT_ONCE = 200
# returns those of the hashes that something outside the bridge still names, such as a draft
Named = Callable[[set[str]], set[str]]


def nothing_more(_digests: set[str]) -> set[str]:
    """Return that nothing outside the bridge names any file."""
    return set()


def sweep_files(*, now: datetime, named: Named = nothing_more) -> int:
    """Remove what the zone's retention rules no longer keep, at most 200 of each; returns how many files
    went.

    Uploads nobody went on with, files no case and no draft names, what lay in quarantine long enough, and
    files
    of cases closed longer ago than their years. Bytes that anything still keeps stay. Idempotent.
    """
    rules = packs.current().retention
    gone = _unfinished(now - timedelta(days=rules.unfinished_days))
    gone += _unbound(now - timedelta(days=rules.unbound_days), named, now)
    gone += _quarantined(now - timedelta(days=rules.quarantine_days))
    return gone + _of_closed_cases(rules, now)


def _unfinished(before: datetime) -> int:
    old = Upload.objects.filter(touched_at__lt=before).order_by("touched_at")[:MOST_AT_ONCE]
    for upload in old:
        abandon(upload)
    gone = sum(upload.offset < upload.size for upload in old)
    for path in (Path(settings.MEDIA_ROOT) / "incoming").glob("*"):
        try:
            # what a killed server was receiving in one piece
            if (
                path.stat().st_mtime < before.timestamp()
                and not Upload.objects.filter(token=path.name).exists()
            ):
                path.unlink()
                gone += 1
        except FileNotFoundError:
            continue  # another worker was first
    return gone


def _unbound(before: datetime, named: Named, now: datetime) -> int:
    # files a draft keeps must not hide those behind them
    kept, gone, after = set[str](), 0, 0
    while rows := list(unbound_before(before).filter(pk__gt=after).order_by("pk")[:MOST_AT_ONCE]):
        kept = named({row.sha256 for row in rows})
        for row in rows:
            if row.sha256 not in kept:
                gone += _unbound_one(row, now)
        after = rows[-1].pk
        if gone >= MOST_AT_ONCE:
            break
    return gone


@transaction.atomic
def _unbound_one(row: Attachment, now: datetime) -> bool:
    content = locked_content(row.sha256, kind=row.type, size=row.size, now=row.at)
    # bound since we looked: then it is nobody's leftover any more
    if not Attachment.objects.filter(pk=row.pk, case=None).delete()[0]:
        return False
    if Attachment.objects.filter(sha256=row.sha256).exists():
        return False
    _remove(content, "unbound", now)
    return True


def _quarantined(before: datetime) -> int:
    gone = 0
    for path in (Path(settings.MEDIA_ROOT) / "quarantine").glob("*"):
        content = Content.objects.filter(sha256=path.name).first()
        if content is None or content.gone_at is None or content.gone_at < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _of_closed_cases(rules: RetentionRules, now: datetime) -> int:
    results = Result.objects.filter(sha256=OuterRef("sha256"))
    over = Q(pk__in=[])
    for result, film in ((True, False), (False, True), (False, False)):
        years = rules.years(media_type="video/" if film else "", result=result)
        if years:
            kind = Q(type__startswith="video/") if film else ~Q(type__startswith="video/")
            whose = Q(Exists(results)) if result else ~Q(Exists(results)) & kind
            over |= whose & Q(case__closed_at__lt=years_before(now, years))
    return sum(_case_file(row, over, now) for row in _no_longer_kept(over)[:MOST_AT_ONCE])


def _no_longer_kept(over: Q) -> QuerySet[Attachment]:
    """Return a file's rows where its time is over and the bytes are still here, one a content at most."""
    swept = Content.objects.filter(sha256=OuterRef("sha256")).exclude(gone="")
    earlier = Attachment.objects.filter(over, sha256=OuterRef("sha256"), pk__lt=OuterRef("pk"))
    # the same licence may belong to a case that is still kept, or wait to be filed with another
    kept = Attachment.objects.filter(sha256=OuterRef("sha256")).exclude(over)
    return Attachment.objects.filter(over & ~Exists(swept) & ~Exists(kept) & ~Exists(earlier)).order_by("pk")


@transaction.atomic
def _case_file(row: Attachment, over: Q, now: datetime) -> bool:
    content = locked_content(row.sha256, kind=row.type, size=row.size, now=row.at)
    # filed once more since we looked
    if Attachment.objects.filter(sha256=row.sha256).exclude(over).exists():
        return False
    _remove(content, "retention", now)
    return True


def _remove(content: Content, why: str, now: datetime) -> None:
    for picture in list(Preview.objects.filter(content=content)):
        picture.delete()
        if not Preview.objects.filter(sha256=picture.sha256).exists():
            stored_at(picture.sha256).unlink(missing_ok=True)
    Content.objects.filter(pk=content.pk).update(
        gone=why, gone_at=now, preview="", scan_next_at=None, scan=F("scan")
    )
    stored_at(content.sha256).unlink(missing_ok=True)
