"""Files are what their bytes say, lie once, belong to who sent them; refused, they leave nothing behind."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lianqiao.bridge import commands, jobs, packs
from lianqiao.bridge.models import Attachment, Case
from lianqiao.bridge.queries import document_of, received_files
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import CaseField
from tests.bridge.laws import assert_lawful
from tests.bridge.town import Town, archive, docx, film, pdf, png, remark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where received files lie in this test alone."""
    settings.MEDIA_ROOT = str(tmp_path / "attachments")
    return tmp_path / "attachments"


def paper(*formats: str, max_mb: int = 1) -> CaseField:
    """Return a field for files of these formats."""
    field = packs.current().newest("simple").fields["paper"]
    return field.model_copy(update={"formats": formats or field.formats, "max_mb": max_mb})


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# ---- what a file is


@pytest.mark.parametrize(
    ("content", "name", "formats", "kind"),
    [
        (pdf(), "a.pdf", ["pdf"], "application/pdf"),
        (pdf(), "named otherwise.png", ["pdf", "png"], "application/pdf"),
        (png(), "a.png", ["png"], "image/png"),
        (
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00" + bytes(64) + b"\xff\xd9",
            "a.jpg",
            ["jpg"],
            "image/jpeg",
        ),
        (
            docx(),
            "a.docx",
            ["docx"],
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            archive({"xl/workbook.xml": "<x/>", "[Content_Types].xml": "<x/>"}),
            "a.xlsx",
            ["xlsx"],
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("中文，一行。\n".encode(), "a.txt", ["txt"], "text/plain"),
        ("中文，一行。\n".encode("gb18030"), "a.txt", ["txt"], "text/plain"),
        (film(), "a.mp4", ["mp4"], "video/mp4"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_file_is_what_its_bytes_say(
    town: Town, content: bytes, name: str, formats: list[str], kind: str
) -> None:
    kept = town.upload(content, name, field=paper(*formats))
    digest = hashlib.sha256(content).hexdigest()
    assert kept == {"sha256": digest, "name": name, "size": len(content), "type": kind}
    assert stored_at(digest).read_bytes() == content


EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(48) + b"PE\x00\x00" + bytes(64)
ELF = b"\x7fELF\x02\x01\x01" + bytes(57)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


@pytest.mark.parametrize(
    ("content", "name", "formats"),
    [
        (EXE, "票据.pdf", ["pdf"]),
        (EXE, "票据.docx", ["docx", "pdf", "png", "txt"]),
        (ELF, "图.png", ["png", "jpg"]),
        (HTML, "图.png", ["png", "jpg"]),
        (HTML, "图.pdf", ["pdf", "docx"]),
        (SVG, "图.png", ["png"]),
        (GIF, "图.png", ["png", "jpg"]),
        (archive({"a.txt": "x"}), "材料.docx", ["docx", "xlsx"]),
        (archive({"word/document.xml": "x"}), "材料.xlsx", ["xlsx"]),
        (EXE + docx(), "材料.docx", ["docx"]),
        (HTML + docx(), "材料.docx", ["docx"]),
        (b"junk before " * 200 + pdf(), "材料.pdf", ["pdf"]),
        (b"text and \x00 a zero", "文.txt", ["txt"]),
        (png(), "图.pdf", ["pdf"]),
        (pdf(), "片.mp4", ["mp4", "mov", "mkv"]),
        (b"PK\x03\x04 broken archive", "材料.docx", ["docx"]),
        (b"\x00" * 64, "零.pdf", ["pdf", "txt"]),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(value),
)
def test_a_file_that_is_something_else_is_refused_whatever_it_is_called(
    town: Town, folder: Path, content: bytes, name: str, formats: list[str]
) -> None:
    with pytest.raises(Refusal) as refused:
        town.upload(content, name, field=paper(*formats))
    assert refused.value.code == "file-type"
    assert refused.value.problems[0].facts["formats"] == ", ".join(form.upper() for form in formats)
    assert files_in(folder) == []
    assert Attachment.objects.count() == 0


def test_a_file_too_large_is_refused_before_it_was_read_to_its_end(town: Town, folder: Path) -> None:
    read = 0

    class Endless:
        name = "大.pdf"

        def chunks(self) -> Iterator[bytes]:
            nonlocal read
            yield b"%PDF-1.4\n"
            while True:
                read += 1
                yield bytes(256 * 1024)

    with pytest.raises(Refusal) as refused:
        commands.receive(Endless(), field=paper("pdf", max_mb=1), by=town.agent, now=town.now)
    assert (refused.value.code, refused.value.problems[0].facts["limit"]) == ("file-too-large", "1")
    assert read <= 5
    assert files_in(folder) == []


def test_exactly_the_limit_is_within_it(town: Town) -> None:
    content = pdf().ljust(1024 * 1024, b"\n")
    assert town.upload(content, "满.pdf", field=paper("pdf", max_mb=1))["size"] == 1024 * 1024
    with pytest.raises(Refusal):
        town.upload(content + b"\n", "过.pdf", field=paper("pdf", max_mb=1))


def test_an_empty_file_is_refused(town: Town, folder: Path) -> None:
    with pytest.raises(Refusal) as refused:
        town.upload(b"", "空.pdf", field=paper())
    assert refused.value.code == "file-empty"
    assert files_in(folder) == []


def test_an_upload_that_breaks_off_leaves_nothing(town: Town, folder: Path) -> None:
    class Broken:
        name = "断.pdf"

        def chunks(self) -> Iterator[bytes]:
            yield b"%PDF-1.4\n"
            raise ConnectionResetError("the browser went away")

    with pytest.raises(ConnectionResetError):
        commands.receive(Broken(), field=paper(), by=town.agent, now=town.now)
    assert files_in(folder) == []
    assert Attachment.objects.count() == 0


# ---- names


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("/绝对/路径/材料.pdf", "材料.pdf"),
        ("C:\\材料\\申请表.pdf", "申请表.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("行\n间\r\t.pdf", "行 间 .pdf"),
        ("发票\u202efdp.exe", "发票fdp.exe"),
        ("零宽\u200b\ufeff材料.pdf", "零宽\u200b材料.pdf"),
        ("半个\ud83d字.pdf", "半个字.pdf"),
        ("..", "file"),
        (".", "file"),
        ("", "file"),
        ("/", "file"),
        ("\u202e", "file"),
        ("名" * 300 + ".pdf", "名" * 196 + ".pdf"),
        (None, "file"),
    ],
    ids=ascii,
)
def test_a_name_is_only_ever_a_name(town: Town, folder: Path, given: str, kept: str) -> None:
    file = town.upload(pdf(), given, field=paper())
    assert file["name"] == kept
    assert Attachment.objects.get().name == kept
    [stored] = files_in(folder)
    assert stored == stored_at(file["sha256"])
    case = town.open("simple", name="示例", paper=[file])
    found = document_of(case, file["sha256"], kept)
    assert found
    assert found.name == kept


# ---- once, and whose


def test_the_same_bytes_lie_once_whoever_sends_them(town: Town, folder: Path) -> None:
    first = town.upload(pdf("同"), "一.pdf", field=paper())
    second = town.upload(pdf("同"), "二.pdf", field=paper(), by=town.other_agent)
    assert first["sha256"] == second["sha256"]
    assert len(files_in(folder)) == 1
    assert Attachment.objects.count() == 2


def test_a_file_is_bound_to_the_case_that_names_it(town: Town) -> None:
    file = town.upload(pdf("甲"), "甲.pdf", field=paper())
    case = town.open("simple", name="示例", paper=[file])
    bound = Attachment.objects.get()
    assert (bound.case, bound.person) == (case, town.agent)
    again = town.open("simple", name="又一件", paper=[file])
    assert set(Attachment.objects.values_list("case_id", flat=True)) == {case.pk, again.pk}
    assert_lawful()


@pytest.mark.parametrize(
    "bent", [{}, {"name": "别名.pdf"}, {"type": "image/png"}, {"size": 1}, {"sha256": "0" * 64}]
)
def test_what_a_form_says_of_a_file_must_be_what_was_received(town: Town, bent: dict[str, Any]) -> None:
    """The hash of somebody else's file opens nothing, nor does one's own with another name, type or size."""
    theirs = town.upload(pdf("秘密"), "秘密.pdf", field=paper(), by=town.other_agent)
    file = theirs if not bent else town.upload(pdf("我的"), "我的.pdf", field=paper()) | bent
    with pytest.raises(Refusal) as refused:
        town.open("simple", name="示例", paper=[file])
    assert refused.value.code == "file-not-yours"
    assert refused.value.problems[0].facts["field"] == "paper"
    assert Case.objects.count() == 0


def test_a_file_received_for_another_field_must_suit_this_one_too(ganjiang: Town) -> None:
    """A form names files received before; what the script's field may be, the sealed form may not."""
    fields = packs.current().newest("microdrama-filing").fields
    script = ganjiang.upload("剧本".encode(), "剧本.txt", field=fields["script"])
    with pytest.raises(Refusal) as refused:
        ganjiang.file_drama(application_form=[script])
    problem = refused.value.problems[0]
    assert (problem.code, problem.facts["field"]) == ("file-type", "application_form")
    large = ganjiang.upload(pdf().ljust(21 * 1024 * 1024), "剧本.pdf", field=fields["script"])
    with pytest.raises(Refusal) as refused:
        ganjiang.file_drama(application_form=[large])
    assert refused.value.code == "file-too-large"
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        "a text", 7, [None], [{}], [{"sha256": "0" * 64}],
        {"sha256": 1, "name": 2, "size": "x", "type": None},
        {"sha256": {"a": 1}, "name": ["x"], "size": 1, "type": "t"},
        {"sha256": "\x00", "name": "\x00", "size": 1, "type": "\x00"},
        {"sha256": "0" * 64, "name": "x", "size": 10**30, "type": "t"},
        {"sha256": "0" * 64, "name": "x", "size": True, "type": "t"},
        {"sha256": "0" * 64, "name": "\ud800", "size": 1, "type": "t"},
        {"sha256": "0" * 64, "name": "x", "size": 1.5, "type": "t"},
    ],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_file_is_refused_in_words(town: Town, wrong: Any) -> None:
    with pytest.raises(Refusal) as refused:
        town.open("simple", name="示例", paper=wrong)
    assert refused.value.code in ("needs-wrong", "file-not-yours")
    assert refused.value.problems[0].facts["field"] == "paper"


def test_the_case_s_own_files_may_be_named_again_by_whoever_takes_the_step(town: Town) -> None:
    colleague = town.new_agent("示例经办人丙", town.firm)
    file = town.upload(pdf("甲"), "甲.pdf", field=paper())
    case = town.open("simple", name="示例", paper=[file])
    town.step(case, "return", town.a, faults=[remark("paper", "请更换")])
    town.step(case, "correct", colleague, paper=[file])
    assert Attachment.objects.count() == 1
    with pytest.raises(Refusal) as refused:
        town.open("simple", name="另一件", by=colleague, paper=[file])
    assert refused.value.code == "file-not-yours"


def test_only_ones_own_files_are_found_again(town: Town) -> None:
    mine = town.upload(pdf("我"), "我.pdf", field=paper())
    theirs = town.upload(pdf("他"), "他.pdf", field=paper(), by=town.other_agent)
    keys = [
        (mine["sha256"], "我.pdf"),
        (theirs["sha256"], "他.pdf"),
        ("\x00", "\x00"),
        (mine["sha256"], "别名.pdf"),
    ]
    assert received_files(keys, by=town.agent) == {(mine["sha256"], "我.pdf"): mine}


def test_a_document_whose_bytes_are_gone_is_not_found(town: Town) -> None:
    file = town.upload(pdf("甲"), "甲.pdf", field=paper())
    case = town.open("simple", name="示例", paper=[file])
    stored_at(file["sha256"]).unlink()
    assert document_of(case, file["sha256"], "甲.pdf") is None


# ---- what a killed worker leaves


def test_pieces_of_uploads_that_never_ended_are_cleared_away(town: Town, folder: Path) -> None:
    """A process killed while it receives cannot clean up; a tick does, and touches nothing under way."""
    file = town.upload(pdf("甲"), "甲.pdf", field=paper())
    old, new = folder / "receiving-old", folder / "receiving-new"
    for path in (old, new):
        path.write_bytes(b"%PDF-1.4\n")
    day_before_yesterday = town.now.timestamp() - 2 * 86400
    os.utime(old, (day_before_yesterday, day_before_yesterday))
    os.utime(new, (town.now.timestamp(), town.now.timestamp()))
    jobs.tick(now=town.now)
    assert files_in(folder) == sorted([stored_at(file["sha256"]), new])
