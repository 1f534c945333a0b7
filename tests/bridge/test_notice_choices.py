"""Each is told as they chose: by which channel, not while asleep, gathered; nothing is lost on the way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lianqiao.bridge import commands, jobs, queries
from lianqiao.bridge.channels import Failed, robot_formats, sms
from lianqiao.bridge.commands import delivering
from lianqiao.bridge.models import Delivery, Notice, NoticePreference
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import Refusal
from lianqiao.engine.notice_rules import next_digest, quiet_until
from lianqiao.organization.models import Person
from tests.bridge.mail_sink import Sink, free_port
from tests.bridge.town import Town, beijing
from tests.service.receiver import Receiver, receiver

pytestmark = pytest.mark.django_db
HERE = (ipaddress.ip_network("127.0.0.0/8"),)
KINDS = ["step", "rung", "hold", "note", "document", "recompute"]


def link(number: str) -> str:
    return f"https://zone.example/cases/{number}/"


def deliver(town: Town) -> int:
    return jobs.deliver(now=town.now, link=link)


def prefer(town: Town, person: Person, **wanted: Any) -> queries.Wishes:
    given = {"kinds": {"mail": KINDS}, **wanted}
    kept = commands.prefer(person, commands.Preference(**given), now=town.now)
    if not kept.phone_pending:
        return kept
    # what a person does with the code is told in test_phone_numbers
    NoticePreference.objects.filter(pk=person.pk).update(phone_confirmed_at=town.now)
    return queries.wishes(person.pk)


def codes(ask: Any) -> list[str]:
    with pytest.raises(Refusal) as refused:
        ask()
    return [problem.code for problem in refused.value.problems]


# ---- when: plain functions


@pytest.mark.parametrize(
    ("at", "begins", "ends", "until"),
    [
        ("2026-02-11 23:00", "22:00", "07:30", "2026-02-12 07:30"),
        ("2026-02-11 22:00", "22:00", "07:30", "2026-02-12 07:30"),
        ("2026-02-12 07:29", "22:00", "07:30", "2026-02-12 07:30"),
        ("2026-02-12 07:30", "22:00", "07:30", None),
        ("2026-02-11 12:30", "12:00", "13:30", "2026-02-11 13:30"),
        ("2026-02-11 11:59", "12:00", "13:30", None),
        ("2026-02-11 03:00", "", "", None),
        ("2026-02-11 03:00", "08:00", "08:00", None),
    ],
)
def test_quiet_hours_end_when_they_end(at: str, begins: str, ends: str, until: str | None) -> None:
    assert quiet_until(beijing(at), begins, ends) == (beijing(until) if until else None)


@pytest.mark.parametrize(
    ("at", "rhythm", "hour", "weekday", "due"),
    [
        ("2026-02-11 08:59", "daily", 9, 1, "2026-02-11 09:00"),
        ("2026-02-11 09:00", "daily", 9, 1, "2026-02-12 09:00"),
        # Saturday 14 is worked, then comes the long holiday
        ("2026-02-13 10:00", "daily", 9, 1, "2026-02-14 09:00"),
        ("2026-02-14 10:00", "daily", 9, 1, "2026-02-24 09:00"),
        ("2026-02-11 10:00", "weekly", 9, 5, "2026-02-13 09:00"),
        # the Monday falls into the holiday
        ("2026-02-13 10:00", "weekly", 9, 1, "2026-02-24 09:00"),
        ("2026-02-11 10:00", "", 9, 1, None),
    ],
)
def test_digests_go_out_on_working_days(
    at: str, rhythm: Any, hour: int, weekday: int, due: str | None
) -> None:
    calendar = Calendar.known_on(beijing(at))
    found = next_digest(beijing(at), rhythm=rhythm, hour=hour, weekday=weekday, calendar=calendar)
    assert found == (beijing(due) if due else None)


# ---- what by which channel


def test_a_kind_not_wanted_is_in_the_inbox_alone(town: Town, sink: Sink) -> None:
    prefer(town, town.a, kinds={"mail": ["rung"]})
    town.open("simple", name="示例")
    assert Notice.objects.filter(person=town.a, kind="step").count() == 1
    assert deliver(town) == 0
    town.at("2026-02-25 10:00").tick()
    assert deliver(town) == 3
    assert sorted(to for to, _, _ in sink.mails).count(town.a.email) == 1


def test_quiet_hours_hold_what_is_not_urgent(town: Town, sink: Sink) -> None:
    for person in (town.a, town.agent):
        prefer(town, person, quiet_begins="20:00", quiet_ends="08:00")
    town.at("2026-02-11 21:00").open("simple", name="夜里")
    assert deliver(town) == 0
    assert Delivery.objects.get().next_try_at == beijing("2026-02-12 08:00")
    # broken overnight: the leader's rung wakes whoever it is for
    town.at("2026-02-25 23:00").tick()
    assert {one.notice.kind for one in Delivery.objects.filter(next_try_at__lte=town.now)} == {"step", "rung"}
    deliver(town)
    assert {subject for _, subject, _ in sink.mails if "夜里" in subject}
    assert not [to for to, subject, _ in sink.mails if "Filed" in subject]
    assert Delivery.objects.filter(sent_at=None).count() == 1, "the quiet one waits for the morning"
    town.at("2026-02-26 08:00")
    assert deliver(town) == 1


def test_a_digest_gathers_and_what_is_urgent_does_not_wait_for_it(town: Town, sink: Sink) -> None:
    prefer(town, town.a, digest="daily", digest_hour=16)
    for number in range(3):
        town.open("simple", name=f"示例{number}", once=f"{number}")
    held = Delivery.objects.filter(notice__person=town.a)
    assert {(one.digest, one.next_try_at) for one in held} == {(True, beijing("2026-02-11 16:00"))}
    count = held.count()
    others = deliver(town)
    assert others == 3 - count, "who chose nothing hears at once"
    sink.mails.clear()
    town.at("2026-02-11 16:00")
    assert deliver(town) == count
    [(to, subject, text)] = sink.mails
    assert to == town.a.email
    assert subject == f"{count} 条办件消息"
    assert text.count("https://zone.example/cases/") == count
    assert not Delivery.objects.filter(sent_at=None).exists()


# ---- group robots


@pytest.fixture
def robot(settings: Any) -> Any:
    settings.WEBHOOK_ALLOW = HERE
    with receiver() as told:
        yield told


def signed_dingtalk(told: Receiver, secret: str) -> bool:
    [path] = told.paths
    query = parse_qs(urlsplit(path).query)
    right = hmac.new(secret.encode(), f"{query['timestamp'][0]}\n{secret}".encode(), hashlib.sha256).digest()
    return query["sign"][0] == base64.b64encode(right).decode()


def signed_feishu(told: Receiver, secret: str) -> bool:
    body = json.loads(told.received[0][1])
    right = hmac.new(f"{body['timestamp']}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return bool(body["sign"] == base64.b64encode(right).decode())


@pytest.mark.parametrize(
    ("messenger", "yes", "no"),
    [
        ("wecom", b'{"errcode":0,"errmsg":"ok"}', b'{"errcode":93000,"errmsg":"invalid webhook url"}'),
        ("dingtalk", b'{"errcode":0,"errmsg":"ok"}', b'{"errcode":310000,"errmsg":"sign not match"}'),
        ("feishu", b'{"code":0,"msg":"success"}', b'{"code":19021,"msg":"sign match fail"}'),
    ],
)
def test_a_robot_is_told_what_and_which_case_and_no_more(
    town: Town, robot: Receiver, messenger: str, yes: bytes, no: bytes
) -> None:
    prefer(
        town, town.a, kinds={"mail": [], "messenger": KINDS}, messenger=messenger, robot_url=robot.url,
        robot_secret="SECmade-up",
    )  # fmt: skip
    robot.answer = no
    case = town.open("simple", name="不该外传的项目名称")
    assert deliver(town) == 0
    letter = Delivery.objects.get(channel="messenger")
    assert no.decode().split('"')[5] in letter.error
    assert letter.next_try_at
    robot.answer = yes
    robot.received.clear(), robot.paths.clear()
    town.later(minutes=1)
    assert deliver(town) == 1
    body = json.loads(robot.received[0][1])
    text = body["content"]["text"] if messenger == "feishu" else body["text"]["content"]
    assert case.number in text
    assert link(case.number) in text
    for private in ("不该外传", town.a.name, town.firm.name, town.agent.name):
        assert private not in json.dumps(body, ensure_ascii=False)
    if messenger == "dingtalk":
        assert signed_dingtalk(robot, "SECmade-up")
    if messenger == "feishu":
        assert signed_feishu(robot, "SECmade-up")
    kept = NoticePreference.objects.get()
    assert "127.0.0.1" not in kept.robot_url, "the address opens the group: it is kept sealed"
    assert "SEC" not in kept.robot_secret


def test_signatures_are_those_the_messengers_document() -> None:
    """Worked out by hand from the documents' own formulas, for one second and one secret."""
    url, _ = robot_formats.FORMATS["dingtalk"].sign(
        "https://x/send?access_token=t", {}, "SECabc", 1_700_000_000
    )
    made = hmac.new(b"SECabc", b"1700000000000\nSECabc", hashlib.sha256).digest()
    assert parse_qs(urlsplit(url).query)["sign"] == [base64.b64encode(made).decode()]
    _, body = robot_formats.FORMATS["feishu"].sign("https://x", {"msg_type": "text"}, "abc", 1_700_000_000)
    made = hmac.new(b"1700000000\nabc", b"", hashlib.sha256).digest()
    assert (body["timestamp"], body["sign"]) == ("1700000000", base64.b64encode(made).decode())


