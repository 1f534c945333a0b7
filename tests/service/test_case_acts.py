"""One step of a case: who may open its form, what happens to whoever comes second, the second look."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from lianqiao.bridge import queries
from lianqiao.bridge.models import Case, Entry
from tests.service.forms_sent import act, errors, hidden, page
from tests.world import NOW, World, at, signed_in, upload

HOUR = timedelta(hours=1)


def form(case: Case, step: str) -> str:
    return f"/cases/{case.number}/acts/{step}/"


def test_the_wrong_role_gets_403_with_the_reason(world: World) -> None:
    case = world.file()
    firm = signed_in(world.agent)
    for answer in (
        firm.get(form(case, "pass_review")),
        firm.post(form(case, "pass_review"), {"review_opinion": "x"}),
    ):
        assert answer.status_code == 403
        assert "剧管家" in page(answer)
        assert world.steward_of(case).name in page(answer)
    colleague = signed_in(world.other_steward(case))
    assert colleague.get(form(case, "pass_review")).status_code == 403
    assert colleague.post(form(case, "pass_review"), {"review_opinion": "x"}).status_code == 403
    assert Entry.objects.filter(case=case).count() == 1


def test_a_foreign_case_an_unknown_step_and_nobody(world: World) -> None:
    case = world.file()
    stranger = signed_in(world.stranger)
    assert stranger.get(form(case, "withdraw")).status_code == 404
    assert stranger.post(form(case, "withdraw"), {"_confirmed": "1"}).status_code == 404
    firm = signed_in(world.agent)
    for step in ("fly", "file", "%00"):
        assert firm.get(form(case, step)).status_code == 404, step
    assert Client().post(form(case, "withdraw")).status_code == 302
    assert Case.objects.get().closed_at is None


def test_a_step_whose_time_is_not_now(world: World) -> None:
    case = world.file()
    steward = signed_in(world.steward_of(case))
    assert steward.get(form(case, "pass_film")).status_code == 409
    assert steward.post(form(case, "pass_film"), {"film_opinion": "x"}).status_code == 409


def test_whoever_was_overtaken_is_told_by_whom_and_keeps_the_typing(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    slow = signed_in(steward)
    held = hidden(slow.get(form(case, "pass_review")))
    with at(NOW + HOUR):
        act(
            signed_in(steward),
            case,
            "return_incorrect",
            incorrect=["episodes"],
            **{"_reason.incorrect.episodes": "x"},
        )
        answer = slow.post(form(case, "pass_review"), {**held, "review_opinion": "我写了很久的意见"})
    assert answer.status_code == 409
    for words in ("已有人先办理", steward.name, "内容有误，退回更正", "我写了很久的意见", "11:00"):
        assert words in page(answer)


def test_an_overtaken_step_that_is_still_possible_can_be_sent_again(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    slow = signed_in(steward)
    held = hidden(slow.get(form(case, "pass_review")))
    with at(NOW + HOUR):
        world.act(case, "extend_review", by=world.leader, now=NOW + HOUR, extension_reason="再看一次")
        answer = slow.post(form(case, "pass_review"), {**held, "review_opinion": "同意备案"})
        assert answer.status_code == 409
        assert world.leader.name in page(answer)
        again = slow.post(form(case, "pass_review"), {**hidden(answer), "review_opinion": "同意备案"})
    assert again.status_code == 302
    assert Case.objects.get().marking == "production"


def test_a_form_without_its_count_still_cannot_do_what_is_past(world: World) -> None:
    case = world.file()
    steward = signed_in(world.steward_of(case))
    assert (
        steward.post(form(case, "pass_review"), {"review_opinion": "同意", "_seen": "x"}).status_code == 302
    )
    assert steward.post(form(case, "pass_review"), {"review_opinion": "同意"}).status_code == 409


def test_grave_acts_ask_for_a_second_look(world: World) -> None:
    case = world.file()
    steward = signed_in(world.steward_of(case))
    first = act(steward, case, "refuse_review", refusal_reasons="依据不足\n第二行")
    assert first.status_code == 200
    assert "依据不足" in page(first)
    assert "_confirmed" in page(first)
    assert Case.objects.get().closed_at is None
    sent = hidden(first)
    back = steward.post(form(case, "refuse_review"), {**sent, "_edit": "1"})
    assert "依据不足" in page(back)
    assert "<textarea" in page(back)
    done = steward.post(form(case, "refuse_review"), {**sent, "_confirmed": "1"})
    assert done.status_code == 302
    assert Case.objects.get().outcome == "refused"
    assert queries.state_of(Case.objects.get()).data["refusal_reasons"] == "依据不足\n第二行"


def test_a_second_look_does_not_skip_the_first(world: World) -> None:
    case = world.file()
    steward = signed_in(world.steward_of(case))
    answer = act(steward, case, "refuse_review", _confirmed="1")
    assert answer.status_code == 422
    assert list(errors(answer)) == ["refusal_reasons"]


def test_a_checklist_wants_a_reason_for_each_tick(world: World) -> None:
    case = world.file()
    steward = signed_in(world.steward_of(case))
    nothing = act(steward, case, "return_incomplete")
    assert errors(nothing) == {"missing": "此项必填"}
    bare = act(steward, case, "return_incomplete", missing=["script", "synopsis"])
    assert "剧本或分集大纲" in errors(bare)["missing"]
    shown = page(bare)
    assert 'value="script" checked' in shown
    assert 'value="synopsis" checked' in shown


def test_sent_back_files_can_be_kept_or_replaced(world: World) -> None:
    case = world.file()
    reasons = [{"field": name, "reason": "x"} for name in ("script", "application_form")]
    world.act(case, "return_incomplete", by=world.steward_of(case), missing=reasons)
    firm = signed_in(world.agent)
    start = page(firm.get(form(case, "supplement")))
    assert "继续使用已提交的：script.pdf" in start
    bare = act(firm, case, "supplement")
    assert set(errors(bare)) == {"script", "application_form"}
    key = start.split('name="_kept.script" value="')[1].split('"')[0]
    done = act(
        firm,
        case,
        "supplement",
        application_form=upload("盖章.pdf"),
        script=upload("补充.pdf"),
        **{"_kept.script": key},
    )
    assert done.status_code == 302, errors(done)
    data = queries.state_of(Case.objects.get()).data
    assert [file["name"] for file in data["script"]] == ["script.pdf", "补充.pdf"]
    assert [file["name"] for file in data["application_form"]] == ["盖章.pdf"]


def test_a_colleague_in_the_firm_may_keep_what_the_first_one_sent(world: World) -> None:
    from lianqiao.organization import commands as organization
    from tests.world import person

    case = world.file()
    world.act(
        case, "return_incomplete", by=world.steward_of(case), missing=[{"field": "script", "reason": "x"}]
    )
    second = person("firm-a2", "示例企业甲 第二经办人", NOW)
    organization.join_firm(second.pk, firm_id=world.firm.pk, role="agent", actor=None, now=NOW)
    client = signed_in(second)
    key = page(client.get(form(case, "supplement"))).split('name="_kept.script" value="')[1].split('"')[0]
    assert act(client, case, "supplement", **{"_kept.script": key}).status_code == 302


def test_the_live_rule_answers_htmx_and_works_without(world: World) -> None:
    firm = signed_in(world.agent)
    typed = {"investment": "300万", "special_topic": "none", "_refine": "1"}
    live = firm.post("/services/microdrama-filing/new/", typed, headers={"hx-request": "true"})
    assert live.status_code == 200
    assert "<html" not in page(live)
    assert "<strong>重点</strong>" in page(live)
    assert 'id="when-cost_report" hx-swap-oob="true"' in page(live)
    assert "300 万元" in page(live)
    plain = firm.post("/services/microdrama-filing/new/", typed)
    assert "<html" in page(plain)
    assert "<strong>重点</strong>" in page(plain)
    assert errors(plain) == {}
    assert 'value="300万' in page(plain) or 'value="3000000"' in page(plain)
    assert not Case.objects.exists()
