"""Firms, who acts for them, and the divisions they lie in."""

from __future__ import annotations

from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.commands.firms import short_firm_name
from lianqiao.organization.models import Firm, Membership, Region
from tests.organization.zone_made import DAY, NOW, Zone, credit_code

ROWS = [
    {"code": "36", "name": "江西省"},
    {"code": "3601", "name": "南昌市"},
    {"code": "360112", "name": "新建区", "valid_from": "2015-08-01"},
    {"code": "360105", "name": "湾里区", "valid_to": "2019-12-01"},
]


def test_a_firm_is_found_by_the_code_however_it_was_typed(zone: Zone) -> None:
    typed = credit_code(7).lower()
    firm = commands.register_firm(f" {typed[:9]} {typed[9:]}", name="江西桥科技有限公司", actor=None, now=NOW)
    assert queries.firm_by_code(credit_code(7)) == firm
    assert firm.short_name == "江西桥科技"
    assert queries.firm_names([firm.pk, 999]) == {firm.pk: "江西桥科技有限公司"}
    assert [change.what for change in queries.trail(f"firm:{firm.pk}")] == ["register-firm"]


def test_everything_wrong_with_a_firm_is_said_at_once(zone: Zone) -> None:
    with pytest.raises(Refusal) as caught:
        commands.register_firm(
            credit_code(1)[:-1] + "I",
            name=" ",
            email="nobody",
            region_code="999999",
            registered_capital_fen=-1,
            actor=None,
            now=NOW,
        )
    assert [problem.code for problem in caught.value.problems] == [
        "credit-code-character",
        "region-unknown",
        "firm-name-missing",
        "firm-capital",
        "firm-email",
    ]
    assert not Firm.objects.exists()


def test_a_code_is_entered_once(zone: Zone) -> None:
    first = zone.firm("甲公司")
    with pytest.raises(Refusal) as caught:
        commands.register_firm(first.credit_code, name="乙公司", actor=None, now=NOW)
    assert caught.value.code == "firm-exists"
    assert caught.value.problems[0].facts["name"] == "甲公司"


def test_the_region_in_the_code_need_not_be_the_firms(zone: Zone) -> None:
    commands.import_regions(ROWS, actor=None, now=NOW)
    firm = zone.firm(region_code="3601")
    assert firm.credit_code[2:8] == "360112"
    assert firm.region is not None
    assert firm.region.code == "3601"


def test_a_division_that_is_gone_is_no_longer_entered(zone: Zone) -> None:
    commands.import_regions(ROWS, actor=None, now=NOW)
    with pytest.raises(Refusal, match="no division has the code 360105"):
        zone.firm(region_code="360105")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("江西省南昌市链桥科技有限公司", "链桥科技"),
        ("南昌市链桥（集团）股份有限公司", "链桥"),
        ("链桥(江西)有限责任公司", "链桥"),
        ("有限公司", "有限公司"),
    ],
)
def test_the_distinctive_part_of_a_name(name: str, short: str) -> None:
    assert short_firm_name(name) == short


def test_who_may_enter_a_firm(zone: Zone) -> None:
    clerk, steward = zone.officer("C", "window-clerk"), zone.officer("S")
    commands.register_firm(credit_code(1), name="甲", actor=clerk, now=NOW)
    with pytest.raises(Refusal, match="only a window clerk"):
        commands.register_firm(credit_code(2), name="乙", actor=steward, now=NOW)


def test_people_come_and_go_at_a_firm(zone: Zone) -> None:
    firm, other = zone.firm("甲"), zone.firm("乙")
    boss, agent = zone.person("Boss"), zone.person("Agent")
    commands.join_firm(boss.pk, firm_id=firm.pk, role="administrator", actor=None, now=NOW)
    made = commands.join_firm(agent.pk, firm_id=firm.pk, role="agent", actor=boss, now=NOW)
    assert queries.firms_of(agent.pk, at=NOW) == [firm]
    assert queries.acts_for(agent.pk, firm.pk, at=NOW)
    assert not queries.acts_for(agent.pk, other.pk, at=NOW)
    assert queries.administers(boss.pk, firm.pk, at=NOW)
    assert not queries.administers(agent.pk, firm.pk, at=NOW)
    for person, where, role, actor, code in (
        (agent, firm, "agent", boss, "membership-held"),
        (agent, other, "agent", boss, "window-only"),
        (boss, other, "owner", None, "membership-role"),
        (boss, None, "agent", None, "firm-unknown"),
    ):
        with pytest.raises(Refusal) as caught:
            commands.join_firm(person.pk, firm_id=where.pk if where else 999, role=role, actor=actor, now=NOW)
        assert caught.value.code == code
    with pytest.raises(Refusal, match="only a window clerk"):
        commands.leave_firm(boss.memberships.get().pk, actor=agent, now=NOW + DAY)
    with pytest.raises(Refusal, match="last administrator"):
        commands.leave_firm(boss.memberships.get().pk, actor=boss, now=NOW + DAY)
    commands.leave_firm(made.pk, actor=boss, now=NOW + DAY)
    commands.leave_firm(made.pk, actor=boss, now=NOW + 2 * DAY)
    assert queries.firms_of(agent.pk, at=NOW + DAY) == []
    assert queries.firms_of(agent.pk, at=NOW) == [firm]
    commands.join_firm(agent.pk, firm_id=firm.pk, role="administrator", actor=boss, now=NOW + DAY)
    assert Membership.objects.filter(person=agent).count() == 2


