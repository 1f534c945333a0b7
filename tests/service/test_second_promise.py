"""A second promise is a file: beside the first it is offered, filed, worked and closed, without Python."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from lianqiao.bridge import queries
from lianqiao.bridge.models import Case
from tests.service.forms_sent import act, errors, hidden, page
from tests.world import NOW, World, at, build_world, signed_in, upload

HOUR = timedelta(hours=1)
NEW = "/services/studio-use/new/"
TYPED = {
    "purpose": "拍摄《示例剧》",
    "crew": "120",
    "deposit": "2万",
    "first_day": "2026-03-02",
    "open_flame": "true",
    "hall": "large",
    "equipment": ["light", "crane"],
    "fire_officer": "示例安全员01",
}


@pytest.fixture
def studio(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The zone, its pack with one file more."""
    folder = tmp_path / "zone"
    shutil.copytree(settings.ENVIRONMENT.district, folder)
    shutil.copy(Path(__file__).with_name("studio-use.toml"), folder / "mechanisms" / "studio-use.toml")
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, district=folder))
    with at(NOW):
        yield build_world()


def test_it_is_offered_and_says_what_it_promises(studio: World) -> None:
    assert "影棚使用申请" in page(Client().get("/services/"))
    promise = page(Client().get("/services/studio-use/"))
    for words in ("2个工作日", "24小时", "安全方案", "示例"):
        assert words in promise.replace(" ", "")


def test_from_form_to_closing(studio: World) -> None:
    firm = signed_in(studio.agent)
    start = hidden(firm.get(NEW))
    bare = firm.post(NEW, start)
    assert set(errors(bare)) == {"purpose", "crew", "deposit", "first_day", "open_flame", "hall", "equipment"}
    wrong = firm.post(NEW, {**start, **TYPED, "fire_officer": "", "first_day": "2026-02-30"})
    assert set(errors(wrong)) == {"first_day", "fire_officer", "safety_plan"}
    sent = firm.post(NEW, {**hidden(wrong), **TYPED, "safety_plan": upload("安全.pdf")})
    assert sent.status_code == 302, errors(sent)
    case = Case.objects.get()
    assert case.number == "YP-2026-000001"
    data = queries.state_of(case).data
    assert (data["deposit"], data["open_flame"], data["overnight"]) == (2_000_000, True, False)
    assert data["equipment"] == ["light", "crane"]

    shown = page(firm.get(f"/cases/{case.number}/"))
    for words in (
        "审看申请、安排看场",
        "¥20,000（2 万元）",
        "灯光、摇臂",
        "2026年3月2日",
        "示例安全员01",
        "2月13日(周五)",
        "2月12日(周四)",
    ):
        assert words in shown, words
    public = page(Client().get(f"/progress/{case.progress_code}/"))
    assert "受理中" in public
    assert "示例安全员01" not in public

    keeper = signed_in(
        studio.steward_a if data_holder(case, "keeper") == studio.steward_a.pk else studio.steward_b
    )
    with at(NOW + HOUR):
        reasons = {"_reason.unclear.deposit": "太少", "_reason.unclear.equipment": "要轨道吗"}
        asked = act(keeper, case, "ask", unclear=["deposit", "equipment"], **reasons)
        assert asked.status_code == 302, errors(asked)
        form = page(firm.get(f"/cases/{case.number}/acts/explain/"))
        assert "太少" in form
        assert 'value="20000"' in form
        assert 'value="crane" id' in form
    with at(NOW + 2 * HOUR):
        done = act(firm, case, "explain", deposit="30000", equipment=["light", "track"])
        assert done.status_code == 302, errors(done)
        act(keeper, case, "visit", visit_note="场地合适")
        act(keeper, case, "finish_reading")
        assert page(keeper.get(f"/cases/{case.number}/")).count("/acts/grant/") == 1
        act(keeper, case, "grant", key_number="K-7")
    closed = Case.objects.get()
    assert closed.outcome == "granted"
    assert queries.state_of(closed).data["deposit"] == 3_000_000
    assert queries.verify_log().problems == ()
    assert page(firm.get(f"/cases/{case.number}/", headers={"accept-language": "en"})).count("Granted") >= 1


def data_holder(case: Case, role: str) -> int:
    return int(queries.state_of(case).holders[role])
