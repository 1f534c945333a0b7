"""A product from its registration through the five stages: firm, steward, cases, what was saved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lianqiao.bridge import commands as bridge
from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Refusal
from lianqiao.organization.models import Person
from lianqiao.service.drug.commands import products as commands
from lianqiao.service.drug.models import Product, ProductEntry
from lianqiao.service.drug.queries import journeys as roads
from lianqiao.service.drug.queries import products as queries
from lianqiao.service.drug.queries import savings
from tests.portal.api_world import Api
from tests.service.forms_sent import errors, hidden, page
from tests.service.test_promise_stories import take, world
from tests.world import NOW, World, at, signed_in, stream

__all__ = ["world"]
DAY = timedelta(days=1)
NAME = "示例止咳颗粒"


def steward() -> Person:
    return Person.objects.get(username="the-drug-steward")


def registered(world: World, kind: str = "drug", name: str = NAME) -> Product:
    return commands.register_product(world.firm, kind=kind, name=name, by=world.agent, now=NOW)


def standing(product: Product) -> roads.Standing:
    one = queries.products().get(pk=product.pk)
    return roads.stands(roads.journey(one.kind), one.entries.all())


def state_of(product: Product, step: str) -> str:
    return next(one.state for one in standing(product).steps if one.name == step)


def mark(product: Product, step: str, by: Person, mark: str = "done", now: Any = NOW, **more: Any) -> None:
    if mark == "done":
        more.setdefault("ended", now.date())
    commands.mark_step(product, step, mark, by=by, now=now, evidence="示例：通知书 2026-01 号", **more)


def test_from_the_firms_first_click_to_the_end_of_a_case(world: World) -> None:
    firm, guide = signed_in(world.agent), signed_in(steward())
    assert "还没有登记产品" in page(firm.get("/products/"))
    refused = firm.post("/products/new/", {"firm": world.firm.pk, "kind": "drug", "name": " "})
    assert (refused.status_code, set(errors(refused))) == (422, {"name"})
    sent = firm.post("/products/new/", {"firm": world.firm.pk, "kind": "drug", "name": NAME, "about": "示例"})
    assert sent.status_code == 302, errors(sent)
    address = sent.headers["Location"]
    product = Product.objects.get()
    assert "下一步" in page(firm.get(address))
    assert "药学与非临床研究" in page(firm.get(address))

    # the steward takes it up; the firm says its own study is done, with evidence
    assert guide.post(f"{address}taking-up/").status_code == 302
    done = {"mark": "done", "evidence": "示例：研究总结", "began": "2026-01-05", "ended": "2026-02-10"}
    wrong = firm.post(f"{address}steps/study/", {**done, "ended": "2026-03-10"})
    assert (wrong.status_code, set(errors(wrong))) == (422, {"ended"})
    assert firm.post(f"{address}steps/study/", done).status_code == 302
    assert standing(product).next.name == "guide_study"  # type: ignore[union-attr]

    # the next step is a promise: its case opens through the one door, filled in from the product
    form = firm.get(f"{address}steps/guide_study/case/")
    assert f'value="{NAME}"' in page(form)
    typed = {"product_name": NAME, "product_kind": "drug", "wish": "示例：请看路线"}
    once = hidden(form)
    assert firm.post(f"{address}steps/guide_study/case/", {**once, **typed}).status_code == 302
    assert firm.post(f"{address}steps/guide_study/case/", {**once, **typed}).status_code == 302
    case = Case.objects.get()
    assert ProductEntry.objects.filter(case=case).count() == 1
    shown = page(firm.get(address))
    assert case.number in shown
    assert "clock-guide" in shown, "the ruler of the clock that runs"
    assert state_of(product, "guide_study") == "under-way"
    busy = firm.post(f"{address}steps/guide_study/", done)
    assert busy.status_code == 422
    with pytest.raises(Refusal, match="under way"):
        commands.open_step_case(product, "guide_study", by=world.agent, data=typed, now=NOW)
    assert Case.objects.count() == 1, "what was refused opened nothing"

    with at(NOW + DAY):
        take(case, "arrange", world, meeting_on="2026-02-16")
        take(case, "guide", world, guidance="示例：路线可行。")
    done_step = next(one for one in standing(product).steps if one.name == "guide_study")
    assert (done_step.state, done_step.days) == ("done", 1)
    assert savings.saved_days(done_step) == 44  # the pack's baseline says 45
    history = page(firm.get(address))
    for words in ("已登记", "药管家接手", "已开办件", "标记完成"):
        assert words in history, words


def test_each_sees_their_own_and_stewards_see_all(world: World) -> None:
    product = registered(world)
    other, guide = signed_in(world.stranger), signed_in(steward())
    for path in ("", "steps/study/", "steps/testing/case/"):
        assert other.get(f"/products/{product.pk}/{path}").status_code == 404
        assert guide.get(f"/products/{product.pk}/{path}").status_code == 200
    assert NAME not in page(other.get("/products/"))
    assert NAME in page(guide.get(f"/products/?q={NAME[:4]}&sort=name"))
    assert "没有符合" in page(guide.get("/products/?q=无此产品"))
    assert stream(guide.get("/products/products.xlsx")).startswith(b"PK")
    assert other.get("/products/saved/").status_code == 403
    assert guide.get(f"/products/{product.pk}/steps/nothing/").status_code == 404
    with pytest.raises(Refusal, match="another firm"):
        mark(product, "study", world.stranger)
    with pytest.raises(Refusal, match="registered this product"):
        registered(world)


def test_the_steward_files_at_the_window_and_links_what_was_opened_elsewhere(world: World) -> None:
    product, guide = registered(world), signed_in(steward())
    address = f"/products/{product.pk}/steps/guide_study/"
    typed = {"product_name": NAME, "product_kind": "drug", "wish": "示例"}
    form = guide.get(f"{address}case/")
    assert guide.post(f"{address}case/", {**hidden(form), **typed}).status_code == 302
    assert Case.objects.get().channel == "window"
    elsewhere = bridge.open_case("early-guidance", by=world.agent, firm=world.firm, data=typed, now=NOW)
    theirs = bridge.open_case("early-guidance", by=world.stranger, firm=world.other_firm, data=typed, now=NOW)
    trial = f"/products/{product.pk}/steps/guide_trial/"
    refused = guide.post(trial, {"link": "1", "number": theirs.number})
    assert (refused.status_code, set(errors(refused))) == (422, {"number"})
    assert guide.post(trial, {"link": "1", "number": elsewhere.number}).status_code == 302
    assert state_of(product, "guide_trial") == "under-way"
    again = guide.post(
        f"/products/{product.pk}/steps/guide_dossier/", {"link": "1", "number": elsewhere.number}
    )
    assert again.status_code == 422, "a case is one step's"


def test_a_case_that_ends_badly_leaves_the_step_open(world: World) -> None:
    product = registered(world)
    typed = {"product_name": NAME, "product_kind": "drug", "wish": "示例"}
    case = commands.open_step_case(product, "guide_study", by=world.agent, data=typed, now=NOW)
    bridge.act(case.number, "withdraw", by=world.agent, data={}, now=NOW + DAY)
    assert state_of(product, "guide_study") == "ahead"
    commands.open_step_case(product, "guide_study", by=world.agent, data=typed, now=NOW + DAY)
    assert state_of(product, "guide_study") == "under-way"


def test_saved_is_baseline_minus_taken_over_all_measured_steps(world: World) -> None:
    drug, device = registered(world), registered(world, "device", "示例监护仪")
    assert savings.saved(queries.products()).firms == 0
    mark(drug, "trial_permit", world.agent, began=date(2026, 1, 1), ended=date(2026, 2, 10))  # 40 of 90
    mark(
        device, "testing", world.agent, began=date(2025, 10, 1), ended=date(2026, 1, 29), yuan=80_000
    )  # 120 of 90
    mark(device, "design", world.agent, began=date(2025, 9, 1))  # no baseline: not measured
    mark(drug, "acceptance", world.agent)  # no first day: not measured
    found = savings.saved(queries.products())
    assert (found.firms, found.products, found.days, found.yuan) == (1, 2, 50 - 30, 100_000)
    assert [(one.name, one.measured, one.saved_days) for one in found.steps] == [
        ("testing", 1, -30), ("trial_permit", 1, 50)
    ]  # fmt: skip
    shown = page(signed_in(steward()).get("/products/saved/"))
    assert "20.0" in shown
    mark(drug, "trial_permit", world.agent, "open-again")
    assert savings.saved(queries.products()).days == -30


def test_steps_not_needed_are_passed_over(world: World) -> None:
    device = registered(world, "device", "示例监护仪")
    for step in ("design", "guide_class", "guide_trial"):
        mark(device, step, world.agent, "not-needed")
    mark(device, "trial_permit", steward(), "not-needed")
    now = standing(device)
    assert (now.next.name if now.next else "", now.done, now.needed) == ("evaluation", 0, 9)


def test_the_journeys_pages_are_open_to_everyone(world: World) -> None:
    from django.test import Client

    assert "第九十二条" in page(Client().get("/products/kinds/device/"))
    assert Client().get("/products/kinds/rocket/").status_code == 404
    desk = page(Client().get("/drug-steward/"))
    for words in ("1 个窗口", "3 条通道", "5 个环节", "即到即检", "一口清"):
        assert words in desk, words


def test_the_api_goes_the_same_way(world: World) -> None:
    firm, guide, other = Api.of(world.agent), Api.of(steward()), Api.of(world.stranger)
    roads_told = Api().get("/journeys").json()
    assert [step["law"] for step in roads_told[1]["steps"] if step["id"] == "review"] == ["200wd"]
    wanted = {"firm": world.firm.credit_code, "kind": "drug", "name": NAME}
    assert other.post("/products", wanted).status_code == 403
    made = firm.post("/products", wanted)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert firm.post("/products", wanted).status_code == 409
    told = {"mark": "done", "evidence": "示例", "began": "2026-01-05", "ended": "2026-02-10"}
    assert firm.post(f"/products/{key}/steps/study/marks", told).json()["next"] == "guide_study"
    data = {"product_name": NAME, "product_kind": "drug", "wish": "示例"}
    opened = firm.post(f"/products/{key}/steps/guide_study/cases", {"data": data})
    case = next(step["case"] for step in opened.json()["steps"] if step["id"] == "guide_study")
    assert Case.objects.get().number == case
    assert firm.post(f"/products/{key}/steps/guide_study/cases", {"data": data}).status_code == 409
    assert firm.post(f"/products/{key}/steps/study/cases", {"data": {}}).status_code == 422
    assert other.get(f"/products/{key}").status_code == 404
    assert [one["id"] for one in guide.get("/products").json()["items"]] == [key]
    assert other.get("/products").json()["items"] == []
    assert guide.get("/time-saved").json()["firms"] == 0
    assert firm.get("/time-saved").status_code == 403
