"""Cases over the API: what each reader sees, what acts need, and acts that come too late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianqiao.bridge.models import Entry
from lianqiao.organization import commands as organization
from tests.portal.api_world import BASE, Api, codes
from tests.world import MP4, NOW, PDF, World, at, stream

PASS = {"data": {"review_opinion": "同意"}}


def test_the_firm_reads_all_it_filed(world: World) -> None:
    case = world.file()
    told = Api.of(world.agent).get(f"/cases/{case.number}").json()
    assert told["private"]
    assert told["withheld"] == []
    assert told["roles"] == ["applicant"]
    assert told["data"]["investment"] == 120_000_000
    assert told["data"]["tier"] == "ordinary"
    assert [act["id"] for act in told["acts"]] == ["withdraw"]
    assert told["people"][0]["holder"]["name"] == world.steward_of(case).name


def test_a_colleague_with_the_duty_sees_how_it_stands(world: World) -> None:
    case = world.file()
    told = Api.of(world.other_steward(case)).get(f"/cases/{case.number}").json()
    assert not told["private"]
    assert told["acts"] == []
    assert set(told["data"]) == {"drama_title", "episodes", "tier"}
    assert "synopsis" in told["withheld"]
    assert "application_form" in told["withheld"]
    log = Api.of(world.other_steward(case)).get(f"/cases/{case.number}/log").json()["items"]
    assert [(line["name"], line["data"]) for line in log] == [("file", None)]


def test_the_clock_explains_itself(world: World) -> None:
    case = world.file()
    (clock,) = Api.of(world.agent).get(f"/cases/{case.number}").json()["clocks"]
    assert (clock["due_date"], clock["due_time"], clock["budget"]) == ("2026-02-14", "17:30", "3wd")
    assert clock["law"]["budget"] == "20wd"
    assert "行政许可法" in clock["law"]["basis"]
    last = clock["walk"][-1]
    assert (last["day"], last["counted"], last["kind"]) == ("2026-02-14", 3, "make_up")
    assert "国办发明电" in last["notice"]


def test_it_opens_acts_and_closes(world: World) -> None:
    firm = Api.of(world.agent)
    opened = firm.post("/cases", firm.filing())
    number = opened.json()["number"]
    assert opened.headers["Location"] == f"{BASE}/cases/{number}"
    assert opened.headers["ETag"] == '"1"'
    from lianqiao.bridge.models import Case

    steward = Api.of(world.steward_of(Case.objects.get()))
    assert steward.post(f"/cases/{number}/acts/pass_review", PASS).status_code == 200
    film = firm.upload("film", "成片.mp4", MP4).json()
    sent = firm.post(f"/cases/{number}/acts/send_film", {"data": {"film": [film]}})
    assert [state["id"] for state in sent.json()["states"]] == ["film_review"]
    done = steward.post(f"/cases/{number}/acts/pass_film", {"data": {"film_opinion": "同意"}}).json()
    assert (done["outcome"], done["waits_for"], done["holder"]) == ("granted", "", None)
    assert done["standing"] == "kept"
    assert done["closed_at"]


def test_a_grave_act_is_confirmed(world: World) -> None:
    case = world.file()
    api = Api.of(world.agent)
    assert codes(api.post(f"/cases/{case.number}/acts/withdraw")) == ["confirm-needed"]
    done = api.post(f"/cases/{case.number}/acts/withdraw", {"confirmed": True})
    assert done.json()["outcome"] == "withdrawn"


@pytest.mark.parametrize(
    ("step", "status", "code"),
    [("file", 404, "unknown-step"), ("nothing", 404, "unknown-step"), ("withdraw", 403, "wrong-role"),
     ("pass_film", 409, "step-not-possible")],
)  # fmt: skip
def test_steps_that_cannot_be_taken(world: World, step: str, status: int, code: str) -> None:
    case = world.file()
    answer = Api.of(world.steward_of(case)).post(f"/cases/{case.number}/acts/{step}", PASS)
    assert (answer.status_code, codes(answer)[0]) == (status, code)
    assert Entry.objects.count() == 1


def test_whoever_comes_second_is_told_who_was_first(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    api = Api.of(steward)
    seen = api.get(f"/cases/{case.number}").headers["ETag"]
    api.post(
        f"/cases/{case.number}/acts/return_incorrect",
        {"data": {"incorrect": [{"field": "synopsis", "reason": "短"}]}},
    )
    late = api.post(f"/cases/{case.number}/acts/pass_review", PASS, If_Match=seen)
    assert (late.status_code, codes(late)) == (412, ["case-moved"])
    assert steward.name in late.json()["detail"]


def test_what_time_did_does_not_make_an_act_late(world: World) -> None:
    from lianqiao.bridge import jobs

    case = world.file()
    api = Api.of(world.steward_of(case))
    seen = api.get(f"/cases/{case.number}").headers["ETag"]
    friday = NOW + timedelta(days=2, hours=9)
    with at(friday):
        jobs.tick(now=friday)
        assert api.get(f"/cases/{case.number}").headers["ETag"] != seen
        assert api.post(f"/cases/{case.number}/acts/pass_review", PASS, If_Match=seen).status_code == 200


@pytest.mark.parametrize("etag", ['"9"', '"999999999"'])
def test_an_etag_from_nowhere_is_refused(world: World, etag: str) -> None:
    case = world.file()
    answer = Api.of(world.steward_of(case)).post(
        f"/cases/{case.number}/acts/pass_review", PASS, If_Match=etag
    )
    assert answer.status_code == 412


def test_an_etag_that_is_none_is_refused(world: World) -> None:
    case = world.file()
    answer = Api.of(world.steward_of(case)).post(
        f"/cases/{case.number}/acts/pass_review", PASS, If_Match="W/x"
    )
    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, "If-Match")


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    case = world.file()
    api = Api.of(world.agent)
    etag = api.get(f"/cases/{case.number}").headers["ETag"]
    again = api.get(f"/cases/{case.number}", If_None_Match=etag)
    assert (again.status_code, again.content) == (304, b"")
    assert api.get(f"/cases/{case.number}", If_None_Match='"7"').status_code == 200


def test_someone_with_two_firms_says_for_which(world: World) -> None:
    organization.join_firm(world.agent.pk, firm_id=world.other_firm.pk, role="agent", actor=None, now=NOW)
    api = Api.of(world.agent)
    body = api.filing()
    assert codes(api.post("/cases", body)) == ["firm-needed"]
    made = api.post("/cases", body | {"firm": world.other_firm.credit_code})
    assert made.json()["firm"]["name"] == world.other_firm.name


def test_nobody_files_for_another_firm(world: World) -> None:
    api = Api.of(world.agent)
    answer = api.post("/cases", api.filing() | {"firm": world.other_firm.credit_code})
    assert (answer.status_code, codes(answer)) == (403, ["wrong-role"])


# ---- files ----------------------------------------------------------------------------------------------


def test_a_file_comes_back_as_it_went(world: World) -> None:
    case = world.file()
    api = Api.of(world.agent)
    (first, *_) = api.get(f"/cases/{case.number}/documents").json()["items"]
    sent = api.client.get(first["url"])
    assert stream(sent) == PDF
    assert sent.headers["Content-Type"] == "application/pdf"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sent.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("?promise=microdrama-filing&field=nothing&name=a.pdf", "unknown-field"),
        ("?promise=microdrama-filing&field=synopsis&name=a.pdf", "unknown-field"),
        ("?promise=nothing&field=script&name=a.pdf", "unknown-mechanism"),
        ("?field=script&name=a.pdf", "promise-needed"),
        ("?promise=microdrama-filing&field=script", "invalid"),
        ("?promise=microdrama-filing&field=script&name=a%00.pdf", "invalid"),
        ("?case=WDJ-2026-999999&field=script&name=a.pdf", "unknown-case"),
    ],
)
def test_uploads_for_nothing(world: World, address: str, code: str) -> None:
    api = Api.of(world.agent)
    answer = api.client.post(f"{BASE}/attachments{address}", PDF, "application/octet-stream")
    assert codes(answer)[0] == code


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"MZ\x90\x00" + b"\x00" * 200, "file-type"), (b"x" * 21 * 1024 * 1024, "file-too-large")],
)
def test_files_that_will_not_do(world: World, content: bytes, code: str) -> None:
    assert codes(Api.of(world.agent).upload("application_form", content=content)) == [code]


def test_a_name_cannot_lead_out_of_the_folder(world: World) -> None:
    kept = Api.of(world.agent).upload("application_form", "../../../etc/passwd").json()
    assert kept["name"] == "passwd"


def test_another_firms_file_cannot_be_named(world: World) -> None:
    theirs = Api.of(world.stranger).upload("application_form").json()
    api = Api.of(world.agent)
    answer = api.post("/cases", api.filing(application_form=[theirs | {"name": "其他.pdf"}]))
    assert codes(answer) == ["file-not-yours"]


def test_a_file_of_another_kind_cannot_stand_in(world: World) -> None:
    api = Api.of(world.agent)
    film = api.upload("film", "成片.mp4", MP4).json()
    assert codes(api.post("/cases", api.filing(application_form=[film]))) == ["file-type"]


# ---- what is typed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("drama_title", 5), ("drama_title", ["剧"]), ("drama_title", {"a": 1}), ("episodes", 1.5),
        ("episodes", True),
        ("episodes", []), ("investment", 1.5), ("investment", "1e9"), ("front_page", "yes"),
        ("front_page", 1),
        ("special_topic", "nothing"), ("special_topic", ["none"]), ("synopsis", False), ("script", "x"),
        ("script", [1]), ("script", [{"sha256": 1, "name": 2}]),
        ("script", [{"sha256": "x" * 64, "name": "y" * 900}]),
        ("episodes", 10**30), ("drama_title", "长" * 61),
    ],
    ids=repr,
)  # fmt: skip
def test_values_of_another_type(world: World, field: str, value: Any) -> None:
    api = Api.of(world.agent)
    answer = api.post("/cases", api.filing(**{field: value}))
    assert answer.status_code == 422
    assert {problem["field"] for problem in answer.json()["problems"]} == {field}


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "😀剧", "剧\u202e反", "a\tb"])
def test_texts_are_kept_as_text(world: World, text: str) -> None:
    api = Api.of(world.agent)
    made = api.post("/cases", api.filing(drama_title=text))
    assert made.status_code == 201
    assert made.json()["title"] == " ".join(text.replace("\u202e", "").split())


def test_needs_are_a_schema_that_the_filing_fits(world: World) -> None:
    from jsonschema import Draft202012Validator

    api = Api.of(world.agent)
    needs = api.get("/promises/microdrama-filing").json()["needs"]
    Draft202012Validator.check_schema(needs)
    Draft202012Validator(needs).validate(api.filing()["data"])
    assert needs["properties"]["cost_report"]["x-required-when"]["expression"] == "tier == 'key'"
    assert "重点" in needs["properties"]["cost_report"]["x-required-when"]["words"]


# ---- the log --------------------------------------------------------------------------------------------


def test_an_altered_log_is_told(world: World) -> None:
    case = world.file()
    api = Api.of(world.agent)
    assert api.get(f"/cases/{case.number}/verification").json()["intact"] is True
    Entry.objects.update(body=Entry.objects.get().body.replace("80", "81"))
    told = api.get(f"/cases/{case.number}/verification").json()
    assert not told["intact"]
    assert told["problems"][0]["code"] == "entry-altered"
    assert "改动" in told["problems"][0]["reason"] or "不是" in told["problems"][0]["reason"]


def test_work_is_given_to_a_colleague(world: World) -> None:
    case = world.file()
    other = world.other_steward(case)
    done = Api.of(world.leader).post(
        f"/cases/{case.number}/reassignment", {"role": "steward", "to": other.pk}
    )
    assert done.json()["holder"]["id"] == other.pk
    assert Api.of(other).post(f"/cases/{case.number}/acts/pass_review", PASS).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"role": "steward", "to": 999_999}, 404),
        ({"role": "nothing", "to": 0}, 422),
        ({"role": "applicant", "to": 0}, 422),
    ],
)
def test_work_given_to_nobody(world: World, body: dict[str, Any], status: int) -> None:
    case = world.file()
    body["to"] = body["to"] or world.steward_a.pk
    assert Api.of(world.leader).post(f"/cases/{case.number}/reassignment", body).status_code == status


def test_public_progress_shows_nothing_private(world: World) -> None:
    case = world.file()
    told = Api().get(f"/progress/{case.progress_code.lower()}")
    assert told.json()["title"] == case.title
    assert told.json()["clocks"][0]["due_date"] == "2026-02-14"
    for secret in (
        world.firm.name,
        world.agent.name,
        world.steward_of(case).name,
        case.number,
        "梗概",
        "1200000",
    ):
        assert secret not in told.content.decode()


def test_the_clock_answers_as_the_command_does(world: World) -> None:
    api = Api.of(world.agent)
    told = api.post(
        "/clock", {"start": "2026-02-11T10:00", "budget": "3wd", "pause": ["2026-02-12T10:00/"]}
    ).json()
    assert (told["state"], told["remaining"], told["due"]) == ("suspended", "2wd", None)
    for body, code in (
        ({"start": "soon", "budget": "3wd"}, "time-malformed"),
        ({"start": "2026-02-11", "budget": "3xx"}, "budget-unit-unknown"),
        ({"start": "2026-02-11", "budget": "3wd", "pause": ["x"]}, "pause-malformed"),
        ({"start": "2026-02-11", "budget": "999999wd"}, "day-outside-calendar"),
    ):
        answer = api.post("/clock", body)
        assert (answer.status_code, codes(answer)) == (422, [code])
