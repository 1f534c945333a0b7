"""Messages on a case: in the log, for both sides, and nothing else moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Case, Entry, Notice
from lianqiao.engine.errors import Refusal
from tests.world import NOW, World, at, read, signed_in, upload

LATER = NOW + timedelta(hours=1)


def talk(case: Case) -> str:
    return f"/cases/{case.number}/messages/"


def test_both_sides_write_and_nothing_moves(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    before = queries.state_of(Case.objects.get())
    with at(LATER):
        firm = signed_in(world.agent)
        assert firm.post(talk(case), {"text": "请问何时出结果？"}).status_code == 302
        officer = signed_in(steward)
        assert "请问何时出结果？" in read(officer.get(f"/cases/{case.number}/"))
        assert officer.post(talk(case), {"text": "明天。"}).status_code == 302
    after = queries.state_of(Case.objects.get())
    assert (after.marking, after.clocks, after.counts) == (before.marking, before.clocks, before.counts)
    assert after.seq == before.seq + 2
    assert Notice.objects.filter(kind="note", person=steward).count() == 1
    assert Notice.objects.filter(kind="note", person=world.agent).count() == 1
    assert not queries.verify_log().problems
    assert "案件有新消息" in read(signed_in(steward).get("/notices/"))


def test_a_message_does_not_overtake_a_form(world: World) -> None:
    case = world.file()
    commands.add_note(case.number, "稍等", by=world.agent, now=NOW)
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    commands.add_note(case.number, "谢谢", by=world.agent, now=NOW)
    assert Case.objects.get().marking == "production"


def test_a_refused_message_comes_back_with_its_files(world: World) -> None:
    case = world.file()
    firm = signed_in(world.agent)
    empty = firm.post(talk(case), {"text": " \n\u0007 "})
    assert empty.status_code == 422
    assert "请写下消息" in read(empty)
    long = firm.post(talk(case), {"text": "长" * 4001, "files": upload("合同.pdf")})
    assert long.status_code == 422
    page = read(long)
    assert "长" * 4001 in page
    key = page.split('name="_kept.files" value="')[1].split('"')[0]
    assert firm.post(talk(case), {"text": "短", "_kept.files": key}).status_code == 302
    assert "合同.pdf" in read(signed_in(world.steward_of(case)).get(f"/cases/{case.number}/"))
    wrong = firm.post(talk(case), {"text": "看这个", "files": upload("x.pdf", b"MZ\x00\x01\x02 no document")})
    assert wrong.status_code == 422
    assert "看这个" in read(wrong)


def test_sent_twice_is_kept_once(world: World) -> None:
    case = world.file()
    firm = signed_in(world.agent)
    for _ in range(2):
        assert firm.post(talk(case), {"text": "一次", "_once": "a" * 32}).status_code == 302
    assert Entry.objects.filter(name="note").count() == 1


def test_who_may_not(world: World) -> None:
    case = world.file()
    commands.add_note(case.number, "只给经办人看", by=world.agent, now=NOW)
    colleague = world.other_steward(case)
    assert signed_in(world.stranger).post(talk(case), {"text": "x"}).status_code == 404
    assert signed_in(colleague).post(talk(case), {"text": "x"}).status_code == 403
    page = read(signed_in(colleague).get(f"/cases/{case.number}/"))
    assert "只给经办人看" not in page
    assert 'id="talk"' not in page
    assert "只给经办人看" not in read(signed_in(world.stranger).get(f"/progress/{case.progress_code}/"))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "😀\u202eRTL", "a\r\nb\u0000c"])
def test_hostile_text_is_text(world: World, text: str) -> None:
    case = world.file()
    commands.add_note(case.number, text, by=world.agent, now=NOW)
    page = read(signed_in(world.agent).get(f"/cases/{case.number}/"))
    assert "<script>alert" not in page
    assert not queries.verify_log().problems


def test_someone_elses_file_cannot_be_attached(world: World) -> None:
    from lianqiao.bridge.commands.talking import NOTE_FILES
    from tests.world import receive

    case = world.file()
    file = receive(NOTE_FILES, by=world.stranger, now=NOW, content=b"%PDF-1.4 other\n%%EOF\n")
    with pytest.raises(Refusal) as refused:
        commands.add_note(case.number, "x", by=world.agent, now=NOW, files=[file])
    assert refused.value.code == "file-not-yours"
