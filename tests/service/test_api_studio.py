"""The studio and process mining over the API: the same commands, the same rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lianqiao.bridge import packs
from lianqiao.bridge.long_jobs import do_all
from lianqiao.service.models import HistoricLog
from lianqiao.site.job_kinds import KINDS
from tests.portal.api_world import Api, codes
from tests.portal.api_world import office as office_person
from tests.world import NOW, World, stream

pytestmark = pytest.mark.usefixtures("publishing")
COSMETICS = "cosmetics-filing"
LOG = (
    "编号,环节,时间,经办\n"
    "A-1,受理,2025-03-03 09:00,甲\nA-1,办结,2025-03-05 16:00,甲\n"
    "A-2,受理,2025-03-04 09:00,乙\nA-2,补正,2025-03-06 10:00,乙\nA-2,办结,2025-03-17 16:00,乙\n"
)


def answer() -> None:
    do_all(KINDS, clock=lambda: NOW)


def test_a_version_goes_its_way_over_the_api(world: World) -> None:
    office, leader = Api.of(office_person()), Api.of(world.leader)
    listed = office.get("/studio/mechanisms").json()["items"]
    assert {"microdrama-filing", COSMETICS} <= {one["id"] for one in listed}
    draft = office.post("/studio/drafts", {"promise": COSMETICS}).json()
    assert draft["passes"]
    assert leader.post("/studio/drafts", {"promise": COSMETICS}).status_code == 403
    address = f"/studio/drafts/{draft['id']}"

    def save(text: str, edition: int) -> Any:
        return office.send("PUT", address, {"text": text, "edition": edition})

    wrong = save(draft["text"].replace('to = "filed"', 'to = "fild"'), 1).json()
    fault = wrong["faults"][0]
    assert (fault["code"], wrong["passes"]) == ("unknown-state", False)
    assert wrong["text"].splitlines()[fault["line"] - 1] == 'to = "fild"'
    assert fault["words"] == "没有这个名称的状态"
    assert codes(save(draft["text"], 1)) == ["draft-moved"]
    right = save(draft["text"].replace('budget = "2wd"', 'budget = "1wd"'), 2).json()
    assert [one["kind"] for one in right["changes"] if one["kind"] != "same"] == ["gone", "new"]
    publication = {"note": "示例：一日办结", "edition": 3}
    assert codes(leader.post(f"{address}/publication", publication)) == ["not-simulated"]
    question = {
        "draft": draft["id"], "name": "示例", "staff": {"cosmetics-steward": 2}, "arrivals": "4/wd",
        "days": 10, "replications": 3, "handling": {"accept": "1.5"}, "target": 0.9,
    }  # fmt: skip
    assert codes(leader.post("/studio/simulations", {**question, "staff": {"nobody": 1}})) != []
    asked = leader.post("/studio/simulations", question)
    assert (asked.status_code, asked.json()["answered"]) == (202, False)
    answer()
    found = leader.get(f"/studio/simulations/{asked.json()['id']}").json()
    assert found["answered"]
    assert 0 <= found["kept"]["low"] <= found["kept"]["mean"] <= found["kept"]["high"] <= 1
    assert found["found"]["found"]["queues"]["review"]["wait_h"]["mean"] >= 0
    assert codes(office.post(f"{address}/publication", publication)) == ["same-person"]
    made = leader.post(f"{address}/publication", publication)
    assert (made.status_code, made.json()["key"], made.json()["in_force"]) == (201, f"{COSMETICS}@2", True)
    assert packs.current().newest(COSMETICS).clocks["review"].budget == "1wd"
    shown = leader.get(f"/studio/mechanisms/{COSMETICS}").json()
    assert [(one["key"], one["standing"]) for one in shown["versions"]] == [
        (f"{COSMETICS}@2", "current"), (f"{COSMETICS}@1", "earlier"),
    ]  # fmt: skip
    xml = leader.get(f"/studio/mechanisms/{COSMETICS}/bpmn?version=2")
    assert b"1wd" in xml.content or "1个工作日" in xml.content.decode()
    gone = leader.post(f"/studio/mechanisms/{COSMETICS}/versions/2/withdrawal", {"reason": "示例"})
    assert gone.json()["standing"] == "withdrawn"
    again = leader.post(f"/studio/mechanisms/{COSMETICS}/versions/2/withdrawal", {"reason": "示例"})
    assert codes(again) == ["withdrawn-already"]
    assert leader.get("/studio/simulations?promise=" + COSMETICS).json()["items"][0]["people_needed"]


def test_a_log_comes_in_and_our_own_goes_out(world: World) -> None:
    office, leader = Api.of(office_person()), Api.of(world.leader)
    case = world.file()
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="示例")
    query = "file=a.csv&name=old&case=编号&activity=环节&time=时间&person=经办"

    def send(api: Api, query: str) -> Any:
        return api.client.post(f"/api/v1/mining/logs?{query}", LOG.encode(), "application/octet-stream")

    assert send(leader, query).status_code == 403
    assert codes(send(office, "file=a.csv&name=old&case=编号")) == ["map-needed"]
    sent = send(office, query)
    assert (sent.status_code, sent.json()["kind"]) == (202, "log-import")
    answer()
    log = HistoricLog.objects.get()
    row = leader.get("/mining/logs").json()["items"][0]
    assert (row["name"], row["cases"], row["events"]) == ("old", 2, 5)
    shown = leader.get(f"/mining/logs/{log.pk}").json()["mined"]
    assert (shown["kinds"], shown["ways"][0]["activities"][0]) == (2, "受理")
    assert shown["waits"][0]["after"] == "办结"
    cases = leader.get(f"/mining/logs/{log.pk}/cases?standing=none&limit=1").json()
    assert len(cases["items"]) == 1
    assert cases["next"]
    for form in ("xes", "ocel"):
        told = stream(leader.get(f"/mining/export?form={form}&promise=microdrama-filing")).decode()
        assert case.number in told
        assert world.steward_of(case).name not in told
    assert json.loads(stream(leader.get("/mining/export?form=ocel")))["events"]
    assert leader.get("/mining/promises/microdrama-filing").json()["cases"] == 0
    assert office.send("DELETE", f"/mining/logs/{log.pk}").status_code == 204
    assert leader.get(f"/mining/logs/{log.pk}").status_code == 404
