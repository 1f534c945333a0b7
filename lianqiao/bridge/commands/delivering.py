"""Send owed notices by e-mail: at least once, later again where the mail server is away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.utils import translation

from lianqiao.bridge.models import Delivery
from lianqiao.bridge.wording import notice_text

# 12 tries over about two days: a mail server may be down for one
WAITS_MIN = (1, 5, 15, 30, 60, 120, 240, 360, 480, 720, 1440)
BATCH = 100


def deliver_notices(*, now: datetime, link: Callable[[str], str]) -> int:
    """Send what is due by `now`; returns how many went out. `link` makes a case number an address.

    A delivery that fails is tried again after 1 minute, 5, 15 …; after the last it stays, unsent, with its
    error, for an administrator to see.
    """
    sent = 0
    while batch := _due(now):
        went = sum(_send(pk, now, link) for pk in batch)
        sent += went
        if went < len(batch):
            break
    return sent


def _due(now: datetime) -> list[int]:
    due = Delivery.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
    return list(due.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _send(pk: int, now: datetime, link: Callable[[str], str]) -> bool:
    skip = connection.features.has_select_for_update_skip_locked
    delivery = (
        Delivery.objects.select_for_update(skip_locked=skip, of=("self",) if skip else ())
        .select_related("notice__case", "notice__person")
        .filter(pk=pk, next_try_at__lte=now)
        .first()
    )
    if delivery is None:
        return True
    notice = delivery.notice
    with translation.override(notice.person.language):
        title, text = notice_text(notice)
    body = f"{text}\n\n{link(notice.case.number)}\n"
    try:
        EmailMessage(title, body, to=[delivery.address], connection=get_connection()).send()
    except OSError as error:  # smtplib's own errors are OSErrors too
        return _try_later(delivery, str(error), now)
    delivery.sent_at, delivery.next_try_at, delivery.error = now, None, ""
    delivery.save()
    return True


def _try_later(delivery: Delivery, error: str, now: datetime) -> bool:
    wait = WAITS_MIN[delivery.attempts] if delivery.attempts < len(WAITS_MIN) else None
    delivery.attempts += 1
    delivery.error = error[:300]
    delivery.next_try_at = now + timedelta(minutes=wait) if wait else None
    delivery.save()
    return False
