"""Every list of the site is the one component: a new one is added here, or named with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from lianqiao.bridge import packs
from lianqiao.innovation.talent.queries import OFFICE as TALENT_OFFICE
from lianqiao.organization import commands as organization
from lianqiao.organization.queries import duty_titles
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.tasks.commands import keep_months
from tests.list_walk import assert_arranged, drawing, drawn
from tests.portal.matrix_world import matrix_world
from tests.portal.page_scene import PAGES, Scene, scene_of
from tests.portal.page_scene import address as address_of
from tests.world import NOW, at, person, signed_in

ROOT = Path(__file__).resolve().parents[2]
# whose list it is: firm A's agent, or somebody who holds every duty there is
FIRM, OFFICER = "firm_a", "officer"
RESOLVED = {"mechanism": "copyright-response"}

LISTS: dict[str, str] = {
    # of whoever asks, and of firms
    **dict.fromkeys(
        (
            "basket", "drafts", "dual-posts", "jobs", "mandate-acts", "matters", "members", "my-licences",
            "notices", "talents-introduced", "tokens", "firm-mandates",
        ),
        FIRM,
    ),
    # of officers; `mining-ways` and `mining-waits` are those of a log, once a promise has ended cases
    **dict.fromkeys(
        (
            "answers", "batches", "benefits", "bindings", "bundle-runs", "channel-cases", "deletions", "duty",
            "fact-problems", "facts", "grants", "historic-cases", "historic-log", "historic-waits", "items",
            "licence-nights", "licences", "locks", "mandate-matters", "meetings", "mining",
            "my-mandates", "overview-cases", "ownerless", "people", "policy-studio",
            "products", "raised", "recoveries", "rota-patterns", "studio", "studio-simulations",
            "talents", "task-list", "task-month",
            "undelivered", "units", "visits", "worklist", "workload", "workload-cases",
        ),
        OFFICER,
    ),
}  # fmt: skip
# what an address speaks of where it is not what the other pages speak of
PARTS: dict[str, dict[str, Any]] = {
    "raised": RESOLVED,
    "benefits": {"show": "found"},
}
# lists that are drawn only in worlds of their own, walked there
ELSEWHERE = {
    "benefits/batch.html": "tests/service/test_benefit_pages.py",
}
# tables that are no list a clerk works in, each for the reason beside it
NO_LIST = {
    # public shelves: searched, sorted and paged; whoever looks may not be signed in and keeps nothing there
    "assistance/supermarket.html": "a shelf to choose from; the catalogue itself is the list `items`",
    "benefits/public_notice.html": "open to everyone before money is paid",
    # a few rows on a page about one thing
    "organization/leave.html#leaves": "the leaves of one person",
    "portal/pages/account.html#sessions": "the sessions of one person",
    "portal/pages/my_data.html#kept": "what is kept of one person",
    "portal/pages/my_firms.html#firms": "the firms one acts for, on the page where one is chosen",
    "portal/pages/my_firms.html#requests": "what one person asked to be bound to",
    "portal/pages/registers/person.html#duties": "the duties of one person",
    "portal/pages/registers/person.html#mandates": "the mandates one person holds",
    "service/visit.html": "the cases of one visit",
    "talent/own.html": "the entries of one's own record, as the form below takes them",
    "talent/talent.html": "the entries of one record",
    "tasks/months.html": "the months of one year, twelve at most",
    # what an act answered: shown once, after it
    "assistance/ordered.html": "what became of an order, entry by entry; the cases are in `matters`",
    "licences/imported.html": "the first problems of one import",
    "service/items_import_check.html#problems": "the first problems of one import; all of them as Excel",
}


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Build the world of the pages once, with somebody in it who holds every duty."""
    with matrix_world(django_db_blocker) as matrix:
        scene = scene_of(matrix)
        officer = person("all-duties", "示例全岗", NOW)
        codes = {*duty_titles(), *(one.code for one in matrix.steward.duties.all())}
        for code in sorted(codes | _named_by_the_pack() | {OFFICE, TALENT_OFFICE}):
            organization.give_duty(officer.pk, code=code, actor=None, now=NOW)
        keep_months(now=NOW)
        scene.browsers[OFFICER] = signed_in(officer)
        yield scene


def _named_by_the_pack() -> set[str]:
    return {
        role.duty
        for one in packs.current().mechanisms.values()
        for role in one.roles.values()
        if role.kind == "officer"
    }


def place(scene: Scene, name: str) -> str:
    if name not in PARTS:
        return address_of(scene, name)
    _route, pattern = PAGES[name]
    return reverse(name, kwargs={key: PARTS[name][key] for key in pattern.pattern.converters})


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_does_what_every_list_does(town: Scene, name: str) -> None:
    with at(NOW), transaction.atomic():
        assert_arranged(town.browsers[LISTS[name]], place(town, name))
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_no_list_is_left_out(town: Scene) -> None:
    walked = set()
    for name, role in LISTS.items():
        with at(NOW), transaction.atomic():
            walked |= {
                written(one.template, one.key) for one in drawn(town.browsers[role], place(town, name))
            }
            transaction.set_rollback(True)
    there = {
        written(path.relative_to(folder).as_posix(), key)
        for folder in sorted((ROOT / "lianqiao").rglob("templates"))
        for path in folder.rglob("*.html")
        for key in _lists_in(path.read_text())
    }
    named = {*NO_LIST, *ELSEWHERE}
    assert there - walked - named == set(), "neither walked nor named with a reason"
    assert named - there == set(), "named, but there is no such list"
    assert walked & set(NO_LIST) == set(), "walked and named"


@pytest.mark.django_db
def test_public_shelves_are_searched_sorted_and_paged(town: Scene) -> None:
    shelves = {"supermarket": town.browsers[FIRM], "public-notice": Client()}
    for name, client in shelves.items():
        with at(NOW), transaction.atomic(), drawing() as found:
            page = client.get(place(town, name), {"q": "示例", "page": "2"})
            transaction.set_rollback(True)
        (one,) = found
        assert page.status_code == 200
        assert one.search
        assert one.page.paginator.per_page
        assert one.look is None


def written(template: str, key: str) -> str:
    """Return a list as the tables above write it: its template, and its id where it has one."""
    return template if key == "list" else f"{template}#{key}"


def _lists_in(text: str) -> list[str]:
    tags = re.findall(r"\{% list (.*?)%\}", text)
    return [found[1] if (found := re.search(r'\bid="([^"]+)"', tag)) else "list" for tag in tags]
