"""The pages of the newer rooms break no rule of accessibility and never scroll sideways, by day or night."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from tests.browser.conftest import Day, violations
from tests.innovation.talents import example_host, talent_of
from tests.service.licences.register import enter
from tests.world import World, build_world, person

DUTIES = ("office", "leader", "benefit-officer", "benefit-leader", "licence-officer", "talent-office")
OFFICERS = (
    "/benefits/", "/benefits/policies/example-rent-relief/", "/benefits/lists/found/", "/benefits/facts/",
    "/benefits/facts/import/", "/benefits/grants/", "/benefits/payments/", "/policies/", "/policies/new/",
    "/licences/", "/licences/kinds/", "/licences/nights/", "/products/kinds/device/", "/rota/", "/rota/new/",
    "/workload/", "/tasks/", "/tasks/list/", "/talent/records/", "/talent/meetings/new/", "/talent/standard/",
    "/studio/", "/studio/service-package/", "/studio/service-package/simulate/", "/channels/",
)  # fmt: skip
FIRMS = (
    "/benefits/mine/", "/licences/mine/", "/supermarket/", "/supermarket/basket/", "/bundles/",
    "/bundles/shoot-drama/", "/drug-steward/", "/products/new/", "/answers/", "/talent/", "/talent/record/",
    "/talent/permissions/evaluation/withdrawal/",
)  # fmt: skip


@pytest.fixture
def town(transactional_db: None, day: Day) -> tuple[World, Person]:
    """A firm with a licence, and one officer who has every duty these pages ask for."""
    world = build_world(day("2026-02-11 10:00"))
    everything = person("office-01", "示例数字办01", world.now)
    for code in DUTIES:
        organization.give_duty(everything.pk, code=code, deputy_id=world.leader.pk, actor=None, now=world.now)
    world.file()
    enter("示例证0001", world.firm)
    talent_of(world.agent, world.firm, host=example_host())
    return world, everything


# each page in one of the two looks, in turn: both for all would take a minute more
@pytest.mark.parametrize(("look", "width", "dark"), [(0, 390, True), (1, 1440, False)])
def test_no_rule_of_accessibility_is_broken(
    town: tuple[World, Person], open_page: Callable[..., Page], look: int, width: int, dark: bool
) -> None:
    world, everything = town
    wrong = []
    for who, addresses in ((everything, OFFICERS), (world.agent, FIRMS)):
        page = open_page(who, width=width, dark=dark)
        for address in addresses[look::2]:
            answer = page.goto(address)
            wider = page.evaluate("document.documentElement.scrollWidth") - width
            found = violations(page)
            if answer is None or answer.status != 200 or wider > 0 or found:
                wrong.append((address, answer and answer.status, wider, found))
    assert wrong == []
