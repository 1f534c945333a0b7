"""Sign in and out, the language, and the example people of a demonstration."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from tests.world import NOW, World, read, signed_in

PASSWORD = "eine-bruecke-2026"


@pytest.fixture
def demo(settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, demo=True)


@pytest.fixture
def own_account(world: World) -> Person:
    return organization.register_person("zhao", name="赵示例", password=PASSWORD, actor=None, now=NOW)


def test_a_wrong_password_keeps_the_user_name_and_speaks_chinese(own_account: Person) -> None:
    response = Client().post("/sign-in/", {"username": "zhao", "password": "wrong"})
    page = read(response)
    assert response.status_code == 200
    assert "用户名或密码不正确" in page
    assert 'value="zhao"' in page


def test_nothing_typed_is_named_field_by_field(world: World) -> None:
    page = read(Client().post("/sign-in/", {"username": "", "password": ""}))
    assert "请输入用户名" in page
    assert "请输入密码" in page


def test_signing_in_leads_on_to_the_page_asked_for(own_account: Person) -> None:
    response = Client().post("/sign-in/", {"username": "zhao", "password": PASSWORD, "next": "/notices/"})
    assert response.headers["Location"] == "/notices/"


def test_signing_in_never_leads_elsewhere(own_account: Person) -> None:
    response = Client().post(
        "/sign-in/", {"username": "zhao", "password": PASSWORD, "next": "https://example.org/"}
    )
    assert response.headers["Location"] == "/start/"


def test_signing_out_takes_a_form(world: World) -> None:
    client = signed_in(world.agent)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/"
    assert client.get("/matters/").status_code == 302


def test_the_language_chosen_is_kept(world: World) -> None:
    client = Client()
    assert "您要办什么" in read(client.get("/"))
    client.post("/set-language/", {"language": "en", "next": "/"})
    assert "What do you need?" in read(client.get("/"))
    assert client.get("/set-language/").status_code == 405


def test_from_a_refused_form_the_language_leads_back_to_where_it_was_typed(world: World) -> None:
    form = "http://testserver/sign-in/?next=/matters/"
    answer = read(Client().post("/sign-in/", {"username": "x", "password": "y"}, headers={"referer": form}))
    assert f'name="next" value="{form}"' in answer


@pytest.mark.parametrize(
    ("who", "address"),
    [("agent", "/matters/"), ("steward_a", "/worklist/"), ("leader", "/overview/")],
)
def test_everyone_starts_where_their_day_begins(world: World, who: str, address: str) -> None:
    client = signed_in(getattr(world, who))
    response = client.get("/start/")
    assert response.headers["Location"] == address
    assert client.get(address).status_code == 200


def test_who_leads_no_promise_starts_at_the_worklist(own_account: Person) -> None:
    organization.give_duty(own_account.pk, code="reform-leader", actor=None, now=NOW)
    assert signed_in(own_account).get("/start/").headers["Location"] == "/worklist/"


def test_who_has_no_part_starts_at_home(own_account: Person) -> None:
    assert signed_in(own_account).get("/start/").headers["Location"] == "/"


def test_example_people_are_listed_by_part(world: World, demo: None) -> None:
    page = read(Client().get("/sign-in/"))
    assert f'action="/personas/{world.leader.pk}/"' in page
    assert "示例剧管家01" in page
    assert "示例企业甲 经办人" in page


def test_one_click_steps_into_an_example_person(world: World, demo: None) -> None:
    client = Client()
    response = client.post(f"/personas/{world.steward_a.pk}/")
    assert response.headers["Location"] == "/start/"
    assert client.get("/worklist/").status_code == 200


def test_an_example_person_goes_on_to_where_they_were_going(world: World, demo: None) -> None:
    onward = "/services/microdrama-filing/new/"
    assert f'name="next" value="{onward}"' in read(Client().get(f"/sign-in/?next={onward}"))
    address = f"/personas/{world.agent.pk}/"
    assert Client().post(address, {"next": onward}).headers["Location"] == onward
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert Client().post(address, {"next": elsewhere}).headers["Location"] == "/start/"


def test_in_a_demonstration_one_may_change_into_another(world: World, demo: None) -> None:
    assert signed_in(world.agent).get("/sign-in/").status_code == 200


def test_outside_a_demonstration_there_are_no_personas(world: World) -> None:
    client = Client()
    assert client.post(f"/personas/{world.steward_a.pk}/").status_code == 404
    assert client.get("/worklist/").status_code == 302
    assert "/personas/" not in read(client.get("/sign-in/"))


def test_a_real_person_is_never_a_persona(own_account: Person, demo: None) -> None:
    client = Client()
    assert client.post(f"/personas/{own_account.pk}/").status_code == 404
    assert "赵示例" not in read(client.get("/sign-in/"))


def test_whoever_left_is_no_persona(world: World, demo: None) -> None:
    organization.deactivate_person(world.stranger.pk, reason="left", actor=None, now=NOW)
    assert Client().post(f"/personas/{world.stranger.pk}/").status_code == 404


def test_a_persona_is_not_stepped_into_by_a_link(world: World, demo: None) -> None:
    assert Client().get(f"/personas/{world.steward_a.pk}/").status_code == 405


def test_a_persona_needs_the_form_of_this_site(world: World, demo: None) -> None:
    assert Client(enforce_csrf_checks=True).post(f"/personas/{world.steward_a.pk}/").status_code == 403


def test_whoever_is_signed_in_goes_on(world: World) -> None:
    assert signed_in(world.agent).get("/sign-in/").headers["Location"] == "/start/"


def test_a_newcomer_sees_firms_first_and_the_others_folded(world: World, demo: None) -> None:
    page = read(Client().get("/sign-in/"))
    kinds = re.findall(r'<details class="persona-kind"( open)?><summary><h3>(.*?)</h3>', page)
    assert kinds == [(" open", "企业"), ("", "管家"), ("", "负责人与领导")]
    assert page.index("示例企业甲 经办人") < page.index("示例剧管家01")


def test_example_people_are_found_by_name_firm_or_duty(world: World, demo: None) -> None:
    def found(who: str) -> list[str]:
        page = read(Client().get("/sign-in/", {"who": who, "next": "/matters/"}))
        assert page.count('name="next" value="/matters/"') > 1
        return re.findall(r'<button class="persona"><strong>(.*?)</strong>', page)

    assert "示例剧管家01" in found("剧管家 01")
    assert found("企业甲")
    assert "示例剧管家01" not in found("企业甲")
    assert found("没有这个人") == []
    assert "没有找到" in read(Client().get("/sign-in/?who=没有这个人"))


def test_no_search_outside_a_demonstration(world: World) -> None:
    assert 'name="who"' not in read(Client().get("/sign-in/?who=x"))
