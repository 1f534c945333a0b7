"""Webhooks: told of each act once it is there, signed, and later again; where they may go is told beside."""

from __future__ import annotations

import json
import socket
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from lianqiao.bridge import outbound
from lianqiao.organization import commands as organization
from lianqiao.service import jobs
from lianqiao.service.api.changes import told
from lianqiao.service.commands import hook_messages
from lianqiao.service.models import Hook, HookDelivery
from lianqiao.service.queries import webhooks as queries
from tests.portal.api_world import Api, codes, office
from tests.service.receiver import HERE, Receiver, far, receiver, signed
from tests.world import NOW, World, at, build_world

__all__ = ["far"]


def opened(api: Api, url: str, **more: Any) -> dict[str, Any]:
    answer = api.post("/webhooks", {"name": "示例接收程序", "url": url, **more})
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def deliver(now: datetime = NOW) -> int:
    return jobs.deliver_hooks(now=now, tell=told)


def states(api: Api, hook: int, state: str = "all") -> list[tuple[str, int]]:
    items = api.get(f"/webhooks/{hook}/deliveries?state={state}").json()["items"]
    return [(one["event"], one["attempts"]) for one in items]


def test_an_act_is_told_signed(world: World, far: Receiver) -> None:
    made = opened(Api.of(world.agent), far.url)
    case = world.file()
    assert deliver() == 1
    ((headers, body),) = far.received
    assert signed(made["secret"], headers, body)
    assert not signed(made["secret"], headers, body + b" ")
    message = json.loads(body)
    assert message["type"] == "step:file"
    assert (message["data"]["case"], message["data"]["seq"], message["data"]["data"]) == (
        case.number,
        1,
        None,
    )
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())
    assert headers["content-type"] == "application/json"
    assert deliver() == 0
    assert len(far.received) == 1


def test_what_was_before_is_not_told(world: World, far: Receiver) -> None:
    case = world.file()
    opened(Api.of(world.agent), far.url)
    world.act(case, "withdraw", by=world.agent)
    deliver()
    assert far.events == ["step:withdraw"]


def test_what_was_rolled_back_is_not_told(world: World, far: Receiver) -> None:
    opened(Api.of(world.agent), far.url)
    with transaction.atomic():
        world.file()
        transaction.set_rollback(True)
    deliver()
    assert far.received == []


def test_only_what_the_person_may_see_at_that_moment(world: World, far: Receiver) -> None:
    opened(Api.of(world.stranger), far.url)
    opened(Api.of(world.agent), far.url)
    world.file()
    organization.leave_firm(world.agent.memberships.get().pk, actor=None, now=NOW)
    deliver(NOW + timedelta(seconds=1))
    assert far.received == []


@pytest.mark.parametrize(
    ("more", "heard"),
    [
        ({}, ["step:file", "step:withdraw"]),
        ({"events": ["step"]}, ["step:file", "step:withdraw"]),
        ({"events": ["step:withdraw", "rung:leader"]}, ["step:withdraw"]),
        ({"events": ["rung"]}, []),
        ({"promises": ["microdrama-filing"]}, ["step:file", "step:withdraw"]),
        ({"promises": ["another-promise"]}, []),
    ],
    ids=str,
)
def test_only_what_it_is_about(world: World, far: Receiver, more: dict[str, Any], heard: list[str]) -> None:
    opened(Api.of(world.agent), far.url, **more)
    world.act(world.file(), "withdraw", by=world.agent)
    deliver()
    assert sorted(far.events) == heard


def test_one_firm_of_several(world: World, far: Receiver) -> None:
    organization.join_firm(world.agent.pk, firm_id=world.other_firm.pk, role="agent", actor=None, now=NOW)
    opened(Api.of(world.agent), far.url, firm=world.other_firm.credit_code)
    world.file()
    theirs = world.file(firm=world.other_firm)
    deliver()
    assert [json.loads(body)["data"]["case"] for _, body in far.received] == [theirs.number]


