"""Pre-checks from the form to the steward's page: hints on both, progress meanwhile, no verdict anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from lianqiao.bridge import commands, queries
from lianqiao.bridge.long_jobs import do_all
from lianqiao.bridge.models import Case, Check, Job
from lianqiao.site import wall_clock
from lianqiao.site.job_kinds import KINDS
from tests import media
from tests.portal.api_world import Api
from tests.world import FILING, NOW, PDF, TYPED, World, read, receive, signed_in, upload

SCRIPT = media.script([*range(1, 79), 80], lines=8) + "\n示例甲拿出示例违禁品，示例乙报警。"
FORM = f"/services/{FILING}/new/"


def work() -> int:
    return do_all(KINDS, clock=wall_clock.read)


@pytest.fixture
def script(world: World) -> dict[str, Any]:
    """A script of 79 episodes, one word of it worth a look, received of the firm."""
    return receive(field("script"), by=world.agent, now=NOW, name="示例剧本.txt", content=SCRIPT.encode())


def field(name: str) -> Any:
    from lianqiao.bridge import packs

    return packs.current().newest(FILING).fields[name]


def test_the_firm_sees_hints_before_it_sends(world: World) -> None:
    client = signed_in(world.agent)
    form = client.post(FORM, {**TYPED, "script": upload("示例剧本.txt", SCRIPT.encode()), "_edit": "1"})
    page = read(form)
    assert "排队中" in page
    assert 'id="looked-script"' in page
    assert 'hx-trigger="every 3s"' in page
    assert work() == 1
    key = f"{Check.objects.get().sha256} 示例剧本.txt"
    asked = {**TYPED, "_kept.script": key, "_refine": "1"}
    live = read(client.post(FORM, asked, headers={"HX-Request": "true"}))
    assert "找到 79 集的标题，申报为 80 集；缺第 79 集" in live
    assert "提示词：示例违禁品 × 1" in live
    assert "<mark>示例违禁品</mark>" in live
    assert "every 3s" not in live, "what is done is not asked for again"
    # what is typed now is what the hints compare with
    asked["episodes"] = "79"
    assert "缺第 79 集" in read(client.post(FORM, asked, headers={"HX-Request": "true"})), "80 has a heading"


def test_the_steward_sees_hints_and_may_have_the_rest_looked_over(
    world: World, script: dict[str, Any]
) -> None:
    case = world.file(script=[script])
    steward = signed_in(world.steward_of(case))
    page = read(steward.get(f"/cases/{case.number}/"))
    assert "预检提示（不作结论）" in page
    assert "排队中" in page
    job = Job.objects.get(about="示例剧本.txt")
    assert job.case == case, "the case's officers see its progress"
    assert steward.get(f"/jobs/{job.pk}/").status_code == 200
    steward.post(f"/jobs/{job.pk}/cancellation/")
    page = read(steward.get(f"/cases/{case.number}/"))
    assert "未预检" in page
    assert "已取消" in page
    Job.objects.exclude(pk=job.pk).delete()
    steward.post(f"/cases/{case.number}/checks/")
    assert work() == 1
    part = read(steward.get(f"/cases/{case.number}/checks/", headers={"HX-Request": "true"}))
    assert part.startswith('<div id="checks-found"')
    assert "缺第 79 集" in part
    assert "预检其余文件" not in part
    # the same words for the firm; nothing for colleagues who may not read what was filed
    assert "缺第 79 集" in read(signed_in(world.agent).get(f"/cases/{case.number}/"))
    other = signed_in(world.other_steward(case))
    assert "预检" not in read(other.get(f"/cases/{case.number}/"))
    assert other.get(f"/cases/{case.number}/checks/").status_code == 404
    assert signed_in(world.stranger).post(f"/cases/{case.number}/checks/").status_code == 404
    # hints decide nothing: the case is passed as ever
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")


def test_a_film_is_looked_over_when_it_is_sent(world: World, tmp_path: Path) -> None:
    case = world.file(episodes="1", minutes_per_episode="1")
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    path = media.film(tmp_path / "film.mp4", [("moving", 1, 0.1), ("black", 5, 0)])
    film = receive(field("film"), by=world.agent, now=NOW, name="示例成片.mp4", content=path.read_bytes())
    world.act(case, "send_film", by=world.agent, film=[film])
    work()
    page = read(signed_in(world.steward_of(case)).get(f"/cases/{case.number}/"))
    assert "1 处黑场超过 3 秒" in page
    assert "0:01 – 0:0" in page
    assert "画面 90 × 160 像素，短边应不少于 720 像素" in page
    assert "全部文件合计 0.1 分钟，按申报应为 1 分钟" in page
    english = signed_in(world.steward_of(case))
    part = english.get(
        f"/cases/{case.number}/checks/", headers={"HX-Request": "true", "Accept-Language": "en"}
    )
    assert "The picture is black for longer than 3 seconds in 1 place <" in read(part)


def test_a_broken_file_is_a_hint_and_no_fault(world: World) -> None:
    case = world.file()
    assert work() == 1
    assert Job.objects.get().state == "done"
    page = read(signed_in(world.steward_of(case)).get(f"/cases/{case.number}/"))
    assert "未能读取：文件损坏、不完整，或与其类型不符" in page


def test_the_same_bytes_are_looked_over_once(world: World, script: dict[str, Any]) -> None:
    again = receive(field("script"), by=world.stranger, now=NOW, name="另名.txt", content=SCRIPT.encode())
    assert again["sha256"] == script["sha256"]
    assert Job.objects.count() == 1
    work()
    case = world.file(script=[script])
    ours = Job.objects.filter(about="示例剧本.txt")
    assert [job.case for job in ours] == [case], "filed, it is the case's"
    # a field that asks for nothing starts nothing
    before = Job.objects.count()
    receive(field("application_form"), by=world.agent, now=NOW, content=PDF + b"other")
    assert Job.objects.count() == before


def test_a_word_list_that_changed_asks_anew(world: World, script: dict[str, Any]) -> None:
    work()
    wanted = field("script").model_copy(update={"check": field("script").check.model_copy(deep=True)})
    fewer = wanted.check.text.model_copy(update={"words": ()})
    wanted = wanted.model_copy(update={"check": wanted.check.model_copy(update={"text": fewer})})
    assert queries.looked_into([("script", wanted, script)])[0].report is None
    assert commands.look_into([(wanted, script)], by=world.agent, now=NOW) == 1


def test_through_the_api(world: World, script: dict[str, Any]) -> None:
    case = world.file(script=[script])
    mine, theirs = Api.of(world.agent), Api.of(world.stranger)
    found = mine.get(f"/cases/{case.number}/checks").json()["items"]
    assert [(one["field"], one["state"], one["hints"]) for one in found] == [("script", "waiting", [])]
    assert mine.get(f"/jobs/{found[0]['job']}").json()["kind"] == "file-check"
    work()
    found = mine.get(f"/cases/{case.number}/checks").json()["items"][0]
    assert found["state"] == "done"
    assert [hint["code"] for hint in found["hints"]] == ["episodes-differ", "words-found"]
    assert found["hints"][1]["spots"][0]["word"] == "示例违禁品"
    assert found["measured"].endswith("79 集")
    assert theirs.get(f"/cases/{case.number}/checks").status_code == 404
    # before it is filed, by whoever sent the file
    own = mine.get(f"/attachments/{script['sha256']}/checks?promise={FILING}&field=script&name=示例剧本.txt")
    assert own.json()["items"][0]["state"] == "done"
    other = theirs.get(
        f"/attachments/{script['sha256']}/checks?promise={FILING}&field=script&name=示例剧本.txt"
    )
    assert other.json()["items"] == []


def test_files_of_many_cases_opened_together_are_each_looked_over(
    world: World, script: dict[str, Any]
) -> None:
    if connection.vendor == "postgresql":
        # as in a transaction of its own, where rows are looked up while they are written
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    asked = [
        commands.OpeningAsked(
            FILING, world.agent, world.firm, world.filing(world.agent, NOW, script=[script])
        )
        for _ in range(20)
    ]
    answers = commands.open_together(asked, now=NOW)
    assert all(isinstance(one, Case) for one in answers)
    assert Job.objects.get(about="示例剧本.txt").case in answers
