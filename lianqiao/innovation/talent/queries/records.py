"""Records of talents, what their bearers permit, and what they score."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from lianqiao.bridge import packs
from lianqiao.engine.errors import refuse
from lianqiao.engine.evaluation import Achieved, Evaluation, evaluate
from lianqiao.engine.needs import CONTROL
from lianqiao.innovation.talent.models import Achievement, Appraisal, Permission, Talent
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person

OFFICE = "talent-office"
SORTS = {"post": "post", "field": "field", "firm": "firm__name", "score": "score", "made": "made_at"}


def in_office(person_id: int, *, at: datetime) -> bool:
    """Return whether someone holds the duty of the talent office."""
    return OFFICE in organization.duties_of(person_id, at=at)


def talent_of(person_id: int) -> Talent | None:
    """Return the record a person keeps of themself."""
    return Talent.objects.select_related("firm", "person").filter(person_id=person_id).first()


def talents(*, text: str = "", sort: str = "-score", waiting: bool = False) -> QuerySet[Talent]:
    """Return the records whose bearers let the zone evaluate them; `score` is that of the last appraisal.

    `waiting`: only those with an entry to be confirmed. Names are not searched: they are shown masked.
    """
    last = Appraisal.objects.filter(talent=OuterRef("pk")).order_by("-at").values("hundredths")[:1]
    claimed = Achievement.objects.filter(talent=OuterRef("pk"), state=Achievement.State.CLAIMED)
    found = Talent.objects.select_related("firm", "person").filter(_permitting("evaluation"))
    found = found.annotate(score=Subquery(last), waits=Exists(claimed))
    if waiting:
        found = found.filter(waits=True)
    return _sorted(_with_words(found, text), sort)


def introduced(*, text: str = "", sort: str = "-made") -> QuerySet[Talent]:
    """Return the records whose bearers let firms and institutes see what they do."""
    found = Talent.objects.select_related("firm", "person").filter(_permitting("introduction"))
    last = Appraisal.objects.filter(talent=OuterRef("pk")).order_by("-at").values("hundredths")[:1]
    return _sorted(_with_words(found.annotate(score=Subquery(last)), text), sort)


def talent(talent_id: int, *, purpose: str) -> Talent:
    """Return a record its bearer opened for the purpose; raises Refusal `unknown-talent`."""
    rows = Talent.objects.select_related("firm", "person")
    found = rows.filter(_permitting(purpose), pk=talent_id).first()
    if found is None:
        raise refuse("unknown-talent", f"there is no record {talent_id}", hint="look at the list")
    return found


def permissions_of(of: Talent) -> dict[str, datetime]:
    """Return the permissions in force, by purpose, with when each was given."""
    return dict(of.permissions.filter(withdrawn_at=None).values_list("purpose", "at"))


def permits(of: Talent, purpose: str) -> bool:
    """Return whether the bearer permits a use of the record now."""
    return of.permissions.filter(withdrawn_at=None, purpose=purpose).exists()


def example_bearers() -> list[Person]:
    """Return the example people who keep a record of their own and no firm's, by user name."""
    found = Talent.objects.filter(example=True, firm=None, person__is_active=True).select_related("person")
    return [one.person for one in found.order_by("person__username")]


def bearers(purpose: str) -> QuerySet[Permission, int]:
    """Return the people who permit a use of their record now, by their keys."""
    given = Permission.objects.filter(purpose=purpose, withdrawn_at=None, talent__person__is_active=True)
    return given.values_list("talent__person_id", flat=True)


def achievements_of(of: Talent) -> QuerySet[Achievement]:
    """Return the entries of a record, newest first, without those taken back."""
    entries = of.achievements.exclude(state=Achievement.State.WITHDRAWN)
    return entries.select_related("decided_by").order_by("-day", "-pk")


def achievements_waiting() -> QuerySet[Achievement]:
    """Return the entries to be confirmed, oldest first, of those who let the zone evaluate them."""
    claimed = Achievement.objects.filter(state=Achievement.State.CLAIMED)
    permitted = claimed.filter(talent__in=Talent.objects.filter(_permitting("evaluation")))
    return permitted.select_related("talent__person", "talent__firm").order_by("made_at", "pk")


def appraisals_of(of: Talent) -> QuerySet[Appraisal]:
    """Return how a record was evaluated, newest first."""
    return of.appraisals.select_related("by").order_by("-at", "-pk")


def evaluation_of(of: Talent) -> Evaluation | None:
    """Return what a record scores by the standard in force; None where the zone has none."""
    standard = packs.current().talent_standard
    if standard is None:
        return None
    states = (Achievement.State.CLAIMED, Achievement.State.CONFIRMED)
    entries = of.achievements.filter(state__in=states).order_by("pk")
    return evaluate(standard, [achieved(one) for one in entries])


def achieved(one: Achievement) -> Achieved:
    """Return an entry as the evaluation takes it."""
    counts = one.state == Achievement.State.CONFIRMED
    return Achieved(one.indicator, one.amount, one.choice, counts)


def _permitting(purpose: str) -> Exists:
    given = Permission.objects.filter(talent=OuterRef("pk"), purpose=purpose, withdrawn_at=None)
    return Exists(given)


def _with_words(found: QuerySet[Talent], text: str) -> QuerySet[Talent]:
    for word in CONTROL.sub(" ", text)[:100].split()[:8]:
        found = found.filter(
            Q(post__icontains=word) | Q(field__icontains=word) | Q(firm__name__icontains=word)
        )
    return found


def _sorted(found: QuerySet[Talent], sort: str) -> QuerySet[Talent]:
    column = F(SORTS.get(sort.removeprefix("-"), "made_at"))
    order = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return found.order_by(order, "-pk")
