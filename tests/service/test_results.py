"""The document of a decision: owed by the act, made once, downloadable by the firm, checkable by anyone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from lianqiao.bridge import jobs, queries, storage
from lianqiao.bridge.models import Case, Entry, Notice, Result
from lianqiao.bridge.result_document import fonts, typesetting
from lianqiao.engine.errors import refuse
from lianqiao.site.worker import tick_once
from tests.papers import own_fonts_of, words_of
from tests.world import NOW, World, read, signed_in, stream

MINUTE = timedelta(minutes=1)


def link(code: str) -> str:
    return f"https://example.invalid/verify/{code}/"


def decided(world: World) -> Case:
    case = world.file()
    return world.act(case, "pass_review", by=world.steward_of(case), review_opinion="材料齐全，初审通过。")


def test_a_decision_owes_a_document_and_a_worker_makes_it_once(world: World) -> None:
    case = decided(world)
    owed = Result.objects.get(case=case)
    assert (owed.seq, owed.sha256) == (2, "")
    assert jobs.issue(now=NOW + MINUTE, link=link) == 1
    assert jobs.issue(now=NOW + MINUTE, link=link) == 0
    made, entry = Result.objects.get(case=case), Entry.objects.get(case=case, name="issue")
    assert made.sha256
    assert made.sha256 in entry.body
    assert not queries.verify_log().problems
    assert Notice.objects.filter(kind="document", person=world.agent).count() == 1
    assert Case.objects.get().marking == "production"


def test_other_steps_owe_none(world: World) -> None:
    case = world.file()
    world.act(case, "withdraw", by=world.agent)
    assert not Result.objects.exists()


def test_the_firm_downloads_a_real_pdf_with_an_embedded_subset(world: World) -> None:
    case = decided(world)
    jobs.issue(now=NOW, link=link)
    page = read(signed_in(world.agent).get(f"/cases/{case.number}/"))
    address = page.split('class="button small" href="')[1].split('"')[0]
    answer = signed_in(world.agent).get(address)
    content = stream(answer)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert content.startswith(b"%PDF-")
    assert len(content) < 200_000
    assert signed_in(world.stranger).get(address).status_code == 404
    assert own_fonts_of(content)
    text = words_of(content)
    result = Result.objects.get()
    for words in (
        "初审通过",
        "剧管家",
        "示例企业甲有限公司",
        "材料齐全",
        "按期办结",
        result.code,
        case.number,
    ):
        assert words in text
    assert world.steward_of(case).name not in text


def test_paper_is_set_where_the_machine_has_no_chinese_font(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "USUAL_PLACES", ())
    decided(world)
    assert jobs.issue(now=NOW, link=link) == 1
    content = storage.stored_at(Result.objects.get().sha256).read_bytes()
    assert set(own_fonts_of(content)) == {"NotoSansCJKSC"}
    assert "示例企业甲有限公司" in words_of(content)


def test_the_same_entry_gives_the_same_bytes(world: World) -> None:
    import json

    from lianqiao.bridge.result_document import decision

    case = decided(world)
    entry, result = Entry.objects.get(case=case, seq=2), Result.objects.get()
    told = decision.of_entry(
        case, queries.mechanism_of(case), json.loads(entry.body), entry.hash,
        code=result.code, address=link(result.code),
    )  # fmt: skip
    assert typesetting.pdf(told) == typesetting.pdf(told)
    long = replace(told, reasons=(("初审意见", "很长的理由。" * 900),))
    assert typesetting.pdf(long).count(b"/Type /Page\n") > 2


def test_anyone_verifies_and_learns_nothing_private(world: World) -> None:
    case = decided(world)
    result = Result.objects.get()
    waiting = read(Client().get(f"/verify/{result.code}/"))
    assert "制作" in waiting
    jobs.issue(now=NOW, link=link)
    spaced = f"{result.code[:4].lower()} {result.code[4:8]}-{result.code[8:]}"
    answer = Client().get("/verify/", {"code": spaced})
    assert answer.headers["Location"] == f"/verify/{result.code}/"
    page = read(Client().get(f"/verify/{result.code}/"))
    for words in ("真实有效", "初审通过", case.number, case.title, Result.objects.get().sha256):
        assert words in page
    for words in ("材料齐全", world.firm.name, world.steward_of(case).name):
        assert words not in page


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["AAAAAAAAAAAA", "x%01y", "<b>", "一" * 60])
def test_a_code_never_issued(code: str) -> None:
    answer = Client().get(f"/verify/{code}/")
    assert answer.status_code == 404
    assert "<b>" not in read(answer)


def test_without_a_font_documents_wait_and_the_clocks_do_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(world)

    def no_font() -> Path:
        raise refuse("pdf-font-missing", "no font")

    monkeypatch.setattr(fonts, "font", no_font)
    assert tick_once(now=NOW).documents == 0
    assert Result.objects.get().sha256 == ""
    monkeypatch.undo()
    assert tick_once(now=NOW).documents == 1


def test_a_later_decision_on_the_same_question_supersedes(world: World) -> None:
    case = decided(world)
    mechanism = queries.mechanism_of(case)
    [one] = queries.results_of(case, mechanism)
    assert one.superseded is None
    # a promise that can decide twice: the same step once more
    again = Entry.objects.get(case=case, seq=2)
    Entry.objects.create(
        case=case, seq=9, at=NOW + MINUTE, name="refuse_review", person=again.person, body=again.body,
        previous=again.hash, hash="f" * 64,
    )  # fmt: skip
    Result.objects.create(case=case, seq=9, code="ZZZZZZZZZZZZ")
    newest, oldest = queries.results_of(case, mechanism)
    assert newest.superseded is None
    assert oldest.superseded == NOW + MINUTE
    assert "另有决定" in read(Client().get(f"/verify/{one.code}/"))
