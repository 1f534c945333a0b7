"""The supermarket: a firm's mandate bounds every act, the basket is ordered once, channels are counted."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import queries as bridge_queries
from lianqiao.bridge.models import Case, Entry
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands as organization
from lianqiao.organization import queries as organization_queries
from lianqiao.organization.models import Mandate, MandateEntry, Person
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.assistance import commands, queries
from lianqiao.service.assistance.models import BasketEntry
from lianqiao.service.commands import drafts
from lianqiao.service.commands.drafts import Form
from lianqiao.service.models import Draft
from lianqiao.site.records import verify_records
from tests.portal.api_world import Api
from tests.world import NOW, World, at, person, read, signed_in, stream

MATTER = "assisted-matter"
DATA = {"matter_title": "示例：变更登记", "kind": "registration"}


@pytest.fixture
def helper(world: World) -> Person:
    """An agent of the zone, and whoever handles assisted matters."""
    made = person("agent-01", "示例代办员01", NOW)
    organization.give_duty(made.pk, code="agent", actor=None, now=NOW)
    leader = person("agent-leader-01", "示例帮办负责人01", NOW)
    organization.give_duty(leader.pk, code="agent-leader", actor=None, now=NOW)
    return made


def give(world: World, to: Person, *matters: str, days: int = 30) -> Mandate:
    return commands.give(
        world.firm.pk,
        person_id=to.pk,
        kind="agent",
        matters=matters,
        since=NOW,
        until=NOW + timedelta(days=days),
        actor=world.agent,
        now=NOW,
    )


def open_for(world: World, by: Person, now: Any = NOW) -> Case:
    return bridge.open_case(MATTER, by=by, firm=world.firm, data=DATA, now=now)


def test_an_agent_acts_only_within_the_mandate(world: World, helper: Person) -> None:
    with pytest.raises(Refusal) as refused:
        open_for(world, helper)
    assert refused.value.code == "wrong-role"
    mandate = give(world, helper, MATTER)
    case = open_for(world, helper)
    # the firm follows it from the first; the log names the mandate, the row the channel
    assert (case.channel, case.applicant_id) == ("agent", world.agent.pk)
    (entry,) = Entry.objects.filter(case=case)
    assert json.loads(entry.body)["mandate"] == str(mandate.pk)
    # another promise is not covered, another firm neither
    with pytest.raises(Refusal):
        world.file(by=helper)
    with pytest.raises(Refusal):
        bridge.open_case(MATTER, by=helper, firm=world.other_firm, data=DATA, now=NOW)
    # it ends by itself, and at once when it is taken back: the case is then out of sight too
    late = NOW + timedelta(days=31)
    with pytest.raises(Refusal):
        bridge.act(case.number, "withdraw", by=world.stranger, data={}, now=late)
    assert bridge_queries.acts_for(helper, world.firm.pk, MATTER, at=late) is False
    organization.revoke_mandate(mandate.pk, actor=world.agent, now=NOW + timedelta(minutes=1))
    with pytest.raises(Refusal):
        open_for(world, helper, now=NOW + timedelta(minutes=1))
    assert not queries.open_matters(helper.pk, at=NOW + timedelta(minutes=1))


def test_acts_by_mandate_read_as_for_the_firm(world: World, helper: Person) -> None:
    give(world, helper, MATTER)
    case = open_for(world, helper)
    bridge.add_note(case.number, "示例：我先补一句。", by=helper, now=NOW + timedelta(minutes=1))
    bridge.act(case.number, "withdraw", by=world.agent, data={}, now=NOW + timedelta(minutes=2))
    page = read(signed_in(world.agent).get(f"/cases/{case.number}/"))
    assert f"示例代办员01 代 {world.firm.name}" in page
    lines = Api.of(world.agent).get(f"/cases/{case.number}/log").json()["items"]
    assert [line["on_behalf_of"] for line in lines] == [world.firm.name, world.firm.name, ""]
    # the firm's page and its workbook list what was done, and by whom for whom
    firm = read(signed_in(world.agent).get(f"/firms/{world.firm.credit_code}/mandates/acts/"))
    assert f"示例代办员01 代 {world.firm.name}" in firm
    sheet = signed_in(world.agent).get(f"/firms/{world.firm.credit_code}/mandates/acts.xlsx")
    assert stream(sheet)[:2] == b"PK"
    assert signed_in(world.stranger).get(f"/firms/{world.firm.credit_code}/mandates/").status_code == 403


def test_only_the_firm_gives_its_mandate(world: World, helper: Person) -> None:
    clerk = person("window-clerk-01", "示例窗口01", NOW)
    organization.give_duty(clerk.pk, code="window-clerk", actor=None, now=NOW)
    page = signed_in(world.agent)
    address = f"/firms/{world.firm.credit_code}/mandates/"
    answer = page.post(address, {"agent": f"agent {helper.pk}", "matters": [MATTER],
                                 "since": "2026-02-11", "until": "2027-03-11"})  # fmt: skip
    # longer than a year: told beside the field, what was typed is kept
    assert answer.status_code == 422
    assert 'value="2027-03-11"' in read(answer)
    answer = page.post(address, {"agent": f"agent {helper.pk}", "since": "2026-02-11", "until": "2026-03-11"})
    assert answer.status_code == 302
    (made,) = Mandate.objects.all()
    assert (made.matters, made.until) == ("", NOW.replace(month=3, day=11, hour=16, minute=0))
    for wrong in ({"actor": clerk}, {"actor": helper}, {"actor": world.stranger}):
        with pytest.raises(Refusal) as refused:
            organization.give_mandate(
                world.firm.pk, person_id=clerk.pk, kind="window-clerk", matters=[],
                since=NOW, until=NOW + timedelta(days=1), now=NOW, **wrong,
            )  # fmt: skip
        assert refused.value.code == "mandate-firm-only"
    with pytest.raises(Refusal) as refused:
        organization.revoke_mandate(made.pk, actor=clerk, now=NOW)
    assert refused.value.code == "mandate-firm-only"
    assert signed_in(helper).post(f"/mandates/{made.pk}/revocation/").status_code == 302
    assert organization_queries.mandate_state(Mandate.objects.get(), at=NOW) == "revoked"
    # twice taken back is once
    assert MandateEntry.objects.count() == 2


def test_a_mandate_is_taken_back_after_a_second_look(world: World, helper: Person) -> None:
    made = give(world, helper, MATTER)
    address, listed = f"/mandates/{made.pk}/revocation/", f"/firms/{world.firm.credit_code}/mandates/"
    firm, own = signed_in(world.agent), signed_in(helper)
    # the list leads to a page that says what follows; looking at it takes nothing away
    assert f'href="{address}"' in read(firm.get(listed))
    for browser, name in ((firm, helper.name), (own, world.firm.name)):
        looked = read(browser.get(address))
        assert name in looked
        assert "由此产生的后果" in looked
        assert "暂不办理" in looked
    assert organization_queries.mandate_state(Mandate.objects.get(), at=NOW) == "in-force"
    assert signed_in(world.stranger).get(address).status_code == 403
    assert firm.post(address).headers["Location"] == listed
    assert organization_queries.mandate_state(Mandate.objects.get(), at=NOW) == "revoked"
    # what is over is not asked about again
    assert firm.get(address).headers["Location"] == listed
    assert own.get(address).headers["Location"] == "/mandates/"
    assert firm.get("/mandates/999/revocation/").status_code == 404


def test_the_office_takes_a_mandate_back_from_the_page_of_who_holds_it(world: World, helper: Person) -> None:
    made = give(world, helper, MATTER)
    clerk = person("office-01", "示例数字办01", NOW)
    organization.give_duty(clerk.pk, code=OFFICE, actor=None, now=NOW)
    office, address = signed_in(clerk), f"/mandates/{made.pk}/revocation/"
    holder = f"/registers/people/{helper.pk}/"
    shown = read(office.get(holder))
    assert f'href="{address}"' in shown
    assert world.firm.name in shown
    assert f'href="{holder}"' in read(office.get(address))
    done = office.post(address, follow=True)
    assert done.redirect_chain == [(holder, 302)]
    assert f'href="{address}"' not in read(done)
    assert organization_queries.mandate_state(Mandate.objects.get(), at=NOW) == "revoked"


@pytest.mark.parametrize("change", ["body", "row", "removed", "revived"])
def test_the_record_of_mandates_cannot_be_rewritten(world: World, helper: Person, change: str) -> None:
    first = give(world, helper, MATTER)
    organization.revoke_mandate(first.pk, actor=world.agent, now=NOW)
    give(world, helper, MATTER)
    assert verify_records().problems == ()
    if change == "body":
        entry = MandateEntry.objects.first()
        assert entry is not None
        MandateEntry.objects.filter(pk=entry.pk).update(body=entry.body.replace(MATTER, "copyright-response"))
    elif change == "row":
        Mandate.objects.filter(pk=first.pk).update(matters="")
    elif change == "removed":
        MandateEntry.objects.filter(seq=2).delete()
    else:
        Mandate.objects.filter(pk=first.pk).update(revoked_at=None)
    assert verify_records().problems


def test_one_question_tells_by_what_somebody_acts(world: World, helper: Person) -> None:
    give(world, helper, MATTER)
    asked = _Counting()
    with connection.execute_wrapper(asked):
        assert bridge_queries.acts_for(helper, world.firm.pk, MATTER, at=NOW)
        assert bridge_queries.acts_for(world.agent, world.firm.pk, MATTER, at=NOW)
    assert asked.count == 2


class _Counting:
    count = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.count += 1
        return execute(*args)


def fill(entry: BasketEntry, **typed: str) -> None:
    from lianqiao.bridge import packs

    assert entry.draft is not None
    promise = packs.current().newest(entry.mechanism)
    form = Form(promise, promise.opening_step, entry.firm)
    kept = {**entry.draft.typed, **typed}
    drafts.save_draft(form, typed=kept, files={}, by=entry.person, now=NOW, draft_id=entry.draft_id)


def test_the_basket_is_ordered_once_each_by_itself(world: World, helper: Person) -> None:
    client = signed_in(world.agent)
    put = {"firm": world.firm.pk, "promise": MATTER, "next": "/supermarket/"}
    for _ in range(2):
        assert client.post("/supermarket/basket/entries/", put).status_code == 302
    # it survives signing out: another browser finds it
    first, second = queries.basket(world.agent.pk)
    client = signed_in(world.agent)
    page = read(client.get("/supermarket/basket/"))
    assert page.count("待填写") == 2
    fill(first, **DATA)
    assert queries.readiness(queries.basket(world.agent.pk)[0], now=NOW).ready
    answer = client.post("/supermarket/basket/orders/", {"row": [first.pk, second.pk]})
    assert answer.status_code == 422
    case = Case.objects.get()
    assert case.number in read(answer)
    assert "类别" in read(answer)
    assert [one.pk for one in queries.basket(world.agent.pk)] == [second.pk]
    assert not Draft.objects.filter(pk=first.draft_id).exists()
    # the same order again answers with the same case
    again = client.post("/supermarket/basket/orders/", {"row": [first.pk]})
    assert again.status_code == 200
    assert case.number in read(again)
    assert Case.objects.count() == 1
    # another person's entry is not there
    removal = f"/supermarket/basket/entries/{second.pk}/removal/"
    assert signed_in(world.stranger).post(removal).status_code == 404
    assert client.post(removal).status_code == 302
    assert not Draft.objects.exists()


def test_a_mandate_taken_back_stops_what_waits_in_the_basket(world: World, helper: Person) -> None:
    mandate = give(world, helper, MATTER)
    entry = commands.put_in(world.firm, mechanism_id=MATTER, by=helper, now=NOW)
    fill(entry, **DATA)
    organization.revoke_mandate(mandate.pk, actor=world.agent, now=NOW)
    (done,) = commands.order([entry.pk], by=helper, now=NOW)
    assert done.case is None
    assert [problem.code for problem in done.problems] == ["wrong-role"]
    with pytest.raises(Refusal):
        commands.put_in(world.firm, mechanism_id=MATTER, by=helper, now=NOW)


def test_over_the_api_and_counted_by_channel(world: World, helper: Person) -> None:
    firm, agent = Api.of(world.agent), Api.of(helper)
    wanted = {
        "firm": world.firm.credit_code,
        "person": helper.pk,
        "kind": "agent",
        "promises": [MATTER],
        "since": "2026-02-11",
        "until": "2026-05-01",
    }
    given = firm.post("/mandates", wanted)
    assert given.status_code == 201, given.content.decode()
    assert agent.get("/mandates").json()["items"][0]["state"] == "in-force"
    held = firm.get(f"/mandates?firm={world.firm.credit_code}").json()["items"]
    assert [one["person"]["id"] for one in held] == [helper.pk]
    put = agent.post("/basket", {"firm": world.firm.credit_code, "promise": MATTER})
    assert put.status_code == 201
    assert (put.json()["ready"], put.json()["lacks"]) == (False, ["要办的事项", "类别"])
    saved = agent.send("PUT", f"/drafts/{put.json()['draft']}", {"data": DATA, "edition": 1})
    assert saved.status_code == 200, saved.content.decode()
    order = {"entries": [put.json()["id"]]}
    done = agent.post("/basket-orders", order).json()["results"][0]
    assert done["case"]
    assert agent.post("/basket-orders", order).json()["results"][0]["case"] == done["case"]
    # the firm itself files one online, a clerk takes one in
    clerk = person("window-clerk-01", "示例窗口01", NOW)
    organization.give_duty(clerk.pk, code="window-clerk", actor=None, now=NOW)
    open_for(world, world.agent)
    bridge.open_case(MATTER, by=clerk, firm=world.other_firm, data=DATA, now=NOW, channel="window")
    counts = agent.get(f"/channels?promise={MATTER}").json()
    assert (counts["cases"], counts["firms"]) == (3, 2)
    assert {one["channel"]: one["cases"] for one in counts["channels"]} == {
        "": 1, "window": 1, "agent": 1, "hotline": 0, "visit": 0,
    }  # fmt: skip
    assert [one["number"] for one in agent.get("/cases?channel=agent").json()["items"]] == [done["case"]]
    # the figures on the page lead to the very cases
    reader = signed_in(helper)
    assert "/channels/agent/?span=year" in read(reader.get("/channels/"))
    assert done["case"] in read(reader.get("/channels/agent/?span=year"))
    assert stream(reader.get("/channels/agent/cases.xlsx"))[:2] == b"PK"
    revoked = firm.post(f"/mandates/{given.json()['id']}/revocation", {"reason": "示例"})
    assert revoked.json()["state"] == "revoked"
    assert agent.post("/basket", {"firm": world.firm.credit_code, "promise": MATTER}).status_code == 403


def test_the_supermarket_offers_what_one_may_choose(world: World, helper: Person) -> None:
    with at(NOW):
        shop = read(signed_in(world.agent).get("/supermarket/"))
    assert 'value="assisted-matter"' in shop
    # an agent without a mandate looks around; at the window the same case is taken in
    looker = read(signed_in(helper).get("/supermarket/"))
    assert 'name="promise"' not in looker.split("<main")[1]
    assert f"/services/{MATTER}/take-in/" in looker
