"""Which published versions are in force, as this process last saw it.

One number tells whether anything changed; it is read once a second at most, and the versions only then.
"""

from __future__ import annotations

import logging
import time
from typing import NamedTuple

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import QuerySet

from lianqiao.bridge.models import PackEdition, Publication
from lianqiao.bridge.pack_files import NOTHING_PUBLISHED, Published

log = logging.getLogger(__name__)


class _Seen(NamedTuple):
    number: int
    until_s: float
    published: Published


_seen: list[_Seen] = []
# that the tables are made is asked until they are
_made: list[bool] = []


def in_force(now_s: float | None = None) -> Published:
    """Return the versions in force, those withdrawn too; the same object for as long as nothing changes.

    Where the database cannot be asked, what was seen last holds.
    """
    every_s = settings.PUBLISHED_LOOK_EVERY_S
    seen = _seen[0] if _seen else None
    now_s = time.monotonic() if now_s is None else now_s
    if every_s is None or (seen and now_s < seen.until_s) or connection.needs_rollback:
        return seen.published if seen else NOTHING_PUBLISHED
    try:
        number = _number()
        if seen is None or seen.number != number:
            published = read_in_force() if number else NOTHING_PUBLISHED
        else:
            published = seen.published
    except DatabaseError as error:
        log.warning("what is published could not be looked up: %s", type(error).__name__)
        return seen.published if seen else NOTHING_PUBLISHED
    _seen[:] = [_Seen(number, now_s + every_s, published)]
    return published


def look_again() -> None:
    """Let the next look ask the database; what was seen is kept until then."""
    if _seen:
        _seen[0] = _seen[0]._replace(until_s=0)


def forget() -> None:
    """Forget what was seen: the database is another one."""
    _seen.clear()
    _made.clear()


def read_in_force() -> Published:
    """Return the versions that count or counted, read from the database."""
    return _as_published(Publication.objects.filter(in_force_at__isnull=False))


def read_published() -> Published:
    """Return every version published, those too whose day is still to come."""
    return _as_published(Publication.objects.all())


def _as_published(rows: QuerySet[Publication]) -> Published:
    rows = rows.order_by("mechanism", "version")
    found = list(rows.only("kind", "mechanism", "version", "text", "withdrawn_at"))
    promises = [one for one in found if one.kind == Publication.Kind.MECHANISM]
    policies = [one for one in found if one.kind == Publication.Kind.POLICY and one.withdrawn_at is None]
    return Published(
        texts=tuple((one.key, one.text) for one in promises),
        withdrawn=frozenset(one.key for one in promises if one.withdrawn_at),
        # rows come by version: the newest of an id is the one that stays
        policies=tuple({one.mechanism: one.text for one in policies}.items()),
    )


def _number() -> int:
    # a first look may come before the tables are made, and must not spoil the transaction it comes in
    if not _made:
        if PackEdition._meta.db_table not in connection.introspection.table_names():
            return 0
        _made.append(True)
    return PackEdition.objects.values_list("number", flat=True).first() or 0
