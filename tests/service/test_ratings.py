"""好差评: five grades, once, after the end; a bad one opens a promise of its own."""

from __future__ import annotations

import pytest

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Case, Entry, Rating
from lianqiao.engine.errors import Refusal, refuse
from tests.world import NOW, World, read, signed_in


def ended(world: World) -> Case:
    case = world.file()
    return world.act(case, "refuse_review", by=world.steward_of(case), refusal_reasons="依据不足")


def rating(case: Case) -> str:
    return f"/cases/{case.number}/rating/"


def test_a_firm_rates_once_and_for_ever(world: World) -> None:
    case = ended(world)
    firm = signed_in(world.agent)
    assert "办得怎么样" in read(firm.get(f"/cases/{case.number}/"))
    assert "checked" in read(firm.get(rating(case) + "?grade=4"))
    assert firm.post(rating(case), {"grade": "4", "words": "很快"}).status_code == 302
    assert Rating.objects.get().grade == 4
    assert Rating.objects.get().owner == world.steward_of(case)
    assert firm.post(rating(case), {"grade": "1"}).status_code == 422
    assert firm.get(rating(case)).status_code == 422
    assert (Rating.objects.get().grade, Case.objects.count()) == (4, 1)
    assert not queries.verify_log().problems
    page = read(firm.get(f"/cases/{case.number}/"))
    assert "很快" in page
    assert "办得怎么样" not in page


@pytest.mark.parametrize("grade", ["", "0", "6", "x", "55", "五"])
def test_what_is_no_grade_keeps_the_words(world: World, grade: str) -> None:
    case = ended(world)
    answer = signed_in(world.agent).post(rating(case), {"grade": grade, "words": "写了很久"})
    assert answer.status_code == 422
    assert "写了很久" in read(answer)
    assert not Rating.objects.exists()


def test_too_many_words_are_kept(world: World) -> None:
    case = ended(world)
    answer = signed_in(world.agent).post(rating(case), {"grade": "5", "words": "好" * 1001})
    assert answer.status_code == 422
    assert "好" * 1001 in read(answer)


def test_only_the_firm_and_only_at_the_end(world: World) -> None:
    case = world.file()
    assert signed_in(world.agent).post(rating(case), {"grade": "5"}).status_code == 422
    world.act(case, "refuse_review", by=world.steward_of(case), refusal_reasons="依据不足")
    for who, status in ((world.steward_of(case), 403), (world.leader, 403), (world.stranger, 404)):
        assert signed_in(who).post(rating(case), {"grade": "5"}).status_code == status
    assert not Rating.objects.exists()


@pytest.mark.parametrize("grade", [1, 2])
def test_a_bad_rating_opens_its_follow_up(world: World, grade: int) -> None:
    case = ended(world)
    commands.rate(case.number, grade, words="等得太久", by=world.agent, now=NOW)
    follow_up = Case.objects.get(mechanism="rating-follow-up")
    assert follow_up.parent == case
    assert (follow_up.waits_for, follow_up.holder, follow_up.firm) == ("leader", world.leader, world.firm)
    assert set(queries.state_of(follow_up).clocks) == {"verify", "rectify"}
    assert follow_up.number in read(signed_in(world.agent).get(f"/cases/{case.number}/"))
    assert "等得太久" in read(signed_in(world.leader).get(f"/cases/{follow_up.number}/"))
    world.act(follow_up, "verify", by=world.leader, finding="属实")
    world.act(follow_up, "call_back", by=world.leader, measures="增派人手", called_back="企业认可")
    assert Case.objects.get(pk=follow_up.pk).outcome == "done"
    assert not queries.verify_log().problems


def test_nothing_is_kept_where_nobody_can_follow_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise refuse("nobody-on-duty", "nobody")

    monkeypatch.setattr("lianqiao.bridge.commands.rating.open_in", nobody)
    case = ended(world)
    with pytest.raises(Refusal):
        commands.rate(case.number, 1, words="", by=world.agent, now=NOW)
    assert not Rating.objects.exists()
    assert not Entry.objects.filter(name="rate").exists()
    assert not queries.verify_log().problems


def test_nobody_files_a_follow_up_by_hand(world: World) -> None:
    firm = signed_in(world.agent)
    assert firm.get("/services/rating-follow-up/new/").status_code == 404
    assert "差评核实" not in read(firm.get("/services/"))
    with pytest.raises(Refusal) as refused:
        commands.open_case("rating-follow-up", by=world.agent, firm=world.firm, data={}, now=NOW)
    assert refused.value.code == "unknown-mechanism"


def test_figures_are_public_by_promise_and_inside_by_person(world: World) -> None:
    commands.rate(ended(world).number, 5, words="", by=world.agent, now=NOW)
    commands.rate(ended(world).number, 2, words="", by=world.agent, now=NOW)
    page = read(signed_in(world.stranger).get("/services/microdrama-filing/"))
    assert "50%" in page
    assert world.steward_a.name not in page
    overview = read(signed_in(world.leader).get("/overview/"))
    assert "50%" in overview
    assert world.steward_a.name in overview
    assert Entry.objects.filter(name="rate").count() == 2