def test_a_firms_other_administrator_looks_after_it(world: World, far: Receiver) -> None:
    organization.join_firm(
        world.stranger.pk, firm_id=world.firm.pk, role="administrator", actor=None, now=NOW
    )
    made = opened(Api.of(world.agent), far.url, firm=world.firm.credit_code)
    assert Api.of(world.stranger).get(f"/webhooks/{made['id']}").status_code == 200
    assert Api.of(world.steward_a).get(f"/webhooks/{made['id']}").status_code == 404


def test_nobody_listens_in_for_another_firm(world: World) -> None:
    body = {"name": "x", "url": "https://firm.example/hook", "firm": world.other_firm.credit_code}
    answer = Api.of(world.agent).post("/webhooks", body)
    assert (answer.status_code, codes(answer)) == (403, ["wrong-role"])


def test_it_is_tried_again_and_given_up_after_two_days(world: World, far: Receiver) -> None:
    api = Api.of(world.agent)
    made = opened(api, far.url)
    world.file()
    far.status = 500
    now = NOW
    deliver(now)
    for wait in hook_messages.WAITS_MIN:
        deliver(now + timedelta(minutes=wait) - timedelta(seconds=1))
        now += timedelta(minutes=wait)
        deliver(now)
    assert len(far.received) == 12
    assert len({headers["webhook-id"] for headers, _ in far.received}) == 1
    deliver(now + timedelta(days=9))
    assert len(far.received) == 12
    assert states(api, made["id"], "dead") == [("step:file", 12)]
    assert queries.dead_letters() == 1
    (letter,) = api.get(f"/webhooks/{made['id']}/deliveries").json()["items"]
    assert (letter["status"], letter["error"], letter["next_try_at"]) == (500, "answered 500", None)


def test_a_dead_letter_is_sent_again_on_request(world: World, far: Receiver) -> None:
    api = Api.of(world.agent)
    made = opened(api, far.url)
    world.file()
    far.status = 500
    deliver()
    HookDelivery.objects.update(next_try_at=None)
    far.status = 204
    (letter,) = api.get(f"/webhooks/{made['id']}/deliveries?state=dead").json()["items"]
    again = api.post(f"/webhooks/{made['id']}/deliveries/{letter['id']}/replay")
    assert (again.status_code, again.json()["attempts"]) == (202, 0)
    assert deliver() == 1
    assert states(api, made["id"], "sent") == [("step:file", 1)]
    assert far.received[0][0]["webhook-id"] == far.received[1][0]["webhook-id"]


def test_a_span_is_sent_again(world: World, far: Receiver) -> None:
    api = Api.of(world.agent)
    made = opened(api, far.url)
    world.act(world.file(), "withdraw", by=world.agent)
    deliver()
    before = {"since": "2026-01-01", "until": "2026-02-01"}
    assert api.post(f"/webhooks/{made['id']}/replays", before).json() == {"owed": 0}
    span = {"since": "2026-02-11", "until": "2026-02-12"}
    assert api.post(f"/webhooks/{made['id']}/replays", span | {"only_dead": True}).json() == {"owed": 0}
    assert api.post(f"/webhooks/{made['id']}/replays", span).json() == {"owed": 2}
    deliver()
    assert sorted(far.events) == ["step:file"] * 2 + ["step:withdraw"] * 2


def test_a_pause_keeps_what_happens_for_later(world: World, far: Receiver) -> None:
    api = Api.of(world.agent)
    made = opened(api, far.url)
    api.send("PATCH", f"/webhooks/{made['id']}", {"paused": True})
    world.file()
    deliver()
    assert far.received == []
    api.send("PATCH", f"/webhooks/{made['id']}", {"paused": False})
    deliver()
    assert far.events == ["step:file"]


def test_a_receiver_that_wants_no_more_is_left_alone(world: World, far: Receiver) -> None:
    api = Api.of(world.agent)
    made = opened(api, far.url)
    world.file()
    far.status = 410
    deliver()
    assert api.get(f"/webhooks/{made['id']}").json()["paused_at"]


