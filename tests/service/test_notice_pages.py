"""The pages on which one says how to be told, and the office's page of what was not delivered."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl import load_workbook

from lianqiao.bridge.models import Delivery, NoticePreference
from tests.portal.api_world import Api, office
from tests.service.forms_sent import errors
from tests.world import World, read, signed_in, stream

pytestmark = pytest.mark.django_db
HERE = "/notices/preferences/"
TYPED = {
    "kinds_mail": ["rung", "note"], "quiet_begins": "22:00", "quiet_ends": "07:30", "digest": "weekly",
    "digest_hour": "9", "digest_weekday": "3", "messenger": "dingtalk",
    "robot_url": "https://oapi.dingtalk.com/robot/send?access_token=x", "robot_secret": "SECx",
}  # fmt: skip


def test_a_choice_is_kept_and_its_secrets_are_not_shown_again(world: World) -> None:
    client = signed_in(world.agent)
    page = read(client.get(HERE))
    assert page.count('name="kinds_mail"') == 8
    form = page[page.index("<main") : page.index("</main>")]
    assert form.count(" checked") == 16, "as the zone's rules say is usual: mail and messenger"
    assert client.post(HERE, TYPED).status_code == 302
    page = read(client.get(HERE))
    assert 'value="rung" checked' in page
    assert 'value="step" checked' not in page
    for secret in ("access_token=x", "SECx"):
        assert secret not in page
    assert "钉钉 DingTalk" in page
    kept = NoticePreference.objects.get()
    assert (kept.kinds["mail"], kept.kinds["messenger"], kept.digest_weekday) == (["rung", "note"], [], 3)
    # saved once more without typing the address, the robot stays
    assert client.post(HERE, {**TYPED, "robot_url": "", "robot_secret": ""}).status_code == 302
    assert NoticePreference.objects.get().robot_url
    assert client.post(HERE, {**TYPED, "robot_url": "", "robot_forget": "on"}).status_code == 302
    assert NoticePreference.objects.get().robot_url == ""


def test_what_will_not_do_is_said_beside_its_field_and_what_was_typed_is_kept(world: World) -> None:
    client = signed_in(world.agent)
    wrong = {**TYPED, "quiet_ends": "", "robot_url": "ftp://x"}
    answer = client.post(HERE, wrong)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"quiet_begins", "robot_url"}
    assert 'value="22:00"' in read(answer)
    assert 'value="ftp://x"' in read(answer)
    assert 'value="note" checked' in read(answer)
    assert NoticePreference.objects.count() == 0


def test_trying_out_says_what_came_of_it(world: World) -> None:
    client = signed_in(world.agent)
    page = read(client.post(HERE + "trial/", {"channel": "messenger"}, follow=True))
    assert "还没有可发送的去处" in page
    assert client.get(HERE + "trial/").status_code == 405


def test_the_api_does_the_same(world: World) -> None:
    api = Api.of(world.agent)
    body = {
        "kinds": {"mail": ["rung"]},
        "quiet_begins": "22:00",
        "quiet_ends": "07:30",
        "messenger": "feishu",
        "robot_url": "https://open.feishu.cn/open-apis/bot/v2/hook/x",
    }
    made = api.send("PUT", "/me/notice-preferences", body)
    assert made.status_code == 200, made.content
    told = api.get("/me/notice-preferences").json()
    assert told == made.json()
    assert (told["robot"], told["messenger"], told["quiet_ends"]) == (True, "feishu", "07:30")
    assert "hook/x" not in made.content.decode()
    assert {one["channel"]: one["kinds"] for one in told["channels"]}["mail"] == ["rung"]


@pytest.fixture
def letters(world: World) -> list[Delivery]:
    from lianqiao.organization.models import Person

    Person.objects.update(email="someone@example.invalid")
    for _ in range(3):
        world.file()
    Delivery.objects.update(next_try_at=None, attempts=12, error="550 邮箱不存在")
    return list(Delivery.objects.order_by("pk"))


def test_the_office_alone_sees_dead_letters(world: World, letters: list[Delivery]) -> None:
    assert signed_in(world.leader).get("/notices/undelivered/").status_code == 403
    assert signed_in(world.leader).post("/notices/undelivered/", {"letter": letters[0].pk}).status_code == 403
    assert Delivery.objects.filter(next_try_at=None).count() == 3
    client = signed_in(office())
    assert "3 条未送达" in read(client.get("/notices/"))
    page = read(client.get("/notices/undelivered/"))
    assert page.count('name="letter"') == 3
    assert "550 邮箱不存在" in page
    assert 'name="letter"' not in read(client.get("/notices/undelivered/?q=没有这个词"))
    assert 'name="letter"' not in read(client.get("/notices/undelivered/?channel=sms"))
    ordered = read(client.get("/notices/undelivered/?sort=case"))
    numbers = [one.notice.case.number for one in letters]
    assert sorted(numbers, key=ordered.index) == sorted(numbers)


def test_letters_are_sent_again_with_a_result_for_each(world: World, letters: list[Delivery]) -> None:
    client = signed_in(office())
    Delivery.objects.filter(pk=letters[1].pk).update(sent_at=world.now)
    ids = [str(letters[0].pk), str(letters[1].pk), "99999", "not a number"]
    page = read(client.post("/notices/undelivered/?q=550", {"letter": ids}))
    assert "1 条提醒将重新发送" in page
    assert page.count("已经发出，或者本来就会再试") == 2
    again = Delivery.objects.get(pk=letters[0].pk)
    assert (again.attempts, again.next_try_at, again.error) == (0, world.now, "")
    api = Api.of(office_already())
    done = api.post("/notices/undelivered/resending", {"letters": [letters[2].pk, letters[0].pk]}).json()
    assert [one["resent"] for one in done["results"]] == [True, False]
    assert api.get("/notices/undelivered").json()["items"] == []


def test_all_of_them_as_a_workbook(world: World, letters: list[Delivery], tmp_path: Any) -> None:
    answer = signed_in(office()).get("/notices/undelivered/undelivered.xlsx?q=550")
    (tmp_path / "x.xlsx").write_bytes(stream(answer))
    rows = list(load_workbook(tmp_path / "x.xlsx").active.values)
    assert len(rows) == 4
    assert {row[0] for row in rows[1:]} == {one.notice.case.number for one in letters}
    assert rows[1][-1] == "550 邮箱不存在"


def office_already() -> Any:
    from lianqiao.organization.models import Person

    return Person.objects.get(username="office-01")
