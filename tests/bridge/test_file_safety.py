"""Archives that harm whoever opens them, viruses, pictures with too much in them, files whose time is up."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lianqiao.bridge import jobs, queries
from lianqiao.bridge.commands import picturing, scanning
from lianqiao.bridge.models import Attachment, Content, Preview
from lianqiao.bridge.queries import document_of, log_of, verify_log
from lianqiao.bridge.queries.measures import files_named
from lianqiao.bridge.storage import quarantined_at, stored_at
from lianqiao.engine.errors import Refusal
from tests.bridge.real_files import EICAR, Clamd, bomb, clamd, clip, pages, photograph
from tests.bridge.test_attachments import files_in, paper
from tests.bridge.town import Town, docx, film, pdf

pytestmark = pytest.mark.django_db
MB = 1024 * 1024
WORD = "word/document.xml"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # however slow the machine, one round does
    monkeypatch.setattr(picturing, "LONGEST_ROUND_S", 600)
    settings.MEDIA_ROOT = str(tmp_path / "attachments")
    return tmp_path / "attachments"


@pytest.fixture
def takes_all(testing_zone: Path) -> None:
    """Let the zone's simple promise take pictures and films too."""
    file = testing_zone / "mechanisms" / "simple.toml"
    old = 'formats = ["pdf", "png", "docx", "txt"]'
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, 'formats = ["pdf", "png", "docx", "txt", "jpg", "mp4"]'))


def refused(town: Town, content: bytes, name: str = "材料.docx") -> Refusal:
    with pytest.raises(Refusal) as found:
        town.upload(content, name, field=paper("docx", "pdf", "txt", max_mb=60))
    return found.value


# ---- archives


def zipped(members: dict[str, bytes], **more: Any) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **more) as made:
        for name, content in {WORD: b"<document/>", **members}.items():
            made.writestr(name, content)
    return file.getvalue()


def linked() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(WORD, "<document/>")
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return file.getvalue()


def overlapping() -> bytes:
    """Two entries of the table of contents that lead to the same bytes."""
    made = bytearray(zipped({"a": b"a" * 4000, "b": b"b" * 4000}))
    last = made.rfind(b"PK\x01\x02")
    before = made.rfind(b"PK\x01\x02", 0, last)
    made[last + 42 : last + 46] = made[before + 42 : before + 46]
    return bytes(made)


def locked() -> bytes:
    made = bytearray(zipped({"a": b"a"}))
    at = made.rfind(b"PK\x01\x02")
    made[at + 8 : at + 10] = struct.pack("<H", 1)
    return bytes(made)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: zipped({"word/media/zeros.bin": bytes(40 * MB)}), "ratio"),
        (lambda: zipped({f"word/{n}": b"" for n in range(10_001)}), "entries"),
        (lambda: zipped({"../../etc/cron.d/x": b"x"}), "path"),
        (lambda: zipped({"/etc/passwd": b"x"}), "path"),
        (lambda: zipped({"..\\..\\win.ini": b"x"}), "path"),
        (lambda: zipped({"C:\\x": b"x"}), "path"),
        (linked, "link"),
        (locked, "encrypted"),
        (overlapping, "overlap"),
        (lambda: zipped({"a": zipped({"b": zipped({})})}), "nested"),
        (lambda: zipped({"a": zipped({"b": bytes(40 * MB)})}), "ratio"),
        (lambda: zipped({"a.txt": b"x"})[:-3], None),
    ],
    ids=[
        "ratio",
        "entries",
        "up",
        "root",
        "back",
        "drive",
        "link",
        "locked",
        "overlap",
        "nest",
        "bomb-in",
        "cut",
    ],
)
def test_an_archive_that_may_harm_is_refused(town: Town, folder: Path, make: Any, fault: str | None) -> None:
    refusal = refused(town, make())
    if fault is None:
        assert refusal.code == "file-type"
    else:
        assert (refusal.code, refusal.problems[0].facts["fault"]) == ("archive-unsafe", fault)
    assert (files_in(folder), Attachment.objects.count(), Content.objects.count()) == ([], 0, 0)


def test_an_ordinary_document_with_a_sheet_in_it_is_none(town: Town) -> None:
    sheet = zipped({"xl/workbook.xml": b"<workbook/>" * 100})
    kept = town.upload(zipped({"word/embeddings/Sheet1.xlsx": sheet}), "材料.docx", field=paper("docx"))
    assert kept["name"] == "材料.docx"


# ---- viruses


@pytest.fixture
def scanner(settings: Any) -> Any:
    with clamd() as told:
        settings.CLAMD = told.address
        yield told


