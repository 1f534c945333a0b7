"""Passwords are counted, sessions belong to someone, codes are taken once, letters work once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.core import mail
from django.core.mail import EmailMessage

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, jobs, queries
from lianqiao.organization.commands.letters import secret_of
from lianqiao.organization.models import Letter, Person, RecoveryCode, SecondFactor, SignInTries
from tests.organization.zone_made import DAY, NOW, Zone

PASSWORD = "eine-bruecke-2026"
HERE, THERE = "192.0.2.7", "192.0.2.8"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def known(zone: Zone) -> Person:
    return zone.person("赵示例", email="zhao@example.cn", password=PASSWORD)


def tried(name: str, password: str, *, address: str = HERE, now: Any = NOW) -> str:
    """Return what trying answers: the code of the refusal, or "in"."""
    try:
        commands.check_password(name, password, address=address, now=now)
    except Refusal as refusal:
        return refusal.code
    return "in"


def links(now: Any = NOW) -> list[str]:
    """Send what is due; return the secrets in the mails sent now."""
    before = len(mail.outbox)
    jobs.send_letters(now=now, link=lambda secret: f"https://zone/letters/{secret}/")
    sent: list[EmailMessage] = mail.outbox[before:]
    return [str(one.body).split("/letters/")[1].split("/")[0] for one in sent if "/letters/" in str(one.body)]


@pytest.mark.parametrize("name", ["p1", "nobody-has-this"])
def test_after_five_failures_the_account_is_locked_at_that_address(known: Person, name: str) -> None:
    answers = [tried(name, "wrong") for _ in range(5)]
    assert answers == ["sign-in-wrong"] * 4 + ["sign-in-locked"]
    # the right password does not help, elsewhere and later it does
    assert tried(name, PASSWORD) == "sign-in-locked"
    with pytest.raises(Refusal) as caught:
        commands.check_password(name, PASSWORD, address=HERE, now=NOW + MINUTE)
    assert caught.value.problems[0].facts["until"] == "2026-02-11 10:15"
    right = "in" if name == "p1" else "sign-in-wrong"
    assert tried(name, PASSWORD, address=THERE) == right
    assert tried(name, PASSWORD, now=NOW + 15 * MINUTE) == right


def test_what_was_typed_is_kept_nowhere(known: Person) -> None:
    tried("my-password-typed-as-name", "wrong")
    kept = " ".join(str(row) for row in SignInTries.objects.values())
    assert "my-password" not in kept
    assert SignInTries.objects.filter(person=None).count() == 3


def test_a_success_forgives_the_account_and_not_the_address(known: Person) -> None:
    for _ in range(4):
        tried(known.username, "wrong")
    assert tried(known.username, PASSWORD) == "in"
    assert [row.kind for row in SignInTries.objects.all()] == ["address"]
    assert tried(known.username, "wrong") == "sign-in-wrong"


def test_one_address_may_not_try_every_account(known: Person, settings: Any) -> None:
    settings.SIGN_IN = replace(settings.SIGN_IN, tries=2)
    answers = [tried(f"name-{number}", "wrong") for number in range(20)]
    assert answers[-1] == "sign-in-locked"
    assert tried(known.username, PASSWORD) == "sign-in-locked"


def test_all_addresses_together_may_not_try_one_account(known: Person, settings: Any) -> None:
    settings.SIGN_IN = replace(settings.SIGN_IN, tries=1, lock_minutes=15)
    answers = {tried(known.username, "wrong", address=f"198.51.100.{number}") for number in range(20)}
    assert answers == {"sign-in-locked"}
    assert tried(known.username, PASSWORD, address=THERE) == "sign-in-locked"


def test_the_office_unlocks_and_nobody_else(known: Person, zone: Zone) -> None:
    for _ in range(5):
        tried(known.username, "wrong")
    [lock] = queries.locks(at=NOW)
    with pytest.raises(Refusal, match="only the office"):
        commands.unlock(lock.pk, actor=zone.officer("剧"), now=NOW)
    office = zone.officer("办", "office")
    commands.unlock(lock.pk, actor=office, now=NOW)
    assert tried(known.username, PASSWORD) == "in"
    assert [change.what for change in queries.trail(f"signintries:{lock.pk}")] == ["unlock", "lock"]


def code_at(person: Person, now: Any) -> str:
    secret = commands.secret_text(SecondFactor.objects.get(person=person))
    return pyotp.TOTP(secret).at(now)


@pytest.fixture
def enrolled(known: Person) -> Person:
    commands.begin_second_factor(known, now=NOW)
    known.told = commands.confirm_second_factor(  # type: ignore[attr-defined]
        known, code_at(known, NOW), address=HERE, now=NOW
    )
    return known


def test_a_code_is_taken_once(enrolled: Person) -> None:
    later = NOW + MINUTE
    code = code_at(enrolled, later)
    commands.check_code(enrolled, f" {code[:3]} {code[3:]} ", address=HERE, now=later)
    for again in (code, code_at(enrolled, NOW), "000000", ""):
        with pytest.raises(Refusal) as caught:
            commands.check_code(enrolled, again, address=HERE, now=later)
        assert caught.value.code == "code-wrong"
    # a clock a half minute off is forgiven, one further off is not
    commands.check_code(enrolled, code_at(enrolled, later + MINUTE), address=HERE, now=later + MINUTE / 2)
    with pytest.raises(Refusal):
        commands.check_code(enrolled, code_at(enrolled, later + 3 * MINUTE), address=HERE, now=later + MINUTE)


def test_guessing_codes_is_locked(enrolled: Person) -> None:
    later = NOW + MINUTE
    for _ in range(4):
        with pytest.raises(Refusal, match="does not fit"):
            commands.check_code(enrolled, "123456", address=HERE, now=later)
    with pytest.raises(Refusal, match="locked"):
        commands.check_code(enrolled, "123456", address=THERE, now=later)
    with pytest.raises(Refusal, match="locked"):
        commands.check_code(enrolled, code_at(enrolled, later), address=HERE, now=later)


def test_a_recovery_code_opens_once_however_it_is_typed(enrolled: Person) -> None:
    first, second = enrolled.told[:2]  # type: ignore[attr-defined]
    commands.check_code(enrolled, first.lower().replace("-", " "), address=HERE, now=NOW)
    with pytest.raises(Refusal):
        commands.check_code(enrolled, first, address=HERE, now=NOW)
    assert queries.recovery_codes_left(enrolled.pk) == 9
    assert not RecoveryCode.objects.filter(digest__contains=second[:5]).exists()
    fresh = commands.renew_recovery_codes(enrolled, now=NOW)
    assert second not in fresh
    with pytest.raises(Refusal):
        commands.check_code(enrolled, second, address=HERE, now=NOW)


def test_the_secret_is_not_in_the_database(enrolled: Person) -> None:
    secret = commands.secret_text(SecondFactor.objects.get())
    assert secret not in str(SecondFactor.objects.values())


def test_who_lost_the_telephone_is_helped_by_the_office(enrolled: Person, zone: Zone) -> None:
    with pytest.raises(Refusal, match="only the office"):
        commands.remove_second_factor(enrolled.pk, actor=zone.officer("剧"), now=NOW)
    commands.remove_second_factor(enrolled.pk, actor=zone.officer("办", "office"), now=NOW)
    assert not queries.has_second_factor(enrolled.pk)
    links()
    assert mail.outbox[-1].subject == "您的双重验证已移除"


def test_a_link_sets_a_password_once(known: Person) -> None:
    commands.ask_reset("ZHAO@example.cn", language="zh-hans", address=HERE, now=NOW)
    [secret] = links()
    with pytest.raises(Refusal, match=r"short|短"):
        commands.reset_password(secret, password="short", now=NOW)
    commands.reset_password(secret, password="zweite-bruecke-2026", now=NOW)
    assert tried(known.username, PASSWORD) == "sign-in-wrong"
    assert tried(known.username, "zweite-bruecke-2026") == "in"
    for spent in (secret, secret[:-1] + "0", "1-", "x", "9" * 40):
        with pytest.raises(Refusal) as caught:
            commands.reset_password(spent, password="dritte-bruecke-2026", now=NOW)
        assert caught.value.code == "letter-over"
    assert mail.outbox[-1].to == ["zhao@example.cn"]


def test_a_link_ends_by_itself(known: Person) -> None:
    commands.ask_reset(known.username, language="zh-hans", address=HERE, now=NOW)
    [secret] = links()
    with pytest.raises(Refusal, match="too old"):
        commands.reset_password(secret, password="zweite-bruecke-2026", now=NOW + timedelta(hours=2))


def test_asking_says_nothing_about_who_is_known(known: Person) -> None:
    for who in (known.username, known.email, "nobody@example.cn"):
        commands.ask_reset(who, language="zh-hans", address=HERE, now=NOW)
    # as many rows for a stranger as for someone known; mail only for the known
    assert Letter.objects.count() == 3
    links()
    assert {one.to[0] for one in mail.outbox} == {known.email}
    commands.ask_account(known.email, name="某", language="zh-hans", version="1", address=HERE, now=NOW)
    assert links() == []
    assert "已有账号" in mail.outbox[-1].subject


def test_nobody_is_flooded_with_letters(known: Person, settings: Any) -> None:
    for _ in range(5):
        commands.ask_reset(known.username, language="zh-hans", address=HERE, now=NOW)
    links()
    assert len(mail.outbox) == 3
    settings.SIGN_IN = replace(settings.SIGN_IN, tries=1)
    for _ in range(10):
        commands.ask_reset("x", language="zh-hans", address=THERE, now=NOW)
    with pytest.raises(Refusal, match="locked"):
        commands.ask_reset("x", language="zh-hans", address=THERE, now=NOW)


def test_an_account_is_made_behind_the_link(zone: Zone) -> None:
    asked = {"language": "zh-hans", "version": "2026-1", "address": HERE}
    commands.ask_account(" Qian@Example.cn ", name="钱示例", now=NOW, **asked)
    assert not Person.objects.filter(username="qian@example.cn").exists()
    [secret] = links()
    made = commands.open_account(secret, password=PASSWORD, now=NOW)
    assert (made.username, made.email, made.name) == ("qian@example.cn", "qian@example.cn", "钱示例")
    assert queries.agreed(made.pk, document="privacy", version="2026-1")
    assert not queries.duties_of(made.pk, at=NOW)
    assert tried("qian@example.cn", PASSWORD) == "in"
    with pytest.raises(Refusal, match="used already"):
        commands.open_account(secret, password=PASSWORD, now=NOW)


def test_what_is_wrong_with_a_registration_is_said_at_once(zone: Zone, settings: Any) -> None:
    asked = {"language": "zh-hans", "version": "1", "address": HERE, "now": NOW}
    with pytest.raises(Refusal) as caught:
        commands.ask_account("no address", name=" ", **asked)
    assert [problem.place for problem in caught.value.problems] == ["email", "name"]
    settings.SIGN_IN = replace(settings.SIGN_IN, registration=False)
    with pytest.raises(Refusal, match="at the window"):
        commands.ask_account("a@example.cn", name="a", **asked)


def test_a_mail_server_that_is_away_costs_no_letter(known: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.mail.backends import locmem

    commands.ask_reset(known.username, language="zh-hans", address=HERE, now=NOW)

    def away(self: Any, messages: Any) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(locmem.EmailBackend, "send_messages", away)
        assert links() == []
    assert links(NOW + MINUTE / 2) == []
    assert len(links(NOW + MINUTE)) == 1


def test_what_is_over_is_forgotten(known: Person) -> None:
    commands.ask_reset(known.username, language="zh-hans", address=HERE, now=NOW)
    tried(known.username, "wrong")
    jobs.forget(now=NOW + 6 * DAY)
    assert Letter.objects.count() == 1
    assert not SignInTries.objects.exists()
    jobs.forget(now=NOW + 8 * DAY)
    assert not Letter.objects.exists()


def test_the_letters_seal_is_tied_to_the_letter(known: Person) -> None:
    commands.ask_reset(known.username, language="zh-hans", address=HERE, now=NOW)
    commands.ask_reset(known.username, language="zh-hans", address=HERE, now=NOW)
    first, second = Letter.objects.order_by("pk")
    mixed = f"{first.pk}-{secret_of(second).partition('-')[2]}"
    with pytest.raises(Refusal, match="used already"):
        commands.opened_letter(mixed, kinds=[Letter.Kind.RESET], now=NOW)
