"""Drafts: kept while one types, taken up anywhere, told where two windows meet, gone in the end."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from lianqiao.bridge.models import Case, Job
from lianqiao.engine.errors import Refusal
from lianqiao.service import jobs
from lianqiao.service.commands import drafts as commands
from lianqiao.service.models import Draft, DraftFile
from lianqiao.service.queries.drafts import files_named
from tests.portal.api_world import Api
from tests.service.forms_sent import NEW, hidden
from tests.world import FILING, NOW, TYPED, World, at, read, signed_in, stream, upload

HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{NEW}"}
HALF = {"drama_title": "示例剧《半座桥》", "episodes": "20"}


def save(client: Client, address: str = NEW, *, by_itself: bool = True, **typed: Any) -> Any:
    how = {"_save": "auto" if by_itself else "button"}
    return client.post(address, {**how, **typed}, headers=HTMX if by_itself else {})


def carried(page: Any) -> dict[str, str]:
    """Return what a page's form carries of its draft."""
    found = dict(re.findall(r'name="(_draft|_edition)" value="(\d+)"', read(page)))
    assert set(found) == {"_draft", "_edition"}
    return found


def test_saved_by_itself_and_taken_up_on_another_device(world: World) -> None:
    phone = signed_in(world.agent)
    assert "草稿" not in read(save(phone)), "an empty form is no draft"
    answer = save(phone, **HALF, script=upload("示例剧本.txt", "第1集\n示例".encode()))
    assert "草稿已保存于" in read(answer)
    assert "3月13日" in read(answer), "until when it is kept"
    draft = Draft.objects.get()
    assert answer["HX-Replace-Url"] == f"{NEW}?draft={draft.pk}"
    assert 'id="field-script" hx-swap-oob="true"' in read(answer), "the control is put back, the file named"
    assert "已上传 示例剧本.txt" in read(answer)
    assert Job.objects.get().about == "示例剧本.txt", "looked over meanwhile"
    key = f"{draft.files['script'][0]['sha256']} 示例剧本.txt"
    again = save(phone, **HALF, **carried(answer), **{"_kept.script": key, "synopsis": "示例：还没写完"})
    assert Draft.objects.get().edition == 2
    assert "HX-Replace-Url" in again
    office = signed_in(world.agent)
    assert "示例剧《半座桥》" in read(office.get(NEW)), "an empty form names it"
    page = office.get(f"{NEW}?draft={draft.pk}")
    for kept in ("示例剧《半座桥》", 'value="20"', "示例：还没写完", "已上传 示例剧本.txt"):
        assert kept in read(page)
    # what is said of the files stands beside them before they are sent
    assert "预检提示（不作结论）" in read(page)
    sent = office.post(
        NEW, {**hidden(page), **TYPED, "application_form": upload(), "production_licence": upload()}
    )
    assert sent.status_code == 302, read(sent)
    assert Case.objects.get().title == TYPED["drama_title"]
    assert not Draft.objects.exists(), "what was sent is no draft"
    assert not DraftFile.objects.exists()


def test_without_a_script_a_button_saves(world: World) -> None:
    client = signed_in(world.agent)
    answer = save(client, by_itself=False, **HALF)
    assert answer.headers["Location"] == f"{NEW}?draft={Draft.objects.get().pk}"
    assert "已存为草稿" in read(client.get(answer.headers["Location"]))
    assert "示例剧《半座桥》" in read(client.get("/drafts/"))


