"""The public's view: the state, the clock and public fields by code, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.service.forms_sent import page
from tests.world import World


def test_anyone_with_the_code_sees_state_and_ruler(world: World) -> None:
    case = world.file(synopsis="保密梗概")
    world.act(
        case, "return_incorrect", by=world.steward_of(case), now=world.now + timedelta(hours=1),
        incorrect=[{"field": "episodes", "reason": "内部理由"}],
    )  # fmt: skip
    answer = Client().get(f"/progress/{case.progress_code}/")
    shown = page(answer)
    for public in ("示例剧《桥上的人》", "待更正", "备案初审", "80", "普通", "示例"):
        assert public in shown
    secrets = (
        world.firm.name, world.agent.name, world.steward_a.name, world.steward_b.name, world.leader.name,
        "内部理由", "保密梗概", "1,200,000", "script.pdf", case.number, case.head,
    )  # fmt: skip
    for secret in secrets:
        assert secret not in shown, secret
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_code_is_found_however_it_is_written(world: World) -> None:
    code = world.file().progress_code
    for typed in (code, f" {code} ", code.lower(), f"{code[:5]}-{code[5:]}", " ".join(code)):
        answer = Client().get("/progress/", {"code": typed})
        assert answer.headers["Location"] == f"/progress/{code}/"


@pytest.mark.parametrize("code", ["ABC", "\x00", "x" * 500, "' OR 1=1 --", "<script>"])
def test_a_code_that_is_none(db: None, code: str) -> None:
    answer = Client().get("/progress/", {"code": code})
    assert answer.status_code in (200, 404)
    assert "<script>alert" not in page(answer)
    assert Client().get("/progress/ABC/").status_code == 404


def test_the_catalogue_is_public(db: None) -> None:
    shown = page(Client().get("/services/"))
    assert "网络微短剧备案" in shown
    assert "3个工作日" in shown.replace(" ", "")
    promise = page(Client().get("/services/microdrama-filing/"))
    for words in ("制作成本配置比例情况报告", "重点", "《行政许可法》第四十二条", "剧管家"):
        assert words in promise
    english = page(Client().get("/services/microdrama-filing/", headers={"accept-language": "en"}))
    assert "Report on how production cost is divided" in english
