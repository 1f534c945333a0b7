"""Send owed notices by e-mail: at least once, later again where the mail server is away."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import translation

from lianqiao.bridge.models import Delivery
from lianqiao.bridge.wording import notice_text

# 12 tries over about two days: a mail server may be down for one
WAITS_MIN = (1, 5, 15, 30, 60, 120, 240, 360, 480, 720, 1440)
MOST_TRIES = len(WAITS_MIN) + 1
BATCH = 100
# what a server says of one message; any other failure to send says that the server is away
OF_THE_MESSAGE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
log = logging.getLogger(__name__)


def deliver_notices(*, now: datetime, link: Callable[[str], str]) -> int:
    """Send what is due by `now`; returns how many went out. `link` makes a case number an address.

    A delivery that fails is tried again after 1 minute, 5, 15 …; after the last it stays, unsent, with its
    error, for an administrator to see. Once the server does not answer, the rest waits for the next round.
    No transaction is open while a server is spoken to: a try is written down before it is made, so that a
    worker killed in the middle leaves it to be made again.
    """
    server = get_connection()
    try:
        return _round(server, now=now, link=link)
    finally:
        server.close()


def _round(server: BaseEmailBackend, *, now: datetime, link: Callable[[str], str]) -> int:
    sent = 0
    while batch := _due(now):
        for delivery in batch:
            if not _claimed(delivery, now):
                continue
            error = _send(delivery, server, link)
            _note(delivery, error, now)
            sent += error is None
            if isinstance(error, OSError) and not isinstance(error, OF_THE_MESSAGE):
                return sent
    return sent


def _due(now: datetime) -> list[Delivery]:
    due = Delivery.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
    return list(due.select_related("notice__case", "notice__person")[:BATCH])


def _claimed(delivery: Delivery, now: datetime) -> bool:
    """Write the try down as made and to be made again; False where another worker was first."""
    wait = WAITS_MIN[min(delivery.attempts, len(WAITS_MIN) - 1)]
    mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, next_try_at__lte=now)
    again = now + timedelta(minutes=wait)
    return bool(mine.update(attempts=F("attempts") + 1, next_try_at=again))


def _send(delivery: Delivery, server: BaseEmailBackend, link: Callable[[str], str]) -> Exception | None:
    notice = delivery.notice
    try:
        with translation.override(notice.person.language):
            title, text = notice_text(notice)
        body = f"{text}\n\n{link(notice.case.number)}\n"
        server.open()
        server.send_messages([EmailMessage(title, body, to=[delivery.address])])
    except Exception as error:
        # whatever is wrong with one message, such as its promise's file gone, must not hold up the others
        if not isinstance(error, OSError):
            log.exception("notice %s cannot be sent", notice.pk)
        return error
    return None


def _note(delivery: Delivery, error: Exception | None, now: datetime) -> None:
    made = Delivery.objects.filter(pk=delivery.pk)
    if error is None:
        made.update(sent_at=now, next_try_at=None, error="")
        return
    made.update(error=(str(error) or type(error).__name__)[:300])
    made.filter(attempts__gte=MOST_TRIES).update(next_try_at=None)
