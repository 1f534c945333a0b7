"""Sessions, second factors, locks, and what is kept of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from lianqiao.organization.models import (
    Change,
    Consent,
    Decision,
    DeletionRequest,
    Person,
    RecoveryCode,
    SavedView,
    SecondFactor,
    Session,
    SignInTries,
)
from lianqiao.organization.queries.duties import is_officer
from lianqiao.organization.queries.prepared import Prepared


def sessions_of(person_id: int, *, at: datetime) -> list[Session]:
    """Return the sessions in which a person is signed in at `at`, the latest seen first."""
    rows = Session.objects.filter(person_id=person_id, expire_date__gt=at)
    return list(rows.order_by("-seen_at", "-began_at", "label"))


def kept_session(key: str, *, at: datetime) -> Session | None:
    """Return the session of this key with its person, None where there is none or it is over at `at`."""
    # nothing else is ever a key, and not all that a cookie holds can be asked of a database
    return next(iter(_READ(key=key, at=at)), None) if key.isalnum() else None


def _read(key: str, at: datetime) -> QuerySet[Session, Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at).select_related("person")


_READ = Prepared(_read)


def has_second_factor(person_id: int) -> bool:
    """Return whether a person's sign-in needs a code."""
    return SecondFactor.objects.filter(person_id=person_id).exclude(confirmed_at=None).exists()


def needs_second_factor(person_id: int, *, at: datetime) -> bool:
    """Return whether the zone demands a second factor of this person, by the setting SECOND_FACTOR."""
    whose = settings.SIGN_IN.second_factor
    return whose == "everyone" or (whose == "officers" and is_officer(person_id, at=at))


def recovery_codes_left(person_id: int) -> int:
    """Return how many recovery codes were not used."""
    return RecoveryCode.objects.filter(person_id=person_id, used_at=None).count()


def locks(*, at: datetime, text: str = "", sort: str = "") -> QuerySet[SignInTries]:
    """Return what is locked at `at`; `text` is looked for in names, user names and addresses."""
    rows = SignInTries.objects.filter(locked_until__gt=at).select_related("person")
    if text:
        rows = rows.filter(
            Q(person__name__icontains=text) | Q(person__username__icontains=text) | Q(address__icontains=text)
        )
    keys = {"until": "locked_until", "who": "person__name", "address": "address", "failures": "failures"}
    return rows.order_by(*_order(sort, keys, "locked_until"), "id")


def consents_of(person_id: int) -> list[Consent]:
    """Return what a person agreed to, the latest first."""
    return list(Consent.objects.filter(person_id=person_id).order_by("-at", "-id"))


def agreed(person_id: int, *, document: str, version: str) -> bool:
    """Return whether a person's consent to a version of a text stands."""
    rows = Consent.objects.filter(person_id=person_id, document=document, version=version)
    return rows.filter(withdrawn_at=None).exists()


def deletion_pending(person_id: int) -> DeletionRequest | None:
    """Return a person's request of deletion that waits for an answer, or else the latest one, or None."""
    return DeletionRequest.objects.filter(person_id=person_id).order_by("-made_at", "-id").first()


def forgotten_people() -> QuerySet[DeletionRequest, int]:
    """Return the keys of the people who asked to be forgotten, and were."""
    return DeletionRequest.objects.filter(state=Decision.ACCEPTED).values_list("person_id", flat=True)


def deletion_requests(*, state: str = "", text: str = "", sort: str = "") -> QuerySet[DeletionRequest]:
    """Return requests of deletion, those that wait longest first."""
    rows = DeletionRequest.objects.select_related("person", "decided_by")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(person__name__icontains=text) | Q(person__username__icontains=text))
    keys = {"made": "made_at", "person": "person__name", "state": "state", "decided": "decided_at"}
    return rows.order_by(*_order(sort, keys, "made_at"), "id")


def deletion_request(request_id: int) -> DeletionRequest | None:
    """Return a request of deletion with its person, or None."""
    return DeletionRequest.objects.select_related("person").filter(pk=request_id).first()


# what a copy of one's data holds of each table that speaks of a person
_KEPT = {
    "outside_identities": ("issuer", "subject", "bound_at"),
    "tokens": ("name", "scopes", "made_at", "expires_at", "revoked_at", "last_used_at"),
    "duties": ("code", "since", "until"),
    "leaves": ("begin", "end", "kind", "cancelled_at"),
    "binding_requests": ("credit_code", "firm_name", "note", "state", "made_at", "decided_at", "reason"),
    "consents": ("document", "version", "at", "withdrawn_at"),
    "deletion_requests": ("note", "state", "made_at", "decided_at", "reason"),
    "letters": ("kind", "email", "made_at", "sent_at"),
}
_ACCOUNT = ("id", "username", "name", "email", "language", "date_joined", "last_login")
_SESSION = ("began_at", "seen_at", "address", "agent", "means")


def personal_data(person: Person, *, at: datetime) -> dict[str, Any]:
    """Return everything this room keeps of a person, ready to be written as JSON."""
    trail = Change.objects.filter(Q(by=person) | Q(subject=f"person:{person.pk}")).order_by("id")
    firms = person.memberships.order_by("id")
    views = SavedView.objects.filter(person=person).order_by("id")
    return {
        "account": _fields(person, *_ACCOUNT),
        "sessions": [_fields(one, *_SESSION) for one in sessions_of(person.pk, at=at)],
        "second_factor": has_second_factor(person.pk),
        "firms": list(firms.values("firm__credit_code", "firm__name", "role", "since", "until")),
        "views": list(views.values("list_name", "name", "query")),
        "trail": list(trail.values("at", "what", "subject", "details")),
        **{
            name: list(getattr(person, name).order_by("id").values(*columns))
            for name, columns in _KEPT.items()
        },
    }


def _fields(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _order(sort: str, keys: dict[str, str], default: str) -> list[str]:
    key = keys.get(sort.lstrip("-"))
    if key is None:
        return [default]
    return [f"-{key}" if sort.startswith("-") else key]
