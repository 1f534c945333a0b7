"""The office's pages: people entered and helped, duties given, handed over and ended, units."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from lianqiao.organization import commands, queries
from lianqiao.organization.models import Person, Unit
from tests.portal.api_world import office
from tests.world import NOW, World, read, signed_in, stream


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in(office())


def test_from_entering_somebody_to_a_duty_handed_over(desk: Client, world: World) -> None:
    commands.title_duties({"drama-steward": ("剧管家", "Drama steward")}, actor=None, now=NOW)
    case = world.file()
    steward = world.steward_of(case)
    taken = desk.post("/registers/people/new/", {"username": "steward-01", "name": "又"})
    assert taken.status_code == 422
    assert 'value="又"' in read(taken)
    desk.post("/registers/people/new/", {"username": "steward-09", "name": "示例新剧管家"})
    made = Person.objects.get(username="steward-09")
    form = read(desk.get(f"/registers/people/{made.pk}/duties/new/"))
    assert "drama-steward" in form
    given = {"code": "drama-steward", "unit_id": "", "deputy_id": str(steward.pk), "last_day": ""}
    desk.post(f"/registers/people/{made.pk}/duties/new/", given)
    assert queries.duties_of(made.pk, at=NOW) == {"drama-steward"}
    again = desk.post(f"/registers/people/{made.pk}/duties/new/", given)
    assert again.status_code == 422
    assert "已" in read(again)

    held = steward.duties.get()
    page = f"/registers/duties/{held.pk}/hand-over/"
    assert desk.post(page, {"to": str(made.pk), "reason": ""}).status_code == 422
    desk.post(page, {"to": str(made.pk), "reason": "示例调岗"})
    assert world.steward_of(case) == made, "open cases follow the duty"
    own = made.duties.filter(until=None).first()
    assert own is not None
    desk.post(f"/registers/duties/{own.pk}/ending/", {"reason": "示例"})


def test_outside_people_are_masked_and_officers_are_not(desk: Client, world: World) -> None:
    page = read(desk.get("/registers/people/"))
    assert world.steward_a.name in page
    assert world.agent.name not in page
    assert world.agent.name not in read(desk.get(f"/registers/people/{world.agent.pk}/"))
    sheet = openpyxl.load_workbook(BytesIO(stream(desk.get("/registers/people/sheet/")))).active
    names = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert world.steward_a.name in names
    assert world.agent.name not in names


def test_an_account_is_closed_with_everything_open(desk: Client, world: World) -> None:
    theirs = signed_in(world.stranger)
    assert theirs.get("/account/").status_code == 200
    desk.post(f"/registers/people/{world.stranger.pk}/sessions/")
    assert theirs.get("/account/").status_code == 302
    assert desk.post(f"/registers/people/{world.stranger.pk}/closing/", {"reason": ""}).status_code == 422
    desk.post(f"/registers/people/{world.stranger.pk}/closing/", {"reason": "示例离职"})
    assert not Person.objects.get(pk=world.stranger.pk).is_active
    commands.begin_second_factor(world.agent, now=NOW)
    desk.post(f"/registers/people/{world.agent.pk}/second-factor/")
    assert not queries.has_second_factor(world.agent.pk)


def test_units_are_entered_searched_and_sent(desk: Client, world: World) -> None:
    assert "还没有单位" in read(desk.get("/registers/units/"))
    typed = {"name": "示例局", "name_en": "Example Bureau", "kind": "bureau", "parent_id": "", "head_id": ""}
    desk.post("/registers/units/", typed)
    above = Unit.objects.get()
    head = str(world.leader.pk)
    desk.post("/registers/units/", typed | {"name": "示例科", "parent_id": str(above.pk), "head_id": head})
    ring = desk.post("/registers/units/", typed | {"parent_id": str(Unit.objects.get(name="示例科").pk)})
    assert ring.status_code == 422
    sheet = openpyxl.load_workbook(BytesIO(stream(desk.get("/registers/units/sheet/?q=示例科")))).active
    rows: list[Any] = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows == [["示例科", "局", "示例局", world.leader.name]]


def test_only_the_office(world: World) -> None:
    clerk = commands.register_person("clerk-01", name="示例窗口01", actor=None, now=NOW)
    commands.give_duty(clerk.pk, code="window-clerk", actor=None, now=NOW)
    duty = world.steward_a.duties.get().pk
    pages = ("people/", "people/new/", f"people/{world.agent.pk}/", "people/sheet/", "units/", "units/sheet/",
             f"people/{world.agent.pk}/duties/new/", f"duties/{duty}/ending/", f"duties/{duty}/hand-over/",
             f"people/{world.agent.pk}/closing/")  # fmt: skip
    for who in (clerk, world.leader, world.agent):
        client = signed_in(who)
        found = {page: client.get(f"/registers/{page}").status_code for page in pages}
        assert found == dict.fromkeys(pages, 403)
        for act in ("second-factor", "sessions"):
            assert client.post(f"/registers/people/{world.agent.pk}/{act}/").status_code == 403
