"""What comes in through the form that was never meant to."""

from __future__ import annotations

import pytest
from django.test import Client

from lianqiao.bridge import queries
from lianqiao.bridge.models import Attachment, Case
from lianqiao.organization import commands as organization
from tests.service.forms_sent import NEW, errors, file_case, hidden, page, papers
from tests.world import PDF, TYPED, World, signed_in, upload

SCRIPT = "<script>alert('桥')</script><img src=x onerror=alert(1)>"


@pytest.fixture
def firm(world: World) -> Client:
    return signed_in(world.agent)


def test_markup_in_every_text_is_shown_and_never_run(firm: Client, world: World) -> None:
    case = file_case(firm, drama_title=SCRIPT[:60], synopsis=SCRIPT)
    for client in (firm, signed_in(world.steward_of(case))):
        shown = page(client.get(f"/cases/{case.number}/"))
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert" in shown
    public = page(Client().get(f"/progress/{case.progress_code}/"))
    assert "<script>alert" not in public


def test_ten_thousand_characters(firm: Client) -> None:
    wrong = firm.post(NEW, {**TYPED, **papers(), "synopsis": "字" * 10_000})
    assert wrong.status_code == 422
    assert list(errors(wrong)) == ["synopsis"]
    assert "字" * 10_000 in page(wrong)  # what was typed is kept
    case = file_case(firm, synopsis="字" * 3000)
    assert len(queries.state_of(case).data["synopsis"]) == 3000


def test_control_characters_are_dropped_and_emoji_kept(firm: Client) -> None:
    case = file_case(firm, drama_title="桥\x00\x1b[31m\u202e上😀的\x7f人")
    assert case.title == "桥[31m上😀的人"


@pytest.mark.parametrize("amount", ["1e9999999", "-5", "１２e5", "NaN", "Infinity", "0.001", "9" * 40])
def test_amounts_that_are_none(firm: Client, amount: str) -> None:
    answer = firm.post(NEW, {**TYPED, **papers(), "investment": amount})
    assert answer.status_code == 422
    assert "investment" in errors(answer)


@pytest.mark.parametrize("episodes", ["0", "501", "1.5", "八十", "80; DROP TABLE", "٨٠x"])
def test_numbers_out_of_bounds(firm: Client, episodes: str) -> None:
    answer = firm.post(NEW, {**TYPED, **papers(), "episodes": episodes})
    assert list(errors(answer)) == ["episodes"]


def test_an_option_that_is_not_offered(firm: Client) -> None:
    answer = firm.post(NEW, {**TYPED, **papers(), "special_topic": "astronomy"})
    assert list(errors(answer)) == ["special_topic"]


def test_a_file_of_another_type_is_refused_by_its_bytes_and_the_others_are_kept(firm: Client) -> None:
    sent = {**papers(), "script": upload("剧本.pdf", b"MZ\x90\x00" * 50)}
    answer = firm.post(NEW, {**TYPED, **sent})
    assert list(errors(answer)) == ["script"]
    assert "剧本.pdf" in errors(answer)["script"]
    kept = hidden(answer)
    assert {"_kept.application_form", "_kept.production_licence"} <= set(kept)
    done = firm.post(NEW, {**kept, **TYPED, "script": upload("剧本.pdf")})
    assert done.status_code == 302
    assert [file["name"] for file in queries.state_of(Case.objects.get()).data["application_form"]] == [
        "application_form.pdf"
    ]


def test_an_empty_file_and_a_nameless_path(firm: Client) -> None:
    answer = firm.post(NEW, {**TYPED, **papers(), "script": upload("..\\..\\空.pdf", b"")})
    assert list(errors(answer)) == ["script"]
    case = file_case(firm, script=upload("C:\\文件\\..\\剧本.pdf"))
    assert queries.state_of(case).data["script"][0]["name"] == "剧本.pdf"


def test_a_file_can_be_taken_out_again(firm: Client) -> None:
    first = firm.post(NEW, {**TYPED, "application_form": upload("错.pdf"), "episodes": "0"})
    kept = hidden(first)
    key = kept["_kept.application_form"][0]
    again = firm.post(NEW, {**kept, **TYPED, "_remove": f"application_form {key}"})
    assert again.status_code == 200
    assert errors(again) == {}
    assert "_kept.application_form" not in hidden(again)


def test_somebody_elses_file_cannot_be_named(firm: Client, world: World) -> None:
    stranger = signed_in(world.stranger)
    theirs = stranger.post(NEW, {**TYPED, "application_form": upload("机密.pdf", PDF + b"secret")})
    key = hidden(theirs)["_kept.application_form"]
    sent = {name: file for name, file in papers().items() if name != "application_form"}
    answer = firm.post(NEW, {**TYPED, **sent, "_kept.application_form": key})
    assert list(errors(answer)) == ["application_form"]
    assert "机密" not in page(answer)


def test_a_file_received_for_one_field_does_not_slip_into_another(firm: Client) -> None:
    text = firm.post(NEW, {**TYPED, "script": upload("剧本.txt", "第一集".encode())})
    key = hidden(text)["_kept.script"]
    answer = firm.post(NEW, {**TYPED, **papers(), "production_licence": "", "_kept.production_licence": key})
    assert "production_licence" in errors(answer)


def test_internal_names_and_foreign_firms_are_not_taken(firm: Client, world: World) -> None:
    assert firm.post(NEW, {**TYPED, **papers(), "_firm": str(world.other_firm.pk)}).status_code == 403
    case = file_case(firm, tier="key", number="X-1", outcome="granted")
    assert queries.state_of(case).data["tier"] == "ordinary"


def test_a_person_without_a_firm_cannot_file(world: World) -> None:
    steward = signed_in(world.steward_a)
    assert steward.get(NEW).status_code == 403
    assert steward.post(NEW, {**TYPED, **papers()}).status_code == 403
    assert not Case.objects.exists()
    assert Client().get(NEW).status_code == 302


def test_a_promise_that_is_not_there(firm: Client) -> None:
    for address in ("/services/none/", "/services/none/new/", "/services/%00/", "/services/..%2f/new/"):
        assert firm.get(address).status_code == 404, address


def test_no_more_than_twenty_files_in_one_field(firm: Client) -> None:
    many = [upload(f"{n}.pdf", PDF + str(n).encode()) for n in range(22)]
    answer = firm.post(NEW, {**TYPED, **papers(), "script": many})
    assert "script" in errors(answer)
    assert Attachment.objects.filter(name__regex=r"^\d+\.pdf$").count() == 20


def test_who_acts_for_several_firms_chooses_one(firm: Client, world: World) -> None:
    organization.join_firm(
        world.agent.pk, firm_id=world.other_firm.pk, role="agent", actor=None, now=world.now
    )
    start = firm.get(NEW)
    assert world.other_firm.name in page(start)
    chosen = {"_firm": str(world.other_firm.pk)}
    wrong = firm.post(NEW, {**hidden(start), **TYPED, **chosen})
    assert f'value="{world.other_firm.pk}" selected' in page(wrong)
    assert file_case(firm, **chosen).firm == world.other_firm
