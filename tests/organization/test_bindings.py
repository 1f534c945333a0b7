"""People come to act for firms: asked and answered, invited, handed over; and are forgotten."""

from __future__ import annotations

import pytest
from django.core import mail

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, jobs, queries
from lianqiao.organization.commands.letters import secret_of
from lianqiao.organization.models import BindingRequest, Firm, Letter, Person
from tests.organization.zone_made import DAY, NOW, Zone, credit_code


@pytest.fixture
def clerk(zone: Zone) -> Person:
    return zone.officer("窗口", "window-clerk")


@pytest.fixture
def asker(zone: Zone) -> Person:
    return zone.person("孙示例", email="sun@example.cn")


def ask(person: Person, number: int = 7, name: str = "江西示例科技有限公司") -> BindingRequest:
    return commands.ask_binding(person, credit_code=credit_code(number), firm_name=name, now=NOW)


def refused_with(act: object, **given: object) -> str:
    with pytest.raises(Refusal) as caught:
        act(**given)  # type: ignore[operator]
    return caught.value.code


def test_a_clerk_enters_the_firm_and_binds(asker: Person, clerk: Person) -> None:
    asked = ask(asker)
    assert not Firm.objects.exists()
    done = commands.decide_binding(
        asked.pk,
        accept=True,
        role="administrator",
        firm_name="江西示例科技股份有限公司",
        actor=clerk,
        now=NOW,
    )
    firm = Firm.objects.get()
    assert (firm.credit_code, firm.name) == (credit_code(7), "江西示例科技股份有限公司")
    assert queries.administers(asker.pk, firm.pk, at=NOW)
    assert (done.state, done.decided_by) == ("accepted", clerk)
    jobs.send_letters(now=NOW, link=str)
    assert "您已可代表江西示例科技有限公司办事" in mail.outbox[-1].subject
    assert [c.what for c in queries.trail(f"bindingrequest:{asked.pk}")] == ["decide-binding", "ask-binding"]
    again = {"request_id": asked.pk, "accept": True, "actor": clerk, "now": NOW}
    assert refused_with(commands.decide_binding, **again) == "request-decided"


def test_what_is_wrong_stands_beside_its_field(asker: Person) -> None:
    with pytest.raises(Refusal) as caught:
        commands.ask_binding(asker, credit_code=credit_code(7)[:-1] + "I", firm_name=" ", now=NOW)
    assert [(p.code, p.place) for p in caught.value.problems] == [
        ("credit-code-character", "credit_code"),
        ("firm-name-missing", "firm_name"),
    ]
    ask(asker)
    again = {"person": asker, "credit_code": credit_code(7).lower(), "firm_name": "又", "now": NOW}
    assert refused_with(commands.ask_binding, **again) == "binding-pending"


def test_a_refusal_needs_a_reason_and_reaches_the_person(asker: Person, clerk: Person) -> None:
    asked = ask(asker)
    given = {"request_id": asked.pk, "accept": False, "actor": clerk, "now": NOW}
    assert refused_with(commands.decide_binding, **given) == "reason-missing"
    commands.decide_binding(**given, reason="营业执照已注销")
    jobs.send_letters(now=NOW, link=str)
    assert "营业执照已注销" in str(mail.outbox[-1].body)
    ask(asker)  # one may ask again


def test_who_may_answer(zone: Zone, asker: Person, clerk: Person) -> None:
    firm, boss, stranger = zone.firm(), zone.person("Boss"), zone.person("Stranger")
    commands.join_firm(boss.pk, firm_id=firm.pk, role="administrator", actor=None, now=NOW)
    own = commands.ask_binding(asker, credit_code=firm.credit_code, firm_name=firm.name, now=NOW)
    other = ask(asker, 99)
    for actor, asked, code in (
        (stranger, own, "window-only"),
        (asker, own, "window-only"),
        (boss, other, "window-only"),
        (zone.officer("剧"), own, "window-only"),
        (clerk, BindingRequest(pk=999), "request-unknown"),
    ):
        given = {"request_id": asked.pk, "accept": True, "actor": actor, "now": NOW}
        assert refused_with(commands.decide_binding, **given) == code
    commands.decide_binding(own.pk, accept=True, actor=boss, now=NOW)
    assert queries.acts_for(asker.pk, firm.pk, at=NOW)
    assert (
        refused_with(commands.withdraw_binding, request_id=other.pk, actor=boss, now=NOW) == "request-unknown"
    )
    commands.withdraw_binding(other.pk, actor=asker, now=NOW)


def test_requests_do_not_pile_up(asker: Person) -> None:
    for number in range(10):
        ask(asker, number + 1)
    with pytest.raises(Refusal, match="wait already"):
        ask(asker, 11)


