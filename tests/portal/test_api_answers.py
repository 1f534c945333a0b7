"""How the API answers what it cannot take, and how it answers the same request sent twice."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from lianqiao.bridge.models import Case
from lianqiao.organization import commands
from lianqiao.organization.models import KeptAnswer
from tests.portal.api_world import BASE, Api, codes, token_of
from tests.world import NOW, World, at, build_world


def test_a_refusal_is_problem_details_in_chinese(world: World) -> None:
    answer = Api.of(world.agent).get("/cases/WDJ-2026-999999")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/api/v1/docs#unknown-case",
        "title": "没有此内容，或您无权查看",
        "status": 404,
        "detail": "没有这个办件，或您无权查看",
        "problems": [
            {
                "code": "unknown-case",
                "field": "",
                "place": "",
                "reason": "没有这个办件，或您无权查看",
                "hint": "",
            }
        ],
    }


def test_and_in_english(world: World) -> None:
    answer = Api.of(world.agent, language="en").get("/cases/WDJ-2026-999999").json()
    assert answer["title"] == "There is no such thing for you"
    assert answer["problems"][0]["hint"] == "check the number"


def test_every_problem_is_told_at_once(world: World) -> None:
    answer = Api.of(world.agent).post(
        "/cases",
        {
            "promise": "microdrama-filing",
            "data": {
                "drama_title": 5,
                "episodes": "many",
                "nothing": 1,
                "investment": 1.5,
                "script": [{"sha256": "x"}],
            },
        },
    )
    assert answer.status_code == 422
    found = {problem["field"]: problem["code"] for problem in answer.json()["problems"]}
    assert (
        found["drama_title"] == found["episodes"] == found["investment"] == found["script"] == "needs-wrong"
    )
    assert found["nothing"] == "needs-unknown"
    assert found["synopsis"] == "needs-missing"
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "body-unreadable"),
        (b"\xff\xfe", 400, "body-unreadable"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'{"promise": NaN}', 400, "body-unreadable"),
        (b'{"promise": "a\\u0000"}', 400, "body-unreadable"),
        (b'{"promise": "a\\ud800"}', 400, "body-unreadable"),
        (b'{"promise":' + b"[" * 100_000, 400, "body-unreadable"),
        (b'{"promise":' + b"9" * 5000 + b"}", 400, "body-unreadable"),
        (b'{"promise": "microdrama-filing", "data": {}, "more": 1}', 422, "invalid"),
        (b'{"promise": 5, "data": {}}', 422, "invalid"),
        (b" " * (6 * 1024 * 1024), 413, "body-too-large"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_bodies_that_will_not_do(world: World, body: bytes, status: int, code: str) -> None:
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token_of(world.agent)}")
    answer = client.post(f"{BASE}/cases", body, "application/json")
    assert (answer.status_code, codes(answer)[0]) == (status, code)


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""]
)
def test_a_body_of_another_type(world: World, kind: str) -> None:
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token_of(world.agent)}")
    answer = client.generic("POST", f"{BASE}/cases", b"{}", kind)
    assert (answer.status_code, codes(answer)) == (415, ["body-type"])


def test_what_is_nowhere(world: World) -> None:
    api = Api.of(world.agent)
    for address in ("/", "/nothing", "/cases/", "/me/", "/%00", "/cases/%E4%BD%A0", "/../secret"):
        answer = api.get(address)
        assert answer.status_code in (404, 422), address
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_method_that_is_not_for_here(world: World) -> None:
    answer = Api.of(world.agent).send("DELETE", "/me")
    assert (answer.status_code, codes(answer)) == (405, ["wrong-method"])
    assert answer.headers["Allow"] == "GET"


def test_head_is_get_without_the_body(world: World) -> None:
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token_of(world.agent)}")
    answer = client.head(f"{BASE}/me")
    assert (answer.status_code, answer.content) == (200, b"")


def test_refusals_are_not_kept_by_caches_and_pages_keep_their_policy(world: World) -> None:
    answer = Api.of(world.agent).get("/cases/WDJ-2026-999999")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


# ---- the same request twice -----------------------------------------------------------------------------


def test_a_case_is_opened_once(world: World) -> None:
    api = Api.of(world.agent)
    body = api.filing()
    first = api.post("/cases", body, Idempotency_Key="one")
    again = api.post("/cases", body, Idempotency_Key="one")
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1


def test_the_key_with_another_body_is_refused(world: World) -> None:
    api = Api.of(world.agent)
    body = api.filing()
    api.post("/cases", body, Idempotency_Key="one")
    body["data"]["episodes"] = 3
    answer = api.post("/cases", body, Idempotency_Key="one")
    assert (answer.status_code, codes(answer)) == (422, ["idempotency-reused"])


def test_the_key_at_another_address_is_refused(world: World) -> None:
    api = Api.of(world.agent)
    api.post("/notices/reading", {}, Idempotency_Key="one")
    assert codes(api.post("/clock", {}, Idempotency_Key="one")) == ["idempotency-reused"]


def test_keys_of_two_people_do_not_meet(world: World) -> None:
    for who in (world.agent, world.stranger):
        answer = Api.of(who).post("/notices/reading", {}, Idempotency_Key="one")
        assert "Idempotency-Replayed" not in answer.headers


def test_a_refused_request_gives_its_key_back(world: World) -> None:
    api = Api.of(world.agent)
    body = api.filing(episodes="many")
    assert api.post("/cases", body, Idempotency_Key="one").status_code == 422
    body["data"]["episodes"] = 80
    assert api.post("/cases", body, Idempotency_Key="one").status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "键", "x" * 201])
def test_keys_that_are_none(world: World, key: str) -> None:
    answer = Api.of(world.agent).post("/notices/reading", {}, Idempotency_Key=key)
    assert (answer.status_code, codes(answer)) == (422, ["idempotency-key"])


def test_a_key_is_forgotten_after_a_day(world: World) -> None:
    api = Api.of(world.agent)
    api.post("/notices/reading", {}, Idempotency_Key="one")
    with at(NOW + timedelta(hours=23)):
        assert "Idempotency-Replayed" in api.post("/notices/reading", {}, Idempotency_Key="one").headers
    with at(NOW + timedelta(hours=25)):
        assert "Idempotency-Replayed" not in api.post("/notices/reading", {}, Idempotency_Key="one").headers
    assert KeptAnswer.objects.count() == 1


def test_an_act_is_not_done_twice_even_when_its_answer_was_lost(world: World) -> None:
    case = world.file()
    api = Api.of(world.steward_of(case))
    body = {"data": {"review_opinion": "同意"}}
    assert api.post(f"/cases/{case.number}/acts/pass_review", body, Idempotency_Key="one").status_code == 200
    # the process died after the act and before its answer was kept
    KeptAnswer.objects.all().delete()
    again = api.post(f"/cases/{case.number}/acts/pass_review", body, Idempotency_Key="one")
    assert again.status_code == 200
    assert again.json()["seq"] == 2


def test_what_was_cut_off_may_be_done_by_whoever_repeats_it(world: World) -> None:
    api = Api.of(world.agent)
    api.post("/notices/reading", {}, Idempotency_Key="one")
    KeptAnswer.objects.update(done_at=None)
    with at(NOW + timedelta(minutes=6)):
        assert api.post("/notices/reading", {}, Idempotency_Key="one").status_code == 200


def test_what_is_under_way_is_not_done_beside_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianqiao.portal.api.idempotency.PATIENCE_S", 0.1)
    api = Api.of(world.agent)
    api.post("/notices/reading", {}, Idempotency_Key="one")
    KeptAnswer.objects.update(done_at=None)
    answer = api.post("/notices/reading", {}, Idempotency_Key="one")
    assert (answer.status_code, codes(answer)) == (409, ["idempotency-in-progress"])
    assert answer.headers["Retry-After"] == "1"


def test_a_file_sent_again_is_compared(world: World) -> None:
    api = Api.of(world.agent)
    first = api.upload("script", Idempotency_Key="one")
    assert api.upload("script", Idempotency_Key="one").content == first.content
    other = b"%PDF-1.4\n%another\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    assert codes(api.upload("script", content=other, Idempotency_Key="one")) == ["idempotency-reused"]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_done() -> None:
    with at(NOW):
        world = build_world()
        secret = token_of(world.agent)
        body = json.dumps(Api(secret).filing())
        answers: list[Any] = []

        def send() -> None:
            client = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")
            answers.append(
                client.post(f"{BASE}/cases", body, "application/json", headers={"Idempotency-Key": "one"})
            )
            connection.close()

        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [one.status_code for one in answers] == [201] * 6
    assert len({one.content for one in answers}) == 1
    assert sum("Idempotency-Replayed" not in one.headers for one in answers) == 1
    assert Case.objects.count() == 1


def test_a_lost_claim_is_dropped_quietly(world: World) -> None:
    commands.drop_claim(world.agent, "nothing")
