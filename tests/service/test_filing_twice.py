"""The same form sent again, and two clicks at once: one case, one step, and no lie about it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from lianqiao.bridge.models import Case, Entry
from tests.service.forms_sent import NEW, file_case, hidden, page, papers
from tests.world import NOW, TYPED, World, at, build_world, signed_in


def test_a_form_sent_twice_files_once(world: World) -> None:
    firm = signed_in(world.agent)
    start = hidden(firm.get(NEW))
    first = firm.post(NEW, {**start, **TYPED, **papers()})
    with at(NOW + timedelta(minutes=1)):
        second = firm.post(NEW, {**start, **TYPED, **papers()}, follow=True)
    assert Case.objects.count() == 1
    assert second.redirect_chain[0][0] == first.headers["Location"]
    assert "没有重复受理" in page(second)


def test_an_act_sent_twice_is_done_once(world: World) -> None:
    case = file_case(signed_in(world.agent))
    steward = signed_in(world.steward_of(case))
    address = f"/cases/{case.number}/acts/pass_review/"
    sent = {**hidden(steward.get(address)), "review_opinion": "同意"}
    assert steward.post(address, sent).status_code == 302
    again = steward.post(address, sent, follow=True)
    assert again.status_code == 200
    assert "没有重复办理" in page(again)
    assert Entry.objects.filter(case=case, name="pass_review").count() == 1


def test_a_token_of_someone_elses_making_is_replaced(world: World) -> None:
    firm = signed_in(world.agent)
    for token in ("", "x" * 500, "' OR 1=1", "\x00"):
        assert firm.post(NEW, {**TYPED, **papers(), "_once": token}).status_code == 302
    assert Case.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_double_click_files_once() -> None:
    with at(NOW):
        world = build_world()
        start = hidden(signed_in(world.agent).get(NEW))

        def click(_: int) -> str:
            try:
                answer = signed_in(world.agent).post(NEW, {**start, **TYPED, **papers()})
                return str(answer.headers.get("Location", answer.status_code))
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            answers = set(pool.map(click, range(4)))
    assert Case.objects.count() == 1
    assert answers == {f"/cases/{Case.objects.get().number}/"}


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_one_wins_and_the_other_is_told() -> None:
    with at(NOW):
        world = build_world()
        case = world.file()
        steward = world.steward_of(case)
        pages = {}
        for step, typed in (
            ("pass_review", {"review_opinion": "同意"}),
            ("refuse_review", {"refusal_reasons": "不符"}),
        ):
            address = f"/cases/{case.number}/acts/{step}/"
            pages[address] = {**hidden(signed_in(steward).get(address)), **typed, "_confirmed": "1"}

        def decide(address: str) -> tuple[int, str]:
            try:
                answer = signed_in(steward).post(address, pages[address])
                return answer.status_code, page(answer)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            answers = dict(pool.map(decide, pages))
    assert sorted(answers) == [302, 409]
    assert steward.name in answers[409]
    assert Entry.objects.filter(case=case).count() == 2
