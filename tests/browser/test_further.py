"""The further promises in a browser, each from a firm's first click to the closed loop."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lianqiao.bridge import jobs, packs, queries
from lianqiao.bridge.models import Case, Promise, Result
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from tests.browser.conftest import Day, follow
from tests.browser.test_story import accessible
from tests.world import PDF, World, build_world, person

Open = Callable[..., Page]
PAPER = "paper"


@pytest.fixture
def zone(transactional_db: None, day: Day) -> World:
    """The small zone with one person for each duty the pack's promises name."""
    now = day.read()
    made = build_world(now)
    promises = packs.current().newest_versions.values()
    for duty in sorted({role.duty for one in promises for role in one.roles.values() if role.duty}):
        if not duty.startswith("drama-"):
            holder = person(f"the-{duty}", f"示例{duty}", now)
            organization.give_duty(holder.pk, code=duty, actor=None, now=now)
    return made


class Loop:
    """One case walked by those whose turn it is, each in a browser of their own."""

    def __init__(self, promise: str, zone: World, open_page: Open, paper: Path) -> None:
        self.promise, self.zone, self.open_page, self.paper = promise, zone, open_page, str(paper)
        self.mechanism = packs.current().newest(promise)
        self.pages: dict[int, Page] = {}
        self.firm = self.page_of(zone.agent, "/services/")

    def page_of(self, who: Person, address: str = "/") -> Page:
        if who.pk not in self.pages:
            self.pages[who.pk] = self.open_page(who, address)
        return self.pages[who.pk]

    @property
    def case(self) -> Case:
        return Case.objects.get(mechanism=self.promise)

    def file(self, **typed: Any) -> None:
        """From the list of services to the filed case."""
        self.firm.goto("/services/")
        self.firm.get_by_role("link", name=self.mechanism.title.zh_hans).first.click()
        self.firm.locator(f"a[href*='/services/{self.promise}/new/']").first.click()
        self.fill(self.firm, typed)
        # what the rules make of the typing has a box; without rules there is none, not an empty one
        expect(self.firm.locator("#rule:visible")).to_have_count(int(bool(self.mechanism.derived)))
        accessible(self.firm)
        self.send(self.firm, self.mechanism.opening_step)
        expect(self.firm).to_have_url(re.compile("/cases/"))
        expect(self.firm.locator("main")).to_contain_text(self.case.number)

    def take(self, step: str, **typed: Any) -> None:
        """A step by whoever holds its role, from the case's page."""
        role = self.mechanism.steps[step].by
        applicant = self.mechanism.roles[role].kind == "applicant"
        holders = queries.state_of(self.case).holders
        who = self.zone.agent if applicant else Person.objects.get(pk=int(holders[role]))
        page = self.page_of(who)
        page.goto(f"/cases/{self.case.number}/")
        page.locator(f"a[href*='/acts/{step}/'], button[formaction*='/acts/{step}/']").first.click()
        self.fill(page, typed)
        self.send(page, step)
        expect(page.locator("main")).to_contain_text(f"已办理：{self.mechanism.steps[step].title.zh_hans}")

    def send(self, page: Page, step: str) -> None:
        title = re.escape(self.mechanism.steps[step].title.zh_hans)
        follow(page, page.locator("main form").get_by_role("button", name=re.compile(title)).last)
        if self.mechanism.steps[step].confirm:
            follow(page, page.get_by_role("button", name="确定"))

    def fill(self, page: Page, typed: dict[str, Any]) -> None:
        for name, value in typed.items():
            kind = self.mechanism.fields[name].type
            if kind == "file":
                page.locator(f"input[type=file][name='{name}']").set_input_files(self.paper)
            elif kind in ("choice", "choices"):
                self.choose(page, name, [value] if kind == "choice" else value)
            else:
                page.locator(f"[name='{name}']").fill(value)

    @staticmethod
    def choose(page: Page, name: str, values: list[str]) -> None:
        menu = page.locator(f"select[name='{name}']")
        if menu.count():
            menu.select_option(values)
            return
        for value in values:
            page.locator(f"input[name='{name}'][value='{value}']").check()


