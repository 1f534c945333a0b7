"""Bulk acts: each case by its own act, refused ones with their reason beside them, tried again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lianqiao.bridge import queries
from lianqiao.bridge.models import Case, Entry
from lianqiao.service.commands.together import MOST_TOGETHER
from tests.world import FILING, World, read, signed_in

PASS = f"{FILING} pass_review"
INCORRECT = [{"field": "synopsis", "reason": "与集数不符"}]


def together(client: Any, act: str, *cases: Case, **more: Any) -> Any:
    rows = [case.number for case in cases]
    return client.post("/together/", {"act": act, "row": rows, "next": "/worklist/?show=", **more})


def once(page: str) -> str:
    found = re.search(r'name="_once" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def marking(case: Case) -> str:
    return Case.objects.get(pk=case.pk).marking


def test_one_opinion_for_several_cases_each_by_its_own_act(world: World) -> None:
    mine = [case for case in (world.file() for _ in range(4)) if world.steward_of(case) == world.steward_a]
    client = signed_in(world.steward_a)
    page = read(client.get("/worklist/"))
    assert f'<option value="{PASS}">' in page
    assert page.count('name="row"') == len(mine) == 2
    before = marking(mine[0])
    asked = together(client, PASS, *mine)
    assert asked.status_code == 200
    assert "初审意见" in read(asked)
    assert marking(mine[0]) == before
    # without the opinion nothing is done, and the boxes stay ticked
    refused = together(client, PASS, *mine, _go="1")
    assert refused.status_code == 422
    assert read(refused).count('" checked><span') == 2
    done = together(client, PASS, *mine, _go="1", _once=once(read(asked)), review_opinion="同意")
    assert "已为全部 2 件办理" in read(done)
    assert all(marking(case) != before for case in mine)
    opinions = [queries.state_of(Case.objects.get(pk=case.pk)).data["review_opinion"] for case in mine]
    assert opinions == ["同意", "同意"]
    assert queries.verify_log().problems == ()
    # the same form sent again does nothing twice
    entries = Entry.objects.count()
    again = together(client, PASS, *mine, _go="1", _once=once(read(asked)), review_opinion="同意")
    assert "已为全部 2 件办理" in read(again)
    assert Entry.objects.count() == entries


def test_what_is_refused_says_why_beside_the_row_and_can_be_tried_again(world: World) -> None:
    one, other = (world.file() for _ in range(2))
    me = world.steward_of(one)
    theirs = other if world.steward_of(other) != me else world.file()
    moved = world.file(now=world.now)
    while world.steward_of(moved) != me:
        moved = world.file()
    world.act(moved, "pass_review", by=me, review_opinion="同意")
    client = signed_in(me)
    answer = read(together(client, PASS, one, theirs, moved, _go="1", review_opinion="同意"))
    assert "1 件已办理，2 件未办" in answer
    assert "这一步由本办件的其他角色办理" in answer
    assert "这一步现在不能办理" in answer
    assert re.findall(r'name="row" value="([^"]+)" checked', answer) == [theirs.number, moved.number]
    assert "同意" in answer
    assert marking(theirs) == "first_review"


def test_a_leader_gives_cases_to_someone_else(world: World) -> None:
    cases = [world.file() for _ in range(3)]
    world.act(cases[2], "withdraw", by=world.agent)
    client = signed_in(world.leader)
    page = read(client.get("/overview/cases/?span=all"))
    assert '<option value="reassign">' in page
    assert f'<option value="{PASS}">' not in page
    asked = read(together(client, "reassign", *cases))
    to = f"steward {world.steward_b.pk}"
    assert f'<option value="{to}">{world.steward_b.name}' in asked
    assert together(client, "reassign", *cases, _go="1", to="steward 999").status_code == 422
    answer = read(together(client, "reassign", *cases, _go="1", to=to))
    assert "2 件已办理，1 件未办" in answer
    for case in cases[:2]:
        assert world.steward_of(case) == world.steward_b


@pytest.mark.parametrize("act", ["", "nonsense", f"{FILING} refuse", f"{FILING} file", "x y"])
def test_only_acts_on_offer_are_taken(world: World, act: str) -> None:
    case = world.file()
    answer = together(signed_in(world.steward_of(case)), act, case, _go="1")
    assert answer.status_code in (404, 422)
    assert marking(case) == "first_review"


def test_strangers_learn_nothing_and_change_nothing(world: World) -> None:
    case = world.file()
    for who in (world.agent, world.stranger):
        answer = read(together(signed_in(who), PASS, case, _go="1", review_opinion="同意"))
        assert case.title not in answer
        assert '<th scope="row"><span' in answer
    assert marking(case) == "first_review"
    answer = read(together(signed_in(world.stranger), "reassign", case, _go="1", to="steward 1"))
    assert case.title not in answer


def test_nothing_chosen_goes_back_and_too_much_is_refused(world: World) -> None:
    client = signed_in(world.steward_a)
    assert together(client, PASS).headers["Location"] == "/worklist/?show="
    away = client.post("/together/", {"act": PASS, "next": "https://elsewhere.example/"})
    assert away.headers["Location"] == "/worklist/"
    many = {"act": PASS, "row": [f"WDJ-2026-{n:06}" for n in range(MOST_TOGETHER + 1)]}
    assert client.post("/together/", many).status_code == 422