def test_two_windows_lose_nothing(world: World) -> None:
    client = signed_in(world.agent)
    save(client, **HALF)
    draft = Draft.objects.get()
    one, other = (carried(client.get(f"{NEW}?draft={draft.pk}")) for _ in range(2))
    save(client, **{**HALF, "synopsis": "第一个窗口"}, **one)
    late = save(client, **{**HALF, "synopsis": "第二个窗口"}, **other)
    assert "已于 2026-02-11 10:00 在另一个窗口保存" in read(late)
    assert late["HX-Reswap"] == "outerHTML"
    assert 'hx-trigger="change' not in read(late), "this window saves no more by itself"
    draft.refresh_from_db()
    assert draft.typed["synopsis"] == "第一个窗口"
    # by the button, with the page and the typing
    shown = save(client, by_itself=False, **{**HALF, "synopsis": "第二个窗口"}, **other)
    assert shown.status_code == 409
    assert "第二个窗口" in read(shown)
    client.post(NEW, {"_save": "another", **HALF, "synopsis": "第二个窗口", **other})
    assert {kept.typed["synopsis"] for kept in Draft.objects.all()} == {"第一个窗口", "第二个窗口"}
    # sent from the window that was overtaken: what the other saved stays
    papers = {name: upload() for name in ("application_form", "production_licence", "script")}
    assert client.post(NEW, {**TYPED, **papers, **other}).status_code == 302
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_an_act_that_only_confirms_offers_no_draft(world: World) -> None:
    acts = f"/cases/{world.file().number}/acts/"
    page = read(signed_in(world.agent).get(f"{acts}withdraw/"))
    assert "撤回" in page
    assert "存为草稿" not in page
    assert 'id="draft"' not in page
    case = Case.objects.get()
    assert "存为草稿" in read(signed_in(world.steward_of(case)).get(f"{acts}refuse_review/"))


