"""Every promise with its versions, what it says, and how it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.core.cache import cache

from lianqiao.bridge import packs, queries
from lianqiao.bridge.models import Publication
from lianqiao.bridge.queries import Tally, summed
from lianqiao.bridge.queries.publications import open_by_version, publications, spans_s
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import Mechanism

# how many cases that ended last tell how long one takes
NEWEST = 2000
FRESH_S = 60
DAY_S = 86400


@dataclass(frozen=True)
class Figures:
    """How a promise stands: its clocks counted, cases open by version, the median of days to the end."""

    tally: Tally
    open_by_version: dict[int, int]
    ended: int
    median_days: float | None

    @property
    def open(self) -> int:
        """How many cases are open now."""
        return sum(self.open_by_version.values())


@dataclass(frozen=True)
class Version:
    """One version of a promise. `source` is the pack's file, or "" where it was published here.

    `standing`: current, earlier, coming (published for a later day), held-back, withdrawn.
    """

    key: str
    number: int
    standing: str
    source: str
    open: int
    publication: Publication | None


def newest_versions() -> list[Mechanism]:
    """Return the newest version of every promise served, by id; of one wholly withdrawn the last."""
    pack = packs.current()
    every = {one.id: one for one in sorted(pack.mechanisms.values(), key=lambda one: one.version)}
    return [{**every, **pack.newest_versions}[name] for name in sorted(every)]


def mechanism_of(promise: str, version: int | None = None) -> Mechanism:
    """Return a version of a promise, the newest without one. Raises Refusal `unknown-mechanism`."""
    if version is not None:
        return packs.mechanism(f"{promise}@{version}")
    found = next((one for one in newest_versions() if one.id == promise), None)
    if found is None:
        raise refuse("unknown-mechanism", f"the zone has no promise “{promise}”", hint="see the list")
    return found


def text_of(mechanism: Mechanism) -> str:
    """Return the words of the file a version came from."""
    pack = packs.current()
    return pack.texts[pack.files[mechanism.key]]


def figures(mechanism: str, *, now: datetime) -> Figures:
    """Return how a promise stands; up to a minute old."""
    key = f"studio-figures/{mechanism}"
    return cache.get_or_set(key, lambda: _figures(mechanism, now), FRESH_S)  # type: ignore[return-value]


def _figures(mechanism: str, now: datetime) -> Figures:
    tallies = queries.tallies(now=now, mechanisms=[mechanism])
    days = [span / DAY_S for span in spans_s(mechanism, newest=NEWEST)]
    middle = median(days) if days else None
    return Figures(summed(tallies.values()), open_by_version(mechanism), len(days), middle)


def versions_of(mechanism: str, *, now: datetime) -> list[Version]:
    """Return every version of a promise, the newest first: of the pack's files and published here."""
    pack, counts = packs.current(), figures(mechanism, now=now).open_by_version
    made = {one.version: one for one in publications(mechanism)}
    files = {one.version: one for one in pack.mechanisms.values() if one.id == mechanism}
    newest = pack.newest_versions.get(mechanism)
    found = []
    for number in sorted({*made, *files}, reverse=True):
        one, key = made.get(number), f"{mechanism}@{number}"
        standing = _standing(one, current=newest is not None and newest.version == number)
        source = "" if one else pack.files.get(key, "")
        found.append(Version(key, number, standing, source, counts.get(number, 0), one))
    return found


def _standing(one: Publication | None, *, current: bool) -> str:
    if one and one.withdrawn_at:
        return "withdrawn"
    if one and one.held_back:
        return "held-back"
    if one and one.in_force_at is None:
        return "coming"
    return "current" if current else "earlier"


def current_or_none(promise: str) -> Mechanism | None:
    """Return the version new cases are opened under, None where the promise is new or withdrawn."""
    try:
        return packs.current().newest(promise)
    except Refusal:
        return None
