"""Signing in by way of an identity provider that really runs: PKCE, state, nonce, and whose account it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from lianqiao.organization import commands
from lianqiao.organization.models import OutsideIdentity, Person
from tests.identity_provider import provider
from tests.world import NOW, World, read

__all__ = ["provider"]


@pytest.fixture
def zone(world: World, provider: str, settings: Any) -> World:
    settings.SIGN_IN = replace(
        settings.SIGN_IN,
        oidc_issuer=provider,
        oidc_client_id="lianqiao",
        oidc_client_secret="agreed",
        oidc_claim="preferred_username",
    )
    settings.SITE_ADDRESS = "http://testserver"
    return world


@pytest.fixture
def zhao(zone: World) -> Person:
    return commands.register_person("zhao", name="赵示例", email="zhao@example.cn", actor=None, now=NOW)


def sent_away(client: Client, onward: str = "") -> str:
    """Begin at the site; return the provider's address the browser is sent to."""
    answer = client.get("/sign-in/outside/", {"next": onward})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def vouched(address: str, subject: str) -> str:
    """Sign in at the provider as somebody; return where it sends the browser back to, with its code."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = answer.headers["Location"]
    assert back.startswith("http://testserver/sign-in/outside/back/?")
    return back.removeprefix("http://testserver")


def come(subject: str, onward: str = "") -> tuple[Client, Any]:
    client = Client()
    return client, client.get(vouched(sent_away(client, onward), subject))


def known(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_whoever_the_provider_vouches_for_comes_in(zhao: Person) -> None:
    assert "用统一身份认证登录" in read(Client().get("/sign-in/"))
    client, answer = come("zhao", "/notices/")
    assert answer.headers["Location"] == "/notices/"
    assert known(client)
    bound = OutsideIdentity.objects.get()
    assert (bound.person, bound.subject) == (zhao, "zhao")
    # bound once: a user name that changes there or here no longer matters
    Person.objects.filter(pk=zhao.pk).update(username="zhao-2")
    assert known(come("zhao")[0])
    assert OutsideIdentity.objects.count() == 1


def test_the_way_there_carries_state_nonce_and_challenge(zhao: Person) -> None:
    asked = [parse_qs(urlsplit(sent_away(Client())).query) for _ in range(2)]
    for one in asked:
        assert one["code_challenge_method"] == ["S256"]
        assert one["response_type"] == ["code"]
        assert all(len(one[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    assert all(asked[0][name] != asked[1][name] for name in ("state", "nonce", "code_challenge"))


def test_an_answer_of_another_sign_in_is_refused(zhao: Person) -> None:
    begun, other = Client(), Client()
    back = vouched(sent_away(begun), "zhao")
    sent_away(other)
    # somebody else's answer, slipped to this browser
    assert other.get(back).headers["Location"] == "/sign-in/"
    assert not known(other)
    for changed in (
        re.sub(r"state=[^&]+", "state=x", back),
        re.sub(r"code=[^&]+", "code=x", back),
        "/sign-in/outside/back/",
    ):
        client = Client()
        sent_away(client)
        assert client.get(changed).headers["Location"] == "/sign-in/"
        assert not known(client)
    assert begun.get(back).headers["Location"] == "/start/"
    again = Client()
    assert again.get(back).headers["Location"] == "/sign-in/", "an answer is taken once"


def test_another_nonce_is_refused(zhao: Person) -> None:
    client = Client()
    address = sent_away(client)
    swapped = re.sub(r"nonce=[^&]+", "nonce=somebody-elses-nonce-0000", address)
    assert client.get(vouched(swapped, "zhao")).headers["Location"] == "/sign-in/"
    assert "无法采信" in read(client.get("/sign-in/"))
    assert not known(client)


def test_strangers_get_in_only_where_the_zone_says_so(zhao: Person, settings: Any) -> None:
    client, answer = come("stranger")
    assert answer.headers["Location"] == "/sign-in/"
    assert "没有与之对应的账号" in read(client.get("/sign-in/"))
    settings.SIGN_IN = replace(settings.SIGN_IN, oidc_new_accounts=True)
    client, _ = come("stranger")
    assert known(client)
    made = OutsideIdentity.objects.get().person
    assert (made.name, made.has_usable_password(), made.duties.count()) == ("陌生示例", False, 0)
    assert client.get("/worklist/").status_code == 403


def test_an_address_counts_only_when_verified(zhao: Person, settings: Any) -> None:
    settings.SIGN_IN = replace(settings.SIGN_IN, oidc_claim="email")
    assert not known(come("loose")[0])
    client, _ = come("zhao")
    assert known(client)
    commands.deactivate_person(zhao.pk, reason="left", actor=None, now=NOW)
    assert not known(come("zhao")[0])


def test_the_second_factor_holds_here_too(zhao: Person) -> None:
    from lianqiao.organization.models import SecondFactor

    factor = commands.begin_second_factor(zhao, now=NOW)
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=NOW)
    client, answer = come("zhao")
    assert answer.headers["Location"] == "/sign-in/code/"
    assert not known(client)
    # the provider says that it asked for one itself
    client, _ = come("careful")
    assert known(client)


def test_a_provider_that_is_away_is_said(zone: World, settings: Any) -> None:
    settings.SIGN_IN = replace(settings.SIGN_IN, oidc_issuer="http://127.0.0.1:9")
    client = Client()
    assert client.get("/sign-in/outside/").headers["Location"] == "/sign-in/"
    assert "没有响应" in read(client.get("/sign-in/"))


def test_without_a_provider_there_is_no_such_address(world: World) -> None:
    assert Client().get("/sign-in/outside/").status_code == 404
    assert Client().get("/sign-in/outside/back/?code=x&state=y").status_code == 404
