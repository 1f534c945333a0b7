"""A telephone number is its person's only once a code sent to it came back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from lianqiao.bridge.channels import Failed, Letter
from lianqiao.bridge.channels.sms import on as sms_on
from lianqiao.bridge.channels.sms import send_sms
from lianqiao.bridge.models import NoticePreference
from lianqiao.bridge.queries.preferences import Wishes, wishes
from lianqiao.engine.errors import refuse
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person

DIGITS = 6
HOLDS = timedelta(minutes=10)
MOST_TRIES = 5
# a number that is not one's own must not be rung at will
SENT_EVERY = timedelta(minutes=1)
MOST_CODES = 5
COUNTED = timedelta(days=1)


def send_phone_code(by: Person, *, now: datetime) -> None:
    """Send a code to the number that waits for one; the code before it holds no longer.

    Raises Refusal: `channel-not-set` where no number waits or the zone sends no SMS, `try-too-soon` within a
    minute, `phone-codes-used` after five in a day, `try-failed` with what the gateway said.
    """
    number = wishes(by.pk).phone_pending
    if not (number and sms_on()):
        raise refuse("channel-not-set", "no number waits for a code", hint="save one first", field="sms")
    code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    _take_turn(by, _digest(by, number, code), now)
    with translation.override(by.language):
        words = _("%(code)s is your code. It holds for 10 minutes; tell it to nobody.") % {"code": code}
    try:
        send_sms(Letter(words, words, words, "", f"code-{by.pk}-{int(now.timestamp())}"), number)
    except Failed as failed:
        hint = "check the number"
        raise refuse("try-failed", failed.reason, hint=hint, said=failed.reason) from failed


def confirm_phone(by: Person, code: str, *, now: datetime) -> Wishes:
    """Take the number as the person's own, whose code came back; returns how they are told now.

    Raises Refusal: `phone-code-wrong` with how many tries are `left`, `phone-code-over` where the code has
    expired or was tried too often.
    """
    number = wishes(by.pk).phone_pending
    live = NoticePreference.objects.filter(
        pk=by.pk, phone_code_at__gt=now - HOLDS, phone_tries__lt=MOST_TRIES
    )
    # counted before it is compared: two tries at once are two tries
    if not number or not live.exclude(phone_code="").update(phone_tries=F("phone_tries") + 1):
        raise refuse("phone-code-over", "no code holds", hint="send another", field="code")
    row = NoticePreference.objects.get(pk=by.pk)
    given = _digest(by, number, "".join(code.split()))
    if not hmac.compare_digest(given, row.phone_code):
        left = str(MOST_TRIES - row.phone_tries)
        raise refuse(
            "phone-code-wrong", "this is not the code", hint="type it again", field="code", left=left
        )
    with transaction.atomic():
        taken = NoticePreference.objects.filter(pk=by.pk, phone_code=row.phone_code, phone=row.phone)
        if taken.update(phone_confirmed_at=now, phone_code="", phone_tries=0):
            trace("phone-confirmed", by, actor=by, now=now)
    return wishes(by.pk)


def _take_turn(by: Person, digest: str, now: datetime) -> None:
    """Keep the new code, unless one was sent within a minute or too many within a day, to whatever number."""
    mine = NoticePreference.objects.filter(pk=by.pk)
    fresh = {"phone_code": digest, "phone_code_at": now, "phone_tries": 0}
    if mine.filter(Q(phone_code_at=None) | Q(phone_code_at__lte=now - COUNTED)).update(
        **fresh, phone_codes=1
    ):
        return
    if not mine.filter(phone_codes__lt=MOST_CODES).exists():
        raise refuse("phone-codes-used", "enough codes were sent today", hint="try tomorrow", field="code")
    free = mine.filter(phone_code_at__lte=now - SENT_EVERY, phone_codes__lt=MOST_CODES)
    if not free.update(**fresh, phone_codes=F("phone_codes") + 1):
        raise refuse("try-too-soon", "one code a minute", hint="wait a minute", field="sms")


def _digest(by: Person, number: str, code: str) -> str:
    told = f"phone-code/{by.pk}/{number}/{code}".encode("utf-8", "surrogatepass")
    return hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()
