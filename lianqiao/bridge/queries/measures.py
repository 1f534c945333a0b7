"""How much there is of everything, for whoever watches over the server; nothing here names a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.apps import apps
from django.db.models import Count, Max, Q, Sum

from lianqiao.bridge.models import Case, Content, Delivery, Entry, Notice, Seal
from lianqiao.bridge.queries.outcomes import tallies
from lianqiao.bridge.queries.overview import Tally, summed


@dataclass(frozen=True)
class Measures:
    """The zone in numbers at one moment.

    `cases` and `open_cases` are by promise, `promises` by promise and then by standing. `clocks_due` is what
    the next tick has to do; `deliveries_failed` were given up. `entries` is the length of the log.
    """

    cases: dict[str, int]
    open_cases: dict[str, int]
    promises: dict[str, Tally]
    clocks_due: int
    notices_unread: int
    deliveries_waiting: int
    deliveries_failed: int
    entries: int
    sealed_at: datetime | None
    seal: str


def measures(*, now: datetime) -> Measures:
    """Return the zone in numbers, in eight queries."""
    by_promise = list(
        Case.objects.order_by()
        .values("mechanism")
        .annotate(opened=Count("pk"), still=Count("pk", filter=Q(closed_at=None)), length=Sum("seq"))
    )
    seal = Seal.objects.order_by("-pk").values_list("at", "hash").first()
    unsent = Delivery.objects.filter(sent_at=None)
    return Measures(
        cases={row["mechanism"]: row["opened"] for row in by_promise},
        open_cases={row["mechanism"]: row["still"] for row in by_promise},
        promises=_standings(now),
        clocks_due=Case.objects.filter(next_at__lte=now).count(),
        notices_unread=Notice.objects.filter(read_at=None).count(),
        deliveries_waiting=unsent.filter(next_try_at__isnull=False).count(),
        deliveries_failed=unsent.filter(next_try_at=None).count(),
        entries=sum(row["length"] or 0 for row in by_promise),
        sealed_at=seal[0] if seal else None,
        seal=seal[1] if seal else "",
    )


def last_entry() -> int:
    """Return the key of the newest entry of the log, 0 before the first."""
    return int(Entry.objects.aggregate(last=Max("pk"))["last"] or 0)


def acts_between(after: int, last: int) -> dict[tuple[str, str], int]:
    """Return how many entries lie after one key up to another, by promise and name of the act."""
    rows = (
        Entry.objects.order_by()
        .filter(pk__gt=after, pk__lte=last)
        .values_list("case__mechanism", "name")
        .annotate(count=Count("pk"))
    )
    return {(mechanism, name): count for mechanism, name, count in rows}


def _standings(now: datetime) -> dict[str, Tally]:
    found: dict[str, list[Tally]] = {}
    for group, tally in tallies(now=now).items():
        found.setdefault(group.mechanism, []).append(tally)
    return {mechanism: summed(each) for mechanism, each in found.items()}


class LogLength(NamedTuple):
    """How far the log has come, and the hash of its newest seal, "" before the first."""

    cases: int
    entries: int
    seals: int
    last_seal: str


def log_length(*, using: str = "default") -> LogLength:
    """Return how far the log has come in a database, by its alias."""
    last = Seal.objects.using(using).order_by("-pk").values_list("hash", flat=True).first()
    entries = Entry.objects.using(using).count()
    return LogLength(
        Case.objects.using(using).count(), entries, Seal.objects.using(using).count(), last or ""
    )


def heads_digest(*, using: str = "default") -> str:
    """Return SHA-256 over a line `number seq hash` a case, by number: logs that agree have the same."""
    digest = hashlib.sha256()
    heads = Case.objects.using(using).values_list("number", "seq", "head")
    # sorted here: databases differ in how they order letters
    for number, seq, head in sorted(heads.iterator(chunk_size=2000)):
        digest.update(f"{number} {seq} {head}\n".encode())
    return digest.hexdigest()


def files_named(*, using: str = "default") -> Iterator[str]:
    """Yield the SHA-256 of every file that rows of this room name; one named by two tables comes twice.

    Files no longer kept, or put into quarantine, are left out: rows and log go on naming them.
    """
    gone = set(Content.objects.using(using).exclude(gone="").values_list("sha256", flat=True))
    for model in apps.get_app_config("bridge").get_models():
        if any(field.name == "sha256" for field in model._meta.fields):
            # a document that waits to be made has no bytes yet, nor has an upload that is not all there
            rows = model._default_manager.using(using).exclude(sha256="").order_by()
            named = rows.values_list("sha256", flat=True).distinct().iterator(chunk_size=2000)
            yield from (one for one in named if one not in gone)


def promises_in_use() -> list[str]:
    """Return the promises, as `id@version`, that open cases stand under."""
    found = Case.objects.filter(closed_at=None).order_by("mechanism", "version")
    return [
        f"{mechanism}@{version}"
        for mechanism, version in found.values_list("mechanism", "version").distinct()
    ]
