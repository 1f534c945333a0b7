"""Each further promise of the pack from the first form to its end, through the ordinary pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lianqiao.bridge import jobs, packs, queries
from lianqiao.bridge.models import Case, Promise, Result
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from tests.service.forms_sent import act, errors, hidden, page
from tests.world import NOW, World, at, build_world, person, signed_in, upload

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The zone, with one person for each duty the pack's promises name."""
    with at(NOW):
        made = build_world()
        promises = packs.current().newest_versions.values()
        for duty in sorted({role.duty for one in promises for role in one.roles.values() if role.duty}):
            if not duty.startswith("drama-"):
                holder = person(f"the-{duty}", f"示例{duty}", NOW)
                organization.give_duty(holder.pk, code=duty, actor=None, now=NOW)
        yield made


def file(client: Client, promise: str, **typed: Any) -> Case:
    """File through the promise's form."""
    address = f"/services/{promise}/new/"
    sent = client.post(address, {**hidden(client.get(address)), **typed})
    assert sent.status_code == 302, errors(sent)
    return Case.objects.get(number=sent.headers["Location"].split("/")[2])


def take(case: Case, step: str, world: World, **typed: Any) -> Case:
    """Take a step through its form, as whoever holds its role now."""
    mechanism, state = queries.mechanism_of(case), queries.state_of(Case.objects.get(pk=case.pk))
    role = mechanism.steps[step].by
    who = world.agent if role == "applicant" else Person.objects.get(pk=int(state.holders[role]))
    sent = act(signed_in(who), case, step, **typed)
    if sent.status_code == 200:
        sent = signed_in(who).post(sent.request["PATH_INFO"], {**hidden(sent), "_confirmed": "1"})
    assert sent.status_code == 302, (step, errors(sent))
    return Case.objects.get(pk=case.pk)


def pdf(*names: str) -> dict[str, Any]:
    return {name: upload(f"{name}.pdf") for name in names}


def results() -> dict[str, str]:
    return dict(Promise.objects.values_list("clock", "result"))


def test_a_cosmetic_is_filed_within_two_days(world: World) -> None:
    case = file(
        signed_in(world.agent), "cosmetics-filing", product_name="示例面霜", kind="ordinary", category="skin",
        formula="示例", **pdf("application", "label", "test_report", "safety_report"),
    )  # fmt: skip
    # filed on Wednesday: Thursday and Friday are the two days
    assert Promise.objects.get(case=case).due_at == NOW.replace(day=13, hour=9, minute=30)
    with at(NOW + HOUR):
        take(case, "return_incorrect", world, incorrect=["formula"], **{"_reason.incorrect.formula": "示例"})
    with at(NOW + DAY):
        take(case, "correct", world, formula="示例：更正")
        assert take(case, "accept", world, opinion="示例").outcome == "granted"
        jobs.tick(now=NOW + DAY)
        shown = page(signed_in(world.agent).get(f"/cases/{case.number}/"))
    assert "化妆品备案凭证" in shown
    assert results() == {"review": "kept"}
    wrong = signed_in(world.agent).get("/services/cosmetics-filing/new/")
    sent = signed_in(world.agent).post(
        "/services/cosmetics-filing/new/", {**hidden(wrong), "product_name": "示例", "kind": "new_ingredient"}
    )
    assert "ingredient_dossier" in errors(sent)


def test_eight_permits_in_one_form_and_the_certificate_with_completion(world: World) -> None:
    case = file(
        signed_in(world.agent), "construction-permit", project_name="示例厂房", project_code="示例-1",
        site="示例路 1 号", floor_area="12000", investment="3000万",
        matters=["permit", "supervision", "fire"],
        **pdf("land_papers", "drawings", "contract", "fire_design"),
    )  # fmt: skip
    state = queries.state_of(case)
    open_reviews = {"building_review", "fire_review"}
    assert set(state.marking) == open_reviews | {"defence_done", "drainage_done", "road_done"}
    assert set(state.clocks) == {"permit", "building", "fire"}
    take(case, "fire_ask", world, fire_asks="示例：缺疏散图")
    with at(NOW + DAY):
        take(case, "building_pass", world, building_opinion="示例")
        take(case, "fire_answer", world, fire_reply="示例", **pdf("fire_papers"))
        take(case, "fire_pass", world, fire_opinion="示例")
        take(case, "grant", world, permit_opinion="示例")
    with at(NOW + 5 * HOUR + DAY):
        take(case, "file_completion", world, **pdf("completion_report", "survey"))
        assert Result.objects.count() == 1
        ended = take(case, "accept_completion", world, completion_opinion="示例")
        jobs.tick(now=NOW + 5 * HOUR + DAY)
    assert (ended.outcome, ended.marking) == ("granted", "certified")
    certificate = Result.objects.order_by("-seq")[0]
    assert certificate.seq == ended.seq - 1 or certificate.seq == ended.seq, (
        "issued in the act that accepts it"
    )
    public = page(Client().get(f"/verify/{certificate.code}/"))
    assert "不动产权证" in public
    assert results() == dict.fromkeys(("permit", "building", "fire", "completion"), "kept")
    assert queries.verify_log().problems == ()


