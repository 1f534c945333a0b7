"""Files of a case on pages and over the API: whole or from the middle, looked at, closed; sent in pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lianqiao.bridge import jobs
from lianqiao.bridge.commands import picturing
from lianqiao.bridge.models import Attachment, Case, Content, Upload
from tests.bridge.real_files import clip, pages
from tests.portal.api_world import BASE, Api, codes
from tests.service.forms_sent import file_case
from tests.world import FILING, NOW, World, read, signed_in, stream, upload

pytestmark = pytest.mark.django_db
PIECE = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # however slow the machine, one round does
    monkeypatch.setattr(picturing, "LONGEST_ROUND_S", 600)
    settings.MEDIA_ROOT = str(tmp_path / "attachments")
    return tmp_path / "attachments"


@pytest.fixture
def case(world: World) -> Case:
    made = file_case(
        signed_in(world.agent),
        application_form=upload("申请表.pdf", pages(3)),
        script=upload("本.pdf", pages(1)),
    )
    jobs.look_after_files(now=NOW)
    return made


def file_of(case: Case, name: str) -> dict[str, Any]:
    found = Attachment.objects.get(case=case, name=name)
    return {"sha256": found.sha256, "size": found.size}


def address(case: Case, kind: str, name: str) -> str:
    return f"/cases/{case.number}/{kind}/{file_of(case, name)['sha256']}/{name}"


def test_a_part_of_a_file_is_sent_as_asked(world: World, case: Case) -> None:
    client = signed_in(world.agent)
    whole_response = client.get(address(case, "documents", "申请表.pdf"))
    whole, etag = stream(whole_response), whole_response.headers["ETag"]
    assert whole_response.headers["Accept-Ranges"] == "bytes"
    size = len(whole)
    parts = {
        "bytes=0-9": (0, 10),
        "bytes=10-": (10, size),
        "bytes=-5": (size - 5, size),
        f"bytes=5-{size + 99}": (5, size),
    }
    for asked, (begin, end) in parts.items():
        part = client.get(address(case, "documents", "申请表.pdf"), headers={"Range": asked})
        assert part.status_code == 206
        assert stream(part) == whole[begin:end]
        assert part.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{size}"
        assert int(part.headers["Content-Length"]) == end - begin
        assert "attachment" in part.headers["Content-Disposition"]
    beyond = client.get(address(case, "documents", "申请表.pdf"), headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    for headers in (
        {"Range": "bytes=0-1,4-5"},
        {"Range": "lines=1"},
        {"Range": "bytes=1-2", "If-Range": '"x"'},
    ):
        answer = client.get(address(case, "documents", "申请表.pdf"), headers=headers)
        assert (answer.status_code, stream(answer)) == (200, whole)
    same = client.get(
        address(case, "documents", "申请表.pdf"), headers={"Range": "bytes=1-2", "If-Range": etag}
    )
    assert stream(same) == whole[1:3]


def test_pages_of_a_document_are_looked_at_by_whom_it_concerns(world: World, case: Case) -> None:
    steward = world.steward_of(case)
    page = read(signed_in(steward).get(f"/cases/{case.number}/"))
    assert page.count('class="thumb"') == 2
    assert address(case, "views", "申请表.pdf").split("/")[4] in page
    shown = read(signed_in(steward).get(address(case, "views", "申请表.pdf")))
    assert shown.count("/pictures/") == 3
    picture = f"/cases/{case.number}/pictures/{file_of(case, '申请表.pdf')['sha256']}/1.jpg"
    sent = signed_in(steward).get(picture)
    assert sent.headers["Content-Type"] == "image/jpeg"
    assert stream(sent).startswith(b"\xff\xd8\xff")
    for somebody in (world.stranger, world.other_steward(case)):
        other = signed_in(somebody)
        for kind in ("views", "films", "documents"):
            assert other.get(address(case, kind, "申请表.pdf")).status_code == 404
        assert other.get(picture).status_code == 404
    assert signed_in(steward).get(picture.replace("/1.jpg", "/9.jpg")).status_code == 404
    assert signed_in(steward).get(address(case, "films", "申请表.pdf")).status_code == 404
    api = Api.of(steward)
    told = {one["name"]: one for one in api.get(f"/cases/{case.number}/documents").json()["items"]}
    assert (told["申请表.pdf"]["state"], told["申请表.pdf"]["previews"]) == ("", [1, 2, 3])
    over_api = api.get(f"/cases/{case.number}/pictures/{told['申请表.pdf']['sha256']}/2")
    assert stream(over_api).startswith(b"\xff\xd8\xff")


def test_a_film_has_a_player_and_is_sought_in(world: World, case: Case, tmp_path: Path) -> None:
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    agent = signed_in(world.agent)
    start = agent.get(f"/cases/{case.number}/acts/send_film/")
    from tests.service.forms_sent import hidden

    film = clip(tmp_path / "clip.mp4")
    sent = agent.post(
        f"/cases/{case.number}/acts/send_film/", {**hidden(start), "film": upload("成片.mp4", film)}
    )
    assert sent.status_code == 302
    jobs.look_after_files(now=NOW)
    page = read(agent.get(address(case, "views", "成片.mp4")))
    assert "<video" in page
    assert "poster=" in page
    part = agent.get(address(case, "films", "成片.mp4"), headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.headers["Content-Type"]) == (206, "video/mp4")
    assert stream(part) == film[100:200]
    assert "inline" in part.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ({"scan": "waiting"}, 409, "正在查毒"),
        ({"scan": "infected", "gone": "infected", "virus": "Eicar"}, 410, "Eicar"),
        ({"gone": "retention"}, 410, "保留规则"),
    ],
)
def test_a_closed_file_says_why(
    world: World, case: Case, state: dict[str, str], status: int, words: str
) -> None:
    agent = signed_in(world.agent)
    sha256 = file_of(case, "申请表.pdf")["sha256"]
    Content.objects.filter(sha256=sha256).update(**state)
    page = read(agent.get(f"/cases/{case.number}/"))
    assert words in page
    assert address(case, "documents", "申请表.pdf") not in page
    for kind in ("documents", "views"):
        answer = agent.get(address(case, kind, "申请表.pdf"))
        assert answer.status_code == status
        assert words in read(answer)
        assert sha256 in read(answer)
    assert agent.get(address(case, "films", "申请表.pdf")).status_code == 404
    assert agent.get(f"/cases/{case.number}/pictures/{sha256}/1.jpg").status_code == 404
    refused = Api.of(world.agent).get(f"/cases/{case.number}/documents/{sha256}/申请表.pdf")
    assert (refused.status_code, codes(refused)) == (409, ["file-closed"])


# ---- sent in pieces over the API


def begin(api: Api, size: int, name: str = "a.pdf", field: str = "application_form") -> Any:
    query = f"promise={FILING}&field={field}&name={name}"
    return api.client.post(f"{BASE}/uploads?{query}", headers={"Upload-Length": str(size)})


def patch(api: Api, url: str, content: bytes, at: int, kind: str = PIECE) -> Any:
    return api.client.patch(url, content, kind, headers={"Upload-Offset": str(at), "Tus-Resumable": "1.0.0"})


def test_a_file_in_pieces_opens_a_case(world: World) -> None:
    api, content = Api.of(world.agent), pages(2)
    begun = begin(api, len(content))
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    url, half = begun.headers["Location"], len(content) // 2
    assert [one["offset"] for one in api.get("/uploads").json()["items"]] == [0]
    assert patch(api, url, content[:half], 0).status_code == 204
    asked = api.client.head(url)
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, str(half))
    assert asked.headers["Upload-Length"] == str(len(content))
    again = patch(api, url, content[:half], 0)
    assert (again.status_code, codes(again)) == (409, ["upload-offset"])
    assert patch(api, url, content[half:], half, "application/json").status_code == 415
    assert patch(api, url, content[half:], half).status_code == 204
    file = api.client.get(url).json()["file"]
    assert (file["size"], file["type"]) == (len(content), "application/pdf")
    assert api.get("/uploads").json()["items"] == []
    opened = api.post("/cases", api.filing(application_form=[file]))
    assert opened.status_code == 201, opened.content
    assert api.client.delete(url).status_code == 204
    assert api.client.head(url).status_code == 404


def test_what_is_refused_is_refused_in_words_and_leaves_nothing(
    world: World, folder: Path, settings: Any
) -> None:
    api = Api.of(world.agent)
    large = begin(api, 21 * 1024 * 1024)
    assert (large.status_code, codes(large)) == (413, ["file-too-large"])
    settings.UPLOAD_QUOTA_BYTES = 1000
    full = begin(api, 2000)
    assert (full.status_code, codes(full)) == (413, ["quota-full"])
    assert "合计" in full.json()["detail"]
    settings.UPLOAD_QUOTA_BYTES = 10**9
    wrong = begin(api, 4)
    refused = patch(api, wrong.headers["Location"], b"MZ\x90\x00", 0)
    assert (refused.status_code, codes(refused)) == (422, ["file-type"])
    assert Upload.objects.count() == 0
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    signed = begin(Api.of(world.stranger), 10).headers["Location"]
    assert patch(api, signed, b"%PDF-", 0).status_code == 404


def test_a_browser_sends_pieces_with_its_session_and_the_forms_token(world: World) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(world.agent)
    query = f"promise={FILING}&field=application_form&name=a.pdf"
    assert client.post(f"{BASE}/uploads?{query}", headers={"Upload-Length": "10"}).status_code == 403
    client.get("/services/")
    token = client.get(f"/services/{FILING}/new/").content.decode().split('"X-CSRFToken": "')[1].split('"')[0]
    made = client.post(f"{BASE}/uploads?{query}", headers={"Upload-Length": "10", "X-CSRFToken": token})
    assert made.status_code == 201
