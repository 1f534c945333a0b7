"""The world of the pages' matrix: a browser of everyone, every page, and what its address speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from lianqiao.engine.simulation.question import Question
from lianqiao.organization import commands
from lianqiao.service.demo.old_log import enter_old_log
from lianqiao.service.models import HistoricCase, HistoricLog
from lianqiao.service.studio.commands.drafts import DRAFTS
from lianqiao.service.studio.commands.simulations import ask_simulation
from tests.house.test_addresses import patterns
from tests.innovation.talents import example_host, talent_of
from tests.portal.api_world import token_of
from tests.portal.matrix_world import Matrix, matrix_world
from tests.service.licences.register import enter
from tests.world import NOW, person, signed_in

# machines' addresses: tests/site/test_probes.py and the matrix of the API
OTHERS = ("health-live", "health-ready", "metrics")
PAGES = {
    str(pattern.name): (route, pattern)
    for route, pattern in patterns(get_resolver())
    if not route.startswith("api/") and pattern.name not in OTHERS
}


@dataclass
class Scene:
    """A browser of everyone, and what the addresses speak of."""

    browsers: dict[str, Client]
    parts: dict[str, Any]
    number: str
    title: str


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Build the world once; every request is undone after it."""
    with matrix_world(django_db_blocker) as matrix:
        yield scene_of(matrix)


def scene_of(matrix: Matrix) -> Scene:
    """Make in the world of the matrices what further pages speak of."""
    world, case, steward = matrix.world, matrix.case, matrix.steward
    enter_old_log(now=NOW)
    written = DRAFTS.make("microdrama-filing", by=matrix.people["office"], now=NOW)
    question = Question(staff={"drama-steward": 2}, arrivals="1/wd")
    simulated = ask_simulation(written.text, question, name="示例", by=matrix.people["leader"], now=NOW)
    licence = enter("示例证1", world.firm)
    token_of(world.agent)
    talent, achievement, post = talent_of(world.agent, world.firm, host=example_host())
    parts = matrix.parts | {
        "licence_id": licence.pk,
        "person_id": steward.pk,
        "token_id": world.agent.tokens.get().pk,
        "pk": world.agent.pk,
        "promise": "microdrama-filing",
        "version": 1,
        "draft_id": written.pk,
        "other_id": written.pk + 1,
        "simulation_id": simulated.pk,
        "membership_id": world.agent.memberships.get().pk,
        "duty_id": steward.duties.get().pk,
        "log_id": HistoricLog.objects.get().pk,
        "case_id": HistoricCase.objects.earliest("pk").pk,
        # talents
        "talent_id": talent.pk,
        "achievement_id": achievement.pk,
        "post_id": post.pk,
        "indicator": "invention-patent",
        # assistance
        "channel": "window",
        "day": "2026-03-02",
        "list_id": "2026",
        "month": "2026-01",
        "entry_id": 1,
        "mandate_id": _mandate(matrix),
        "purpose": "benefits",
        # products
        "kind": "drug",
        "bundle_id": "launch-drug",
        "run_id": 1,
        "product_id": 1,
        "answer_id": 1,
    }
    browsers = {"anonymous": Client()} | {name: signed_in(who) for name, who in matrix.people.items()}
    return Scene(browsers, parts, case.number, case.title)


def _mandate(matrix: Matrix) -> int:
    """Return a mandate of firm A, given to somebody who is none of the matrix's people."""
    helper = person("agent-01", "示例代办员01", NOW)
    made = commands.give_mandate(
        matrix.world.firm.pk, person_id=helper.pk, kind="agent", matters=[], since=NOW,
        until=NOW + timedelta(days=9), actor=None, now=NOW,
    )  # fmt: skip
    return made.pk


def address(scene: Scene, name: str) -> str:
    """Return the page's address about firm A's case and people; "1" where the world has nothing to name."""
    _route, pattern = PAGES[name]
    named = scene.parts | ({"name": "worklist"} if name.startswith("list-") else {})
    named |= {"name": "assisted"} if name.startswith("task") else {}
    return reverse(name, kwargs={key: named.get(key, "1") for key in pattern.pattern.converters})