REPORT: dict[str, Any] = {
    "work_title": "示例剧《桥》", "registration": "示例登记号", "platform": "示例平台",
    "copy_address": "https://copy.example/1", "found_by": "holder", "loss_claimed": "50万",
}  # fmt: skip


def test_a_copy_is_down_within_two_and_twenty_four_hours(world: World) -> None:
    case = file(signed_in(world.agent), "copyright-response", **REPORT, **pdf("ownership"))
    with at(NOW + HOUR):
        take(case, "fix_evidence", world, finding="示例：侵权", **pdf("evidence"))
        take(case, "send_letter", world, letter_text="示例：请立即下架")
        due = {one.clock: one.due_at for one in Promise.objects.all()}
        assert due == {"letter": NOW + 2 * HOUR, "down": NOW + 25 * HOUR}
        take(case, "serve", world, receipt="示例：平台客服签收")
        jobs.tick(now=NOW + HOUR)
        assert "侵权预警函" in page(signed_in(world.agent).get(f"/cases/{case.number}/"))
    with at(NOW + 20 * HOUR):
        take(case, "down", world, recheck="示例：404", **pdf("recheck_paper"))
        assert take(case, "enter_loss", world, loss_recovered="30万").marking == "settled"
    assert results() == {"letter": "kept", "down": "kept"}
    with at(NOW + DAY):
        leader = signed_in(Person.objects.get(username="the-copyright-leader"))
        ledger = page(leader.get("/services/copyright-response/raised/?show=solved"))
    assert "¥300,000" in ledger


def test_what_stays_up_goes_to_enforcement_court_or_arbitration(world: World) -> None:
    case = file(signed_in(world.agent), "copyright-response", **REPORT, **pdf("ownership"))
    take(case, "fix_evidence", world, finding="示例", **pdf("evidence"))
    take(case, "send_letter", world, letter_text="示例")
    take(case, "serve", world, receipt="示例")
    with at(NOW + 30 * HOUR):
        jobs.tick(now=NOW + 30 * HOUR)
        assert Case.objects.get().marking == "rechecking", "time itself asks for the re-check"
        take(case, "still_up", world, recheck="示例：仍可播放", **pdf("recheck_paper"))
        take(case, "pass_on", world, route="arbitration", route_note="示例")
        take(case, "result", world, route_result="示例：裁决下架")
        take(case, "enter_loss", world, loss_recovered="0")
    assert results() == {"letter": "kept", "down": "broken"}
    assert queries.verify_log().problems == ()


def test_a_package_has_several_providers_and_one_owner(world: World) -> None:
    firm = signed_in(world.agent)
    demand = file(
        firm, "enterprise-demand", demand_title="示例：四百人吃住", category="living", details="示例"
    )
    case = file(
        firm, "service-package", package_title="示例拎包入住包", demand=demand.number, people="400",
        contents=["housing", "food"], wishes="示例",
    )  # fmt: skip
    assert set(queries.state_of(case).clocks) == {"package", "housing", "food"}
    owner = Person.objects.get(username="the-firm-officer")
    assert case.number in page(signed_in(owner).get(f"/cases/{demand.number}/"))
    take(case, "housing_deliver", world, housing_delivered="示例：200 间")
    take(case, "food_deliver", world, food_delivered="示例：食堂开餐")
    take(case, "hand_over", world, handed_over="示例")
    take(case, "lack", world, lacking="示例：还缺班车")
    take(case, "hand_over", world, handed_over="示例：班车已加")
    assert take(case, "confirm", world).marking == "delivered"
    again = page(firm.get(f"/services/service-package/new/?from={case.number}&firm={world.firm.pk}"))
    assert "示例拎包入住包" in again, "a package serves as the template of the next"


def test_an_agent_sees_a_matter_through(world: World) -> None:
    case = file(signed_in(world.agent), "assisted-matter", matter_title="示例：变更登记", kind="registration")
    take(case, "take_up", world)
    take(case, "ask_firm", world, needed=["wish"], **{"_reason.needed.wish": "请说明变更内容"})
    take(case, "answer", world, wish="示例：变更地址")
    assert take(case, "finish", world, outcome="示例：已换照").outcome == "granted"
    assert results() == {"take_up": "kept", "assist": "kept"}
