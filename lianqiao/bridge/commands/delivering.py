"""Send owed notices by mail, messenger and SMS: at least once, later again where the other side is away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import F
from django.utils import translation

from lianqiao.bridge.channels import Failed, Letter
from lianqiao.bridge.channels.mail import Mail
from lianqiao.bridge.channels.robots import send_to_robot
from lianqiao.bridge.channels.sms import send_sms
from lianqiao.bridge.commands.reaching import urgency
from lianqiao.bridge.letters import digest_of, letter_of
from lianqiao.bridge.models import Delivery
from lianqiao.bridge.queries.preferences import Wishes, wishes_of
from lianqiao.engine.errors import Refusal

# 12 tries over about two days: a mail server may be down for one
WAITS_MIN = (1, 5, 15, 30, 60, 120, 240, 360, 480, 720, 1440)
MOST_TRIES = len(WAITS_MIN) + 1
BATCH = 100
# after a day without a mail server thousands are due at once: clocks must not wait until all are sent
MOST_IN_A_ROUND = 500
LONGEST_ROUND_S = 10.0
# notices put together into one message
LONGEST_DIGEST = 200
# what one group robot takes in a round; the messengers allow about 20 a minute
TO_ONE_ROBOT = 5
log = logging.getLogger(__name__)

Link = Callable[[str], str]
Group = list[Delivery]


def deliver_notices(*, now: datetime, link: Link) -> int:
    """Send what is due by `now`, at most 500 or for 10 seconds; returns how many notices went out.

    `link` makes a case number an address. A delivery that fails is tried again after 1 minute, 5, 15 …; after
    the
    last it stays, unsent, with its error, for an administrator to see. Once a server does not answer, the
    rest of
    its channel waits for the next round. No transaction is open while a server is spoken to: a try is written
    down before it is made, so that a worker killed in the middle leaves it to be made again.
    """
    with Mail() as mail:
        return _Round(mail, now=now, link=link).run()


class _Round:
    """One round of one worker; `silent` are the channels and robots that no longer answer in it."""

    def __init__(self, mail: Mail, *, now: datetime, link: Link) -> None:
        self.mail, self.now, self.link = mail, now, link
        self.silent: set[str] = set()
        self.robots: dict[int, int] = {}
        self.passed: set[int] = set()

    def run(self) -> int:
        sent, deadline = 0, monotonic() + LONGEST_ROUND_S
        while batch := self._due():
            wanted = wishes_of(one.notice.person_id for one in batch)
            for delivery in batch:
                if sent >= MOST_IN_A_ROUND or monotonic() > deadline:
                    return sent
                if delivery.pk not in self.passed:
                    sent += self._deliver(delivery, wanted[delivery.notice.person_id])
        return sent

    def _due(self) -> list[Delivery]:
        due = Delivery.objects.filter(next_try_at__lte=self.now).exclude(channel__in=self.silent)
        rows = due.exclude(pk__in=self.passed).order_by("next_try_at", "pk")
        return list(rows.select_related("notice__case", "notice__person")[:BATCH])

    def _deliver(self, delivery: Delivery, wanted: Wishes) -> int:
        """Deliver one, with the others of its digest; returns how many notices went out."""
        self.passed.add(delivery.pk)
        if delivery.channel in self.silent or self._spared(delivery, wanted):
            return 0
        group = [one for one in self._group(delivery) if _claimed(one, self.now)]
        if not group:
            return 0
        error = self._send(group, wanted)
        _note(group, error, self.now)
        if error is not None and error.away:
            self.silent.add(delivery.channel)
        return 0 if error else len(group)

    def _spared(self, delivery: Delivery, wanted: Wishes) -> bool:
        """True where it is not to go now: quiet hours, a robot told enough, or a way no longer wanted."""
        if _forgotten(delivery, wanted):
            Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts).delete()
            return True
        quiet = wanted.held_until(self.now)
        if quiet and not urgency(delivery.notice.kind, delivery.notice.facts):
            # chosen since it was owed, or a try that failed before they began
            Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts).update(next_try_at=quiet)
            return True
        if delivery.channel == "messenger":
            told = self.robots[delivery.notice.person_id] = self.robots.get(delivery.notice.person_id, 0) + 1
            return told > TO_ONE_ROBOT
        return False

    def _group(self, delivery: Delivery) -> Group:
        if not delivery.digest:
            return [delivery]
        same = Delivery.objects.filter(
            digest=True,
            channel=delivery.channel,
            notice__person_id=delivery.notice.person_id,
            next_try_at__lte=self.now,
        )
        group = list(same.select_related("notice__case", "notice__person").order_by("pk")[:LONGEST_DIGEST])
        self.passed.update(one.pk for one in group)
        return group

    def _send(self, group: Group, wanted: Wishes) -> Failed | None:
        first = group[0]
        try:
            with translation.override(first.notice.person.language):
                letter = letter_of(first, self.link) if len(group) == 1 else digest_of(group, self.link)
            self._hand_over(letter, first, wanted)
        except Failed as failed:
            return failed
        except Refusal as refusal:
            return Failed(str(refusal))
        except Exception as error:
            # whatever is wrong with one message, such as its promise's file gone, must not hold up the others
            log.exception("notice %s cannot be sent", first.notice_id)
            return Failed(str(error) or type(error).__name__)
        return None

    def _hand_over(self, letter: Letter, delivery: Delivery, wanted: Wishes) -> None:
        if delivery.channel == "mail":
            self.mail.send(letter, delivery.address)
        elif delivery.channel == "messenger":
            send_to_robot(
                letter,
                messenger=wanted.messenger,
                url=wanted.robot_url,
                secret=wanted.robot_secret,
                now=self.now,
            )
        else:
            send_sms(letter, wanted.phone)


def _forgotten(delivery: Delivery, wanted: Wishes) -> bool:
    """True where the person has left, or has taken back the robot or the number it was to go to."""
    if not delivery.notice.person.is_active:
        return True
    there = {"messenger": wanted.robot_url, "sms": wanted.phone}
    return delivery.channel in there and not there[delivery.channel]


def _claimed(delivery: Delivery, now: datetime) -> bool:
    """Write the try down as made and to be made again; False where another worker was first."""
    wait = WAITS_MIN[min(delivery.attempts, len(WAITS_MIN) - 1)]
    mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, next_try_at__lte=now)
    again = now + timedelta(minutes=wait)
    return bool(mine.update(attempts=F("attempts") + 1, next_try_at=again))


def _note(group: Sequence[Delivery], error: Failed | None, now: datetime) -> None:
    made = Delivery.objects.filter(pk__in=[one.pk for one in group])
    if error is None:
        made.update(sent_at=now, next_try_at=None, error="")
        return
    made.update(error=error.reason[:300])
    made.filter(attempts__gte=MOST_TRIES).update(next_try_at=None)
