"""What a visitor sees when the database is away, the disk is full or the code fails: words, and a number."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import Client

from lianqiao.bridge.models import Attachment, Case
from tests.service.forms_sent import papers
from tests.world import FILING, PDF, TYPED, World, read, signed_in, upload

GONE = OperationalError("connection to server at 10.0.0.1 failed: role 示例 password")


def away(*_: Any) -> Any:
    """Stand around every statement, however it is sent, and find no database."""
    raise GONE


def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/services/", "/progress/ABCDEFGHJK/", "/sign-in/"])
def test_database_away(address: str) -> None:
    client = visitor()
    client.cookies["sessionid"] = "x" * 32
    with connection.execute_wrapper(away):
        response = client.get(address)
    if address == "/sign-in/" and response.status_code == 200:
        return  # a page that needs nothing from the database may well be shown
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "数据库" in read(response)
    assert response.headers["X-Request-ID"] in read(response)
    for private in ("10.0.0.1", "Traceback", "password", "OperationalError"):
        assert private not in read(response)


def test_database_away_for_someone_signed_in(world: World) -> None:
    client = signed_in(world.steward_a)
    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        assert client.get("/worklist/").status_code == 503
        assert client.post("/set-language/", {"language": "en"}).status_code in (302, 503)
    assert client.get("/worklist/").status_code == 200


@pytest.mark.django_db
def test_programs_get_a_problem_document() -> None:
    with mock.patch("django.urls.resolvers.URLResolver.resolve", side_effect=GONE):
        response = visitor().get("/api/v1/cases")
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 503
    assert "数据库" in response.json()["detail"]
    assert response.headers["Retry-After"] == "10"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_disk_full_somewhere(world: World, number: int) -> None:
    client = signed_in(world.agent)
    client.raise_request_exception = False
    full = OSError(number, "full", "/var/secret")
    with mock.patch("lianqiao.service.pages.matters.render", side_effect=full):
        response = client.get("/matters/")
    assert response.status_code == 507
    assert "存储空间" in read(response)
    assert "/var/secret" not in read(response)


def test_disk_full_while_a_form_is_read(world: World, settings: Any, tmp_path: Path) -> None:
    """Large files go to a temporary file while the request is read, before any page begins."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "temp")
    (tmp_path / "temp").mkdir()
    client = signed_in(world.agent)
    client.raise_request_exception = False

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with mock.patch("django.core.files.uploadedfile.TemporaryUploadedFile.write", full, create=True):
        response = client.post(f"/services/{FILING}/new/", {**TYPED, **papers()})
    assert response.status_code == 507
    assert list((tmp_path / "temp").iterdir()) == []
    assert not Case.objects.exists()
    assert not Attachment.objects.exists()


def test_code_that_fails(world: World) -> None:
    client = signed_in(world.agent)
    client.raise_request_exception = False
    with mock.patch("lianqiao.service.pages.matters.render", side_effect=KeyError("示例企业甲")):
        response = client.get("/matters/")
    assert response.status_code == 500
    assert "请求编号" in read(response)
    assert "示例企业甲" not in read(response)


@pytest.mark.django_db
def test_foreign_host() -> None:
    response = visitor().get("/", headers={"host": "elsewhere.invalid"})
    assert response.status_code == 400
    assert "无法读取" in read(response)


def test_disk_full_while_a_file_is_kept(world: World, settings: Any) -> None:
    """The form comes back with the reason beside the field and all that was typed; no half file stays."""
    client = signed_in(world.agent)
    full = OSError(errno.ENOSPC, "No space left on device")
    with mock.patch("lianqiao.bridge.commands.attaching.os.fsync", side_effect=full):
        response = client.post(f"/services/{FILING}/new/", {**TYPED, **papers()})
    assert response.status_code == 422
    assert "存储空间已满" in read(response)
    assert TYPED["drama_title"] in read(response)
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert not Attachment.objects.exists()
    assert not Case.objects.exists()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a small disk"
)
def test_a_disk_that_is_really_full(world: World, settings: Any, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False, capture_output=True
    ).returncode:
        pytest.skip("this machine does not let us mount")
    try:
        settings.MEDIA_ROOT = disk / "attachments"
        client = signed_in(world.agent)
        large = upload("application_form.pdf", PDF + b"%" * 200_000)
        response = client.post(f"/services/{FILING}/new/", {**TYPED, **papers(), "application_form": large})
        assert response.status_code == 422
        assert "存储空间已满" in read(response)
        left = [path for path in disk.rglob("*") if path.is_file()]
        assert all(path.name == hashlib.sha256(path.read_bytes()).hexdigest() for path in left)
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "put"])
def test_an_address_opened_the_wrong_way_says_what_to_do(method: str, world: World) -> None:
    client = signed_in(world.agent)
    response = getattr(client, method)("/sign-out/")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST, OPTIONS")
    assert response.headers["Content-Type"].startswith("text/html")
    if method == "head":
        assert (response.content, int(response.headers["Content-Length"]) > 1000) == (b"", True)
    else:
        assert "这个地址不能这样打开" in read(response)
        assert "请回到原来的页面" in read(response)
    client.cookies["language"] = "en"
    assert method == "head" or "not opened this way" in read(getattr(client, method)("/sign-out/"))


@pytest.mark.django_db
def test_the_api_tells_a_wrong_method_its_own_way(world: World) -> None:
    response = signed_in(world.agent).post("/api/v1/me")
    assert response.status_code == 405
    assert response.headers["Content-Type"] == "application/problem+json"
