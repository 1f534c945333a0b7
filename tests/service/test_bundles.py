"""One matter of several promises: interviewed, asked once, opened one after the other, exactly once."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import queries as bridge_queries
from lianqiao.bridge.models import Case
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service import jobs as service_jobs
from lianqiao.service.bundles import jobs
from lianqiao.service.bundles.commands import runs as commands
from lianqiao.service.bundles.models import Run, RunMatter
from lianqiao.service.bundles.queries import runs as queries
from tests.bridge.test_kills import address_of_the_database
from tests.portal.api_world import Api
from tests.service.forms_sent import errors, hidden, page
from tests.service.test_promise_stories import take, world
from tests.world import NOW, World, at, build_world, person, signed_in, stream, upload

__all__ = ["world"]
DAY = timedelta(days=1)
YES = {"tested": "true", "own_line": "true"}
TYPED: dict[str, Any] = {
    "product": "示例止咳颗粒", "kind": "drug", "wish": "示例：请看资料", "scope": "sample", "batches": "3",
    "site": "示例路 1 号一车间", "ready_on": "2026-05-01",
}  # fmt: skip
APPLY = "/bundles/launch-drug/apply/"


def started(world: World, once: str = "", **more: Any) -> Run:
    return commands.start_run(
        "launch-drug",
        firm=world.firm,
        by=world.agent,
        answers=YES,
        data={**TYPED, **more},
        now=NOW,
        once=once,
    )


def states(run: Run) -> dict[str, str]:
    return dict(RunMatter.objects.filter(run=run).order_by("place").values_list("name", "state"))


def case_of(run: Run, name: str) -> Case:
    found = RunMatter.objects.get(run=run, name=name).case
    assert found is not None
    return found


def guided(run: Run, world: World) -> None:
    """Let the first matter end well."""
    case = case_of(run, "guidance")
    take(case, "arrange", world, meeting_on="2026-02-13")
    take(case, "guide", world, guidance="示例：可以")


def test_from_the_first_question_to_the_last_case(world: World) -> None:
    firm = signed_in(world.agent)
    assert "推出一个药品、器械或制剂" in page(firm.get("/bundles/"))
    asked = page(firm.get("/bundles/launch-drug/"))
    assert "还需要注册检验吗" in asked
    unanswered = firm.get("/bundles/launch-drug/", {"_ask": "1", "tested": "true"})
    assert (unanswered.status_code, set(errors(unanswered))) == (422, {"own_line"})
    # without answers nothing can be applied for
    assert firm.get(APPLY).headers["Location"] == "/bundles/launch-drug/"
    sent = firm.get("/bundles/launch-drug/", {"_ask": "1", **YES})
    address = sent.headers["Location"]
    assert address == f"{APPLY}?tested=true&own_line=true"
    form = firm.get(address)
    assert page(form).count('name="product"') == 1, "asked once"
    # what any matter lacks is told at once, beside the field it is asked in
    wrong = firm.post(address, {**hidden(form), **TYPED, "product": "", "batches": "99", "ready_on": ""})
    assert (wrong.status_code, set(errors(wrong))) == (422, {"product", "batches", "ready_on"})
    assert "示例路 1 号一车间" in page(wrong), "what was typed is kept"
    assert Case.objects.count() == 0
    dossier = {"dossier": upload("资料.pdf")}
    done = firm.post(address, {**hidden(wrong), **TYPED, **dossier})
    assert done.status_code == 302, errors(done)
    assert firm.post(address, {**hidden(wrong), **TYPED}).headers["Location"] == done.headers["Location"]
    run = Run.objects.get()
    assert states(run) == {"guidance": "open", "testing": "waiting", "rehearsal": "waiting"}
    first = case_of(run, "guidance")
    assert bridge_queries.state_of(first).data["dossier"][0]["name"] == "资料.pdf"
    shown = page(firm.get(done.headers["Location"]))
    assert first.number in shown
    assert "审评审批提前指导 → 注册检验“即到即检” → 生产核查“仿真模拟”指导" in shown

    with at(NOW + DAY):
        guided(run, world)
        assert jobs.advance_runs(now=NOW + DAY) == 1
        assert jobs.advance_runs(now=NOW + DAY) == 0, "its turn comes once"
    assert states(run) == {"guidance": "well", "testing": "open", "rehearsal": "waiting"}
    tested = case_of(run, "testing")
    assert bridge_queries.state_of(tested).data["batches"] == 3
    with at(NOW + 2 * DAY):
        take(tested, "begin", world)
        take(tested, "report", world, report_number="示例-1")
        jobs.advance_runs(now=NOW + 2 * DAY)
        take(case_of(run, "rehearsal"), "find_nothing", world, conclusion="示例：可以迎检")
        jobs.advance_runs(now=NOW + 2 * DAY)
    run.refresh_from_db()
    assert set(states(run).values()) == {"well"}
    assert run.ended_at == NOW + 2 * DAY
    assert queries.plan(Run.objects.get(), now=NOW + 2 * DAY).due is None
    assert "全部办妥" in page(firm.get(f"/bundles/under-way/{run.pk}/"))
    assert Case.objects.count() == 3


def test_the_whole_is_due_when_its_critical_path_is(world: World) -> None:
    run = started(world)
    plan = queries.plan(queries.run_for(run.pk, world.agent, at=NOW), now=NOW)
    assert plan.critical == ["guidance", "testing", "rehearsal"]
    # 10 working days, then 20, then 10 on site and 5 for looking again: none of them late, none early
    clocks = bridge_queries.state_of(case_of(run, "guidance")).clocks
    assert beijing(plan.matters[0].ends).isoformat() == clocks["guide"].promise["due"]
    assert plan.due == plan.matters[-1].ends
    calendar_days = [(one.ends - one.begins).days for one in plan.matters]
    assert calendar_days[1] > 20, "working days, not natural ones"


def test_what_does_not_go_well_waits_for_the_firm(world: World) -> None:
    run, firm = started(world), signed_in(world.agent)
    bridge.act(case_of(run, "guidance").number, "withdraw", by=world.agent, data={}, now=NOW + DAY)
    jobs.advance_runs(now=NOW + DAY)
    assert states(run) == {"guidance": "badly", "testing": "waiting", "rehearsal": "waiting"}
    address = f"/bundles/under-way/{run.pk}/"
    theirs = bridge.open_case(
        "early-guidance", by=world.stranger, firm=world.other_firm,
        data={"product_name": "别家", "product_kind": "drug", "wish": "示例"}, now=NOW + DAY,
    )  # fmt: skip
    wrong = firm.post(f"{address}guidance/case/", {"number": theirs.number})
    assert wrong.status_code == 422
    assert "未归入其他一件事" in page(wrong)
    again = bridge.open_case(
        "early-guidance", by=world.agent, firm=world.firm,
        data={"product_name": "示例", "product_kind": "drug", "wish": "示例"}, now=NOW + DAY,
    )  # fmt: skip
    assert firm.post(f"{address}guidance/case/", {"number": again.number}).status_code == 302
    assert states(run)["guidance"] == "open"
    with pytest.raises(Refusal, match="under way"):
        commands.call_off(run, "guidance", by=world.agent, now=NOW + DAY)
    # what is called off is waited for no longer
    assert firm.post(f"{address}testing/calling-off/").status_code == 302
    with at(NOW + DAY):
        guided(run, world)
    jobs.advance_runs(now=NOW + 2 * DAY)
    assert states(run) == {"guidance": "well", "testing": "called-off", "rehearsal": "open"}
    with pytest.raises(Refusal) as refusal:
        commands.call_off(run, "nothing", by=world.agent, now=NOW)
    assert refusal.value.code == "unknown-matter"


def nobody(*args: object, **more: object) -> Case:
    raise refuse("nobody-on-duty", "nobody", duty="drug-tester")


def test_what_cannot_be_opened_says_why_and_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(world)
    with at(NOW + DAY):
        guided(run, world)
    with monkeypatch.context() as away:
        away.setattr(commands.bridge, "open_case", nobody)
        assert jobs.advance_runs(now=NOW + DAY) == 0
    matter = RunMatter.objects.get(name="testing")
    assert (matter.state, matter.problem) == ("waiting", "nobody-on-duty")
    assert "系统会自动再试" in page(signed_in(world.agent).get(f"/bundles/under-way/{run.pk}/"))
    assert jobs.advance_runs(now=NOW + DAY) == 1
    assert RunMatter.objects.get(name="testing").problem == ""


def test_nothing_is_opened_where_the_first_cannot(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as away:
        away.setattr(commands.bridge, "open_case", nobody)
        with pytest.raises(Refusal) as refusal:
            started(world)
    assert refusal.value.code == "nobody-on-duty"
    assert Run.objects.count() == Case.objects.count() == 0
    with pytest.raises(Refusal, match="do not act"):
        commands.start_run(
            "launch-drug", firm=world.firm, by=world.stranger, answers=YES, data=TYPED, now=NOW
        )


def test_what_a_promise_asks_on_a_condition_is_told_by_the_shared_field(world: World) -> None:
    """The promise itself judges: the fire design is asked for once fire is among the permits."""
    answers = {"registered": "false", "premises": "build", "staff_services": "false"}
    typed = {"project": "示例厂", "permits": ["permit", "supervision", "fire"]}
    with pytest.raises(Refusal) as refusal:
        commands.start_run(
            "open-factory", firm=world.firm, by=world.agent, answers=answers, data=typed, now=NOW
        )
    told = {(problem.code, problem.facts["field"]) for problem in refusal.value.problems}
    assert ("needs-missing", "fire_design") in told
    assert ("needs-missing", "papers") in told
    assert ("needs-missing", "spoil_plan") not in told


def test_files_of_matters_that_wait_are_kept(world: World) -> None:
    firm = signed_in(world.agent)
    address = "/bundles/open-factory/apply/?registered=false&premises=build&staff_services=false"
    form = firm.get(address)
    papers = {
        name: upload(f"{name}.pdf", f"%PDF-1.4\n{name}".encode())
        for name in ("papers", "drawings", "contract")
    }
    typed = {
        "project": "示例厂", "code": "2026-360112-01", "site": "示例路", "floor_area": "1000",
        "investment": "1000000", "permits": ["permit", "supervision"],
    }  # fmt: skip
    sent = firm.post(address, {**hidden(form), **typed, **papers})
    assert sent.status_code == 302, errors(sent)
    run = Run.objects.get()
    assert states(run) == {"register": "open", "permit": "waiting", "licence": "waiting"}
    assert len(RunMatter.objects.get(name="permit").files) == 3
    late = NOW + 400 * DAY
    service_jobs.sweep_files(now=late)
    with at(late):
        take(case_of(run, "register"), "finish_at_once", world, outcome="示例：已登记")
        assert jobs.advance_runs(now=late) == 1
    permit = case_of(run, "permit")
    assert [file["name"] for file in bridge_queries.state_of(permit).data["drawings"]] == ["drawings.pdf"]


def test_each_sees_their_own_and_officers_what_they_serve(world: World) -> None:
    run = started(world)
    other, guide = signed_in(world.stranger), signed_in(Person.objects.get(username="the-drug-steward"))
    assert other.get(f"/bundles/under-way/{run.pk}/").status_code == 404
    assert "示例止咳颗粒" not in page(other.get("/bundles/under-way/"))
    assert "示例止咳颗粒" in page(guide.get("/bundles/under-way/?q=止咳&sort=title"))
    assert stream(guide.get("/bundles/under-way/bundles.xlsx")).startswith(b"PK")
    assert guide.post(f"/bundles/under-way/{run.pk}/testing/calling-off/").status_code == 403
    assert signed_in(world.steward_a).get(f"/bundles/under-way/{run.pk}/").status_code == 404
    assert guide.get("/bundles/launch-drug/").status_code == 403, "who acts for no firm asks for nothing"
    assert other.get("/bundles/nothing/").status_code == 404


def test_the_api_goes_the_same_way(world: World) -> None:
    firm, other = Api.of(world.agent), Api.of(world.stranger)
    assert [one["id"] for one in Api().get("/bundles").json()] == [
        "launch-drug",
        "open-factory",
        "shoot-drama",
    ]
    told = (
        Api().post("/bundles/launch-drug/interview", {"answers": {"tested": True, "own_line": False}}).json()
    )
    assert told["matters"] == ["guidance", "testing"]
    assert "site" not in {field["name"] for field in told["fields"]}
    answers = {"tested": True, "own_line": True}
    body = {"firm": world.firm.credit_code, "answers": answers, "data": {**TYPED, "batches": 3}}
    assert other.post("/bundles/launch-drug/runs", body).status_code == 403
    lacking = firm.post("/bundles/launch-drug/runs", body | {"data": {}})
    assert lacking.status_code == 422
    key = {"Idempotency-Key": "one"}
    made = firm.post("/bundles/launch-drug/runs", body, **key)
    assert made.status_code == 201, made.content
    assert firm.post("/bundles/launch-drug/runs", body, **key).json()["id"] == made.json()["id"]
    run = made.json()
    assert [one["state"] for one in run["matters"]] == ["open", "waiting", "waiting"]
    assert all(one["critical"] for one in run["matters"])
    assert other.get(f"/bundle-runs/{run['id']}").status_code == 404
    assert [one["id"] for one in firm.get("/bundle-runs").json()["items"]] == [run["id"]]
    settled = firm.post(f"/bundle-runs/{run['id']}/matters/testing", {})
    assert [one["state"] for one in settled.json()["matters"]] == ["open", "called-off", "waiting"]
    assert firm.post(f"/bundle-runs/{run['id']}/matters/guidance", {}).status_code == 409
    assert Case.objects.count() == 1


KILLED = """
import os, signal, django
django.setup()
from datetime import datetime
from lianqiao.bridge import commands
opened = commands.open_case
def open_and_die(*args, **more):
    opened(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)
commands.open_case = open_and_die
from lianqiao.service.bundles import jobs
jobs.advance_runs(now=datetime.fromisoformat(os.environ["NOW"]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_the_turn_to_the_next(tmp_path: Path) -> None:
    with at(NOW):
        made = build_world()
        for duty in ("drug-steward", "drug-leader", "drug-tester"):
            organization.give_duty(
                person(f"the-{duty}", f"示例{duty}", NOW).pk, code=duty, actor=None, now=NOW
            )
        run = started(made)
        guided(run, made)
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "lianqiao.site.settings", "NOW": (NOW + DAY).isoformat(),
        "DATABASE_URL": address_of_the_database(), "LIANQIAO_HOME": str(tmp_path),
    }  # fmt: skip
    root = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=root, env=environment, check=False)
    assert killed.returncode == -SIGKILL
    assert states(run)["testing"] == "waiting"
    assert Case.objects.count() == 1
    assert jobs.advance_runs(now=NOW + DAY) == 1
    assert jobs.advance_runs(now=NOW + DAY) == 0
    assert Case.objects.count() == 2
    assert states(run) == {"guidance": "well", "testing": "open", "rehearsal": "waiting"}
    assert bridge_queries.verify_log().problems == ()