def test_a_small_file_with_a_virus_is_refused_at_once_and_put_away(
    town: Town, folder: Path, scanner: Clamd
) -> None:
    content = b"text " + EICAR
    refusal = refused(town, content, "文.txt")
    assert refusal.code == "file-infected"
    [kept] = Content.objects.all()
    assert (kept.scan, kept.virus, kept.gone) == ("infected", "Eicar-Test-Signature", "infected")
    assert files_in(folder) == [quarantined_at(kept.sha256)]
    assert Attachment.objects.count() == 0
    # the same again is known without asking, from whoever it comes
    asked = len(scanner.sent)
    assert refused(town, content, "又.txt").code == "file-infected"
    assert len(scanner.sent) == asked
    assert kept.sha256 not in set(files_named()), "a backup does not carry it"


def test_a_clean_one_may_be_opened_at_once(town: Town, scanner: Clamd) -> None:
    kept = town.upload(pdf("净"), "净.pdf", field=paper())
    assert scanner.sent == [pdf("净")]
    assert queries.contents_of([kept["sha256"]])[kept["sha256"]].state == ""


def test_a_large_one_stays_closed_until_the_worker_had_it_scanned(
    town: Town, scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "AT_ONCE_BYTES", 10)
    good, bad = (
        town.upload(content, name, field=paper())
        for content, name in ((pdf("好"), "好.pdf"), (pdf(EICAR.decode()), "坏.pdf"))
    )
    case = town.open("simple", name="示例", paper=[good, bad])
    for file in (good, bad):
        found = document_of(case, file["sha256"], file["name"])
        assert found is not None
        assert found.state == "scanning"
    assert jobs.look_after_files(now=town.now) == 2
    states = {file["name"]: queries.contents_of_case(case)[file["sha256"]] for file in (good, bad)}
    assert (states["好.pdf"].state, states["坏.pdf"].state) == ("", "infected")
    assert quarantined_at(bad["sha256"]).is_file()
    assert not stored_at(bad["sha256"]).exists()
    assert log_of(case)[0].body["data"]["paper"][1]["sha256"] == bad["sha256"], "the log names what was filed"
    assert verify_log().problems == ()
    with pytest.raises(Refusal) as refusal:
        town.open("simple", name="又一件", paper=[bad])
    assert refusal.value.code == "file-infected"


def test_a_scanner_that_is_away_or_sees_not_all_keeps_the_file_closed_and_is_asked_again(
    town: Town, settings: Any
) -> None:
    settings.CLAMD = "tcp://127.0.0.1:9"
    kept = town.upload(pdf("等"), "等.pdf", field=paper())
    state = lambda: queries.contents_of([kept["sha256"]])[kept["sha256"]].state  # noqa: E731
    assert state() == "scanning"
    jobs.look_after_files(now=town.now)
    content = Content.objects.get()
    assert content.scan_error
    assert content.scan_next_at == town.now + timedelta(minutes=1)
    with clamd() as told:
        settings.CLAMD, told.longest = told.address, 8
        town.later(minutes=1)
        jobs.look_after_files(now=town.now)
        assert "size limit" in Content.objects.get().scan_error
        assert state() == "scanning"
        told.longest = 2**40
        town.later(minutes=2)
        jobs.look_after_files(now=town.now)
    assert state() == ""


def test_where_nobody_scans_nothing_waits(town: Town) -> None:
    kept = town.upload(pdf("无"), "无.pdf", field=paper())
    assert Content.objects.get().scan == ""
    assert queries.contents_of([kept["sha256"]])[kept["sha256"]].state == ""


# ---- pictures


def picture(sha256: str, number: int = 1) -> Image.Image:
    made = Preview.objects.get(content__sha256=sha256, number=number)
    return Image.open(io.BytesIO(stored_at(made.sha256).read_bytes()))


