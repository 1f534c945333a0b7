"""Numbers of people: masked wherever they show, seen by who has a part in it, and forgotten."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import packs
from lianqiao.bridge.models import Case, Delivery, Job, NoticePreference
from lianqiao.bridge.queries import state_of
from lianqiao.engine.identifiers import PROVINCES
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Change, Person, SavedView
from lianqiao.service.commands import drafts, webhooks
from lianqiao.service.commands.forgetting import decide_deletion
from lianqiao.service.commands.visits import record_visit
from lianqiao.service.models import Draft, Hook
from lianqiao.service.queries.personal import everything_kept
from lianqiao.site.logging_lines import JsonLines
from tests.portal.api_world import Api, codes, office
from tests.service.test_lists import sheet
from tests.world import FILING, NOW, World, read, signed_in

pytestmark = pytest.mark.django_db
PHONE, WRITTEN, ID_NUMBER = "13800138000", "+86 139 0013 9000", "360112199001011234"
SYNOPSIS = f"示例梗概：有事请打 {PHONE}，或 {WRITTEN}；负责人身份证 {ID_NUMBER}。"


def bare(text: str) -> bool:
    """Return whether one of the numbers stands in a text, however it is spaced."""
    close = text.replace(" ", "").replace("-", "")
    return any(number in close for number in (PHONE, "13900139000", ID_NUMBER))


def test_a_case_masks_them_everywhere_and_shows_them_on_request(world: World) -> None:
    assert ID_NUMBER[:2] in PROVINCES
    case = world.file(synopsis=SYNOPSIS)
    steward = world.steward_of(case)
    bridge.add_note(case.number, f"请打 {PHONE}", by=world.agent, now=NOW)
    desk, firm, api = signed_in(steward), signed_in(world.agent), Api.of(steward)
    address = f"/cases/{case.number}/"
    for page in (
        read(desk.get(address)),
        read(firm.get(address)),
        read(signed_in(world.leader).get(address)),
        read(desk.get(f"{address}acts/pass_review/")),
        read(Client().get(f"/progress/{case.progress_code}/")),
        api.get(address.rstrip("/")).content.decode(),
        api.get(f"{address}log").content.decode(),
        api.get("/changes").content.decode(),
    ):
        assert not bare(page)
    assert "138****8000" in read(desk.get(address))
    assert "360112********4" in read(desk.get(address))
    assert not Change.objects.filter(what="show-numbers").exists()
    # who has no part in the case has nothing to be shown, whether they ask a page or the API
    assert signed_in(world.other_steward(case)).post(f"{address}numbers/").status_code == 403
    assert codes(Api.of(world.other_steward(case)).post(f"{address}numbers")) == ["wrong-role"]
    assert signed_in(world.stranger).post(f"{address}numbers/").status_code == 404
    assert desk.get(f"{address}numbers/").status_code == 405
    assert desk.post(f"{address}numbers/").headers["Location"] == f"{address}#papers"
    shown = read(desk.get(address))
    for number in (PHONE, WRITTEN, ID_NUMBER):
        assert number in shown
    looked = Change.objects.get(what="show-numbers")
    assert (looked.by, looked.details) == (steward, {"case": case.number})
    assert not bare(json.dumps(looked.details))
    # the next session masks them again
    assert not bare(read(signed_in(steward).get(address)))
    told = api.post(f"{address}numbers").json()
    assert told == {"numbers": [PHONE, WRITTEN, ID_NUMBER]}
    assert Change.objects.filter(what="show-numbers").count() == 2
    # the firm's own form keeps what it typed: nothing masked is ever sent back as data
    assert bridge_data(case.number)["synopsis"] == SYNOPSIS


def bridge_data(number: str) -> dict[str, object]:
    return dict(state_of(Case.objects.get(number=number)).data)


def test_a_visit_is_read_in_full_by_who_wrote_it_alone(world: World) -> None:
    said = f"经办电话 {PHONE}"
    made = record_visit(
        world.firm,
        by=world.steward_a,
        day=NOW.date(),
        subject="示例走访",
        summary=said,
        next_step=said,
        now=NOW,
    )
    own, other = signed_in(world.steward_a), signed_in(world.steward_b)
    assert bare(read(own.get(f"/visits/{made.pk}/")))
    assert not bare(read(other.get(f"/visits/{made.pk}/")))
    assert not bare(read(own.get("/visits/?columns=summary.next_step")))
    rows = sheet(own.get("/visits/visits.xlsx?columns=summary.next_step"))
    assert "138****8000" in str(rows)
    assert not bare(str(rows))
    assert bare(Api.of(world.steward_a).get(f"/visits/{made.pk}").content.decode())
    assert not bare(Api.of(world.steward_b).get(f"/visits/{made.pk}").content.decode())


def test_no_line_of_the_log_has_them() -> None:
    said = f"the gateway says {PHONE} is {ID_NUMBER}"
    record = logging.LogRecord("lianqiao.bridge", logging.WARNING, __file__, 1, said, (), None)
    record.facts = {"answer": WRITTEN, "count": 3}
    line = JsonLines().format(record)
    assert not bare(line)
    assert json.loads(line)["count"] == 3


def test_dead_letters_and_locks_mask_people_outside(world: World) -> None:
    world.agent.email = "agent@example.invalid"
    world.agent.save()
    case = world.file()
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    Delivery.objects.update(next_try_at=None, attempts=12, error="550")
    desk = office()
    page = read(signed_in(desk).get("/notices/undelivered/"))
    assert case.number in page
    assert world.agent.name not in page
    assert world.agent.name not in Api.of(desk).get("/notices/undelivered").content.decode()


def test_a_forgotten_person_leaves_nothing_to_be_reached_by(world: World) -> None:
    me = world.stranger
    wanted = bridge.Preference(
        {}, phone=PHONE, messenger="wecom", robot_url="https://qyapi.weixin.qq.com/x?key=1"
    )
    bridge.prefer(me, wanted, now=NOW)
    hook = webhooks.open_hook(me, url="https://stranger.example/hook", name="示例乙", now=NOW)
    promise = packs.current().newest(FILING)
    drafts.save_draft(
        drafts.Form(promise, promise.opening_step, world.other_firm), typed={"synopsis": SYNOPSIS}, files={},
        by=me, now=NOW,
    )  # fmt: skip
    organization.choose_columns(me, "matters", ["case"])
    bridge.ask_job("count", by=me, given={}, about="示例材料.pdf", now=NOW)
    page = read(signed_in(me).get("/account/data/"))
    for what in ("手机号码", "草稿", "显示列", "长任务", "程序接收通知"):
        assert what in page, what
    kept = json.dumps(_copy(me), ensure_ascii=False)
    for mine in (PHONE, "stranger.example", "示例梗概", "示例材料.pdf"):
        assert mine in kept, "a copy holds everything, in full"
    asked = organization.ask_deletion(me, note="", now=NOW)
    desk = office()
    answered = signed_in(desk).post(
        f"/registers/deletions/{asked.pk}/", {"answer": "accept", "reason": ""}, follow=True
    )
    if not Person.objects.get(pk=me.pk).name.startswith("#"):
        # the page asks for the password of an hour ago or less first
        assert "confirm" in answer_path(answered)
        decide_deletion(asked.pk, accept=True, reason="", actor=desk, now=NOW)
    row = NoticePreference.objects.get(pk=me.pk)
    assert (row.phone, row.robot_url, row.messenger) == ("", "", "")
    assert not Draft.objects.filter(person=me).exists()
    assert not SavedView.objects.filter(person=me).exists()
    assert set(Job.objects.filter(person=me).values_list("about", flat=True)) <= {""}
    gone = Hook.objects.get(pk=hook.pk)
    assert gone.closed_at == NOW
    assert "stranger" not in gone.url


def answer_path(answer: Any) -> str:
    return str(answer.request["PATH_INFO"])


def _copy(person: Person) -> dict[str, object]:
    return dict(json.loads(json.dumps(everything_kept(person, at=NOW), cls=DjangoJSONEncoder)))