@pytest.fixture
def loop(zone: World, open_page: Open, tmp_path: Path) -> Callable[[str], Loop]:
    paper = tmp_path / "示例材料.pdf"
    paper.write_bytes(PDF)
    return lambda promise: Loop(promise, zone, open_page, paper)


def kept() -> set[str]:
    return set(Promise.objects.values_list("result", flat=True))


def test_a_copy_goes_down(loop: Callable[[str], Loop], day: Day) -> None:
    one = loop("copyright-response")
    one.file(
        work_title="示例剧《桥》", registration="示例", platform="示例平台", found_by="holder",
        copy_address="https://copy.example/1", loss_claimed="500000", ownership=PAPER,
    )  # fmt: skip
    day("2026-02-11 11:00")
    one.take("fix_evidence", evidence=PAPER, finding="示例：侵权")
    one.take("send_letter", letter_text="示例：请立即下架")
    one.take("serve", receipt="示例：平台签收")
    jobs.tick(now=day("2026-02-11 11:30"))
    day("2026-02-12 05:00")
    one.take("down", recheck="示例：404", recheck_paper=PAPER)
    one.take("enter_loss", loss_recovered="300000")
    one.firm.goto(f"/cases/{one.case.number}/")
    expect(one.firm.locator("main")).to_contain_text("侵权预警函")
    accessible(one.firm)
    assert (one.case.marking, kept()) == ("settled", {"kept"})


def test_a_cosmetic_is_filed_in_two_days(loop: Callable[[str], Loop], day: Day) -> None:
    one = loop("cosmetics-filing")
    papers = dict.fromkeys(("application", "label", "test_report", "safety_report"), PAPER)
    one.file(product_name="示例面霜", kind="ordinary", category="skin", formula="示例", **papers)
    expect(one.firm.locator("main")).to_contain_text("2月13日(周五)")
    day("2026-02-12 10:00")
    one.take("accept", opinion="示例：准予备案")
    jobs.tick(now=day.read())
    one.firm.goto(f"/cases/{one.case.number}/")
    expect(one.firm.locator("main")).to_contain_text("化妆品备案凭证")
    assert (one.case.outcome, kept()) == ("granted", {"kept"})


def test_eight_permits_and_the_certificate_in_one_act(loop: Callable[[str], Loop], day: Day) -> None:
    one = loop("construction-permit")
    one.file(
        project_name="示例厂房", project_code="示例-1", site="示例路 1 号", floor_area="12000",
        investment="30000000", matters=["permit", "fire"], land_papers=PAPER, drawings=PAPER,
        contract=PAPER, fire_design=PAPER,
    )  # fmt: skip
    day("2026-02-12 10:00")
    one.take("building_pass", building_opinion="示例")
    one.take("fire_pass", fire_opinion="示例")
    one.take("grant", permit_opinion="示例")
    day("2026-03-02 10:00")
    one.take("file_completion", completion_report=PAPER, survey=PAPER)
    one.take("accept_completion", completion_opinion="示例")
    before = Result.objects.count()
    jobs.tick(now=day.read())
    assert Result.objects.count() == before == 2, "owed in the very act that accepted it"
    one.firm.goto(f"/cases/{one.case.number}/")
    expect(one.firm.locator("main")).to_contain_text("不动产权证")
    accessible(one.firm)
    public = one.open_page(None, f"/verify/{Result.objects.latest('pk').code}/")
    expect(public.locator("main")).to_contain_text("不动产权证")
    assert (one.case.outcome, kept()) == ("granted", {"kept"})


def test_a_package_of_two_providers(loop: Callable[[str], Loop], day: Day) -> None:
    one = loop("service-package")
    one.file(package_title="示例拎包入住包", people="400", contents=["housing", "food"], wishes="示例")
    day("2026-02-12 10:00")
    one.take("housing_deliver", housing_delivered="示例：200 间")
    one.take("food_deliver", food_delivered="示例：开餐")
    one.take("hand_over", handed_over="示例：齐备")
    one.take("confirm", firm_words="示例：满意")
    one.firm.goto(f"/cases/{one.case.number}/")
    accessible(one.firm)
    assert (one.case.marking, kept()) == ("delivered", {"kept"})
