"""Long jobs on pages and through the API: listed, watched, stopped, each by those who may."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from lianqiao.bridge import commands
from lianqiao.bridge.commands import working
from lianqiao.bridge.models import Job
from tests.portal.api_world import Api
from tests.world import NOW, World, read, signed_in, stream


def ask(world: World, about: str, **more: Any) -> Job:
    return commands.ask_job("file-check", by=world.agent, given={}, about=about, now=NOW, **more)


def test_the_list_is_searched_sorted_and_exported(world: World) -> None:
    client = signed_in(world.agent)
    assert "还没有任务" in read(client.get("/jobs/"))
    ask(world, "示例剧本.pdf")
    commands.cancel_job(ask(world, "示例成片.mp4"), now=NOW)
    page = read(client.get("/jobs/"))
    assert page.index("示例成片.mp4") < page.index("示例剧本.pdf"), "newest first"
    up, down = (read(client.get(f"/jobs/?sort={way}about")) for way in ("", "-"))
    assert (up.index("示例剧本") < up.index("示例成片")) != (down.index("示例剧本") < down.index("示例成片"))
    assert "示例剧本" not in read(client.get("/jobs/?q=成片"))
    assert "示例剧本" not in read(client.get("/jobs/?state=cancelled"))
    book = load_workbook(BytesIO(stream(client.get("/jobs/jobs.xlsx?state=waiting"))))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[:3] for row in rows[1:]] == [("材料预检", "示例剧本.pdf", "排队中")]
    assert "示例剧本" not in read(signed_in(world.stranger).get("/jobs/"))


def test_one_is_watched_and_stopped(world: World) -> None:
    job, client = ask(world, "示例成片.mp4"), signed_in(world.agent)
    taken = working.take_job({"file-check"}, now=NOW)
    assert taken
    working.note_progress(taken, done=30, total=120, stage="", now=NOW)
    page = read(client.get(f"/jobs/{job.pk}/"))
    assert 'value="25"' in page
    assert '<meta http-equiv="refresh"' in page, "without a script the page looks again by itself"
    part = read(client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}))
    assert part.startswith('<div class="job"')
    assert 'hx-trigger="every 2s"' in part
    stopping = client.post(f"/jobs/{job.pk}/cancellation/", headers={"HX-Request": "true"})
    assert "正在停止" in read(stopping)
    assert working.stop_job(taken, now=NOW)
    ended = read(client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}))
    assert "已取消" in ended
    assert "hx-get" not in ended, "what has ended is not asked for again"
    # a second press, on a page left open, changes nothing
    assert client.post(f"/jobs/{job.pk}/cancellation/").status_code == 302
    for who in (world.stranger, world.steward_a):
        assert signed_in(who).get(f"/jobs/{job.pk}/").status_code == 404
        assert signed_in(who).post(f"/jobs/{job.pk}/cancellation/").status_code == 404


def test_a_failure_says_why(world: World) -> None:
    job = ask(world, "示例成片.mp4")
    taken = working.take_job({"file-check"}, now=NOW)
    assert taken
    working.fail_job(taken, "job-failed", now=NOW)
    client = signed_in(world.agent)
    assert "稍后自动重试" in read(client.get(f"/jobs/{job.pk}/"))
    Job.objects.update(attempts=3, next_at=NOW - timedelta(1), state="running")
    assert working.take_job({"file-check"}, now=NOW) is None
    page = read(client.get(f"/jobs/{job.pk}/"))
    assert "已开始三次" in page
    assert "自动重试" not in page


def test_through_the_api(world: World) -> None:
    mine, theirs = Api.of(world.agent), Api.of(world.stranger)
    job = ask(world, "示例成片.mp4")
    assert [one["id"] for one in mine.get("/jobs?state=waiting").json()["items"]] == [job.pk]
    assert theirs.get("/jobs").json()["items"] == []
    shown = mine.get(f"/jobs/{job.pk}").json()
    assert (shown["state"], shown["title"], shown["total"]) == ("waiting", "材料预检", 0)
    assert theirs.get(f"/jobs/{job.pk}").status_code == 404
    assert mine.post(f"/jobs/{job.pk}/cancellation").json()["state"] == "cancelled"
    again = mine.post(f"/jobs/{job.pk}/cancellation")
    assert (again.status_code, again.json()["problems"][0]["code"]) == (409, "job-ended")
