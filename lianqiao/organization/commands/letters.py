"""Letters to people: written in the transaction of what they are about, sent later by a worker."""

from __future__ import annotations

import hmac
import logging
import secrets
import smtplib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac

from lianqiao.engine.errors import refuse
from lianqiao.organization.models import Letter, Person

WAITS_MIN = (1, 2, 5, 10, 20, 40, 60)
BATCH = 50
HOUR = timedelta(hours=1)
# so many of a kind an hour to one address; more would be a way to annoy someone
MOST_AN_HOUR = 3
KEPT_FOR = timedelta(days=7)
OF_THE_MESSAGE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
log = logging.getLogger(__name__)


def write_letter(
    kind: str,
    *,
    email: str,
    now: datetime,
    person: Person | None = None,
    language: str = "zh-hans",
    hours: int = 24,
    send: bool = True,
    data: dict[str, Any] | None = None,
) -> Letter:
    """Write a letter, to be sent with the next round; its link works `hours`. With `send` off none goes out.

    The fourth of a kind to one address within an hour is written and not sent.
    """
    recent = Letter.objects.filter(kind=kind, email=email, made_at__gt=now - HOUR).count()
    return Letter.objects.create(
        kind=kind,
        person=person,
        email=email,
        language=person.language if person else language,
        data=data or {},
        nonce=secrets.token_urlsafe(24),
        made_at=now,
        expires_at=now + timedelta(hours=hours),
        next_try_at=now if send and recent < MOST_AN_HOUR else None,
    )


def secret_of(letter: Letter) -> str:
    """Return what opens the letter's link."""
    seal = salted_hmac("lianqiao.letter", f"{letter.pk} {letter.nonce}", algorithm="sha256").hexdigest()
    return f"{letter.pk}-{seal}"


def opened_letter(secret: str, *, kinds: Iterable[str], now: datetime, hold: bool = False) -> Letter:
    """Return the letter a link leads to; `hold` keeps its row still until the transaction ends.

    Raises Refusal `letter-over` for one that was used, is too old, or never was.
    """
    number, _, _seal = secret.partition("-")
    rows = Letter.objects.select_for_update(of=("self",)) if hold else Letter.objects.all()
    known = number.isdecimal() and len(number) < 19
    letter = rows.select_related("person").filter(pk=int(number)).first() if known else None
    if (
        letter is None
        or not hmac.compare_digest(secret_of(letter).encode(), secret.encode("utf-8", "replace"))
        or letter.kind not in tuple(kinds)
        or letter.used_at is not None
        or letter.expires_at <= now
    ):
        raise refuse("letter-over", "this link was used already or is too old", hint="ask for a new one")
    return letter


def send_letters(*, now: datetime, link: Callable[[str], str]) -> int:
    """Send the letters due by `now`; returns how many went out. `link` makes a secret an address.

    A letter that fails is tried again until its link would be too old. Without a mail server none is sent.
    """
    if not settings.MAIL_ON:
        return 0
    server, sent = get_connection(), 0
    try:
        for letter in _due(now):
            if not _claimed(letter, now):
                continue
            error = _sent(letter, server, link)
            if error is None:
                Letter.objects.filter(pk=letter.pk).update(sent_at=now, next_try_at=None)
                sent += 1
            elif isinstance(error, OSError) and not isinstance(error, OF_THE_MESSAGE):
                break
    finally:
        server.close()
    return sent


def forget_letters(*, now: datetime) -> int:
    """Delete letters whose link has been dead for a week; returns how many."""
    return Letter.objects.filter(expires_at__lt=now - KEPT_FOR).delete()[0]


def _due(now: datetime) -> list[Letter]:
    due = Letter.objects.filter(next_try_at__lte=now).select_related("person")
    return list(due.order_by("next_try_at", "pk")[:BATCH])


def _claimed(letter: Letter, now: datetime) -> bool:
    """Write the try down before it is made; False where another worker was first, or it is too late."""
    again = now + timedelta(minutes=WAITS_MIN[min(letter.tries, len(WAITS_MIN) - 1)])
    mine = Letter.objects.filter(pk=letter.pk, tries=letter.tries, next_try_at__lte=now)
    if letter.expires_at <= now:
        mine.update(next_try_at=None)
        return False
    return bool(mine.update(tries=F("tries") + 1, next_try_at=again))


def _sent(letter: Letter, server: Any, link: Callable[[str], str]) -> Exception | None:
    context = {**letter.data, "person": letter.person, "link": link(secret_of(letter)), "letter": letter}
    try:
        with translation.override(letter.language):
            text = render_to_string(f"organization/letters/{letter.kind}.txt", context)
        title, _, body = text.strip().partition("\n")
        server.open()
        server.send_messages([EmailMessage(" ".join(title.split()), body.strip() + "\n", to=[letter.email])])
    except Exception as error:
        if not isinstance(error, OSError):
            log.exception("letter %s cannot be sent", letter.pk)
        return error
    return None
