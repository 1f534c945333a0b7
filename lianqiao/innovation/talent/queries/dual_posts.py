"""Dual posts: whose they are, how far they are agreed, and how much of a person's time they take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.engine.needs import CONTROL
from lianqiao.innovation.talent.models import DualPost, Talent
from lianqiao.innovation.talent.queries.records import in_office
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person

SORTS = {"post": "post", "home": "home__name", "host": "host__name", "share": "share", "begins": "begins",
         "ends": "ends", "proposed": "proposed_at"}  # fmt: skip


def dual_posts_of_talent(of: Talent) -> QuerySet[DualPost]:
    """Return a person's dual posts, newest first."""
    return _rows().filter(talent=of).order_by("-proposed_at", "-pk")


def dual_posts_of_firms(
    firm_ids: Iterable[int], *, person_id: int, text: str = "", sort: str = ""
) -> QuerySet[DualPost]:
    """Return the dual posts of a person, and those in which one of the firms is home or host."""
    ids = list(firm_ids)
    theirs = Q(talent__person_id=person_id) | Q(home_id__in=ids) | Q(host_id__in=ids)
    return _sorted(_rows().filter(theirs), text, sort)


def dual_posts_of_office(*, text: str = "", sort: str = "") -> QuerySet[DualPost]:
    """Return all dual posts, for the talent office."""
    return _sorted(_rows(), text, sort)


def dual_post(post_id: int, *, reader: Person, at: datetime) -> DualPost:
    """Return a dual post the reader has a side in or reads for the office; refuses `unknown-dual-post`."""
    found = _rows().filter(pk=post_id).first()
    if found is None or not (side_of(found, reader, at=at) or in_office(reader.pk, at=at)):
        raise refuse("unknown-dual-post", f"there is no dual post {post_id}", hint="look at the list")
    return found


def side_of(post: DualPost, reader: Person, *, at: datetime) -> frozenset[str]:
    """Return for which sides someone can speak: `person`, `home`, `host`; empty for none."""
    sides = {"person"} if post.talent.person_id == reader.pk else set()
    sides |= {"home"} if organization.administers(reader.pk, post.home_id, at=at) else set()
    sides |= {"host"} if organization.administers(reader.pk, post.host_id, at=at) else set()
    return frozenset(sides)


def opened_by(reader: Person, *, at: datetime) -> Callable[[DualPost], bool]:
    """Return what tells of each dual post of a list whether the reader may open it; asks the database now."""
    office = in_office(reader.pk, at=at)
    firms = organization.firms_of(reader.pk, at=at)
    ids = {one.pk for one in firms if organization.administers(reader.pk, one.pk, at=at)}
    return lambda post: (
        office or post.talent.person_id == reader.pk or bool({post.home_id, post.host_id} & ids)
    )


def stage_of(post: DualPost, *, at: datetime) -> str:
    """Return `proposed`, `to-come`, `in-force`, `over`, `declined` or `ended` (early)."""
    if post.stopped_at:
        return "ended" if post.agreed else "declined"
    if not post.agreed:
        return "proposed"
    today = beijing(at).date()
    return "to-come" if today < post.begins else "over" if today > post.ends else "in-force"


def share_taken(of: Talent, *, begins: date, ends: date, besides: int | None = None) -> int:
    """Return the largest part of a person's time, in percent, promised on one day of the span to hosts.

    Agreements not yet agreed by all count too: whoever agrees first must not be overtaken.
    """
    others = DualPost.objects.filter(talent=of, stopped_at=None, begins__lte=ends, ends__gte=begins)
    spans = [(one.begins, one.ends, one.share) for one in others if one.pk != besides]
    # the sum can only rise on a day on which one of them begins
    days = {begins, *(begin for begin, _, _ in spans if begins <= begin <= ends)}
    return max(sum(share for begin, end, share in spans if begin <= day <= end) for day in days)


def _rows() -> QuerySet[DualPost]:
    return DualPost.objects.select_related("talent__person", "home", "host", "proposed_by", "stopped_by")


def _sorted(found: QuerySet[DualPost], text: str, sort: str) -> QuerySet[DualPost]:
    for word in CONTROL.sub(" ", text)[:100].split()[:8]:
        found = found.filter(
            Q(post__icontains=word) | Q(home__name__icontains=word) | Q(host__name__icontains=word)
        )
    column = SORTS.get(sort.removeprefix("-"), "proposed_at")
    return found.order_by(f"-{column}" if sort.startswith("-") or not sort else column, "-pk")
