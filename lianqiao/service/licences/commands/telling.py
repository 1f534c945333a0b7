"""Holders are written to, at the address of their firm, about what became of their licences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from lianqiao.bridge.channels import Failed, Letter
from lianqiao.bridge.channels.mail import Mail
from lianqiao.service.licences.models import Word

AT_ONCE = 200
WAITS_MIN = (5, 30, 120, 720)


def send_words(
    *, now: datetime, letter: Callable[[Word], tuple[str, str]], link: Callable[[Word], str]
) -> int:
    """Write to the firms told something; returns how many letters went out.

    `letter` makes the title and text of one. A firm without an address, or a zone without mail, is told on
    its pages only.
    """
    due = Word.objects.filter(mail_at__lte=now)
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        due.update(mail_at=None)
        return 0
    due.filter(firm__email="").update(mail_at=None)
    sent = 0
    rows = list(due.select_related("firm", "licence").order_by("mail_at", "pk")[:AT_ONCE])
    if not rows:
        return 0
    with Mail() as mail:
        for word in rows:
            claimed = Word.objects.filter(pk=word.pk, mail_at=word.mail_at)
            tries = word.mail_tries + 1
            wait = WAITS_MIN[tries - 1] if tries <= len(WAITS_MIN) else None
            again = now + timedelta(minutes=wait) if wait else None
            # written down before it is tried: a worker killed in the middle leaves it to be sent again
            if not claimed.update(mail_at=again, mail_tries=tries):
                continue
            title, text = letter(word)
            try:
                mail.send(Letter(title, text, title, link(word), f"licence-{word.pk}"), word.firm.email)
            except Failed as failed:
                if failed.away:
                    break
                continue
            Word.objects.filter(pk=word.pk).update(mail_at=None)
            sent += 1
    return sent