def test_closed_is_closed(world: World, far: Receiver) -> None:
    api = Api.of(world.agent)
    made = opened(api, far.url)
    world.file()
    assert api.send("DELETE", f"/webhooks/{made['id']}").status_code == 204
    deliver()
    assert far.received == []
    assert api.get(f"/webhooks/{made['id']}").status_code == 404
    assert api.get("/webhooks").json()["items"] == []


def test_a_new_secret_signs_from_now_on(world: World, far: Receiver) -> None:
    api = Api.of(world.agent)
    made = opened(api, far.url)
    renewed = api.post(f"/webhooks/{made['id']}/secret").json()
    assert renewed["secret"] != made["secret"]
    api.post(f"/webhooks/{made['id']}/ping")
    deliver()
    ((headers, body),) = far.received
    assert signed(renewed["secret"], headers, body)
    assert not signed(made["secret"], headers, body)


def test_the_secret_is_told_once(world: World) -> None:
    api = Api.of(world.agent)
    made = opened(api, "https://firm.example/hook")
    assert "secret" not in api.get(f"/webhooks/{made['id']}").json()
    assert made["secret"] not in str(list(Hook.objects.values()))


def test_one_that_is_silent_does_not_hold_up_the_others(
    world: World, far: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "CONNECT_S", 0.3)
    monkeypatch.setattr(outbound, "WHOLE_S", 0.5)
    with receiver() as silent:
        silent.wait_s = 2
        opened(Api.of(world.agent), silent.url)
        opened(Api.of(world.agent), far.url)
        for _ in range(3):
            world.file()
        assert deliver() == 3
    assert far.events == ["step:file"] * 3


def test_a_receiver_that_drips_is_cut_off(far: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "WHOLE_S", 0.5)
    far.drip = True
    outcome = outbound.send(far.url, b"{}", {}, allow=HERE)
    assert (outcome.status, outcome.delivered) == (0, False)


def test_redirects_are_not_followed(far: Receiver) -> None:
    far.status = 302
    outcome = outbound.send(far.url, b"{}", {}, allow=HERE)
    assert outcome.error == "answered 302 (redirects are not followed)"
    assert len(far.received) == 1


def test_a_port_where_nobody_listens(far: Receiver) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        outcome = outbound.send(f"http://127.0.0.1:{free.getsockname()[1]}/", b"{}", {}, allow=HERE)
    assert "ConnectionRefused" in outcome.error


@pytest.mark.django_db(transaction=True)
def test_many_workers_owe_and_send_each_message_once(settings: Any) -> None:
    settings.WEBHOOK_ALLOW = HERE
    with receiver() as far, at(NOW):
        world = build_world()
        opened(Api.of(world.agent), far.url)
        for _ in range(6):
            world.file()

        def work() -> None:
            deliver()
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        deliver()
    assert far.events == ["step:file"] * 6
    assert HookDelivery.objects.count() == 6


def test_what_a_killed_worker_took_is_due_again(world: World, far: Receiver) -> None:
    opened(Api.of(world.agent), far.url)
    world.file()
    hook_messages.owe_messages(told, now=NOW)
    assert len(list(hook_messages._taken(NOW, ()))) == 1  # and then it is killed
    assert deliver(NOW + timedelta(seconds=30)) == 0
    assert deliver(NOW + hook_messages.LEASE) == 1


def test_old_messages_are_forgotten(world: World, far: Receiver) -> None:
    opened(Api.of(world.agent), far.url)
    world.file()
    deliver()
    deliver(NOW + timedelta(days=31))
    assert not HookDelivery.objects.exists()


def test_the_office_sees_every_webhook(world: World) -> None:
    opened(Api.of(world.agent), "https://firm.example/hook")
    assert len(Api.of(office()).get("/webhooks?whose=all").json()["items"]) == 1
    assert codes(Api.of(world.agent).get("/webhooks?whose=all")) == ["office-only"]