def test_the_list_is_searched_and_sorted(zone: Zone, asker: Person) -> None:
    other = zone.person("周示例")
    ask(asker, 1, "甲公司"), ask(other, 2, "乙公司")

    def found(**asked: str) -> list[str]:
        return [one.firm_name for one in queries.binding_requests(**asked)]

    assert found(text="甲") == found(text=credit_code(1).lower()) == found(text="孙示") == ["甲公司"]
    assert found(sort="-code") == found(sort="made")[::-1] == ["乙公司", "甲公司"]
    assert found(state="accepted") == []


def test_an_invitation_is_for_its_address(zone: Zone, asker: Person) -> None:
    firm, boss = zone.firm(), zone.person("Boss", email="boss@example.cn")
    commands.join_firm(boss.pk, firm_id=firm.pk, role="administrator", actor=None, now=NOW)
    letter = commands.invite_member(firm.pk, email="SUN@example.cn", role="agent", actor=boss, now=NOW)
    secret = secret_of(letter)
    thief = zone.person("Thief", email="thief@example.cn")
    accept = {"secret": secret, "now": NOW + DAY}
    assert refused_with(commands.accept_invitation, person=thief, **accept) == "invitation-not-yours"
    made = commands.accept_invitation(secret, person=asker, now=NOW + DAY)
    assert (made.firm, made.role) == (firm, "agent")
    assert refused_with(commands.accept_invitation, person=asker, **accept) == "letter-over"
    # who invited no longer may: the invitation holds no more
    late = commands.invite_member(firm.pk, email="thief@example.cn", role="agent", actor=boss, now=NOW)
    commands.hand_over_firm(made.pk, actor=boss, now=NOW + DAY)
    given = {"secret": secret_of(late), "person": thief, "now": NOW + DAY}
    assert refused_with(commands.accept_invitation, **given) == "window-only"


def test_the_administration_is_handed_over_once(zone: Zone, asker: Person) -> None:
    firm, boss = zone.firm(), zone.person("Boss")
    commands.join_firm(boss.pk, firm_id=firm.pk, role="administrator", actor=None, now=NOW)
    member = commands.join_firm(asker.pk, firm_id=firm.pk, role="agent", actor=boss, now=NOW)
    commands.hand_over_firm(member.pk, actor=boss, now=NOW + DAY)
    assert queries.administers(asker.pk, firm.pk, at=NOW + DAY)
    assert not queries.administers(boss.pk, firm.pk, at=NOW + DAY)
    assert queries.acts_for(boss.pk, firm.pk, at=NOW + DAY)
    assert queries.administers(boss.pk, firm.pk, at=NOW), "who was what when stays known"
    back = queries.members_of(firm.pk, at=NOW + DAY).get(person=boss)
    assert (
        refused_with(commands.hand_over_firm, membership_id=back.pk, actor=boss, now=NOW + DAY)
        == "window-only"
    )


def test_looking_at_a_person_is_recorded(zone: Zone, asker: Person, clerk: Person) -> None:
    shown = commands.show_person(asker.pk, why="bindingrequest:1", actor=clerk, now=NOW)
    assert shown == asker
    [change] = [one for one in queries.trail(f"person:{asker.pk}") if one.what == "show-person"]
    assert (change.by, change.details) == (clerk, {"why": "bindingrequest:1"})
    given = {"person_id": asker.pk, "why": "", "actor": zone.officer("剧"), "now": NOW}
    assert refused_with(commands.show_person, **given) == "window-only"


def test_officers_are_not_forgotten_and_asking_is_once(zone: Zone, asker: Person) -> None:
    officer, office = zone.officer("剧"), zone.officer("办", "office")
    assert refused_with(commands.ask_deletion, person=officer, note="", now=NOW) == "deletion-officer"
    asked = commands.ask_deletion(asker, note="不再需要", now=NOW)
    assert refused_with(commands.ask_deletion, person=asker, note="", now=NOW) == "deletion-pending"
    given = {"request_id": asked.pk, "accept": False, "reason": "", "now": NOW}
    assert refused_with(commands.decide_deletion, actor=officer, **given) == "office-only"
    assert refused_with(commands.decide_deletion, actor=office, **given) == "reason-missing"
    zone.duty(asker)
    given |= {"accept": True}
    assert refused_with(commands.decide_deletion, actor=office, **given) == "deletion-officer"
    commands.withdraw_deletion(asker, now=NOW)
    assert refused_with(commands.decide_deletion, actor=office, **given) == "request-decided"
    assert Letter.objects.count() == 0
