"""One window, one clear answer: asked, drafted, agreed by a second person, kept, found, looked at again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lianqiao.bridge import commands as bridge
from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.drug import jobs
from lianqiao.service.drug.commands import answers as commands
from lianqiao.service.drug.models import Answer, AnswerTaken
from lianqiao.service.drug.queries import answers as queries
from tests.portal.api_world import Api
from tests.service.forms_sent import errors, page
from tests.service.test_promise_stories import file, take, world
from tests.world import NOW, World, at, signed_in, stream

__all__ = ["world"]
DAY = timedelta(days=1)
INQUIRY = "drug-inquiry"
ASKED = "样品检验要送几批"
TYPED: dict[str, Any] = {
    "question": "示例：止咳颗粒注册检验要送几批样品", "product_kind": "drug", "details": "示例背景"
}  # fmt: skip
DRAFT = {
    "answer": "示例：三批，每批为全检量的三倍。",
    "citations": "《药品注册管理办法》第九十八条",
    "public_question": f"注册检验：{ASKED}？",
    "review_on": "2026-08-01",
}


def holder(duty: str) -> Person:
    return Person.objects.get(username=f"the-{duty}")


def answered(world: World, **more: Any) -> Case:
    """Return an inquiry asked, drafted by the steward and agreed by the checker, and its answer taken."""
    case = bridge.open_case(INQUIRY, by=world.agent, firm=world.firm, data=TYPED, now=NOW)
    bridge.act(case.number, "draft", by=holder("drug-steward"), data=DRAFT | more, now=NOW + DAY)
    ended = bridge.act(case.number, "approve", by=holder("drug-checker"), data={}, now=NOW + DAY)
    jobs.take_answers()
    return ended


def proposed(by: Person, question: str = "医疗器械注册检验要多久", **more: Any) -> Answer:
    return commands.propose_answer(
        question=question, text="示例答复", citations="示例依据", review_on=date(2026, 9, 1), by=by,
        now=NOW, **more,
    )  # fmt: skip


def test_from_the_question_to_the_next_firm_that_types_it(world: World) -> None:
    case = file(signed_in(world.agent), INQUIRY, **TYPED)
    steward, checker = signed_in(holder("drug-steward")), signed_in(holder("drug-checker"))
    with at(NOW + DAY):
        take(case, "draft", world, **DRAFT)
        take(case, "send_back", world, return_reason="示例：写明每批数量")
        take(case, "draft", world, **DRAFT)
        take(case, "approve", world)
        jobs.take_answers()
        jobs.take_answers()
    kept = Answer.objects.get()
    assert (kept.state, kept.drafted_by, kept.approved_by) == (
        "in-force", holder("drug-steward"), holder("drug-checker"),
    )  # fmt: skip
    assert AnswerTaken.objects.count() == 1
    # another firm finds it while it types, and by search in words used alike
    other = signed_in(world.stranger)
    typing = page(other.get(f"/services/{INQUIRY}/alike/", {"question": "注册检验要送几批样品"}))
    assert "已有答复" in typing
    assert kept.question in typing
    assert TYPED["question"] not in typing, "nothing of the firm that asked"
    assert kept.question in page(other.get("/answers/", {"q": ASKED}))
    assert "还没有这样的答复" in page(other.get("/answers/", {"q": "火箭发动机"}))
    shown = page(other.get(f"/answers/{kept.pk}/"))
    assert "第九十八条" in shown
    assert case.number not in shown
    assert case.number in page(steward.get(f"/answers/{kept.pk}/"))
    assert stream(checker.get("/answers/answers.xlsx")).startswith(b"PK")


def test_whoever_drafted_cannot_agree(world: World) -> None:
    steward = holder("drug-steward")
    organization.give_duty(steward.pk, code="drug-checker", actor=None, now=NOW)
    case = bridge.open_case(INQUIRY, by=world.agent, firm=world.firm, data=TYPED, now=NOW)
    bridge.act(case.number, "draft", by=steward, data=DRAFT, now=NOW)
    for step, data in (("approve", {}), ("send_back", {"return_reason": "示例"})):
        with pytest.raises(Refusal) as refusal:
            bridge.act(case.number, step, by=steward, data=data, now=NOW)
        assert refusal.value.code == "same-person"
    assert "第二个人" in page(signed_in(steward).post(f"/cases/{case.number}/acts/approve/"))
    bridge.act(case.number, "approve", by=holder("drug-checker"), data={}, now=NOW)


def test_a_deputys_draft_waits_for_a_second_person(world: World) -> None:
    """B drafts while A is away, then agrees as checker: the log tells, and the answer waits."""
    steward, deputy = holder("drug-steward"), holder("drug-checker")
    case = bridge.open_case(INQUIRY, by=world.agent, firm=world.firm, data=TYPED, now=NOW)
    organization.give_duty(deputy.pk, code="drug-steward", actor=None, now=NOW)
    bridge.reassign(case.number, role="steward", to_person=deputy, by=holder("drug-leader"), now=NOW)
    bridge.act(case.number, "draft", by=deputy, data=DRAFT, now=NOW)
    bridge.reassign(case.number, role="steward", to_person=steward, by=holder("drug-leader"), now=NOW)
    bridge.act(case.number, "approve", by=deputy, data={}, now=NOW)
    jobs.take_answers()
    kept = Answer.objects.get()
    assert (kept.state, kept.approved_by) == ("proposed", None)
    assert signed_in(world.agent).get(f"/answers/{kept.pk}/").status_code == 404
    with pytest.raises(Refusal, match="second person"):
        commands.decide_answer(kept, agree=True, by=deputy, now=NOW)
    commands.decide_answer(kept, agree=True, by=steward, now=NOW)
    assert Answer.objects.get().state == "in-force"


def test_without_a_question_for_all_the_answer_stays_with_the_firm(world: World) -> None:
    answered(world, public_question="")
    assert Answer.objects.count() == 0
    assert AnswerTaken.objects.get().answer is None
    assert jobs.take_answers() == 0


def test_a_new_version_replaces_the_old_once_agreed(world: World) -> None:
    answered(world)
    first = Answer.objects.get()
    steward, checker = holder("drug-steward"), holder("drug-checker")
    second = proposed(steward, question=first.question, replacing=first)
    assert (second.version, second.series_id) == (2, first.pk)
    with pytest.raises(Refusal, match="waits"):
        proposed(checker, question=first.question, replacing=first)
    assert [one.pk for one in queries.answers(today=NOW.date())] == [first.pk]
    sent = signed_in(checker).post(f"/answers/{second.pk}/decision/", {"agree": "1"})
    assert sent.status_code == 302
    assert [one.pk for one in queries.answers(today=NOW.date())] == [second.pk]
    assert Answer.objects.get(pk=first.pk).state == "replaced"
    third = proposed(checker, question=first.question, replacing=second)
    without = signed_in(steward).post(f"/answers/{third.pk}/decision/", {"decision-reason": ""})
    assert without.status_code == 422
    assert (
        signed_in(steward).post(f"/answers/{third.pk}/decision/", {"decision-reason": "示例"}).status_code
        == 302
    )
    assert [one.state for one in queries.versions_of(first)] == ["declined", "in-force", "replaced"]


def test_answers_are_looked_at_again_by_their_day_or_withdrawn(world: World) -> None:
    answered(world)
    one, steward = Answer.objects.get(), signed_in(holder("drug-steward"))
    with at(NOW + 150 * DAY):
        assert one.question in page(steward.get("/answers/?state=due"))
        assert "1 条答复到了复核时间" in page(steward.get("/answers/"))
        past = steward.post(f"/answers/{one.pk}/review/", {"review-review_on": "2026-01-01"})
        assert past.status_code == 422
        sent = steward.post(f"/answers/{one.pk}/review/", {"review-review_on": "2027-01-01"})
        assert sent.status_code == 302
        assert one.question not in page(steward.get("/answers/?state=due"))
        assert steward.post(f"/answers/{one.pk}/withdrawal/", {"withdrawal-reason": " "}).status_code == 422
        assert (
            steward.post(
                f"/answers/{one.pk}/withdrawal/", {"withdrawal-reason": "示例：法规已改"}
            ).status_code
            == 302
        )
        firm = signed_in(world.agent)
        assert firm.get(f"/answers/{one.pk}/").status_code == 404
        assert one.question not in page(firm.get("/answers/", {"q": ASKED}))
        assert "法规已改" in page(steward.get(f"/answers/{one.pk}/"))


def test_only_those_who_answer_write(world: World) -> None:
    firm = signed_in(world.agent)
    assert firm.get("/answers/new/").status_code == 403
    with pytest.raises(Refusal):
        proposed(world.agent)
    steward = signed_in(holder("drug-steward"))
    wrong = steward.post(
        "/answers/new/", {"question": "问", "text": "", "citations": "x", "review_on": "2026-01-01"}
    )
    assert set(errors(wrong)) == {"text"}
    typed = {"question": "问题示例", "text": "答", "citations": "据", "review_on": "2026-09-01"}
    assert steward.post("/answers/new/", typed).status_code == 302
    assert Answer.objects.get().state == "proposed"


def test_the_api_goes_the_same_way(world: World) -> None:
    answered(world)
    one = Answer.objects.get()
    firm, steward, checker = (
        Api.of(world.agent),
        Api.of(holder("drug-steward")),
        Api.of(holder("drug-checker")),
    )
    assert [found["id"] for found in firm.get(f"/answers?q={ASKED}").json()] == [one.pk]
    assert firm.get("/answers?q=火箭发动机").json() == []
    wanted = {
        "question": "新的问法示例",
        "text": "答",
        "citations": "据",
        "review_on": "2026-09-01",
        "replacing": one.pk,
    }
    assert firm.post("/answers", wanted).status_code == 403
    made = steward.post("/answers", wanted)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert firm.get(f"/answers/{key}").status_code == 404
    assert steward.post(f"/answers/{key}/decisions", {"decision": "agree"}).status_code == 403
    assert checker.post(f"/answers/{key}/decisions", {"decision": "agree"}).json()["state"] == "in-force"
    assert checker.post(f"/answers/{key}/decisions", {"decision": "agree"}).status_code == 409
    assert firm.get(f"/answers/{one.pk}").status_code == 404
    gone = steward.post(f"/answers/{key}/decisions", {"decision": "withdraw", "reason": "示例"})
    assert gone.json()["state"] == "withdrawn"
