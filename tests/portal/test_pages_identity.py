"""Coming in, staying and going: lock-out, sessions, the second factor, and that nobody is anybody else."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.core import mail
from django.test import Client
from django.urls import get_resolver

import lianqiao
from lianqiao.organization import commands, jobs, queries
from lianqiao.organization.models import Change, Person, SecondFactor, Session
from tests.portal.api_world import office
from tests.world import NOW, World, at, read, signed_in

PASSWORD = "eine-bruecke-2026"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def zhao(world: World) -> Person:
    return commands.register_person(
        "zhao", name="赵示例", email="zhao@example.cn", password=PASSWORD, actor=None, now=NOW
    )


def sign_in(username: str = "zhao", password: str = PASSWORD, agent: str = "") -> Client:
    client = Client(headers={"user-agent": agent}) if agent else Client()
    client.post("/sign-in/", {"username": username, "password": password})
    return client


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def code_of(person: Person, moment: Any = NOW) -> str:
    return pyotp.TOTP(commands.secret_text(SecondFactor.objects.get(person=person))).at(moment)


def enrol(client: Client, person: Person) -> list[str]:
    client.get("/account/second-factor/")
    page = read(client.post("/account/second-factor/", {"code": code_of(person)}))
    return re.findall(r'<li class="code">([A-Z0-9-]+)</li>', page)


def test_the_page_says_until_when_it_is_locked(zhao: Person) -> None:
    pages = [read(Client().post("/sign-in/", {"username": "zhao", "password": "no"})) for _ in range(5)]
    assert "已锁定至2026-02-11 10:15" in pages[-1]
    assert 'value="zhao"' in pages[-1]
    assert not inside(sign_in())
    keeper = signed_in(office())
    listed = read(keeper.get("/registers/locks/?q=zhao"))
    [address] = re.findall(r'action="(/registers/locks/\d+/unlocking/)"', listed)
    assert signed_in(zhao).post(address, follow=True).status_code == 403
    keeper.post(address)
    assert inside(sign_in())


def test_sessions_are_seen_and_ended(zhao: Person) -> None:
    desk = sign_in(agent="Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36")
    phone = sign_in(agent="Mozilla/5.0 (iPhone) Safari/605.1")
    page = read(desk.get("/account/"))
    assert "Chrome · Windows" in page
    assert "Safari · iPhone" in page
    keys = [client.session.session_key for client in (desk, phone)]
    assert not any(key in page for key in keys), "a page never shows what opens a session"
    [label] = re.findall(r'action="/account/sessions/(\w{16})/ending/"', page)
    stranger = sign_in("zhao", "wrong")
    assert stranger.post(f"/account/sessions/{label}/ending/").status_code == 302
    assert inside(phone)
    desk.post(f"/account/sessions/{label}/ending/")
    assert not inside(phone)
    others = [sign_in(), sign_in()]
    desk.post("/account/sessions/others/ending/")
    assert [inside(one) for one in (desk, *others)] == [True, False, False]
    trail = {change.what for change in Change.objects.filter(by=zhao)}
    assert {"sign-in", "end-session", "end-sessions"} <= trail


def test_somebody_elses_session_is_not_ended(zhao: Person, world: World) -> None:
    theirs = signed_in(world.agent)
    theirs.get("/account/")
    label = Session.objects.get(person=world.agent).label
    sign_in().post(f"/account/sessions/{label}/ending/")
    assert inside(theirs)


def test_a_session_ends_when_idle_and_when_old(zhao: Person, settings: Any) -> None:
    settings.SIGN_IN = replace(settings.SIGN_IN, session_hours=12, idle_minutes=60)
    idle, busy = sign_in(), sign_in()
    for minutes in range(0, 12 * 60, 50):
        with at(NOW + minutes * MINUTE):
            assert inside(busy)
    with at(NOW + 61 * MINUTE):
        assert not inside(idle)
        assert "长时间没有操作" in read(idle.get("/sign-in/"))
    with at(NOW + timedelta(hours=12)):
        assert busy.get("/account/").headers["Location"] == "/sign-in/?next=/account/"
        assert "已达上限" in read(busy.get("/sign-in/"))


def test_a_page_costs_no_query_for_the_session(zhao: Person, django_assert_num_queries: Any) -> None:
    client = sign_in()
    client.get("/tokens/")
    # the last is for the columns and views of one's own
    with django_assert_num_queries(6) as first:
        client.get("/tokens/")
    assert not [one for one in first.captured_queries if "UPDATE" in one["sql"]]


def test_the_password_is_changed_and_other_sessions_end(zhao: Person) -> None:
    here, there = sign_in(), sign_in()
    new = "zweite-bruecke-2026"
    wrong = here.post("/account/password/", {"old": "no", "password": new, "again": new})
    assert wrong.status_code == 422
    assert "这不是您现在的密码" in read(wrong)
    differ = here.post("/account/password/", {"old": PASSWORD, "password": new, "again": "other"})
    assert "两次输入的密码不一致" in read(differ)
    weak = here.post("/account/password/", {"old": PASSWORD, "password": "12345678", "again": "12345678"})
    assert weak.status_code == 422
    here.post("/account/password/", {"old": PASSWORD, "password": new, "again": new})
    assert [inside(here), inside(there), inside(sign_in(password=new))] == [True, False, True]
    jobs.send_letters(now=NOW, link=str)
    assert mail.outbox[-1].subject == "您的密码已修改"


def test_a_forgotten_password_is_chosen_anew(zhao: Person) -> None:
    known = read(Client().post("/password/forgotten/", {"who": "zhao"}))
    unknown = read(Client().post("/password/forgotten/", {"who": "nobody"}))
    plain = [re.sub(r"[0-9A-Za-z]{64}", "", page) for page in (known, unknown)]
    assert plain[0] == plain[1], "the answer does not say who is known"
    jobs.send_letters(now=NOW, link=lambda secret: f"/letters/{secret}/")
    [link] = re.findall(r"/letters/\S+/", str(mail.outbox[-1].body))
    client = Client()
    assert "重设密码" in mail.outbox[-1].subject
    assert client.get(link).headers["Cache-Control"].startswith("max-age=0")
    # a mail program that looks at the link uses nothing up
    new = {"password": "zweite-bruecke-2026", "again": "zweite-bruecke-2026"}
    assert client.post(link, new).headers["Location"] == "/sign-in/"
    assert inside(sign_in(password="zweite-bruecke-2026"))
    assert client.post(link, new).status_code == 422
    assert "此链接已使用或已过期" in read(client.get(link))


def test_the_second_factor_from_setting_up_to_removal(zhao: Person) -> None:
    client = sign_in()
    shown = read(client.get("/account/second-factor/"))
    secret = commands.secret_text(SecondFactor.objects.get())
    assert "<svg" in shown
    assert "viewBox" in shown, "drawn to any size without losing its edge"
    assert " ".join(secret[i : i + 4] for i in range(0, 32, 4)) in shown
    assert client.post("/account/second-factor/", {"code": "000000"}).status_code == 422
    codes = enrol(client, zhao)
    assert len(codes) == 10

    # password alone leads to the second step and no further
    half = sign_in()
    assert half.get("/account/").status_code == 302
    assert half.get("/api/v1/me").status_code == 401
    assert half.post("/sign-in/code/", {"code": code_of(zhao)}).status_code == 422, "taken already"
    with at(NOW + MINUTE):
        answer = half.post("/sign-in/code/", {"code": code_of(zhao, NOW + MINUTE)})
        assert answer.headers["Location"] == "/start/"
        assert inside(half)
    by_code = sign_in()
    assert by_code.post("/sign-in/code/", {"code": codes[0].lower()}).status_code == 302
    assert inside(by_code)
    assert sign_in().post("/sign-in/code/", {"code": codes[0]}).status_code == 422
    late = sign_in()
    with at(NOW + 11 * MINUTE):
        assert late.post("/sign-in/code/", {"code": codes[1]}).headers["Location"] == "/sign-in/"

    # removing it asks for the password again once some time has passed
    with at(NOW + 20 * MINUTE):
        asked = half.post("/account/second-factor/removal/")
        assert asked.headers["Location"] == "/account/confirm/?next=%2Faccount%2Fsecond-factor%2Fremoval%2F"
        assert half.post("/account/confirm/", {"password": "no"}).status_code == 422
        onward = {"password": PASSWORD, "next": "/account/second-factor/removal/"}
        assert half.post("/account/confirm/", onward).headers["Location"] == onward["next"]
        half.post("/account/second-factor/removal/")
        assert not queries.has_second_factor(zhao.pk)


def test_a_duty_may_demand_the_second_factor(zhao: Person, world: World, settings: Any) -> None:
    settings.SIGN_IN = replace(settings.SIGN_IN, second_factor="officers")
    assert inside(sign_in()), "who holds no duty is asked for none"
    commands.give_duty(zhao.pk, code="window-clerk", actor=None, now=NOW)
    client = sign_in()
    for address in ("/account/", "/worklist/", "/tokens/", "/"):
        assert client.get(address).headers["Location"] == "/account/second-factor/"
    assert client.get("/api/v1/me").status_code == 403
    assert "您的职责要求双重验证" in read(client.get("/account/second-factor/"))
    assert len(enrol(client, zhao)) == 10
    assert inside(client)
    assert "移除" not in read(client.get("/account/")), "what a duty demands is not removed"


def test_nothing_but_a_duty_grants_anything(zhao: Person, world: World) -> None:
    from django.contrib.auth.models import Permission

    Person.objects.filter(pk=zhao.pk).update(is_superuser=True, is_staff=True)
    zhao.refresh_from_db()
    zhao.user_permissions.set(Permission.objects.all())
    case = world.file()
    client = signed_in(zhao)
    for address in ("/registers/", "/registers/locks/", "/worklist/", "/overview/", "/duty/"):
        assert client.get(address).status_code == 403, address
    assert client.get(f"/cases/{case.number}/").status_code == 404
    from lianqiao.engine.errors import Refusal

    with pytest.raises(Refusal, match="only the office"):
        commands.give_duty(zhao.pk, code="office", actor=zhao, now=NOW)


def test_nobody_signs_in_as_somebody_else() -> None:
    """One function signs people in, and those who call it have proof; there is no “become” anywhere."""
    package = Path(lianqiao.__file__).parent
    calls: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if re.search(r"\b(force_login|login|staying\.enter)$", name):
                calls.setdefault(name, set()).add(str(path.relative_to(package)))
    assert calls == {
        "login": {"portal/staying.py"},
        "staying.enter": {
            "portal/pages/sign_in.py",  # a password; in a demonstration, an example person
            "portal/pages/second_step.py",  # a password and a code
            "portal/pages/outside.py",  # the identity provider's word
            "portal/pages/registering.py",  # the link mailed to confirm an address
        },
    }
    names = " ".join(str(key) for key in get_resolver().reverse_dict if isinstance(key, str))
    assert not re.search(r"imperson|hijack|become|masquerade|\bas-user\b|sudo", names)


def test_a_newcomer_registers_without_telling_who_is_known(world: World, zhao: Person) -> None:
    client = Client()
    assert "注册账号" in read(client.get("/register/"))
    wrong = client.post("/register/", {"email": "no address", "name": "钱示例"})
    assert wrong.status_code == 422
    assert 'value="钱示例"' in read(wrong)
    pages = []
    for email in ("zhao@example.cn", "qian@example.cn"):
        page = read(client.post("/register/", {"email": email, "name": "钱示例", "agree": "on"}))
        pages.append(re.sub(r"[0-9A-Za-z]{64}", "", page.replace(email, "")))
    assert pages[0] == pages[1]


def test_where_no_mail_is_sent_nobody_can_register(world: World, settings: Any) -> None:
    settings.MAIL_ON = False
    assert "账号由服务窗口办理" in read(Client().get("/register/"))
    assert "/register/" not in read(Client().get("/sign-in/"))
    assert "本站未配置邮件" in read(Client().get("/password/forgotten/"))
