"""Process mining: every number of a log leads to the cases behind it, and the clock can be set anew."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from openpyxl import load_workbook

from lianqiao.bridge import commands, long_jobs
from lianqiao.bridge.models import Attachment, Job
from lianqiao.bridge.queries.event_logs import Wanted, logged_cases
from lianqiao.engine.mining import xes_pieces
from lianqiao.organization import commands as organization
from lianqiao.service import jobs
from lianqiao.service.demo.old_log import CASES, NAME, enter_old_log
from lianqiao.service.models import HistoricCase, HistoricLog
from lianqiao.service.queries import historic_logs as queries
from lianqiao.service.way_chart import NARROW, way_charts
from lianqiao.site.job_kinds import KINDS
from tests.world import FILING, NOW, World, at, person, read, signed_in, stream, upload

PROMISE = {
    "amount": "5",
    "unit": "wd",
    "start": "受理",
    "end": ["决定"],
    "pause": ["补正通知"],
    "resume": ["补正"],
}


UPLOADED = """\
编号,环节,办理时间,经办人
A1,受理,2026/2/11 10:00,张三
A1,办结,2026/2/12 10:00,张三
A2,受理,2026/2/11 10:00,李四
A2,办结,昨天,李四
"""


@pytest.fixture
def log(world: World) -> HistoricLog:
    enter_old_log(now=NOW)
    return HistoricLog.objects.get()


@pytest.fixture
def office(world: World) -> Client:
    clerk = person("office-01", "示例数字办01", NOW)
    organization.give_duty(clerk.pk, code="office", actor=None, now=NOW)
    return signed_in(clerk)


@pytest.fixture
def leader(world: World) -> Client:
    return signed_in(world.leader)


def total(page: str) -> int:
    found = re.search(r'<span role="status">[^<]*?(\d+)', page)
    assert found is not None
    return int(found[1])


def rows(client: Client, address: str) -> list[tuple[Any, ...]]:
    sheet = load_workbook(BytesIO(stream(client.get(address)))).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))[1:]


def test_the_hub_leads_to_logs_and_promises(leader: Client, world: World, log: HistoricLog) -> None:
    page = read(leader.get("/mining/"))
    assert f'href="/mining/logs/{log.pk}/"' in page
    assert f'href="/mining/promises/{FILING}/"' in page
    assert f'href="/mining/logs/{log.pk}/"' not in read(leader.get("/mining/?q=没有这个"))
    assert rows(leader, "/mining/logs.xlsx")[0][:3] == (NAME, CASES, log.events)


def test_a_zone_without_logs_is_told_what_to_do(leader: Client, office: Client) -> None:
    assert "由数字化办公室导入" in read(leader.get("/mining/"))
    assert 'href="/mining/import/"' in read(office.get("/mining/"))


def test_the_office_uploads_a_log(office: Client, leader: Client) -> None:
    assert leader.get("/mining/import/").status_code == 403
    page = office.post("/mining/import/", {"file": upload("图.csv", b"\x89PNG\r\n\x1a\n" + bytes(64))})
    assert "CSV, XES" in read(page)
    answer = office.post("/mining/import/", {"file": upload("旧系统.csv", UPLOADED.encode("gb18030"))})
    assert answer.status_code == 302
    address = answer.headers["Location"]
    page = read(office.get(address))
    # what the columns are is proposed, and how times are written
    for proposed in ("编号", "环节", "办理时间", "经办人", "%Y/%m/%d %H:%M"):
        assert f'<option value="{proposed}" selected>' in page
    typed = {"name": "旧系统", "case": "编号", "activity": "环节", "time": "办理时间", "person": "经办人"}
    # what was typed is kept beside the reason
    wrong = read(office.post(address, {**typed, "name": "", "time_format": "%Y/%m/%d"}))
    assert "这个字段是必填项" in wrong or "必填" in wrong
    assert '<option value="%Y/%m/%d" selected>' in wrong

    def sent(form: str) -> Job:
        answer = office.post(address, {**typed, "time_format": form})
        job = Job.objects.latest("pk")
        assert answer.headers["Location"] == f"/jobs/{job.pk}/"
        return job

    def stop(job: Job) -> int:
        commands.cancel_job(job, now=NOW)
        return 5

    # a map that reads nothing, and one stopped before its turn, keep nothing
    job = sent("%Y/%m/%d")
    long_jobs.do_all(KINDS, clock=lambda: NOW)
    assert "没有读到任何事件" in read(office.get(f"/jobs/{job.pk}/"))
    stopped = sent("%Y/%m/%d %H:%M")
    assert office.post(f"/jobs/{stopped.pk}/cancellation/").status_code == 302
    long_jobs.do_all(KINDS, clock=lambda: NOW)
    assert not HistoricLog.objects.exists()
    job = sent("%Y/%m/%d %H:%M")
    with mock.patch("lianqiao.service.commands.log_jobs.MOST_ROWS", 3):
        long_jobs.do_all(KINDS, clock=lambda: NOW)
    assert Job.objects.get(pk=job.pk).error == "log-too-long"
    assert not HistoricLog.objects.exists()
    # stopped by somebody else when all was read
    job = sent("%Y/%m/%d %H:%M")
    with mock.patch("lianqiao.service.commands.log_jobs.lines_in", side_effect=lambda path: stop(job)):
        long_jobs.do_all(KINDS, clock=lambda: NOW)
    assert Job.objects.get(pk=job.pk).state == "cancelled"
    assert not HistoricLog.objects.exists()
    job = sent("%Y/%m/%d %H:%M")
    long_jobs.do_all(KINDS, clock=lambda: NOW)
    seen = re.search(r'href="(/mining/logs/\d+/)"', read(office.get(f"/jobs/{job.pk}/")))
    assert seen is not None
    done = office.get(seen[1])
    # begun again after it was kept, it is done and not failed
    Job.objects.filter(pk=job.pk).update(state="waiting", next_at=NOW, ended_at=None, result=None)
    long_jobs.do_all(KINDS, clock=lambda: NOW)
    assert Job.objects.get(pk=job.pk).result == {"log": HistoricLog.objects.get().pk}
    log = HistoricLog.objects.get()
    assert (log.name, log.cases, log.events, log.left_out) == ("旧系统", 2, 3, 1)
    assert "第 5 行" in read(done) or "line 5" in read(done)
    assert "张三" not in str(log.people)
    # the file with the names in it is gone
    assert not Attachment.objects.exists()
    assert office.get(address).status_code == 404
    # another's file is not to be had by its address
    assert signed_in(person("office-02", "示例数字办02", NOW)).get(address).status_code in (403, 404)


def test_the_office_uploads_xes(office: Client, world: World) -> None:
    world.file()
    text = "".join(xes_pieces(logged_cases(Wanted())))
    answer = office.post("/mining/import/", {"file": upload("ours.xes", text.encode())})
    page = read(office.get(answer.headers["Location"]))
    assert 'name="case"' not in page
    assert office.post(answer.headers["Location"], {"name": "本区"}).status_code == 302
    long_jobs.do_all(KINDS, clock=lambda: NOW)
    assert HistoricLog.objects.get().cases == 1


def test_a_log_uploaded_and_never_imported_is_swept(office: Client, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "attachments")
    answer = office.post("/mining/import/", {"file": upload("旧系统.csv", UPLOADED.encode("gb18030"))})
    address = answer.headers["Location"]
    files = lambda: [one for one in tmp_path.rglob("*") if one.is_file()]  # noqa: E731
    assert len(files()) == 1
    jobs.sweep_files(now=NOW + timedelta(days=6))
    assert office.get(address).status_code == 200
    jobs.sweep_files(now=NOW + timedelta(days=8))
    assert files() == []
    assert not Attachment.objects.exists()
    with at(NOW + timedelta(days=8)):
        assert office.get(address).status_code in (302, 404)


def test_each_way_leads_to_the_cases_that_went_it(leader: Client, log: HistoricLog) -> None:
    page = read(leader.get(f"/mining/logs/{log.pk}/"))
    links = re.findall(r'href="(/mining/logs/\d+/cases/\?variant=\w+)">(\d+)<', page)
    assert len(links) == log.findings["variants"]["count"]
    assert sum(int(count) for _, count in links) == CASES
    for address, count in links:
        assert total(read(leader.get(address))) == int(count)
    # the words of the drawing are there for whoever cannot see it
    assert "受理 → 审查 → 决定 → 制证 → 送达" in page
    only = read(leader.get(f"/mining/logs/{log.pk}/?q=补正通知"))
    assert 0 < total(only) < len(links)
    assert sum(row[1] for row in rows(leader, f"/mining/logs/{log.pk}/ways.xlsx")) == CASES


def test_waits_are_sorted_and_searched(leader: Client, log: HistoricLog) -> None:
    sheet = rows(leader, f"/mining/logs/{log.pk}/waits.xlsx?sort=-times")
    assert [row[2] for row in sheet] == sorted((row[2] for row in sheet), reverse=True)
    assert sum(row[2] for row in sheet) == log.events - CASES
    page = read(leader.get(f"/mining/logs/{log.pk}/waits/?q=制证"))
    assert total(page) == 2
    assert all("制证" in row[:2] for row in rows(leader, f"/mining/logs/{log.pk}/waits.xlsx?q=制证"))


def test_late_cases_the_latest_first(leader: Client, log: HistoricLog) -> None:
    address = f"/mining/logs/{log.pk}/cases/?standing=late"
    page = read(leader.get(address))
    assert 0 < total(page) == log.late == log.findings["late"]["late"]
    late = rows(leader, address.replace("/?", "/cases.xlsx?"))
    assert [row[-1] for row in late] == sorted((row[-1] for row in late), reverse=True)
    number = late[0][0]
    assert total(read(leader.get(f"{address}&q={number}"))) == 1
    case = HistoricCase.objects.get(number=number)
    one = read(leader.get(f"/mining/logs/{log.pk}/cases/{case.pk}/"))
    assert "重算时限" in one
    # who acted is a pseudonym, on the page too
    assert "示例经办人" not in one
    assert leader.get(f"/mining/logs/{log.pk}/cases/{case.pk + 100_000}/").status_code == 404


def test_the_office_says_what_was_promised(office: Client, leader: Client, log: HistoricLog) -> None:
    address = f"/mining/logs/{log.pk}/promise/"
    before = log.late
    longer = {**PROMISE, "amount": "20"}
    assert office.post(address, longer).status_code == 302
    log.refresh_from_db()
    assert log.late < before
    assert queries.map_of(log).promise.budget == "20wd"  # type: ignore[union-attr]
    assert HistoricCase.objects.filter(log=log, late_s__gt=0).count() == log.late
    # what was typed is kept, the reason stands beside it
    wrong = office.post(address, {**PROMISE, "amount": "2.5"})
    assert "只有小时可以带小数" in read(wrong)
    assert 'value="2.5"' in read(wrong)
    # a leader looks; saying it is the office's
    assert leader.post(address, PROMISE).status_code == 403
    assert "20个工作日" in read(leader.get(address))


def test_a_log_is_removed_by_the_office_only(office: Client, leader: Client, log: HistoricLog) -> None:
    address = f"/mining/logs/{log.pk}/forget/"
    assert leader.post(address).status_code == 403
    assert HistoricLog.objects.exists()
    assert office.post(address).status_code == 302
    assert not HistoricLog.objects.exists()
    assert not HistoricCase.objects.exists()


def test_our_own_promise_shows_the_ways_of_ended_cases(leader: Client, world: World) -> None:
    address = f"/mining/promises/{FILING}/"
    assert "还没有办结的案件" in read(leader.get(address))
    for _ in range(2):
        case = world.file()
        world.act(
            case, "refuse_review", by=world.steward_of(case), now=NOW + timedelta(hours=2),
            refusal_reasons="示例：不符合要求"
        )  # fmt: skip
    world.file()
    with at(NOW + timedelta(days=1)):
        page = read(leader.get(address))
        waits = read(leader.get(f"{address}waits/"))
        sheet = rows(leader, f"{address}ways.xlsx")
    assert total(page) == 1
    assert sheet[0][:2] == ("提交备案 → 初审不予通过", 2)
    assert "2 小时" in waits


def test_long_ways_break_into_lines() -> None:
    charts = dict(way_charts(["受理", "审查", "审查", *(f"步骤{number}" for number in range(60))]))
    assert [step.label for step in charts["wide"].steps[:2]] == ["受理", "审查 ×2"]
    assert charts["wide"].steps[-1].label.startswith("… +")
    assert charts["narrow"].height > charts["wide"].height
    assert charts["narrow"].width <= NARROW + 20
    assert way_charts([])[0][1].steps == ()