def test_a_robot_within_the_office_is_out_of_reach_unless_opened(
    town: Town, robot: Receiver, settings: Any
) -> None:
    settings.WEBHOOK_ALLOW = ()
    prefer(town, town.a, kinds={"mail": [], "messenger": KINDS}, messenger="wecom", robot_url=robot.url)
    town.open("simple", name="示例")
    assert deliver(town) == 0
    assert robot.received == []
    assert "open internet" in Delivery.objects.get(channel="messenger").error


# ---- SMS


def test_sms_by_the_file_provider_names_nobody(town: Town, settings: Any, tmp_path: Any) -> None:
    from dataclasses import replace

    settings.SMS_PROVIDER = "file"
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=tmp_path)
    prefer(town, town.a, kinds={"mail": [], "sms": ["step"]}, phone="13812345678")
    case = town.open("simple", name="不该外传的项目名称")
    assert deliver(town) == 1
    [line] = (tmp_path / "sms.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert told["to"] == "138****5678"
    assert told["text"].startswith("【链桥】")
    assert case.number in told["text"]
    assert "不该外传" not in line
    assert "13812345678" not in NoticePreference.objects.get().phone


def test_sms_over_http_says_yes_as_the_gateway_does(town: Town, robot: Receiver, settings: Any) -> None:
    settings.SMS_PROVIDER, settings.SMS_URL = "http", robot.url
    settings.SMS_AUTHORIZATION, settings.SMS_OK = "Bearer x", '"code":0'
    prefer(town, town.a, kinds={"mail": [], "sms": ["step"]}, phone="13812345678")
    town.open("simple", name="示例")
    robot.answer = b'{"code":7,"to":"13812345678"}'
    assert deliver(town) == 0
    error = Delivery.objects.get(channel="sms").error
    assert '"code":7' in error
    assert "13812345678" not in error
    robot.answer = b'{"code":0}'
    town.later(minutes=1)
    assert deliver(town) == 1
    headers, body = robot.received[-1]
    assert headers["authorization"] == "Bearer x"
    assert json.loads(body)["number"] == "13812345678"
    assert json.loads(robot.received[0][1])["reference"] == json.loads(body)["reference"]
    with pytest.raises(Refusal, match="not installed"):
        sms.provider("nobody")


# ---- what will not do


def test_everything_wrong_is_said_at_once(town: Town) -> None:
    wrong = {
        "kinds": {"mail": ["nothing"], "sms": ["note"], "pigeon": ["step"]},
        "quiet_begins": "25:00", "digest": "hourly", "messenger": "wecom", "phone": "12345",
    }  # fmt: skip
    assert sorted(codes(lambda: prefer(town, town.a, **wrong))) == sorted(
        ["kind-not-offered"] * 2 + ["quiet-malformed", "digest-malformed", "robot-missing", "phone-malformed"]
    )
    inside = {"quiet_begins": "20:00", "quiet_ends": "08:00", "digest": "daily", "digest_hour": 7}
    assert codes(lambda: prefer(town, town.a, **inside)) == ["digest-in-quiet"]
    robot = {"messenger": "wecom", "robot_url": "file:///etc/passwd"}
    assert codes(lambda: prefer(town, town.a, **robot)) == ["hook-url"]
    assert NoticePreference.objects.count() == 0


def test_places_stay_until_taken_back_and_what_was_owed_there_is_dropped(
    town: Town, robot: Receiver, settings: Any
) -> None:
    settings.SMS_PROVIDER = "file"
    kinds = {"mail": [], "messenger": KINDS, "sms": ["step"]}
    prefer(town, town.a, kinds=kinds, messenger="wecom", robot_url=robot.url, phone="13812345678")
    assert prefer(town, town.a, kinds=kinds, messenger="wecom").robot_url == robot.url
    town.open("simple", name="示例")
    assert Delivery.objects.count() == 2
    commands.forget_places(town.a, actor=town.a, now=town.now)
    assert deliver(town) == 0
    assert (Delivery.objects.count(), robot.received) == (0, [])


def test_trying_out_is_once_a_minute_and_says_what_was_said(town: Town, robot: Receiver) -> None:
    ask = lambda: commands.try_out(town.a, "messenger", now=town.now, link="https://zone.example/")  # noqa: E731
    assert codes(ask) == ["channel-not-set"]
    prefer(town, town.a, messenger="wecom", robot_url=robot.url)
    robot.answer = b'{"errcode":93000,"errmsg":"invalid webhook url"}'
    assert codes(ask) == ["try-failed"]
    assert codes(ask) == ["try-too-soon"]
    robot.answer = b'{"errcode":0}'
    town.later(minutes=1, seconds=1)
    ask()
    assert len(robot.received) == 2


# ---- a day without a mail server


def test_a_day_without_a_mail_server_loses_nothing_and_sends_nothing_twice(
    town: Town, sink: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "BATCH", 4)
    monkeypatch.setattr(delivering, "MOST_IN_A_ROUND", 10)
    up, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    begin: datetime = town.now
    owed = 0
    while (town.now - begin).total_seconds() < 24 * 3600:
        if owed < 24:
            town.open("simple", name=f"示例{owed}", once=f"{owed}")
            owed += 1
        deliver(town)
        # a worker ticks every 15 seconds; every 20 minutes will do here
        town.later(minutes=20)
    waiting = Delivery.objects.all()
    assert waiting.count() == owed
    assert waiting.filter(next_try_at=None).count() == 0, "none was given up"
    settings.EMAIL_PORT = up
    rounds = []
    while waiting.filter(sent_at=None).exists():
        rounds.append(deliver(town))
        town.later(minutes=20)
    assert max(rounds) == 10, "it catches up in bounded rounds, so that clocks do not wait"
    assert sum(rounds) == owed == len(sink.mails)
    assert len({subject for _, subject, _ in sink.mails}) == owed, "each once"


# ---- dead letters


def dead(town: Town, count: int = 3) -> list[int]:
    for number in range(count):
        town.open("simple", name=f"示例{number}", once=f"d{number}")
    Delivery.objects.update(next_try_at=None, attempts=12, error="550 no such mailbox")
    return list(Delivery.objects.order_by("pk").values_list("pk", flat=True))


def test_the_office_sees_why_and_sends_again_with_a_result_for_each(town: Town, sink: Sink) -> None:
    office = town.officer("示例办公室", "office")
    first, second, third = dead(town)
    assert queries.dead_letters().count() == 3
    assert queries.dead_letters(text="550 mailbox").count() == 3
    assert queries.dead_letters(text=Delivery.objects.get(pk=first).notice.case.number).count() == 1
    assert queries.dead_letters(channel="sms").count() == 0
    Delivery.objects.filter(pk=second).update(sent_at=town.now)
    gone = Delivery.objects.get(pk=third).notice.person
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    results = commands.resend([first, second, third, 999_999], by=office, now=town.now)
    why = {one.delivery_id: one.problem.code if one.problem else "" for one in results}
    still_there = Delivery.objects.get(pk=first).notice.person != gone
    assert why == {
        first: "" if still_there else "person-left",
        second: "not-a-dead-letter",
        third: "person-left",
        999_999: "not-a-dead-letter",
    }
    assert deliver(town) == still_there
    with pytest.raises(Refusal, match="office"):
        commands.resend([third], by=town.a, now=town.now)


def test_a_failure_of_our_own_is_a_reason_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise Failed("the gateway said no")

    monkeypatch.setattr(delivering.Mail, "send", broken)
    town.open("simple", name="示例")
    assert deliver(town) == 0
    assert Delivery.objects.get().error == "the gateway said no"
