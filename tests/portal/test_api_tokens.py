"""Tokens: made, shown once, narrowed, expired, revoked; and sessions, which need the CSRF token."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.models import AccessToken
from lianqiao.portal.api import rate
from tests.portal.api_world import BASE, Api, codes, office, token_of
from tests.world import NOW, World, at, read, signed_in

LATER = NOW + timedelta(days=31)


def test_a_token_speaks_for_its_person(world: World) -> None:
    told = Api.of(world.agent, "read").get("/me").json()
    assert told["person"]["name"] == world.agent.name
    assert [firm["name"] for firm in told["firms"]] == [world.firm.name]
    assert told["scopes"] == ["read"]


def test_the_secret_is_kept_nowhere(world: World) -> None:
    secret = token_of(world.agent)
    kept = AccessToken.objects.values_list("name", "begins", "digest", "scopes").get()
    assert secret not in str(kept)
    assert kept[2] == queries.tokens.digest_of(secret)
    assert len(kept[2]) == 64


@pytest.mark.parametrize(
    "given", ["Bearer lqt_nothing", "Bearer ", "Basic bHF0Og==", "lqt_x", "Bearer " + "x" * 300]
)
def test_an_unknown_token_opens_nothing(world: World, given: str) -> None:
    response = Client(HTTP_AUTHORIZATION=given).get(f"{BASE}/me")
    assert (response.status_code, codes(response)) == (401, ["token-refused"])
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_bad_token_is_not_a_stranger_even_where_strangers_may(world: World) -> None:
    assert Client(HTTP_AUTHORIZATION="Bearer lqt_x").get(f"{BASE}/promises").status_code == 401


def test_it_expires(world: World) -> None:
    api = Api.of(world.agent)
    with at(LATER):
        assert api.get("/me").status_code == 401


def test_it_is_revoked_at_once(world: World) -> None:
    api = Api.of(world.agent)
    commands.revoke_token(AccessToken.objects.get().pk, actor=world.agent, now=NOW)
    assert api.get("/me").status_code == 401


def test_it_ends_with_the_account(world: World) -> None:
    api = Api.of(world.steward_a)
    commands.deactivate_person(world.steward_a.pk, reason="left", actor=None, now=NOW)
    assert api.get("/me").status_code == 401


def test_nobody_revokes_anothers(world: World) -> None:
    token_of(world.agent)
    with pytest.raises(Refusal, match="no token") as refused:
        commands.revoke_token(AccessToken.objects.get().pk, actor=world.stranger, now=NOW)
    assert refused.value.code == "token-unknown"


def test_the_office_revokes_anyones(world: World) -> None:
    token_of(world.agent)
    commands.revoke_token(AccessToken.objects.get().pk, actor=office(), now=NOW)
    assert AccessToken.objects.get().revoked_at == NOW


def test_nobody_makes_one_for_another(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        commands.make_token(world.agent.pk, name="x", scopes=["read"], days=1, actor=world.stranger, now=NOW)
    assert refused.value.code == "token-not-yours"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"name": ""}, "token-name"),
        ({"name": "x" * 61}, "token-name"),
        ({"name": "a\nb"}, "token-name"),
        ({"scopes": []}, "token-scopes"),
        ({"scopes": ["read", "everything"]}, "token-scopes"),
        ({"days": 0}, "token-days"),
        ({"days": 400}, "token-days"),
    ],
)
def test_what_makes_no_token(world: World, values: dict[str, object], wrong: str) -> None:
    asked = {"name": "x", "scopes": ["read"], "days": 1, **values}
    with pytest.raises(Refusal) as refused:
        commands.make_token(world.agent.pk, **asked, actor=world.agent, now=NOW)  # type: ignore[arg-type]
    assert [problem.code for problem in refused.value.problems] == [wrong]


def test_only_so_many(world: World) -> None:
    for _ in range(commands.tokens.MOST_TOKENS):
        token_of(world.agent)
    with pytest.raises(Refusal) as refused:
        token_of(world.agent)
    assert refused.value.code == "tokens-too-many"


def test_use_is_noted_by_the_minute(world: World) -> None:
    api = Api.of(world.agent)
    api.get("/me")
    assert AccessToken.objects.get().last_used_at == NOW
    with at(NOW + timedelta(seconds=30)):
        api.get("/me")
    assert AccessToken.objects.get().last_used_at == NOW
    with at(NOW + timedelta(seconds=90)):
        api.get("/me")
    assert AccessToken.objects.get().last_used_at == NOW + timedelta(seconds=90)


def test_a_scope_narrows(world: World) -> None:
    case = world.file()
    reader = Api.of(world.steward_of(case), "read")
    assert reader.get(f"/cases/{case.number}").status_code == 200
    refused = reader.post(f"/cases/{case.number}/acts/pass_review", {"data": {"review_opinion": "同意"}})
    assert (refused.status_code, codes(refused)) == (403, ["scope-missing"])


def test_a_scope_never_widens(world: World) -> None:
    case = world.file()
    other = Api.of(world.other_steward(case))
    refused = other.post(f"/cases/{case.number}/acts/pass_review", {"data": {"review_opinion": "同意"}})
    assert (refused.status_code, codes(refused)) == (403, ["wrong-role"])


def test_rights_are_those_of_the_moment(world: World) -> None:
    case = world.file()
    api = Api.of(world.agent)
    assert api.get(f"/cases/{case.number}").status_code == 200
    commands.leave_firm(world.agent.memberships.get().pk, actor=None, now=NOW)
    with at(NOW + timedelta(seconds=1)):
        assert api.get(f"/cases/{case.number}").status_code == 404


def test_a_session_reads_with_its_cookie_and_writes_with_the_csrf_token(world: World) -> None:
    case = world.file()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.steward_of(case))
    assert browser.get(f"{BASE}/me").json()["scopes"] == list(queries.SCOPES)
    address, body = f"{BASE}/cases/{case.number}/acts/pass_review", {"data": {"review_opinion": "同意"}}
    refused = browser.post(address, body, content_type="application/json")
    assert (refused.status_code, codes(refused)) == (403, ["csrf"])
    browser.get("/tokens/")
    secret = browser.cookies["csrftoken"].value
    done = browser.post(address, body, content_type="application/json", headers={"X-CSRFToken": secret})
    assert done.status_code == 200


def test_a_token_needs_no_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_AUTHORIZATION=f"Bearer {token_of(world.agent)}")
    assert client.post(f"{BASE}/notices/reading", {}, content_type="application/json").status_code == 200


def test_too_many_requests_are_told_when_to_come_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "METER", rate.Meter(per_minute=10))
    api, other = Api.of(world.agent), Api.of(world.stranger)
    answers = [api.get("/me") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert codes(answers[-1]) == ["rate"]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 6
    assert other.get("/me").status_code == 200


def test_the_rate_recovers() -> None:
    meter = rate.Meter(per_minute=60)
    for _ in range(13):
        meter.take("one", at_s=0)
    with pytest.raises(Refusal):
        meter.take("one", at_s=0.5)
    meter.take("one", at_s=1.1)


def test_the_page_makes_shows_once_and_revokes(world: World) -> None:
    browser = signed_in(world.agent)
    assert "您还没有令牌" in read(browser.get("/tokens/"))
    made = browser.post("/tokens/", {"name": "备案程序", "scopes": ["read", "file"], "days": "30"})
    secret = made.context["secret"]
    assert secret in read(made)
    assert Api(secret).get("/me").json()["scopes"] == ["read", "file"]
    listed = read(browser.get("/tokens/"))
    assert "备案程序" in listed
    assert secret not in listed
    token = AccessToken.objects.get()
    assert read(browser.post(f"/tokens/{token.pk}/revocation/", follow=True)).count("已撤销") >= 1
    assert Api(secret).get("/me").status_code == 401


def test_the_page_says_what_is_wrong(world: World) -> None:
    answer = signed_in(world.agent).post("/tokens/", {"name": "", "days": "30"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "scopes"}


def test_the_page_never_shows_anothers(world: World) -> None:
    token_of(world.agent)
    browser = signed_in(world.stranger)
    assert not browser.get("/tokens/").context["rows"]
    browser.post(f"/tokens/{AccessToken.objects.get().pk}/revocation/")
    assert AccessToken.objects.get().revoked_at is None
