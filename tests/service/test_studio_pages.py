"""The mechanism studio through its pages: seen, written, checked, simulated, published by a second person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lianqiao.bridge import jobs, packs
from lianqiao.bridge.long_jobs import do_all
from lianqiao.bridge.models import Publication
from lianqiao.service.studio.models import MechanismDraft, Simulation
from lianqiao.site.job_kinds import KINDS
from tests.portal.api_world import office as office_person
from tests.service.forms_sent import errors, hidden, page
from tests.world import NOW, World, at, read, signed_in, stream

pytestmark = pytest.mark.usefixtures("publishing")
FILING = "microdrama-filing"


@pytest.fixture
def office(world: World) -> Client:
    return signed_in(office_person())


@pytest.fixture
def leader(world: World) -> Client:
    return signed_in(world.leader)


def write(client: Client, draft: MechanismDraft, *changes: tuple[str, str]) -> Any:
    """Save a draft's text with pieces of it replaced, through its form."""
    draft.refresh_from_db()
    text = draft.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return client.post(f"/studio/drafts/{draft.pk}/", {"text": text, "edition": draft.edition})


def begin(client: Client, promise: str = FILING) -> MechanismDraft:
    sent = client.post(f"/studio/{promise}/drafts/")
    assert sent.status_code == 302
    return MechanismDraft.objects.get(pk=int(sent.headers["Location"].split("/")[3]))


def simulate(client: Client, address: str, **typed: Any) -> Simulation:
    shown = client.get(address)
    form = {one.html_name: one.value() for one in shown.context["form"] if one.value() is not None}
    sent = client.post(address, {**form, "days": 20, "replications": 3, "target": "", **typed})
    assert sent.status_code == 302, errors(sent)
    return Simulation.objects.get(pk=int(sent.headers["Location"].split("/")[3]))


def answer() -> None:
    do_all(KINDS, clock=lambda: NOW)


def test_the_list_leads_to_what_each_promise_says(leader: Client, world: World) -> None:
    case = world.file()
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="示例")
    shown = page(leader.get("/studio/?q=微短剧&sort=-open"))
    assert f"/studio/{FILING}/" in shown
    assert "cosmetics-filing" not in shown
    one = page(leader.get(f"/studio/{FILING}/"))
    for words in (
        "承诺“备案初审”",
        "microdrama-filing@1",
        "mechanisms/microdrama-filing.toml",
        "有 1 件按此版本办理",
    ):
        assert words in one, words
    drawn = read(leader.get(f"/studio/{FILING}/diagram/"))
    assert drawn.count("<svg") > 1
    assert drawn.count('class="is-user"') > 8
    exported = leader.get(f"/studio/{FILING}/bpmn/")
    assert exported.headers["Content-Disposition"] == 'attachment; filename="microdrama-filing@1.bpmn"'
    assert "<bpmn:definitions" in read(exported)
    assert read(leader.get(f"/studio/{FILING}/toml/")) == packs.current().texts[f"mechanisms/{FILING}.toml"]
    assert len(stream(leader.get("/studio/mechanisms.xlsx"))) > 1000
    assert leader.get("/studio/no-such/").status_code == 404
    english = leader.get(f"/studio/{FILING}/", HTTP_ACCEPT_LANGUAGE="en")
    assert "Promise “" in read(english)


def test_what_is_wrong_stands_beside_its_line_and_nothing_is_lost(office: Client) -> None:
    draft = begin(office)
    assert "version = 2" in draft.text
    number = next(
        n for n, line in enumerate(draft.text.splitlines(), 1) if line.startswith("[steps.pass_review]")
    )
    sent = write(office, draft, ("[steps.pass_review]", '[steps.pass_review]\ngo_to = "nowhere"'))
    assert sent.status_code == 302
    shown = page(office.get(f"/studio/drafts/{draft.pk}/"))
    assert "没有这个名称的键" in shown
    assert f'data-line="{number + 1}"' in shown
    assert "go_to = &quot;nowhere&quot;" in shown
    draft.refresh_from_db()
    assert 'go_to = "nowhere"' in draft.text, "kept as it is"
    # two windows: the second does not overwrite, and what it typed stays in the form
    stale = office.post(f"/studio/drafts/{draft.pk}/", {"text": draft.text + "# 我的", "edition": 1})
    assert stale.status_code == 422
    assert "# 我的" in read(stale)
    assert "另一窗口" in page(stale)
    broken = write(office, draft, ('go_to = "nowhere"', "go_to = "))
    assert broken.status_code == 302
    assert f'data-line="{number + 1}"' in page(office.get(f"/studio/drafts/{draft.pk}/"))


