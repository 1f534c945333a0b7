"""The “3+5” filing from form to closing, through the pages alone."""

from __future__ import annotations

from datetime import timedelta

from lianqiao.bridge import queries
from lianqiao.bridge.models import Case
from tests.service.forms_sent import act, errors, file_case, page
from tests.world import MP4, NOW, World, at, signed_in, upload

HOUR = timedelta(hours=1)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_the_whole_story_through_pages(world: World) -> None:
    firm = signed_in(world.agent)
    case = file_case(firm)
    steward = signed_in(world.steward_of(case))
    assert case.marking == "first_review"

    with at(NOW + HOUR):
        sent = act(
            steward,
            case,
            "return_incomplete",
            missing=["script"],
            **{"_reason.missing.script": "缺少第 3 集以后的大纲"},
        )
        assert sent.status_code == 302, errors(sent)
        assert fresh(case).marking == "supplementing"
        shown = page(firm.get(f"/cases/{case.number}/"))
        assert "缺少第 3 集以后的大纲" in shown
    with at(NOW + 2 * HOUR):
        sent = act(firm, case, "supplement", script=upload("大纲全.pdf"))
        assert sent.status_code == 302, errors(sent)
    with at(NOW + 3 * HOUR):
        act(
            steward,
            case,
            "return_incorrect",
            incorrect=["episodes"],
            **{"_reason.incorrect.episodes": "与大纲不一致"},
        )
        assert queries.state_of(fresh(case)).clocks["first_review"].state == "paused"
    with at(NOW + 4 * HOUR):
        sent = act(firm, case, "correct", episodes="81")
        assert sent.status_code == 302, errors(sent)
    with at(NOW + 5 * HOUR):
        act(steward, case, "pass_review", review_opinion="同意备案")
    with at(NOW + 6 * HOUR):
        sent = act(firm, case, "send_film", film=upload("成片.mp4", MP4))
        assert sent.status_code == 302, errors(sent)
    with at(NOW + 7 * HOUR):
        act(steward, case, "pass_film", film_opinion="预审通过")
        closed = fresh(case)
        assert (closed.outcome, closed.marking) == ("granted", "passed")
        shown = page(firm.get(f"/cases/{case.number}/"))
    state = queries.state_of(closed)
    assert state.data["episodes"] == 81
    assert [file["name"] for file in state.data["script"]] == ["大纲全.pdf"]
    for said in ("缺少第 3 集以后的大纲", "与大纲不一致", "同意备案", "预审通过", "成片.mp4"):
        assert said in shown
    assert queries.verify_log().problems == ()
