"""The register as lists and pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.engine.needs import CONTROL
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.licences.models import Credential, Decision, Licence, Night, Word
from lianqiao.service.licences.queries.rights import holds, keeps_register

SORTS = {
    "number": "number", "kind": "kind", "firm": "firm__name", "issued": "issued_on", "until": "valid_until",
    "state": "state",
}  # fmt: skip
# whether a run came by itself or was asked for
RUNS = ("scheduled", "asked")
FIGURES = ("registered", "near", "renewed", "missing", "failed", "opened", "lapsed")
NIGHT_SORTS = ("day", "asked_at", "took_ms", *FIGURES)
NEAR_DAYS = 90
STANDINGS = ("near", "failed", "missing", "person", "refused", "renewed", "opted-out", "lapsed", "revoked")


def licences(
    *,
    text: str = "",
    kind: str = "",
    standing: str = "",
    firm: int | None = None,
    sort: str = "until",
    on: date,
) -> QuerySet[Licence]:
    """Return the licences of all firms or one, with number or firm containing the words."""
    found = Licence.objects.select_related("firm", "case")
    if firm is not None:
        found = found.filter(firm_id=firm)
    if kind:
        found = found.filter(kind=kind)
    if standing:
        found = found.filter(_standing(standing, on))
    for word in CONTROL.sub(" ", text)[:100].split()[:8]:
        found = found.filter(Q(number__icontains=word) | Q(firm__name__icontains=word))
    column = SORTS.get(sort.removeprefix("-"), "valid_until")
    return found.order_by(f"-{column}" if sort.startswith("-") else column, "pk")


def _standing(standing: str, on: date) -> Q:
    match standing:
        case "near":
            return Q(state="valid", valid_until__gte=on, valid_until__lte=on + timedelta(days=NEAR_DAYS))
        case "opted-out":
            return Q(state="valid", opted_out_at__isnull=False)
        case "lapsed":
            return Q(state="lapsed") | Q(state="valid", valid_until__lt=on)
        case "revoked":
            return Q(state="revoked")
    return Q(standing=standing)


def counts(*, on: date) -> dict[str, int]:
    """Return how many licences stand each way, for the figures above the list."""
    wanted = ("near", "failed", "missing", "person", "lapsed")
    return Licence.objects.aggregate(**{name: Count("pk", filter=_standing(name, on)) for name in wanted})


def licence_for(licence_id: int, person: Person, *, at: datetime) -> Licence:
    """Return a licence for who keeps the register or acts for its holder; refuses `unknown-licence`."""
    found = Licence.objects.select_related("firm", "case", "revoked_by").filter(pk=licence_id).first()
    if found is None or not (keeps_register(person, at=at) or holds(person, found, at=at)):
        raise refuse("unknown-licence", f"there is no licence {licence_id}", hint="look for it in the list")
    return found


def licences_of_firms(
    person: Person, *, at: datetime, text: str = "", kind: str = "", standing: str = "", sort: str = "until"
) -> QuerySet[Licence]:
    """Return the licences of every firm a person acts for, the nearest end first; asked as `licences` are."""
    firms = [firm.pk for firm in organization.firms_of(person.pk, at=at)]
    found = licences(text=text, kind=kind, standing=standing, sort=sort, on=beijing(at).date())
    return found.filter(firm_id__in=firms)


def words_for(person: Person, *, at: datetime, limit: int = 30) -> list[Word]:
    """Return what the firms of a person were told of their licences, newest first."""
    firms = [firm.pk for firm in organization.firms_of(person.pk, at=at)]
    rows = Word.objects.filter(firm_id__in=firms).select_related("licence", "firm")
    return list(rows.order_by("-at", "-pk")[:limit])


def decisions_of(licence: Licence) -> list[Decision]:
    """Return what was decided of a licence, newest first."""
    return list(Decision.objects.filter(licence=licence).order_by("-seq")[:100])


def current_credential(licence: Licence) -> Credential | None:
    """Return the e-licence of the present term, if it was made out."""
    return Credential.objects.filter(licence=licence, until=licence.valid_until).first()


def credentials_of(licences: Iterable[Licence]) -> dict[int, Credential]:
    """Return the e-licence of the present term of each that has one; one query."""
    rows = list(licences)
    found = Credential.objects.filter(licence__in=[row.pk for row in rows])
    by_term = {(one.licence_id, one.until): one for one in found}
    return {row.pk: by_term[row.pk, row.valid_until] for row in rows if (row.pk, row.valid_until) in by_term}


def credential_by_code(code: str) -> Credential | None:
    """Return the e-licence a code opens."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return Credential.objects.select_related("licence__firm").filter(code=plain).first()


def nights(*, text: str = "", how: str = "", sort: str = "") -> QuerySet[Night]:
    """Return every run, newest first; `how` is one of `RUNS`, `sort` of `NIGHT_SORTS`.

    `text` is part of a day as 2026-03-02, or of the name of who asked.
    """
    found = Night.objects.select_related("by")
    if text:
        found = found.filter(Q(day__icontains=text) | Q(by__name__icontains=text))
    if how:
        found = found.filter(scheduled=how == "scheduled")
    column = sort.removeprefix("-")
    if column not in NIGHT_SORTS:
        return found.order_by("-asked_at", "-pk")
    return found.order_by(sort, "-pk")


@dataclass(frozen=True)
class Standing:
    """How a licence stands: a badge of the atoms and the code of its words."""

    badge: str
    code: str


def standing_of(licence: Licence, *, at: datetime) -> Standing:
    """Return how a licence stands at a moment; what is past its last day is lapsed, whatever its row says."""
    today = beijing(at).date()
    if licence.state == "revoked":
        return Standing("ended", "revoked")
    if licence.state == "lapsed" or licence.valid_until < today:
        return Standing("broken", "lapsed")
    for name, badge in (
        ("person", "waiting"),
        ("failed", "at-risk"),
        ("missing", "at-risk"),
        ("refused", "broken"),
    ):
        if licence.standing == name:
            return Standing(badge, name)
    if licence.opted_out_at is not None:
        return Standing("paused", "opted-out")
    return Standing("kept", "renewed") if licence.standing == "renewed" else Standing("running", "valid")