def test_written_checked_simulated_and_published_by_a_second_person(
    office: Client, leader: Client, world: World
) -> None:
    old = world.file()
    draft = begin(office)
    write(office, draft, ('budget = "3wd"', 'budget = "2wd"'))
    address = f"/studio/drafts/{draft.pk}/publication/"
    seen = page(leader.get(address))
    assert "2 个工作日内办结" in seen
    assert "尚未推演" in seen
    draft.refresh_from_db()
    typed = {"note": "示例：缩短到两日", "edition": draft.edition}
    assert "还没有推演" in errors_text(leader.post(address, typed))
    made = simulate(office, f"/studio/drafts/{draft.pk}/simulate/")
    assert made.found is None
    assert "progress" in read(office.get(f"/studio/simulations/{made.pk}/"))
    answer()
    assert made.name in page(leader.get(address))
    # who wrote it does not publish it
    assert office.post(address, typed).status_code == 422
    assert not Publication.objects.exists()
    sent = leader.post(address, typed)
    assert sent.status_code == 302, errors(sent)
    assert packs.current().newest(FILING).key == f"{FILING}@2"
    new = world.file()
    assert (old.version, new.version) == (1, 2)
    world.act(old, "pass_review", by=world.steward_of(old), review_opinion="示例")
    old.refresh_from_db()
    assert (old.version, old.marking) == (1, "waiting_film") or old.version == 1
    shown = page(leader.get(f"/studio/{FILING}/"))
    assert "示例：缩短到两日" in shown
    assert "microdrama-filing@2" in shown
    # a published draft is closed
    assert "已发布或放弃" in errors_text(write(office, draft))
    # and the version can be withdrawn again
    gone = leader.post(f"/studio/{FILING}/versions/2/withdrawal/", {"reason": "示例：试行结束"})
    assert gone.status_code == 302
    assert packs.current().newest(FILING).version == 1
    assert "示例：试行结束" in page(leader.get(f"/studio/{FILING}/"))


def errors_text(response: Any) -> str:
    assert response.status_code == 422
    return page(response)


def test_from_a_day_on(office: Client, leader: Client, world: World) -> None:
    draft = begin(office, "cosmetics-filing")
    write(office, draft, ('budget = "2wd"', 'budget = "1wd"'))
    simulate(office, f"/studio/drafts/{draft.pk}/simulate/")
    answer()
    draft.refresh_from_db()
    address = f"/studio/drafts/{draft.pk}/publication/"
    typed = {"note": "示例", "edition": draft.edition, "effective_at": "2026-02-10T09:00"}
    assert "已经过去" in errors_text(leader.post(address, typed))
    assert leader.post(address, {**typed, "effective_at": "2026-02-12T09:00"}).status_code == 302
    assert packs.current().newest("cosmetics-filing").version == 1
    assert "届时生效" in page(leader.get("/studio/cosmetics-filing/"))
    jobs.tick(now=NOW + timedelta(days=1))
    with at(NOW + timedelta(days=1)):
        assert "承诺“备案审核”：化妆品管家 1 个工作日内办结" in page(leader.get("/studio/cosmetics-filing/"))


def test_a_simulation_says_how_often_where_and_how_many(office: Client, leader: Client, world: World) -> None:
    address = "/studio/cosmetics-filing/simulate/"
    made = simulate(
        leader, address, name="示例：三位管家", arrivals="12", hours_accept="3",
        target="95", **{"staff_cosmetics-steward": 3},
    )  # fmt: skip
    answer()
    shown = page(leader.get(f"/studio/simulations/{made.pk}/"))
    for words in ("95%", "示例：三位管家", "在哪里积压", "审核", "12 每个工作日", "示例" if world else ""):
        assert words in shown, words
    made.refresh_from_db()
    assert made.found is not None
    assert made.found["staffing"]["people"] > 3
    assert "staff-chart" in read(leader.get(f"/studio/simulations/{made.pk}/"))
    listed = read(leader.get("/studio/cosmetics-filing/simulations/"))
    assert "示例：三位管家" in listed
    assert 'class="interval"' in listed
    empty = leader.post(address, {**hidden(leader.get(address)), "name": "x", "arrivals": "", "learn": ""})
    assert "说明有多少件" in errors_text(empty)
    assert leader.post(f"/studio/simulations/{made.pk}/forgotten/").status_code == 302
    assert not Simulation.objects.exists()


def test_a_new_promise_from_an_old_one(office: Client, leader: Client) -> None:
    sent = office.post("/studio/new/", {"copy_of": "cosmetics-filing", "new_id": "Nacht bus"})
    assert "小写字母" in errors_text(sent)
    sent = office.post("/studio/new/", {"copy_of": "cosmetics-filing", "new_id": FILING})
    assert "已有" in errors_text(sent)
    sent = office.post("/studio/new/", {"copy_of": "cosmetics-filing", "new_id": "night-bus"})
    assert sent.status_code == 302
    draft = MechanismDraft.objects.get()
    assert 'id = "night-bus"' in draft.text
    assert "version = 1" in draft.text
    assert "通过检查" in page(office.get(sent.headers["Location"]))
    assert "night-bus" in page(leader.get("/studio/"))
    assert office.post(f"/studio/drafts/{draft.pk}/dropped/").status_code == 302
    assert "night-bus" not in page(leader.get("/studio/"))


def test_only_the_office_writes_and_only_leaders_look(world: World, leader: Client) -> None:
    steward = signed_in(world.steward_a)
    assert steward.get("/studio/").status_code == 403
    assert leader.post(f"/studio/{FILING}/drafts/").status_code == 403
    assert not MechanismDraft.objects.exists()
