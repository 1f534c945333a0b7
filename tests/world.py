"""A small zone to test pages with: a firm, two stewards, a leader. Everything in it was done by commands.

    world = build_world()                      # at NOW, Wednesday 2026-02-11 10:00 in Beijing
    case = world.file(investment="1200000")    # the micro-drama filing, by the firm's agent
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    with at(LATER): client.get(...)            # the moment the server reads while inside

Use the fixture `world` (a test of the database) in place of calling `build_world`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianqiao.bridge import commands, packs, queries
from lianqiao.bridge.models import Case
from lianqiao.engine.identifiers import credit_check_character
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Firm, Person

NOW = datetime(2026, 2, 11, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Beijing
FILING = "microdrama-filing"
PDF = b"%PDF-1.4\n%example\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 64
TYPED = {
    "drama_title": "示例剧《桥上的人》",
    "episodes": "80",
    "minutes_per_episode": "2",
    "investment": "1200000",
    "special_topic": "none",
    "synopsis": "示例梗概：一个新区里的人把话说到做到。",
}


@dataclass
class World:
    """People and firms to act with; `now` is when commands of this object happen."""

    now: datetime
    agent: Person
    firm: Firm
    stranger: Person
    other_firm: Firm
    steward_a: Person
    steward_b: Person
    leader: Person

    def file(
        self, *, by: Person | None = None, firm: Firm | None = None, now: datetime | None = None, **more: Any
    ) -> Case:
        """Open a micro-drama case; keywords replace or add to what is typed."""
        by, moment = by or self.agent, now or self.now
        data = self.filing(by, moment, **more)
        return commands.open_case(FILING, by=by, firm=firm or self.firm, data=data, now=moment)

    @staticmethod
    def filing(by: Person, moment: datetime, **more: Any) -> dict[str, Any]:
        """Receive the files of a micro-drama case and return them with what is typed."""
        mechanism = packs.current().newest(FILING)
        data: dict[str, Any] = {
            **TYPED,
            "front_page": False,
            "platform_promoted": False,
            "member_priority": False,
            "volunteers_as_key": False,
        }
        for name in ("application_form", "production_licence", "script"):
            data[name] = [receive(mechanism.fields[name], by=by, now=moment, name=f"{name}.pdf")]
        return data | more

    def act(self, case: Case, step: str, *, by: Person, now: datetime | None = None, **data: Any) -> Case:
        """Take a step of a case."""
        return commands.act(case.number, step, by=by, data=data, now=now or self.now)

    def steward_of(self, case: Case) -> Person:
        """Return who holds the steward's role in the case now."""
        return Person.objects.get(pk=int(queries.state_of(_fresh(case)).holders["steward"]))

    def other_steward(self, case: Case) -> Person:
        """Return the steward whose case it is not."""
        return self.steward_b if self.steward_of(case) == self.steward_a else self.steward_a


def build_world(now: datetime = NOW) -> World:
    """Make the people, duties and firms; two stewards are each other's deputies."""
    agent, stranger = person("firm-a", "示例企业甲 经办人", now), person("firm-b", "示例企业乙 经办人", now)
    steward_a, steward_b = (
        person("steward-01", "示例剧管家01", now),
        person("steward-02", "示例剧管家02", now),
    )
    leader = person("leader-01", "示例负责人01", now)
    give: dict[str, Any] = {"actor": None, "now": now}
    organization.give_duty(steward_a.pk, code="drama-steward", deputy_id=steward_b.pk, **give)
    organization.give_duty(steward_b.pk, code="drama-steward", deputy_id=steward_a.pk, **give)
    organization.give_duty(leader.pk, code="drama-leader", **give)
    return World(
        now=now,
        agent=agent,
        firm=firm("示例企业甲有限公司", 1, agent, now),
        stranger=stranger,
        other_firm=firm("示例企业乙有限公司", 2, stranger, now),
        steward_a=steward_a,
        steward_b=steward_b,
        leader=leader,
    )


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The zone at NOW; the server's clock reads NOW while the test runs."""
    with at(NOW):
        yield build_world()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the server's clock read `moment`."""
    with mock.patch("lianqiao.site.wall_clock.read", return_value=moment):
        yield


def person(username: str, name: str, now: datetime) -> Person:
    return organization.register_person(username, name=name, actor=None, now=now, example=True)


def firm(name: str, number: int, agent: Person, now: datetime) -> Firm:
    code = f"91360112MA{number:07d}"
    made = organization.register_firm(
        code + credit_check_character(code), name=name, actor=None, now=now, example=True
    )
    organization.join_firm(agent.pk, firm_id=made.pk, role="administrator", actor=None, now=now)
    return made


def receive(
    of: Any, *, by: Person, now: datetime, name: str = "材料.pdf", content: bytes = PDF
) -> dict[str, Any]:
    """Receive a file for a field, as a form would before its step is sent."""
    return commands.receive(upload(name, content), field=of, by=by, now=now)


def upload(name: str = "材料.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """Return a file to send with a form."""
    return SimpleUploadedFile(name, content)


def signed_in(who: Person) -> Client:
    """Return a browser in which the person is signed in; English asks for it with `HTTP_ACCEPT_LANGUAGE`."""
    client = Client()
    client.force_login(who)
    return client


def read(response: Any) -> str:
    """Return a page's text."""
    return str(response.content.decode())


def stream(response: Any) -> bytes:
    """Return the bytes of a download."""
    return BytesIO(b"".join(response.streaming_content)).getvalue()


def _fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)
