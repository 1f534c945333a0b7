"""What is known of files: whether they may be opened, their pictures, how much of one's share is used."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet, Sum

from lianqiao.bridge.models import Attachment, Case, Content, Preview, Upload
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.queries.prepared import Prepared

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


@dataclass(frozen=True)
class ContentSeen:
    """How a file stands. `state` is "" where it may be opened, else scanning, infected, retention or unbound.

    `pictures` are the numbers of the previews there are; `virus` what was found.
    """

    state: str = ""
    virus: str = ""
    pictures: tuple[int, ...] = ()


@dataclass(frozen=True)
class Document:
    """A file of a case: its name, media type, size in bytes and where its bytes lie; `state` as of its
    content."""

    name: str
    type: str
    size: int
    path: Path
    sha256: str = ""
    content: ContentSeen = field(default_factory=ContentSeen)

    @property
    def state(self) -> str:
        return self.content.state


def contents_of(digests: Iterable[str]) -> dict[str, ContentSeen]:
    """Return how each of these files stands, in one database query; one nothing is known of may be opened."""
    wanted = set(digests)
    known = _known(_shown(Content.objects.filter(sha256__in=wanted))) if wanted else {}
    return {digest: known.get(digest, ContentSeen()) for digest in wanted}


def contents_of_case(case: Case) -> Mapping[str, ContentSeen]:
    """Return how every file of a case stands, in one database query; any other may be opened."""
    return defaultdict(ContentSeen, _known(_OF_CASE(case_id=case.pk)))


def picture_of(case: Case, sha256: str, number: int) -> Path | None:
    """Return where a picture of one of the case's files lies; None where there is none, or the file is
    closed."""
    if not Attachment.objects.filter(case=case, sha256=sha256).exists():
        return None
    pictures = Preview.objects.filter(content__sha256=sha256, content__gone="", number=number)
    found = pictures.exclude(content__scan__in=("waiting", "infected")).first()
    path = stored_at(found.sha256) if found else None
    return path if path and path.is_file() else None


def quota_left(person_id: int) -> int:
    """Return how many bytes a person may still send before they file some; uploads under way count whole."""
    waiting = Attachment.objects.filter(person_id=person_id, case=None).aggregate(size=Sum("size"))["size"]
    coming = uploads_under_way(person_id).aggregate(size=Sum("size"))["size"]
    return int(settings.UPLOAD_QUOTA_BYTES) - int(waiting or 0) - int(coming or 0)


def uploads_under_way(person_id: int) -> QuerySet[Upload]:
    """Return the uploads of a person that are not all there, newest first."""
    return Upload.objects.filter(person_id=person_id, offset__lt=F("size")).order_by("-made_at", "-pk")


def upload_of(token: str, person_id: int) -> Upload:
    """Return a person's upload; raises Refusal `unknown-upload`, also for somebody else's."""
    found = Upload.objects.filter(token=token, person_id=person_id) if _TOKEN.fullmatch(token) else None
    upload = found.first() if found is not None else None
    if upload is None:
        raise unknown_upload()
    return upload


def unknown_upload() -> Refusal:
    """Return the refusal for an upload that is not there, was given up, or is another's: all read alike."""
    return refuse("unknown-upload", "there is no such upload of yours", hint="begin again")


def unbound_before(moment: datetime) -> QuerySet[Attachment]:
    """Return the files received before a moment that no case names, oldest first."""
    return Attachment.objects.filter(case=None, at__lt=moment).order_by("at", "pk")


def content_state(gone: str, scan: str) -> str:
    """Return how a file stands, as `ContentSeen.state` says it."""
    return gone or {"waiting": "scanning", "infected": "infected"}.get(scan, "")


def _of_case(case_id: int) -> QuerySet[Content, Any]:
    return _shown(
        Content.objects.filter(sha256__in=Attachment.objects.filter(case_id=case_id).values("sha256"))
    )


_OF_CASE = Prepared(_of_case)


def _shown(rows: QuerySet[Content]) -> QuerySet[Content, Any]:
    columns = ("sha256", "gone", "scan", "virus", "previews__number")
    return rows.order_by("previews__number").values_list(*columns)


def _known(rows: Iterable[Any]) -> dict[str, ContentSeen]:
    found: dict[str, ContentSeen] = {}
    for sha256, gone, scan, virus, picture in rows:
        state = content_state(gone, scan)
        before = found[sha256].pictures if sha256 in found else ()
        found[sha256] = ContentSeen(state, virus, () if state or picture is None else (*before, picture))
    return found
