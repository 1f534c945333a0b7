"""Notices go out by e-mail at least once, in the language of who they are for, and none is lost."""

from __future__ import annotations

from typing import Any

import pytest

from lianqiao.bridge import jobs
from lianqiao.bridge.commands import delivering
from lianqiao.bridge.models import Delivery, Notice
from tests.bridge.mail_sink import Sink, free_port, speaks_smtp_to
from tests.bridge.town import Town

pytestmark = pytest.mark.django_db


def link(number: str) -> str:
    return f"https://zone.example/cases/{number}/"


def deliver(town: Town) -> int:
    return jobs.deliver(now=town.now, link=link)


def test_each_hears_in_their_own_language_with_the_way_to_the_case(town: Town, sink: Sink) -> None:
    case = town.open("simple", name="示例名称")
    assert deliver(town) == 1
    town.at("2026-02-25 10:00").tick()
    assert deliver(town) == 3
    by_address = {to: (subject, text) for to, subject, text in sink.mails[1:]}
    chinese, english = by_address[town.a.email], by_address[town.leader.email]
    assert chinese[0].endswith("· 示例名称")
    assert "未" in chinese[0] or "上报" in chinese[0]
    assert english[0] == "“Review” was not kept; the leader is told · 示例名称"
    assert link(case.number) in chinese[1]
    assert "Due 2026-02-14 17:30, Beijing time" in english[1]
    assert not Delivery.objects.filter(sent_at=None).exists()
    assert deliver(town) == 0


def test_a_title_with_anything_in_it_makes_one_subject_line(town: Town, sink: Sink) -> None:
    town.open("simple", name="标题\r\nBcc: someone@example.invalid\n\n<b>x</b> “引号” 😀" + "长" * 100)
    assert deliver(town) == 1
    [(to, subject, _)] = sink.mails
    assert to == town.a.email
    assert "\n" not in subject
    assert "Bcc: someone@example.invalid" in subject


def test_a_server_that_is_down_costs_one_try_a_round_and_loses_nothing(
    town: Town, sink: Sink, settings: Any
) -> None:
    up, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    for number in range(3):
        town.open("simple", name=f"示例{number}")
    assert deliver(town) == 0
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    tried = Delivery.objects.get(attempts=1)
    assert (tried.next_try_at - town.now).total_seconds() == 60
    assert "refused" in tried.error.lower()
    settings.EMAIL_PORT = up
    town.later(seconds=15)
    assert deliver(town) == 2
    town.later(seconds=45)
    assert deliver(town) == 1
    assert len(sink.mails) == 3
    tried.refresh_from_db()
    assert (tried.error, tried.next_try_at, tried.attempts) == ("", None, 2)


def test_it_waits_longer_each_time_and_gives_up_visibly_after_twelve(town: Town, settings: Any) -> None:
    speaks_smtp_to(settings, free_port())
    town.open("simple", name="示例")
    waits = []
    while (delivery := Delivery.objects.get()).next_try_at:
        town.now = delivery.next_try_at
        deliver(town)
        delivery.refresh_from_db()
        if delivery.next_try_at:
            waits.append(int((delivery.next_try_at - town.now).total_seconds() / 60))
    assert tuple(waits) == delivering.WAITS_MIN
    assert (delivery.attempts, delivery.sent_at) == (12, None)
    assert delivery.error
    town.later(days=30)
    assert deliver(town) == 0


def test_a_mailbox_that_refuses_does_not_hold_up_the_others(town: Town, sink: Sink) -> None:
    sink.refuses.add(town.a.email)
    town.open("simple", name="甲")
    town.open("simple", name="乙")
    assert deliver(town) == 1
    assert [to for to, _, _ in sink.mails] == [town.c.email]
    assert "550" in Delivery.objects.get(sent_at=None).error


def test_a_notice_that_cannot_be_worded_does_not_hold_up_the_others(
    town: Town, sink: Sink, testing_zone: Any
) -> None:
    town.open("joint", site="示例", risk="low")
    town.open("simple", name="示例")
    (testing_zone / "mechanisms" / "joint.toml").unlink()
    assert deliver(town) == 1
    stuck = Delivery.objects.filter(sent_at=None)
    assert stuck.count() == 2
    assert all("joint@1" in delivery.error for delivery in stuck)


def test_more_than_one_round_holds(town: Town, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "BATCH", 3)
    for number in range(8):
        town.open("simple", name=f"示例{number}")
    assert deliver(town) == 8
    assert len(sink.mails) == 8


def test_without_mail_nothing_is_kept_to_be_sent(town: Town, settings: Any) -> None:
    settings.MAIL_ON = False
    town.open("simple", name="示例")
    town.at("2026-02-25 10:00").tick()
    assert Notice.objects.count() == 4
    assert Delivery.objects.count() == 0
    settings.MAIL_ON = True
    assert deliver(town) == 0, "an office that turns mail on later is not flooded with old news"


def test_who_has_no_address_or_has_left_is_told_on_the_site_only(town: Town, sink: Sink) -> None:
    case = town.open("simple", name="示例")
    type(town.agent).objects.filter(pk=town.agent.pk).update(email="")
    type(town.leader).objects.filter(pk=town.leader.pk).update(is_active=False)
    Delivery.objects.all().delete()
    town.at("2026-02-25 10:00").tick()
    told = set(Notice.objects.filter(case=case, kind="rung").values_list("person_id", flat=True))
    assert {town.a.pk, town.agent.pk, town.leader.pk} <= told
    mailed = set(Delivery.objects.filter(notice__kind="rung").values_list("notice__person_id", flat=True))
    assert mailed == told - {town.agent.pk, town.leader.pk}