def test_an_authority_for_a_time_ends_by_itself(zone: Zone) -> None:
    firm, agent = zone.firm(), zone.person("Agent")
    with pytest.raises(Refusal, match="end before it begins"):
        commands.join_firm(agent.pk, firm_id=firm.pk, role="agent", until=NOW, actor=None, now=NOW)
    commands.join_firm(agent.pk, firm_id=firm.pk, role="agent", until=NOW + DAY, actor=None, now=NOW)
    assert queries.firms_of(agent.pk, at=NOW + DAY) == []


def test_who_has_left_acts_for_nobody(zone: Zone) -> None:
    firm, boss = zone.firm(), zone.person("Boss")
    commands.join_firm(boss.pk, firm_id=firm.pk, role="administrator", actor=None, now=NOW)
    boss = commands.deactivate_person(boss.pk, reason="left", actor=None, now=NOW)
    assert queries.firms_of(boss.pk, at=NOW) == []
    with pytest.raises(Refusal):
        commands.join_firm(boss.pk, firm_id=firm.pk, role="agent", actor=boss, now=NOW)


def test_firms_are_found_by_the_beginning_first(
    zone: Zone, django_assert_num_queries: type[CaptureQueriesContext]
) -> None:
    one, two = zone.firm("江西省链桥科技有限公司"), zone.firm("赣江影视有限公司")
    with django_assert_num_queries(1):
        assert queries.firms_matching("链桥") == [one]  # the short name begins so
    with django_assert_num_queries(1):
        assert queries.firms_matching(two.credit_code[:18].lower()) == [two]
    with django_assert_num_queries(2):
        assert queries.firms_matching("影视") == [two]
    with django_assert_num_queries(1):
        assert queries.firms_matching("视") == []  # one character alone is only looked for at the beginning
    with django_assert_num_queries(0):
        assert queries.firms_matching("  ") == []
    assert queries.firms_matching("%") == []
    assert queries.firms_matching("9136", limit=1) == [one]


def test_firms_are_walked_through_page_by_page(zone: Zone) -> None:
    firms = [zone.firm(f"第{i}公司") for i in range(5)]
    codes: list[str] = []
    while page := queries.firm_page(after=codes[-1] if codes else "", size=2):
        codes += [firm.credit_code for firm in page]
    assert codes == sorted(firm.credit_code for firm in firms)


def test_divisions_are_taken_over_and_put_right(zone: Zone) -> None:
    done = commands.import_regions(ROWS, actor=None, now=NOW)
    assert (done.created, done.updated, done.unchanged, done.problems) == (4, 0, 0, ())
    assert Region.objects.get(code="360112").parent_code == "3601"
    again = [*ROWS[:3], {"code": "360105", "name": "湾里区", "valid_to": "2019-12-26"}]
    done = commands.import_regions(again, actor=None, now=NOW)
    assert (done.created, done.updated, done.unchanged) == (0, 1, 3)
    assert queries.region_at("360105", on=date(2019, 12, 25)) is not None
    assert queries.region_at("360105", on=date(2019, 12, 26)) is None
    assert queries.region_at("360112", on=date(2015, 7, 31)) is None


def test_bad_rows_are_reported_by_row_and_column_and_good_ones_kept(zone: Zone) -> None:
    rows = [
        {"code": "36", "name": "江西省"},
        {"code": "36O1", "name": "南昌市"},
        {"code": "3602", "name": ""},
        {"code": "3603", "name": "萍乡市", "valid_from": "2020-13-01"},
        {"code": "3604", "name": "九江市", "valid_from": "2020-01-01", "valid_to": "2019-01-01"},
        {"code": "36", "name": "江西省"},
        {"code": "3605", "name": "新余市", "parent_code": "x"},
        {},
        {"code": "3606", "name": "鹰潭市"},
    ]
    done = commands.import_regions(rows, actor=None, now=NOW)
    assert done.created == 2
    assert [problem.place for problem in done.problems] == [
        "row 2, column code",
        "row 3, column name",
        "row 4, column valid_from",
        "row 5, column valid_to",
        "row 6, column code",
        "row 7, column parent_code",
        "row 8, column code",
        "row 8, column name",
    ]


def test_many_divisions_cost_few_queries(
    zone: Zone, django_assert_max_num_queries: type[CaptureQueriesContext]
) -> None:
    rows = [{"code": f"36{n:04d}", "name": f"第{n}区"} for n in range(3000)]
    with django_assert_max_num_queries(30):
        assert commands.import_regions(rows, actor=None, now=NOW).created == 3000
