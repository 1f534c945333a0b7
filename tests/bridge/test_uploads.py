"""Large files in pieces: what arrived stays, whoever is killed; what is refused leaves nothing."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from lianqiao.bridge import commands, jobs, packs, queries
from lianqiao.bridge.commands import uploading
from lianqiao.bridge.models import Attachment, Upload
from lianqiao.bridge.storage import incoming_at, stored_at
from lianqiao.engine.errors import Refusal
from tests.bridge.test_attachments import files_in, paper
from tests.bridge.town import Town, film, pdf

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "attachments")
    return tmp_path / "attachments"


def begin(town: Town, size: int, name: str = "成片.mp4", **more: Any) -> Upload:
    field = paper("mp4", max_mb=2048)
    return commands.begin(
        name=name, size=size, field=field, purpose="simple/paper", by=more.get("by", town.agent), now=town.now
    )


def append(town: Town, upload: Upload, content: bytes, at: int) -> Upload:
    return commands.append(upload, [content], at=at, now=town.now)


def code_of(ask: Any) -> str:
    with pytest.raises(Refusal) as refused:
        ask()
    return refused.value.code


def test_pieces_make_the_file_and_its_hash(town: Town, folder: Path) -> None:
    content = film("片" * 5000)
    upload = begin(town, len(content))
    for at in range(0, len(content), 4000):
        upload = append(town, upload, content[at : at + 4000], at)
        assert upload.offset == min(at + 4000, len(content))
    digest = hashlib.sha256(content).hexdigest()
    assert (upload.sha256, upload.type) == (digest, "video/mp4")
    assert stored_at(digest).read_bytes() == content
    assert Attachment.objects.get().name == "成片.mp4"
    assert files_in(folder) == [stored_at(digest)], "nothing of the pieces stays"
    file = {"sha256": digest, "name": "成片.mp4", "size": len(content), "type": "video/mp4"}
    assert queries.received_files([(digest, "成片.mp4")], by=town.agent) == {(digest, "成片.mp4"): file}


def test_a_server_killed_between_and_within_pieces_goes_on_where_it_was(town: Town) -> None:
    content = film("甲" * 9000)
    upload = append(town, begin(town, len(content)), content[:5000], 0)
    # the process that had hashed the beginning is gone; another was killed before what it wrote was counted
    uploading.RUNNING.drop(upload.token)
    with incoming_at(upload.token).open("ab") as file:
        file.write(b"half a piece that nobody counted")
    assert queries.upload_of(upload.token, town.agent.pk).offset == 5000
    after = append(town, upload, content[5000:], 5000)
    assert after.sha256 == hashlib.sha256(content).hexdigest()


def test_what_came_before_the_line_broke_is_kept(town: Town) -> None:
    content = film("乙" * 9000)
    upload = begin(town, len(content))

    def broken() -> Iterator[bytes]:
        yield content[:3000]
        raise ConnectionResetError("the browser went away")

    with pytest.raises(ConnectionResetError):
        commands.append(upload, broken(), at=0, now=town.now)
    assert queries.upload_of(upload.token, town.agent.pk).offset == 3000
    assert append(town, upload, content[3000:], 3000).sha256


def test_a_piece_that_begins_elsewhere_is_told_where_to_go_on(town: Town) -> None:
    content = film("丙" * 3000)
    upload = append(town, begin(town, len(content)), content[:1000], 0)
    for at in (0, 999, 1001, len(content)):
        with pytest.raises(Refusal) as refused:
            append(town, upload, content[at : at + 10], at)
        assert (refused.value.code, refused.value.problems[0].facts["offset"]) == ("upload-offset", "1000")
    assert append(town, upload, content[1000:], 1000).sha256


def test_a_piece_beyond_the_size_told_changes_nothing(town: Town) -> None:
    content = film("丁" * 1000)
    upload = begin(town, len(content))
    assert code_of(lambda: append(town, upload, content + b"more", 0)) == "file-too-large"
    assert queries.upload_of(upload.token, town.agent.pk).offset == 0
    assert append(town, upload, content, 0).sha256


def test_only_ones_own_upload_is_found(town: Town) -> None:
    upload = begin(town, 100)
    for token in (upload.token, "../../etc/passwd", "\x00" * 30, "a" * 32, ""):
        assert code_of(lambda token=token: queries.upload_of(token, town.other_agent.pk)) == "unknown-upload"


def test_the_true_type_is_checked_when_all_is_there_and_nothing_stays(town: Town, folder: Path) -> None:
    content = b"MZ\x90\x00" + bytes(500)
    upload = begin(town, len(content))
    assert code_of(lambda: append(town, upload, content, 0)) == "file-type"
    assert (files_in(folder), Upload.objects.count(), Attachment.objects.count()) == ([], 0, 0)


@pytest.mark.parametrize(
    ("size", "code"), [(0, "file-empty"), (2048 * MB + 1, "file-too-large"), (11 * MB, "quota-full")]
)
def test_what_cannot_be_is_refused_before_a_byte_is_sent(
    town: Town, settings: Any, size: int, code: str
) -> None:
    settings.UPLOAD_QUOTA_BYTES = 10 * MB if code == "quota-full" else 10**12
    assert code_of(lambda: begin(town, size)) == code
    assert Upload.objects.count() == 0


def test_ones_share_is_what_one_sent_and_has_not_filed(town: Town, settings: Any) -> None:
    first = town.upload(pdf("一" * 400), "一.pdf", field=paper())
    settings.UPLOAD_QUOTA_BYTES = first["size"] + 1000
    begin(town, 900)
    assert queries.quota_left(town.agent.pk) == 100
    assert code_of(lambda: begin(town, 101)) == "quota-full"
    assert code_of(lambda: town.upload(pdf("二" * 400), "二.pdf", field=paper())) == "quota-full"
    assert begin(town, 101, by=town.other_agent)
    town.open("simple", name="示例", paper=[first])
    assert begin(town, 101), "what is filed no longer counts"


def test_too_many_at_once_are_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "MOST_AT_ONCE", 2)
    begin(town, 10), begin(town, 10)
    assert code_of(lambda: begin(town, 10)) == "uploads-too-many"


def test_a_disk_too_small_is_said_before_it_is_full(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 10**12, 65 * MB))
    assert code_of(lambda: begin(town, 2 * MB)) == "disk-full"
    assert begin(town, MB // 2)


def test_a_disk_that_fills_up_meanwhile_leaves_nothing_half(town: Town, folder: Path) -> None:
    content = film("戊" * 9000)
    upload = append(town, begin(town, len(content)), content[:5000], 0)

    def full() -> Iterable[bytes]:
        yield content[5000:6000]
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert code_of(lambda: commands.append(upload, full(), at=5000, now=town.now)) == "disk-full"
    assert (files_in(folder), Upload.objects.count(), Attachment.objects.count()) == ([], 0, 0)


def test_giving_up_leaves_nothing_and_a_finished_file_stays(town: Town, folder: Path) -> None:
    content = film("己")
    half = append(town, begin(town, len(content) + 5), content, 0)
    commands.abandon(half)
    whole = append(town, begin(town, len(content)), content, 0)
    commands.abandon(whole)
    assert Upload.objects.count() == 0
    assert files_in(folder) == [stored_at(whole.sha256)]


def test_memory_stays_level_and_a_restart_is_lived_through_with_64_mb(town: Town) -> None:
    """The pieces of a file are never held together: 64 MB pass through in pieces of one."""
    import tracemalloc

    size, head = 64 * MB, film()
    upload = begin(town, size)
    digest = hashlib.sha256()
    tracemalloc.start()
    for number in range(64):
        piece = (head if number == 0 else b"").ljust(MB, bytes([number]))
        digest.update(piece)
        upload = append(town, upload, piece, number * MB)
        if number == 30:
            uploading.RUNNING.drop(upload.token)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert upload.sha256 == digest.hexdigest()
    assert peak < 8 * MB


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_with_the_same_piece_one_writes(busy_town: Town) -> None:
    town, content = busy_town, film("庚" * 4000)
    upload = begin(town, len(content))
    inside, go = threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        inside.set()
        go.wait(10)
        yield content

    def first() -> None:
        try:
            commands.append(upload, slow(), at=0, now=town.now)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    assert code_of(lambda: append(town, upload, content, 0)) == "upload-busy"
    go.set()
    thread.join()
    assert queries.upload_of(upload.token, town.agent.pk).sha256 == hashlib.sha256(content).hexdigest()
    assert Attachment.objects.count() == 1


# ---- swept


def test_uploads_nobody_went_on_with_are_swept(town: Town, folder: Path) -> None:
    append(town, begin(town, 1000), b"x" * 500, 0)
    town.later(days=1)
    fresh = append(town, begin(town, 1000), b"y" * 500, 0)
    stray = folder / "incoming" / "tmpabcd.upload"
    stray.write_bytes(b"of a server that was killed")
    os.utime(stray, (town.now.timestamp() - 9 * 86400,) * 2)
    town.later(days=1, seconds=1)
    assert jobs.sweep_files(now=town.now) == 2
    assert list(Upload.objects.values_list("token", flat=True)) == [fresh.token]
    assert files_in(folder) == [incoming_at(fresh.token)]


def test_the_pack_names_its_retention() -> None:
    from lianqiao.bridge.pack_files import load_pack
    from lianqiao.site.environment import default_district

    rules = load_pack(default_district()).retention
    assert (rules.unbound_days, rules.case_file_years, rules.result_years) == (7, 10, 0)
    assert packs.current()
