"""The log of all cases as process mining reads it: as columns to reckon with, or case by case to hand out."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case, Entry
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.mining import EventLog, LogBuilder, LoggedCase, LoggedMandate, logged_case
from lianqiao.engine.mining.time_reading import as_second
from lianqiao.organization import queries as organization

READ_AT_ONCE = 500
ENTRIES_READ_AT_ONCE = 5000
Told = Callable[[int], None]
Bodies = list[dict[str, Any]]
Mandates = dict[str, LoggedMandate]


@dataclass(frozen=True)
class Wanted:
    """Cases: of one promise ("" for all), opened in a span, only `ended` ones, `newest` first (0: all)."""

    mechanism: str = ""
    since: datetime | None = None
    until: datetime | None = None
    newest: int = 0
    ended: bool = False

    def cases(self) -> QuerySet[Case]:
        """Return the cases meant, in no order."""
        found = Case.objects.all()
        if self.mechanism:
            found = found.filter(mechanism=self.mechanism)
        if self.since:
            found = found.filter(opened_at__gte=self.since)
        if self.until:
            found = found.filter(opened_at__lt=self.until)
        if self.ended:
            found = found.filter(closed_at__isnull=False)
        return found


@dataclass
class Pseudonyms:
    """Under which name a person or firm leaves the house: the same in every export, telling nobody who it is.

    They follow from the server's key, so whoever lacks it cannot try names out.
    """

    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def __call__(self, kind: str, name: str) -> str:
        found = self.known.get((kind, name))
        if found is None:
            told = f"event-log/{kind}/{name}".encode()
            digest = hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()
            found = self.known[kind, name] = f"{kind}-{digest[:12]}"
        return found


class Names:
    """Real names, told only where somebody asked for them; who is unknown has a pseudonym all the same."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], str] = {}
        self.pseudonym = Pseudonyms()

    def __call__(self, kind: str, name: str) -> str:
        found = self.known.get((kind, name))
        if found is None:
            found = self.known[kind, name] = self._told(kind, name)
        return found

    def _told(self, kind: str, name: str) -> str:
        # a mandate has no name of its own
        if kind == "mandate" or not name.isdigit():
            return self.pseudonym(kind, name)
        read = organization.firm_names if kind == "firm" else organization.names
        title = read([int(name)]).get(int(name), "")
        # two people may bear one name
        return f"{title} ({kind} {name})" if title else self.pseudonym(kind, name)


def case_counts() -> dict[str, int]:
    """Return how many cases each promise has."""
    rows = Case.objects.values("mechanism").annotate(count=Count("pk")).order_by()
    return dict(rows.values_list("mechanism", "count"))


def event_log(wanted: Wanted, *, only: Sequence[str] = (), told: Told | None = None) -> EventLog:
    """Return the entries of cases as columns; activities are steps and acts, or `only` those named.

    People are pseudonyms. Memory grows with the entries, about 200 bytes each. Raises Refusal `log-empty`.
    """
    cases = wanted.cases()
    entries = Entry.objects.filter(case__in=cases)
    if wanted.newest:
        newest = cases.order_by("-opened_at", "-pk").values_list("pk", flat=True)[: wanted.newest]
        entries = Entry.objects.filter(case_id__in=list(newest))
    named, builder = Pseudonyms(), LogBuilder()
    if only:
        entries = entries.filter(name__in=only)
    rows = entries.order_by("case_id", "seq").values_list("case__number", "name", "at", "person_id")
    for count, (number, name, at, person_id) in enumerate(
        rows.iterator(chunk_size=ENTRIES_READ_AT_ONCE), start=1
    ):
        builder.add(number, name, as_second(at), named("person", str(person_id)) if person_id else "")
        if told and count % ENTRIES_READ_AT_ONCE == 0:
            told(count)
    if not builder.case:
        raise refuse(
            "log-empty",
            "no case was filed that this asks for",
            hint="name another promise or a longer span",
            promise=wanted.mechanism,
        )
    return builder.log()


def logged_cases(
    wanted: Wanted,
    *,
    named: Callable[[str, str], str] | None = None,
    language: str = "zh-hans",
    told: Told | None = None,
) -> Iterator[LoggedCase]:
    """Yield the cases with their events, by the order they were made in; level memory.

    Of what people typed nothing is told, and who acted only as `named` has it: pseudonyms by default.
    """
    named = named or Pseudonyms()
    for case, bodies, mandates in _with_bodies(wanted.cases(), told):
        yield logged_case(
            case.number,
            bodies,
            mandates=mandates,
            mechanism=_mechanism(f"{case.mechanism}@{case.version}"),
            firm=str(case.firm_id or ""),
            named=named,
            language=language,
        )


def _with_bodies(cases: QuerySet[Case], told: Told | None) -> Iterator[tuple[Case, Bodies, Mandates]]:
    """Yield each case with its entries' bodies and the mandates they name.

    Cases filed after the first was read are left for the next time.
    """
    last = cases.order_by("-pk").values_list("pk", flat=True).first() or 0
    after = read = 0
    while some := list(cases.filter(pk__gt=after, pk__lte=last).order_by("pk")[:READ_AT_ONCE]):
        after = some[-1].pk
        rows = Entry.objects.filter(case_id__in=[case.pk for case in some]).order_by("case_id", "seq")
        found = {
            pk: [json.loads(entry.body) for entry in entries]
            for pk, entries in groupby(rows, key=attrgetter("case_id"))
        }
        mandates = _mandates(found.values())
        for case in some:
            yield case, found[case.pk], mandates
            read += len(found[case.pk])
        if told:
            told(read)


def _mandates(cases: Iterable[Bodies]) -> Mandates:
    """Return what is known of the mandates by which something was done in these cases; at most one query."""
    ids = {str(body["mandate"]) for bodies in cases for body in bodies if body.get("mandate")}
    return {
        str(one.pk): LoggedMandate(
            id=str(one.pk), kind=one.kind, matters=tuple(one.matters.split()), since=one.since,
            until=one.until, revoked=one.revoked_at, firm=str(one.firm_id), person=str(one.person_id),
        )
        for one in organization.mandates_numbered(int(name) for name in ids if name.isdigit())
    }  # fmt: skip


def _mechanism(key: str) -> Mechanism | None:
    try:
        return packs.mechanism(key)
    except Refusal:
        return None
