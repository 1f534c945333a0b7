"""Letting people in: passwords are checked, failures counted, sessions ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import localtime

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.commands.authority import require_office
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person, Session, SignInTries

Kind = SignInTries.Kind
# wrong passwords of all accounts at one address, and of one account from all addresses, that lock it
ADDRESS_TIMES, ACCOUNT_TIMES = 10, 20
ACCOUNT_WINDOW = timedelta(days=1)


@dataclass(frozen=True)
class _Counter:
    kind: str
    key: str
    most: int
    window: timedelta


def check_password(username: str, password: str, *, address: str, now: datetime) -> Person:
    """Return the active person with this user name and password.

    An account nobody has is answered as a wrong password is, and in the same time. Raises Refusal:
    `sign-in-wrong`; `sign-in-locked` with `until` after too many, whatever the password then is.
    """
    name = Person.normalize_username(username.strip())
    counters = _password_counters(name, address)
    _refuse_locked(counters, now=now)
    person = authenticate(None, username=name, password=password)
    if isinstance(person, Person):
        # the address is not forgiven for one account that was known
        _forget([one for one in counters if one.kind != Kind.ADDRESS])
        return person
    owner = Person.objects.filter(username=name).first()
    _count(counters, owner, address=address, now=now)
    _refuse_locked(counters, now=now)
    raise refuse("sign-in-wrong", "user name and password do not match", hint="type both again")


def count_code_failure(person: Person, *, address: str, now: datetime) -> None:
    """Count a wrong code of the second factor; raises Refusal `sign-in-locked` where it is one too many."""
    counters = [_code_counter(person)]
    _count(counters, person, address=address, now=now)
    _refuse_locked(counters, now=now)


def refuse_locked_codes(person: Person, *, now: datetime) -> None:
    """Raise Refusal `sign-in-locked` while no code of this person is looked at."""
    _refuse_locked([_code_counter(person)], now=now)


def forget_code_failures(person: Person) -> None:
    """Begin counting anew, after a code that was right."""
    _forget([_code_counter(person)])


def count_asking(address: str, *, now: datetime) -> None:
    """Count a letter asked for from an address; raises Refusal `sign-in-locked` where it is one too many."""
    tries = settings.SIGN_IN.tries
    counters = [_Counter(Kind.ADDRESS, _key("letters", address), tries * ADDRESS_TIMES, timedelta(hours=1))]
    _refuse_locked(counters, now=now)
    _count(counters, None, address=address, now=now)


@transaction.atomic
def note_sign_in(person: Person, *, means: str, now: datetime) -> None:
    """Note in the trail that a person signed in, by `means`."""
    trace("sign-in", person, actor=person, now=now, means=means)


@transaction.atomic
def unlock(tries_id: int, *, actor: Person | None, now: datetime) -> None:
    """Let someone try again at once; unlocking what is not locked changes nothing.

    Raises Refusal: `office-only`, `lock-unknown`.
    """
    require_office(actor, now=now)
    tries = SignInTries.objects.select_for_update().filter(id=tries_id).first()
    if tries is None:
        raise refuse("lock-unknown", f"there is no lock {tries_id}", hint="look at the list")
    trace("unlock", tries, actor=actor, now=now, kind=tries.kind, person_id=tries.person_id)
    tries.delete()


@transaction.atomic
def end_session(label: str, *, actor: Person, now: datetime) -> bool:
    """End one of one's own sessions; returns whether there was one."""
    rows = Session.objects.filter(person=actor, label=label)
    ended = bool(rows.delete()[0])
    if ended:
        trace("end-session", actor, actor=actor, now=now, label=label)
    return ended


@transaction.atomic
def end_sessions(person: Person, *, actor: Person | None, now: datetime, but: str = "") -> int:
    """End a person's sessions, but for the one with the label `but`; returns how many."""
    count = Session.objects.filter(person=person).exclude(label=but or "-").delete()[0]
    if count:
        trace("end-sessions", person, actor=actor, now=now, count=count)
    return count


def forget_sessions(*, now: datetime) -> int:
    """Delete sessions that are over and counts that matter no more; returns how many sessions."""
    old = now - max(ACCOUNT_WINDOW, timedelta(minutes=settings.SIGN_IN.lock_minutes))
    SignInTries.objects.filter(last_at__lt=old).delete()
    return Session.objects.filter(expire_date__lt=now).delete()[0]


def _password_counters(name: str, address: str) -> list[_Counter]:
    tries, window = settings.SIGN_IN.tries, timedelta(minutes=settings.SIGN_IN.lock_minutes)
    return [
        _Counter(Kind.PAIR, _key("pair", name, address), tries, window),
        _Counter(Kind.ADDRESS, _key("address", address), tries * ADDRESS_TIMES, window),
        _Counter(Kind.ACCOUNT, _key("account", name), tries * ACCOUNT_TIMES, ACCOUNT_WINDOW),
    ]


def _code_counter(person: Person) -> _Counter:
    window = timedelta(minutes=settings.SIGN_IN.lock_minutes)
    return _Counter(Kind.CODE, _key("code", str(person.pk)), settings.SIGN_IN.tries, window)


def _key(*parts: str) -> str:
    # a keyed hash: neither names nor passwords typed in the wrong field are kept
    return salted_hmac("lianqiao.sign-in", "\n".join(parts), algorithm="sha256").hexdigest()


def _refuse_locked(counters: list[_Counter], *, now: datetime) -> None:
    rows = SignInTries.objects.filter(key__in=[one.key for one in counters], locked_until__gt=now)
    until = max((row.locked_until for row in rows if row.locked_until), default=None)
    if until is not None:
        raise _locked(until)


def _locked(until: datetime) -> Refusal:
    at = localtime(until).strftime("%Y-%m-%d %H:%M")
    return refuse("sign-in-locked", f"too many failures; locked until {at}", hint="wait until then", until=at)


def _count(counters: list[_Counter], owner: Person | None, *, address: str, now: datetime) -> None:
    for one in counters:
        with transaction.atomic():
            defaults = {
                "kind": one.kind, "person": owner, "address": address, "first_at": now, "last_at": now,
            }  # fmt: skip
            SignInTries.objects.get_or_create(key=one.key, defaults=defaults)
            row = SignInTries.objects.select_for_update().get(key=one.key)
            if now - row.first_at >= one.window or (row.locked_until and row.locked_until <= now):
                row.failures, row.first_at, row.locked_until = 0, now, None
            row.failures, row.last_at = row.failures + 1, now
            if row.failures >= one.most and row.locked_until is None:
                row.locked_until = now + timedelta(minutes=settings.SIGN_IN.lock_minutes)
                facts = {"kind": one.kind, "person_id": owner.pk if owner else None}
                trace("lock", row, actor=None, now=now, until=row.locked_until, **facts)
            row.save()


def _forget(counters: list[_Counter]) -> None:
    SignInTries.objects.filter(key__in=[one.key for one in counters]).delete()