def test_pictures_are_small_upright_and_carry_nothing_else(
    takes_all: None, town: Town, tmp_path: Path
) -> None:
    field = paper("jpg", "png", "pdf", "mp4", max_mb=50)
    photo = town.upload(photograph(2400, 1200, place="示例地点"), "照.jpg", field=field)
    paged = town.upload(pages(7), "页.pdf", field=field)
    played = town.upload(clip(tmp_path / "clip.mp4"), "片.mp4", field=field)
    exploding = town.upload(bomb(), "弹.png", field=field)
    broken = town.upload(pdf("没有页"), "坏.pdf", field=field)
    case = town.open("simple", name="示例", paper=[photo, paged, played, exploding, broken])
    assert queries.picture_of(case, photo["sha256"], 1) is None
    assert jobs.look_after_files(now=town.now) == 3
    small = picture(photo["sha256"])
    assert small.size == (800, 1600), "turned as the camera says"
    assert not small.getexif()
    assert "示例地点".encode() not in stored_at(Preview.objects.earliest("pk").sha256).read_bytes()
    assert Preview.objects.filter(content__sha256=paged["sha256"]).count() == 5
    assert picture(played["sha256"]).size == (320, 180)
    assert set(
        Content.objects.filter(sha256__in=[exploding["sha256"], broken["sha256"]]).values_list(
            "preview", flat=True
        )
    ) == {"failed"}
    assert queries.picture_of(case, photo["sha256"], 1)
    other = town.open("simple", name="另一件")
    assert queries.picture_of(other, photo["sha256"], 1) is None, "a picture is as private as its file"
    assert jobs.look_after_files(now=town.now) == 0


# ---- kept as long as the rules say


def test_what_nobody_named_is_swept_and_what_a_draft_names_is_not(town: Town, folder: Path) -> None:
    bound = town.upload(pdf("案"), "案.pdf", field=paper())
    town.open("simple", name="示例", paper=[bound])
    again = town.upload(pdf("案"), "案又.pdf", field=paper())
    draft, lost = (town.upload(pdf(one), f"{one}.pdf", field=paper()) for one in ("稿", "弃"))
    named = lambda digests: digests & {draft["sha256"]}  # noqa: E731
    assert jobs.sweep_files(now=town.now, named=named) == 0
    town.later(days=7, seconds=1)
    assert jobs.sweep_files(now=town.now, named=named) == 1
    assert set(Attachment.objects.values_list("name", flat=True)) == {"案.pdf", "稿.pdf"}
    assert stored_at(again["sha256"]).is_file(), "the same bytes belong to a case"
    assert not stored_at(lost["sha256"]).exists()
    assert Content.objects.get(sha256=lost["sha256"]).gone == "unbound"
    # sent once more, they are here once more
    town.upload(pdf("弃"), "弃.pdf", field=paper())
    assert Content.objects.get(sha256=lost["sha256"]).gone == ""
    assert stored_at(lost["sha256"]).is_file()


def test_files_of_cases_closed_long_ago_go_and_the_log_keeps_their_hash(
    takes_all: None, town: Town, testing_zone: Path
) -> None:
    rules = "format = 1\ncase_file_years = 10\nfilm_years = 3\n"
    (testing_zone / "retention.toml").write_text(rules)
    field = paper("pdf", "mp4")
    own, shared, played = (
        town.upload(content, name, field=field)
        for content, name in ((pdf("独"), "独.pdf"), (pdf("共"), "共.pdf"), (film(), "片.mp4"))
    )
    case = town.open("simple", name="示例", paper=[own, shared, played])
    still = town.open("simple", name="仍办", paper=[shared])
    town.step(case, "withdraw", town.agent)
    case.refresh_from_db()
    closed = case.closed_at
    assert closed
    sweep = lambda: jobs.sweep_files(now=town.now)  # noqa: E731
    town.now = closed.replace(year=closed.year + 3)
    assert sweep() == 0
    town.later(seconds=1)
    assert sweep() == 1
    assert queries.contents_of_case(case)[played["sha256"]].state == "retention"
    town.now = closed.replace(year=closed.year + 10) + timedelta(seconds=1)
    assert sweep() == 1
    assert not stored_at(own["sha256"]).exists()
    assert stored_at(shared["sha256"]).is_file(), "another case goes on using it"
    found = document_of(case, own["sha256"], "独.pdf")
    assert found is not None
    assert found.state == "retention"
    assert verify_log().problems == ()
    assert own["sha256"] not in set(files_named())
    assert sweep() == 0
    assert still.pk


def test_what_lay_in_quarantine_long_enough_is_removed(town: Town, folder: Path, scanner: Clamd) -> None:
    refused(town, b"text " + EICAR, "文.txt")
    town.later(days=30)
    assert jobs.sweep_files(now=town.now) == 0
    town.later(seconds=1)
    assert jobs.sweep_files(now=town.now) == 1
    assert files_in(folder) == []
    assert Content.objects.get().scan == "infected"


def test_documents_still_open_for_docx(town: Town) -> None:
    kept = town.upload(docx("文"), "文.docx", field=paper("docx"))
    assert Content.objects.get(sha256=kept["sha256"]).preview == ""
