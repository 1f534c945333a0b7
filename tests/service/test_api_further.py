"""The further promises over the API: the demonstration's own stories, walked to the closed loop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianqiao.bridge import jobs, packs, queries
from lianqiao.bridge.models import Case, Result
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.demo import papers
from lianqiao.service.demo.further import TOLD, Told
from tests.portal.api_world import BASE, Api
from tests.world import NOW, PDF, World, at, person

# the first story of each promise goes to its end
CLOSED = list({one.promise: one for one in reversed(TOLD)}.values())
DOCUMENTS = {"copyright-response": 1, "cosmetics-filing": 1, "construction-permit": 2, "service-package": 0}


@pytest.mark.django_db
@pytest.mark.parametrize("story", CLOSED, ids=lambda story: story.promise)
def test_it_is_walked_to_its_end(world: World, story: Told) -> None:
    promise = packs.current().newest(story.promise)
    for duty in {role.duty for role in promise.roles.values() if role.duty}:
        holder = person(f"the-{duty}", f"示例{duty}", NOW)
        organization.give_duty(holder.pk, code=duty, actor=None, now=NOW)
    firm, now, number = Api.of(world.agent), NOW, ""
    for step, hours, typed in story.acts:
        now += timedelta(hours=hours)
        with at(now):
            role = promise.steps[step].by
            api = firm if promise.roles[role].kind == "applicant" else Api.of(_holder(number, role))
            data = _sent(api, typed, promise=story.promise, number=number)
            if not number:
                made = api.post("/cases", {"promise": story.promise, "data": data})
                assert made.status_code == 201, made.content.decode()
                number = made.json()["number"]
                continue
            body = {"data": data, "confirmed": True} if promise.steps[step].confirm else {"data": data}
            done = api.post(f"/cases/{number}/acts/{step}", body)
            assert done.status_code == 200, (step, done.content.decode())
    case = Case.objects.get()
    assert case.outcome in ("granted", "done")
    assert Result.objects.count() == DOCUMENTS[story.promise]
    with at(now):
        jobs.tick(now=now)
        assert firm.get(f"/cases/{number}").json()["number"] == number
    assert queries.verify_log().problems == ()


def _holder(number: str, role: str) -> Person:
    holders = queries.state_of(Case.objects.get(number=number)).holders
    return Person.objects.get(pk=int(holders[role]))


def _sent(api: Api, typed: dict[str, Any], *, promise: str, number: str) -> dict[str, Any]:
    fields = packs.current().newest(promise).fields
    found: dict[str, Any] = {}
    for name, value in typed.items():
        if value is papers:
            target = f"case={number}" if number else f"promise={promise}"
            address = f"{BASE}/attachments?{target}&field={name}&name={name}.pdf"
            found[name] = [api.client.post(address, PDF, "application/octet-stream").json()]
        elif fields[name].type == "money":
            # money is typed in yuan and kept in fen
            found[name] = str(value // 100)
        else:
            found[name] = value
    return found
