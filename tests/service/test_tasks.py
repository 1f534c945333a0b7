"""The task list: lights by the pack's rule, a record that only grows, months that cannot be rewritten."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import packs
from lianqiao.bridge.models import Notice
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.chained import follows
from lianqiao.engine.errors import Refusal
from lianqiao.engine.task_list import check_task_list, standing
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service import jobs
from lianqiao.service.tasks import commands, queries
from lianqiao.service.tasks.models import Snapshot, TaskEntry
from lianqiao.site.records import verify_records
from tests.portal.api_world import Api, token_of
from tests.world import World, at, person, read, signed_in, stream, upload

APRIL = datetime(2026, 4, 8, 2, tzinfo=UTC)
TASK = "instrument"


@pytest.fixture
def people(world: World) -> list[Person]:
    """The owner of the task, its supervisor, and another officer."""
    owner = person("line-innovation-01", "示例承办人01", APRIL)
    organization.give_duty(owner.pk, code="demand-handler", actor=None, now=APRIL)
    supervisor = person("reform-leader-01", "示例改革督办01", APRIL)
    organization.give_duty(supervisor.pk, code="reform-leader", actor=None, now=APRIL)
    return [owner, supervisor, world.steward_a]


def report(by: Person, now: datetime = APRIL, **more: object) -> TaskEntry:
    return commands.report("2026", TASK, by=by, now=now, **{"note": "示例：已推进", **more})  # type: ignore[arg-type]


def seen(now: datetime = APRIL) -> queries.TaskSeen:
    return queries.task_named(queries.list_named("2026", now=now), TASK, now=now)


def program(who: Person) -> Api:
    return Api(token_of(who, days=300))


@pytest.mark.parametrize(
    ("on", "value", "reached", "light"),
    [
        (date(2026, 3, 10), 0, (), "waiting"),
        (date(2026, 4, 8), 0, (), "green"),
        (date(2026, 5, 6), 0, (), "amber"),  # a milestone is late
        (date(2026, 8, 20), 600, (), "red"),  # two are
        (date(2026, 9, 15), 200, (0, 1), "amber"),  # behind its time
        (date(2026, 11, 30), 799, (0, 1), "green"),
        (date(2026, 12, 1), 799, (0, 1), "red"),  # overdue
        (date(2026, 12, 1), 800, (0, 1), "done"),
        (date(2026, 12, 1), 800, (0,), "red"),
    ],
)
def test_the_light_is_what_the_rule_says(on: date, value: int, reached: tuple[int, ...], light: str) -> None:
    of = packs.current().task_lists["2026"]
    task = of.tasks[TASK].model_copy(update={"due": date(2026, 11, 30)})
    found = standing(task, of.lights, value=value, reached=reached, on=on, calendar=Calendar.latest())
    assert found.light == light, found


def test_time_runs_in_working_days() -> None:
    of = packs.current().task_lists["2026"]
    task = of.tasks[TASK].model_copy(update={"begins": date(2026, 9, 30), "due": date(2026, 10, 12)})
    # the national holiday takes no time away: 30 September and 8 October are neighbours
    before, after = (
        standing(task, of.lights, value=0, reached=(), on=day, calendar=Calendar.latest()).time_percent
        for day in (date(2026, 9, 30), date(2026, 10, 7))
    )
    assert before == after == 0


def test_the_pack_holds_the_articles_counts_and_its_mistakes_are_told() -> None:
    pack = packs.current()
    of = pack.task_lists["2026"]
    assert (len(of.fields), len(of.tasks)) == (6, 18)
    assert sum(task.target.count is not None for task in of.tasks.values()) == 2
    assert all("示例" in task.title.zh_hans and task.example for task in of.tasks.values())
    broken = of.model_copy(
        update={
            "supervisor": "nobody",
            "lights": of.lights.model_copy(update={"red": "days_lat > 0"}),
            "tasks": {"x": of.tasks[TASK].model_copy(update={"field": "nothing", "due": date(2026, 1, 1)})},
        }
    )
    found = check_task_list(broken, "tasks/2026.toml", pack.newest_versions, pack.district.duties)
    assert {problem.code for problem in found} == {
        "unknown-duty", "expression-name", "unknown-field", "value-range",
    }  # fmt: skip


def test_a_year_has_its_reform_list_and_the_plan_of_eleven_measures(
    world: World, people: list[Person]
) -> None:
    reform, plan = queries.current_lists(now=APRIL)
    assert (reform.id, plan.id, plan.year) == ("2026", "2026-party", 2026)
    assert (len(plan.fields), len(plan.tasks)) == (3, 11)
    assert all("示例" in one.title.zh_hans and one.example and one.milestones for one in plan.tasks.values())
    # a year without a list of its own shows the newest year's
    assert queries.current_lists(now=datetime(2031, 1, 8, tzinfo=UTC)) == [reform, plan]
    measures = queries.tasks_seen(plan, now=APRIL)
    assert [one.standing.light for one in measures] == ["waiting"] * 11
    assert [one.id for one in measures if one.task.target.count] == ["packages"]
    with at(APRIL):
        reader = signed_in(people[2])
        first, second = read(reader.get("/tasks/")), read(reader.get("/tasks/?list=2026-party"))
        assert (first.count("wall-task "), second.count("wall-task ")) == (18, 11)
        assert 'href="/tasks/?list=2026-party"' in first
        assert "/tasks/2026-party/advice/" in second
        listed = read(reader.get("/tasks/list/?list=2026-party&light=waiting"))
        assert listed.count("/tasks/2026-party/") == 11
        assert 'name="list" value="2026-party"' in listed
        sheets = [reader.get(f"/tasks/list/tasks.xlsx?{asked}") for asked in ("", "list=2026-party")]
        rows = [load_workbook(BytesIO(stream(one))).active.max_row for one in sheets]
        assert rows == [1 + 18, 1 + 11]
        assert reader.get("/tasks/?list=2026-none").status_code == 404
        told = program(people[2]).get("/tasks?list=2026-party").json()
        assert (told["list"], told["year"], len(told["tasks"])) == ("2026-party", "2026", 11)
        assert [(one["id"], one["tasks"]) for one in told["lists"]] == [("2026", 18), ("2026-party", 11)]


def test_a_measure_is_reported_reminded_kept_and_handed_over_like_any_task(
    world: World, people: list[Person]
) -> None:
    owner = people[0]
    supervisor = person("party-work-01", "示例党群督办01", APRIL)
    organization.give_duty(supervisor.pk, code="party-work", actor=None, now=APRIL)
    june = datetime(2026, 6, 3, 2, tzinfo=UTC)
    with at(june):
        api = program(owner)
        path = "/tasks/technical-needs/reports?list=2026-party"
        done = api.post(path, {"note": "示例：需求清单已成", "value": 6, "milestone": 0})
        assert (done.status_code, done.json()["list"], done.json()["value"]) == (201, "2026-party", 6)
        # who supervises the reform list does not answer for the plan
        assert program(people[1]).post(path, {"note": "示例"}).status_code == 403
        assert program(supervisor).post(path, {"note": "示例"}).status_code == 201
    commands.remind(now=june)
    assert TaskEntry.objects.filter(list="2026-party", kind="rung", task="round-table-projects").exists()
    assert Notice.objects.filter(person=supervisor, facts__level="leader").exists()
    commands.keep_months(now=datetime(2026, 7, 2, 2, tzinfo=UTC))
    kept = queries.snapshot("2026-party", "2026-06")
    assert len(json.loads(kept.body)["tasks"]) == 11
    assert verify_records().problems == ()
    with at(datetime(2026, 7, 2, 3, tzinfo=UTC)):
        assert "2026-06" in read(signed_in(supervisor).get("/tasks/months/?list=2026-party"))
        assert "工作方案" in read(signed_in(supervisor).get("/tasks/months/2026-party/2026-06/"))
    handed = commands.hand_over_tasks(owner, to_person=supervisor, reason="示例", actor=owner, now=june)
    plan = queries.list_named("2026-party", now=june)
    of_plan = [one.id for one in queries.tasks_of(supervisor.pk, now=june) if one.list == plan]
    assert (handed, of_plan) == (5, ["round-table-projects", "technical-needs"])


def test_progress_is_reported_with_evidence_and_stays(world: World, people: list[Person]) -> None:
    owner, supervisor, other = people
    with at(APRIL):
        page = signed_in(owner)
        wrong = page.post(f"/tasks/2026/{TASK}/", {"note": "", "value": "5"})
        assert wrong.status_code == 422
        assert 'value="5"' in read(wrong)
        typed = {"note": "示例：规则上线", "value": "120", "milestone": "0",
                 "evidence": upload("规则.pdf")}  # fmt: skip
        assert page.post(f"/tasks/2026/{TASK}/", typed).status_code == 302
        shown = read(page.get(f"/tasks/2026/{TASK}/"))
        assert "规则.pdf" in shown
        assert "120 / 800" in shown
        found = seen()
        assert (found.standing.value, found.told.reached.keys()) == (120, {0})
        link = f"/tasks/2026/{TASK}/evidence/{TaskEntry.objects.get().evidence.get().sha256}/"
        assert stream(signed_in(other).get(link)).startswith(b"%PDF")
        # the file is kept as long as the record names it
        assert queries.named_evidence({TaskEntry.objects.get().evidence.get().sha256})
        # another officer reads and does not write; a firm does neither
        assert 'name="note"' not in read(signed_in(other).get(f"/tasks/2026/{TASK}/"))
        assert signed_in(other).post(f"/tasks/2026/{TASK}/", typed).status_code == 403
        assert signed_in(world.agent).get("/tasks/").status_code == 403
        with pytest.raises(Refusal):
            report(other)
        report(supervisor, value=130)
        # what is counted cannot be reported
        with pytest.raises(Refusal) as refused:
            commands.report("2026", "assisted", by=supervisor, now=APRIL, note="示例", value=5)
        assert refused.value.code == "task-counted"
        assert TaskEntry.objects.count() == 2
        wall = read(signed_in(other).get("/tasks/"))
        assert wall.count("wall-task") == 18
        assert "130" in wall
        assert stream(signed_in(other).get("/tasks/list/tasks.xlsx"))[:2] == b"PK"
        assert read(signed_in(other).get("/tasks/list/?light=red")).count("/tasks/2026/") == 0


def test_two_targets_are_counted_from_the_cases(world: World, people: list[Person]) -> None:
    for code in ("agent", "agent-leader"):
        organization.give_duty(world.steward_b.pk, code=code, actor=None, now=world.now)
    for _ in range(3):
        bridge.open_case(
            "assisted-matter", by=world.agent, firm=world.firm, now=world.now,
            data={"matter_title": "示例", "kind": "tax"},
        )  # fmt: skip
    of = queries.list_named("2026", now=APRIL)
    assert queries.task_named(of, "assisted", now=APRIL).standing.value == 3
    # as of a month's end only what was there then
    january = datetime(2026, 1, 31, 16, tzinfo=UTC)
    kept = queries.snapshot_body(of, until=january, now=APRIL)["tasks"]
    assert next(row for row in kept if row["task"] == "assisted")["value"] == 0


def test_rungs_are_climbed_once_and_told(world: World, people: list[Person]) -> None:
    owner, supervisor, _other = people
    due = packs.current().task_lists["2026"].tasks[TASK].milestones[0].due
    early = datetime(due.year, due.month, due.day, 2, tzinfo=UTC) - timedelta(days=20)
    assert commands.remind(now=early) == 0
    on_the_day = datetime(due.year, due.month, due.day, 2, tzinfo=UTC)
    commands.remind(now=on_the_day - timedelta(days=6))
    for _ in range(2):
        commands.remind(now=on_the_day)
    mine = TaskEntry.objects.filter(task=TASK, kind="rung")
    assert [json.loads(one.body)["level"] for one in mine] == ["remind", "urge"]
    told = Notice.objects.filter(person=owner, facts__path=f"/tasks/2026/{TASK}/")
    assert [one.case_id for one in told] == [None, None]
    assert not Notice.objects.filter(person=supervisor, facts__level="leader").exists()
    commands.remind(now=on_the_day + timedelta(days=20))
    assert Notice.objects.filter(person=supervisor, facts__level="leader").exists()
    # the inbox leads to the task, also over the API
    with at(on_the_day + timedelta(days=21)):
        inbox = read(signed_in(owner).get("/notices/"))
        assert f"/tasks/2026/{TASK}/" in inbox
        first = told.first()
        assert first is not None
        signed_in(owner).post("/notices/reading/", {"notice": first.pk})
        listed = program(owner).get("/notices").json()["items"]
        assert {one["path"] for one in listed} >= {f"/tasks/2026/{TASK}/"}


def test_the_months_are_kept_once_each(world: World, people: list[Person]) -> None:
    report(people[0], value=100)
    may = datetime(2026, 5, 3, 2, tzinfo=UTC)
    jobs.look_after_tasks(now=may)
    jobs.look_after_tasks(now=may)
    (kept,) = Snapshot.objects.filter(list="2026")
    assert kept.month == "2026-04"
    assert next(row for row in json.loads(kept.body)["tasks"] if row["task"] == TASK)["value"] == 100
    # what comes later changes no month that is over; a worker that was away keeps all it missed
    report(people[0], now=may, value=500)
    jobs.look_after_tasks(now=datetime(2026, 8, 1, 2, tzinfo=UTC))
    assert list(Snapshot.objects.filter(list="2026").values_list("month", flat=True)) == [
        "2026-04",
        "2026-05",
        "2026-06",
        "2026-07",
    ]
    first = json.loads(queries.snapshot("2026", "2026-04").body)
    assert next(row for row in first["tasks"] if row["task"] == TASK)["value"] == 100
    with at(datetime(2026, 8, 1, 3, tzinfo=UTC)):
        told = program(people[1]).get("/task-months").json()
        assert (told["intact"], len(told["months"])) == (True, 4)
        assert told["months"][0]["previous"] == told["months"][1]["hash"]
        assert "2026-06" in read(signed_in(people[1]).get("/tasks/months/"))
        page = signed_in(people[1]).get("/tasks/months/2026/2026-04/")
        assert "100 / 800" in read(page)
        assert stream(signed_in(people[1]).get("/tasks/months/2026/2026-04/month.xlsx"))[:2] == b"PK"
        assert signed_in(people[1]).get("/tasks/months/2026/2026-01/").status_code == 404


@pytest.mark.parametrize("how", ["entry", "last entry", "month", "month rehashed", "month gone", "row"])
def test_nothing_written_can_be_rewritten_unseen(world: World, people: list[Person], how: str) -> None:
    report(people[0], value=100)
    report(people[0], value=120)
    commands.keep_months(now=datetime(2026, 5, 3, 2, tzinfo=UTC))
    commands.keep_months(now=datetime(2026, 6, 3, 2, tzinfo=UTC))
    assert verify_records().problems == ()
    first, last = TaskEntry.objects.order_by("seq")
    month = Snapshot.objects.get(list="2026", month="2026-04")
    if how == "entry":
        TaskEntry.objects.filter(pk=first.pk).update(body=first.body.replace("100", "300"))
    elif how == "row":
        TaskEntry.objects.filter(pk=first.pk).delete()
    elif how == "last entry":
        TaskEntry.objects.filter(pk=last.pk).delete()
    elif how == "month":
        Snapshot.objects.filter(pk=month.pk).update(body=month.body.replace('"value":120', '"value":800'))
    elif how == "month rehashed":
        forged = follows("tasks:2026", None, {**json.loads(month.body), "title": "x"})
        Snapshot.objects.filter(pk=month.pk).update(body=forged.text, hash=forged.hash)
    else:
        Snapshot.objects.filter(pk=month.pk).delete()
    assert verify_records().problems


def test_the_api_reports(world: World, people: list[Person]) -> None:
    owner = people[0]
    with at(APRIL):
        api = program(owner)
        assert len(api.get("/tasks").json()["tasks"]) == 18
        done = api.post(f"/tasks/{TASK}/reports", {"note": "示例：推进", "value": 80, "milestone": 1})
        assert done.status_code == 201, done.content.decode()
        assert (done.json()["value"], done.json()["milestones"][1]["reached_at"] is not None) == (80, True)
        assert done.json()["record"][0]["kind"] == "progress"
        wrong = api.post(f"/tasks/{TASK}/reports", {"note": "示例", "milestone": 9})
        assert wrong.status_code == 422
        assert api.get("/tasks/none").status_code == 404
        # handed over with everything else somebody holds
        assert commands.hand_over_tasks(
            owner, to_person=people[1], reason="示例", actor=people[1], now=APRIL + timedelta(minutes=1)
        )
        assert seen().owner == people[1]
        with pytest.raises(Refusal):
            report(owner, now=APRIL + timedelta(minutes=2))
