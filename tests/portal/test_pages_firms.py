"""My firms, a firm's members, the clerk's list, and one's own data."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import translation

import lianqiao.portal
from lianqiao.bridge import queries as bridge
from lianqiao.organization import commands, jobs, queries
from lianqiao.organization.models import BindingRequest, Change, DeletionRequest, Person
from lianqiao.portal.privacy_text import PRIVACY_VERSION
from tests.organization.zone_made import credit_code
from tests.portal.api_world import office
from tests.world import NOW, World, at, person, read, signed_in, stream

CODE = credit_code(77)
# the words of the privacy notice by version: other words need another version
TEXTS = {"2026-1": "64731faa2dbb3e16"}


@pytest.fixture
def newcomer(world: World) -> Person:
    return commands.register_person(
        "wu@example.cn",
        name="吴示例",
        email="wu@example.cn",
        password="eine-bruecke-2026",
        actor=None,
        now=NOW,
    )


@pytest.fixture
def clerk(world: World) -> Person:
    made = person("clerk-01", "示例窗口01", NOW)
    commands.give_duty(made.pk, code="window-clerk", actor=None, now=NOW)
    return made


def ask(client: Client, code: str = CODE, name: str = "示例企业丁有限公司") -> Any:
    return client.post("/firms/", {"credit_code": code, "firm_name": name, "note": "周三携执照到窗口"})


def test_from_asking_to_filing(newcomer: Person, clerk: Person) -> None:
    client, window = signed_in(newcomer), signed_in(clerk)
    assert "您尚未代表任何企业" in read(client.get("/firms/"))
    wrong = ask(client, CODE[:-1] + "I")
    assert wrong.status_code == 422
    assert 'value="示例企业丁有限公司"' in read(wrong)
    assert ask(client).status_code == 302
    assert "待答复" in read(client.get("/firms/"))

    listed = read(window.get("/registers/bindings/"))
    assert "示例企业丁有限公司" in listed
    assert "新企业" in listed
    assert "吴*例" in listed
    assert "吴示例" not in listed
    asked = BindingRequest.objects.get()
    page = f"/registers/bindings/{asked.pk}/"
    shown = read(window.get(page))
    assert "w***@example.cn" in shown
    assert "wu@example.cn" not in shown
    assert "周三携执照到窗口" in shown
    window.post(f"{page}person/")
    assert "wu@example.cn" in read(window.get(page))
    assert Change.objects.filter(what="show-person", by=clerk).count() == 1
    answer = {"answer": "refuse", "role": "agent", "firm_name": "示例企业丁有限公司", "reason": ""}
    kept = window.post(page, answer)
    assert kept.status_code == 422
    assert "没有写明理由" in read(kept) or "理由" in read(kept)
    answer |= {"answer": "accept", "role": "administrator"}
    assert window.post(page, answer).headers["Location"] == "/registers/bindings/"
    assert queries.administers(newcomer.pk, queries.firm_by_code(CODE).pk, at=NOW)  # type: ignore[union-attr]
    assert client.get("/services/microdrama-filing/new/").status_code == 200
    assert "您的申请已通过" in _letter()


def test_who_keeps_no_register_sees_none(newcomer: Person, world: World, clerk: Person) -> None:
    ask(signed_in(newcomer))
    number = BindingRequest.objects.get().pk
    for who in (newcomer, world.agent, world.steward_a, world.leader):
        client = signed_in(who)
        for address in ("", "bindings/", "bindings/sheet/", f"bindings/{number}/", "deletions/", "locks/"):
            assert client.get(f"/registers/{address}").status_code == 403
        assert client.post(f"/registers/bindings/{number}/person/").status_code == 403
        assert client.get("/").content.count(b"/registers/") == 0
    window = signed_in(clerk)
    assert window.get("/registers/").status_code == 200
    assert "/registers/" in read(window.get("/"))
    for address in ("deletions/", "deletions/sheet/", "locks/", "locks/sheet/"):
        assert window.get(f"/registers/{address}").status_code == 403


def test_the_sheet_masks_people(newcomer: Person, clerk: Person) -> None:
    ask(signed_in(newcomer))
    sheet = openpyxl.load_workbook(BytesIO(stream(signed_in(clerk).get("/registers/bindings/sheet/"))))
    rows = [[cell.value for cell in row] for row in sheet.active.iter_rows()]
    assert rows[1][:4] == ["示例企业丁有限公司", CODE, "否", "吴*例"]
    assert len(rows) == 2
    narrowed = stream(signed_in(clerk).get("/registers/bindings/sheet/?state=accepted"))
    assert openpyxl.load_workbook(BytesIO(narrowed)).active.max_row == 1


def test_the_firm_one_acts_for_is_chosen(world: World) -> None:
    commands.join_firm(world.agent.pk, firm_id=world.other_firm.pk, role="agent", actor=None, now=NOW)
    client = signed_in(world.agent)
    form = "/services/microdrama-filing/new/"

    def chosen() -> list[str]:
        return re.findall(r'<option value="(\d+)" selected>示例企业', read(client.get(form)))

    before = chosen()
    other = next(str(one) for one in (world.firm.pk, world.other_firm.pk) if str(one) not in before)
    client.post("/firms/acting/", {"firm": other})
    assert chosen() == [other]
    client.post("/firms/acting/", {"firm": "999"})
    assert chosen() == [other]
    own = queries.memberships_of(world.agent.pk, at=NOW)
    ended = next(one for one in own if one.firm_id == world.other_firm.pk)
    client.post(f"/firms/memberships/{ended.pk}/ending/")
    assert [one.firm_id for one in queries.memberships_of(world.agent.pk, at=NOW)] == [world.firm.pk]
    last = queries.memberships_of(world.agent.pk, at=NOW)[0]
    assert "最后一名管理员" in read(client.post(f"/firms/memberships/{last.pk}/ending/", follow=True))


def test_a_firms_administrator_keeps_its_members(world: World, newcomer: Person) -> None:
    boss, firm = signed_in(world.agent), world.firm
    page = f"/firms/{firm.credit_code}/members/"
    for who in (newcomer, world.stranger, world.leader):
        assert signed_in(who).get(page).status_code == 403
        assert signed_in(who).get(f"{page}sheet/").status_code == 403
    boss.post(page, {"email": "wu@example.cn", "role": "agent"})
    link = re.findall(r"/letters/\S+/", _letter())[0]
    anonymous = Client().get(link)
    assert anonymous.headers["Location"].startswith("/sign-in/?next=/letters/")
    assert "邀请发往另一个邮箱" in read(signed_in(world.stranger).post(link)).replace("此", "")
    invited = signed_in(newcomer)
    assert "代表示例企业甲有限公司办事？" in read(invited.get(link))
    invited.post(link)
    assert queries.acts_for(newcomer.pk, firm.pk, at=NOW)
    made = queries.members_of(firm.pk, at=NOW).get(person=newcomer)
    # another firm's administrator reaches nobody of this one
    there = f"/firms/{world.other_firm.credit_code}/members/{made.pk}"
    assert signed_in(world.stranger).post(f"{there}/ending/").status_code == 404
    assert signed_in(world.stranger).post(f"{there}/administration/").status_code == 404
    boss.post(f"{page}{made.pk}/administration/")
    assert queries.administers(newcomer.pk, firm.pk, at=NOW)
    assert boss.get(page).status_code == 403
    ask(signed_in(world.stranger), firm.credit_code, firm.name)
    number = BindingRequest.objects.get().pk
    new_boss = signed_in(newcomer)
    assert "示例企业乙 经办人" in read(new_boss.get(page))
    new_boss.post(f"/firms/{firm.credit_code}/requests/{number}/", {"answer": "accept"})
    assert queries.acts_for(world.stranger.pk, firm.pk, at=NOW)
    other = queries.members_of(firm.pk, at=NOW).get(person=world.stranger)
    new_boss.post(f"{page}{other.pk}/ending/")
    with at(NOW + timedelta(seconds=1)):
        assert not queries.acts_for(world.stranger.pk, firm.pk, at=NOW + timedelta(seconds=1))


def test_one_sees_and_takes_what_is_kept(newcomer: Person) -> None:
    client = signed_in(newcomer)
    ask(client)
    page = read(client.get("/account/data/"))
    assert "企业绑定申请" in page
    copy = json.loads(client.get("/account/data/copy/").content)
    assert copy["account"]["email"] == "wu@example.cn"
    assert copy["binding_requests"][0]["credit_code"] == CODE
    assert "password" not in json.dumps(copy)
    client.post("/account/data/consent/", {"agree": "yes"})
    assert queries.agreed(newcomer.pk, document="privacy", version=PRIVACY_VERSION)
    client.post("/account/data/consent/", {"agree": "no"})
    assert not queries.agreed(newcomer.pk, document="privacy", version=PRIVACY_VERSION)
    [consent] = queries.consents_of(newcomer.pk)
    assert (consent.version, consent.at, consent.withdrawn_at) == (PRIVACY_VERSION, NOW, NOW)


def test_who_asks_is_forgotten_and_the_log_stays_whole(newcomer: Person, world: World, clerk: Person) -> None:
    client, window, keeper = signed_in(newcomer), signed_in(clerk), signed_in(office())
    ask(client)
    asked = BindingRequest.objects.get()
    given = {"answer": "accept", "role": "administrator", "firm_name": "示例企业丁有限公司", "reason": ""}
    window.post(f"/registers/bindings/{asked.pk}/", given)
    firm = queries.firm_by_code(CODE)
    assert firm is not None
    case = world.file(by=newcomer, firm=firm)
    before = [entry.hash for entry in case.entries.order_by("seq")]
    client.post("/account/data/deletion/", {"note": "吴示例不再任职", "sure": "on"})
    assert DeletionRequest.objects.get().state == "pending"
    page = f"/registers/deletions/{DeletionRequest.objects.get().pk}/"
    assert "吴*例" in read(keeper.get("/registers/deletions/"))
    keeper.post(page, {"answer": "accept", "reason": ""})

    newcomer.refresh_from_db()
    assert (newcomer.name, newcomer.is_active) == (f"#{newcomer.pk}", False)
    assert client.get("/account/").status_code == 302
    assert bridge.verify_log().problems == ()
    assert [entry.hash for entry in case.entries.order_by("seq")] == before
    assert found_anywhere("吴示例", "wu@example.cn") == []
    assert signed_in(world.steward_of(case)).get(f"/cases/{case.number}/").status_code == 200


def found_anywhere(*words: str) -> list[str]:
    """Return the tables that hold one of the words in any column."""
    found = []
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            text = repr(cursor.fetchall())
        escaped = [json.dumps(word).strip('"') for word in words]
        found += [model._meta.label for word in (*words, *escaped) if word in text]
    return found


def test_the_notice_and_its_version_belong_together() -> None:
    """Whoever agreed agreed to these words: other words need a version of their own."""
    folder = Path(lianqiao.portal.__file__).parent
    said = re.findall(r'translate "([^"]+)"', (folder / "templates/portal/pages/privacy.html").read_text())
    words = list(said)
    with translation.override("zh-hans"):
        words += [translation.gettext(one) for one in said]
    digest = hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
    assert TEXTS[PRIVACY_VERSION] == digest


def _letter() -> str:
    jobs.send_letters(now=NOW, link=lambda secret: f"/letters/{secret}/")
    sent = mail.outbox[-1]
    return f"{sent.subject}\n{sent.body}"
