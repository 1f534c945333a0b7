"""A number is used once a code sent to it came back: in time, and in a few tries of a few codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from lianqiao.bridge import commands, queries
from lianqiao.bridge.channels import Failed, sms
from lianqiao.bridge.commands import confirming
from lianqiao.bridge.models import NoticePreference
from lianqiao.engine.errors import Refusal
from lianqiao.organization.models import Change
from tests.portal.api_world import Api
from tests.portal.api_world import codes as told_codes
from tests.world import NOW, World, at, read, signed_in

pytestmark = pytest.mark.django_db
NUMBER = "13812345678"


class Phones:
    """Every telephone in town: what was sent to which."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.down = False

    def __call__(self, number: str, text: str, reference: str) -> None:
        if self.down:
            raise Failed("no line", away=True)
        self.got.append((number, text))

    @property
    def code(self) -> str:
        found = re.search(r"\d{6}", self.got[-1][1])
        assert found is not None
        return found[0]

    @property
    def wrong(self) -> str:
        return f"{(int(self.code) + 1) % 10**6:06}"


@pytest.fixture
def phones(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phones]:
    made = Phones()
    settings.SMS_PROVIDER = "file"
    monkeypatch.setitem(sms.BUILT_IN, "file", made)  # type: ignore[call-overload]
    sms.provider.cache_clear()
    yield made
    sms.provider.cache_clear()


def refused(ask: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as told:
        ask()
    return told.value.code


def save(world: World, number: str = NUMBER) -> None:
    commands.prefer(world.agent, commands.Preference({"sms": ["step"]}, phone=number), now=NOW)


def test_on_the_page(world: World, phones: Phones) -> None:
    client = signed_in(world.agent)
    here = "/notices/preferences/"
    page = read(client.post(here, {"phone": NUMBER, "digest_hour": "9", "digest_weekday": "1"}, follow=True))
    assert "138****5678" in page
    assert NUMBER not in page
    assert [number for number, _ in phones.got] == [NUMBER]
    assert phones.code not in page
    assert queries.wishes(world.agent.pk).phone == ""
    wrong = read(client.post(f"{here}phone/", {"code": phones.wrong}, follow=True))
    assert "还可再试 4 次" in wrong
    done = read(client.post(f"{here}phone/", {"code": f" {phones.code[:3]} {phones.code[3:]}"}, follow=True))
    assert 'name="code"' not in done
    assert queries.wishes(world.agent.pk).phone == NUMBER
    assert Change.objects.filter(what="phone-confirmed", by=world.agent).count() == 1
    # saving the rest again asks for no code, another number does
    client.post(here, {"phone": NUMBER, "digest_hour": "8", "digest_weekday": "1"})
    assert queries.wishes(world.agent.pk).phone == NUMBER
    with at(NOW + timedelta(minutes=2)):
        client.post(here, {"phone": "13900000000", "digest_hour": "8", "digest_weekday": "1"})
    assert queries.wishes(world.agent.pk).phone == ""
    assert phones.got[-1][0] == "13900000000"


def test_a_code_is_tried_five_times_and_holds_ten_minutes(world: World, phones: Phones) -> None:
    save(world)
    confirm = lambda code, later=0: commands.confirm_phone(  # noqa: E731
        world.agent, code, now=NOW + timedelta(minutes=later)
    )
    assert refused(lambda: confirm("000000")) == "phone-code-over", "none was sent"
    commands.send_phone_code(world.agent, now=NOW)
    for _try in range(5):
        assert refused(lambda: confirm(phones.wrong)) == "phone-code-wrong"
    assert refused(lambda: confirm(phones.code)) == "phone-code-over", "the right one comes too late"
    again = NOW + timedelta(minutes=1)
    commands.send_phone_code(world.agent, now=again)
    assert refused(lambda: confirm(phones.code, later=11)) == "phone-code-over"
    assert confirm(phones.code, later=10).phone == NUMBER
    assert phones.code not in str(NoticePreference.objects.values().get())
    # a code is good once
    assert refused(lambda: confirm(phones.code, later=10)) == "phone-code-over"


def test_nobodys_telephone_is_rung_at_will(world: World, phones: Phones) -> None:
    save(world)
    send = lambda minute: commands.send_phone_code(world.agent, now=NOW + timedelta(minutes=minute))  # noqa: E731
    send(0)
    assert refused(lambda: send(0)) == "try-too-soon"
    for minute in range(1, confirming.MOST_CODES):
        send(minute)
    assert refused(lambda: send(60)) == "phone-codes-used"
    assert len(phones.got) == confirming.MOST_CODES
    save(world, "13900000000")
    assert refused(lambda: send(60)) == "phone-codes-used", "another number is no way round it"
    send(60 * 24 + 5)
    commands.prefer(world.agent, commands.Preference({}, phone=""), now=NOW)
    assert refused(lambda: send(60 * 24 + 9)) == "channel-not-set"


def test_a_gateway_that_is_down_says_so_and_another_code_can_be_sent(world: World, phones: Phones) -> None:
    save(world)
    phones.down = True
    assert refused(lambda: commands.send_phone_code(world.agent, now=NOW)) == "try-failed"
    phones.down = False
    commands.send_phone_code(world.agent, now=NOW + timedelta(minutes=1))
    assert commands.confirm_phone(world.agent, phones.code, now=NOW + timedelta(minutes=2)).phone == NUMBER


def test_the_api_does_the_same(world: World, phones: Phones) -> None:
    api = Api.of(world.agent)
    kept = api.send("PUT", "/me/notice-preferences", {"phone": NUMBER}).json()
    assert (kept["phone"], kept["phone_confirmed"]) == ("138****5678", False)
    assert api.post("/me/notice-preferences/phone-code").status_code == 204
    wrong = api.post("/me/notice-preferences/phone-confirmation", {"code": phones.wrong})
    assert (wrong.status_code, told_codes(wrong)) == (422, ["phone-code-wrong"])
    done = api.post("/me/notice-preferences/phone-confirmation", {"code": phones.code}).json()
    assert (done["phone"], done["phone_confirmed"]) == ("138****5678", True)