def test_a_step_keeps_its_draft_however_the_case_moves(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    client, address = signed_in(steward), f"/cases/{case.number}/acts/refuse_review/"
    page = client.get(address)
    save(client, address, refusal_reasons="示例：理由写了一半", **hidden(page))
    assert "示例：理由写了一半" in read(client.get(address)), "gone on with by itself"
    world.act(case, "withdraw", by=world.agent, now=NOW + timedelta(minutes=1))
    save(
        client,
        address,
        refusal_reasons="示例：理由写完",
        **hidden(page) | carried(save_again(client, address)),
    )
    assert Draft.objects.get().typed["refusal_reasons"] == "示例：理由写完"
    rows = read(client.get("/drafts/"))
    assert case.number in rows
    assert "初审不予通过" in rows


def save_again(client: Client, address: str) -> Any:
    draft = Draft.objects.get()
    return save(client, address, refusal_reasons="x", _draft=draft.pk, _edition=draft.edition)


def test_a_grave_act_sent_after_a_second_look_ends_its_draft(world: World) -> None:
    case = world.file()
    client, address = signed_in(world.steward_of(case)), f"/cases/{case.number}/acts/refuse_review/"
    page = client.get(address)
    kept = carried(save(client, address, refusal_reasons="示例：理由", **hidden(page)))
    second_look = client.post(address, {**hidden(page), "refusal_reasons": "示例：理由", **kept})
    assert carried(second_look) == kept
    done = client.post(address, {**hidden(second_look), "_confirmed": "1"})
    assert done.status_code == 302
    assert not Draft.objects.exists()


def test_the_list_is_searched_sorted_exported_and_emptied(world: World) -> None:
    client = signed_in(world.agent)
    assert "没有草稿" in read(client.get("/drafts/"))
    for number in range(3):
        with at(NOW + timedelta(hours=number)):
            save(client, drama_title=f"示例剧{number}")
    assert re.findall(r"示例剧\d(?=</a>)", read(client.get("/drafts/"))) == ["示例剧2", "示例剧1", "示例剧0"]
    assert re.findall(r"示例剧\d(?=</a>)", read(client.get("/drafts/?sort=saved")))[0] == "示例剧0"
    assert re.findall(r"示例剧\d(?=</a>)", read(client.get("/drafts/?q=剧1"))) == ["示例剧1"]
    book = load_workbook(BytesIO(stream(client.get("/drafts/drafts.xlsx?q=剧1"))))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["示例剧1"]
    draft = Draft.objects.get(title="示例剧1")
    assert signed_in(world.stranger).post(f"/drafts/{draft.pk}/deletion/").status_code == 404
    assert "示例剧" not in read(signed_in(world.stranger).get("/drafts/"))
    assert signed_in(world.stranger).get(f"{NEW}?draft={draft.pk}").status_code == 404
    client.post(f"/drafts/{draft.pk}/deletion/")
    assert Draft.objects.count() == 2


def test_swept_after_a_month_with_the_files_it_kept(world: World) -> None:
    client = signed_in(world.agent)
    save(client, **HALF, script=upload("示例剧本.txt", "第1集".encode()))
    digest = Draft.objects.get().files["script"][0]["sha256"]
    assert files_named({digest, "0" * 64}) == {digest}
    assert jobs.sweep_drafts(now=NOW + timedelta(days=29)) == 0
    with at(NOW + timedelta(days=20)):
        save(client, **HALF, **carried(client.get(f"{NEW}?draft={Draft.objects.get().pk}")))
    assert jobs.sweep_drafts(now=NOW + timedelta(days=31)) == 0, "saved again, it is kept on"
    assert files_named({digest}) == set(), "a file taken out again is kept no longer"
    assert jobs.sweep_drafts(now=NOW + timedelta(days=50)) == 1
    assert not Draft.objects.exists()


def test_hostile_typing_and_bounds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(world.agent)
    text = "<script>alert(1)</script>\x00\u202e𠮷🌉" + "长" * 9000
    page = save(client, drama_title=text, synopsis=text, **{"_kept.script": f"{'0' * 64} 别人的.pdf"})
    assert page.status_code == 200
    assert "<script>alert" not in read(page)
    draft = Draft.objects.get()
    assert "\x00" not in draft.typed["synopsis"]
    assert "🌉" in draft.typed["synopsis"]
    assert draft.files == {}, "only files the person sent"
    monkeypatch.setattr(commands, "LONGEST_JSON", 1000)
    assert "超出草稿容量" in read(save(client, synopsis=text))
    monkeypatch.setattr(commands, "MOST_DRAFTS", 1)
    assert "草稿已有 1 份" in read(save(client, drama_title="示例"))
    for name, value in (("_draft", "9" * 400), ("_edition", "-1"), ("_draft", "１")):
        assert save(client, drama_title="示例", **{name: value}).status_code == 200
    assert client.get(f"{NEW}?draft=abc").status_code == 200
    wrong = save(client, by_itself=False, drama_title="示例", script=upload("剧本.pdf", b"MZ\x90\x00" * 9))
    assert wrong.status_code == 409


def test_through_the_api(world: World) -> None:
    mine, theirs = Api.of(world.agent), Api.of(world.stranger)
    file = mine.upload("script", "script.pdf").json()
    data = {"drama_title": "示例剧", "episodes": 20, "script": [file]}
    made = mine.post("/drafts", {"promise": FILING, "data": data})
    assert made.status_code == 201, made.content
    draft = made.json()
    assert (draft["title"], draft["edition"], draft["data"]["script"]) == ("示例剧", 1, [file])
    assert "示例剧" in read(signed_in(world.agent).get("/drafts/"))
    saved = mine.send("PUT", f"/drafts/{draft['id']}", {"data": {"drama_title": "改名"}, "edition": 1})
    assert (saved.json()["title"], saved.json()["edition"]) == ("改名", 2)
    late = mine.send("PUT", f"/drafts/{draft['id']}", {"data": {}, "edition": 1})
    assert (late.status_code, late.json()["problems"][0]["code"]) == (409, "draft-moved")
    assert [one["id"] for one in mine.get("/drafts?q=改").json()["items"]] == [draft["id"]]
    assert theirs.get("/drafts").json()["items"] == []
    unknown = mine.post("/drafts", {"promise": FILING, "data": {"nonsense": 1}})
    assert (unknown.status_code, unknown.json()["problems"][0]["code"]) == (422, "needs-unknown")
    not_mine = theirs.post("/drafts", {"promise": FILING, "data": {"script": [file]}})
    assert not_mine.json()["problems"][0]["code"] == "file-not-yours"
    assert mine.send("DELETE", f"/drafts/{draft['id']}").status_code == 204
    with pytest.raises(Refusal):
        commands.delete_draft(draft["id"], by=world.agent)
