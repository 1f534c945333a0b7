"""Duties given, ended, handed over; people who come and go."""

from __future__ import annotations

import pytest

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.models import Change, Duty, HandOver, Person, Unit
from tests.organization.zone_made import DAY, NOW, STEWARD, Zone


def test_a_person_is_registered_with_a_trace_and_without_a_password(zone: Zone) -> None:
    person = zone.person(" 张三 ", email="z@example.org", example=True)
    assert (person.name, str(person), person.get_full_name(), person.example) == (
        "张三",
        "张三",
        "张三",
        True,
    )
    assert not person.has_usable_password()
    assert person.date_joined == NOW
    assert [change.what for change in queries.trail(f"person:{person.pk}")] == ["register-person"]


def test_a_password_is_kept_only_as_a_hash(zone: Zone) -> None:
    person = zone.person("A", password="two rivers meet here")
    assert person.check_password("two rivers meet here")
    assert "rivers" not in str(list(Change.objects.values()))


def test_everything_wrong_with_a_person_is_said_at_once(zone: Zone) -> None:
    with pytest.raises(Refusal) as caught:
        commands.register_person(
            "a b", name="", email="nobody", language="fr", password="123", actor=None, now=NOW
        )
    places = [problem.place for problem in caught.value.problems]
    assert sorted(places) == ["email", "language", "name", "password", "username"]
    assert not Person.objects.exists()


def test_a_user_name_is_given_once(zone: Zone) -> None:
    commands.register_person("zhang", name="A", actor=None, now=NOW)
    with pytest.raises(Refusal) as caught:
        commands.register_person("zhang", name="B", actor=None, now=NOW)
    assert caught.value.code == "username-taken"
    assert Change.objects.filter(what="register-person").count() == 1


@pytest.mark.parametrize("code", ["window-clerk", "drama-leader"])
def test_only_the_office_keeps_the_register(zone: Zone, code: str) -> None:
    actor, other = zone.officer("Actor", code), zone.officer("Other")
    [duty] = other.duties.all()
    for ask in (
        lambda: commands.register_person("x", name="X", actor=actor, now=NOW),
        lambda: commands.give_duty(other.pk, code="office", actor=actor, now=NOW),
        lambda: commands.end_duty(duty.pk, reason="", actor=actor, now=NOW),
        lambda: commands.open_unit("局", kind="bureau", actor=actor, now=NOW),
        lambda: commands.deactivate_person(other.pk, reason="", actor=actor, now=NOW),
        lambda: commands.import_regions([], actor=actor, now=NOW),
        lambda: commands.title_duties({}, actor=actor, now=NOW),
    ):
        with pytest.raises(Refusal) as caught:
            ask()
        assert caught.value.code == "office-only"


def test_who_has_left_may_do_nothing(zone: Zone) -> None:
    zone.officer("Other office", "office")
    office = zone.officer("Office", "office")
    office = commands.deactivate_person(office.pk, reason="left", actor=None, now=NOW)
    with pytest.raises(Refusal, match="only the office"):
        commands.register_person("x", name="X", actor=office, now=NOW)
    assert queries.duties_of(office.pk, at=NOW) == frozenset()


def test_duties_are_held_from_since_until(zone: Zone) -> None:
    a = zone.officer("A", since=NOW + DAY, until=NOW + 2 * DAY)
    for days, held in ((0, False), (1, True), (2, False)):
        assert (STEWARD in queries.duties_of(a.pk, at=NOW + days * DAY)) is held
        assert (a.pk in queries.people_with(STEWARD, at=NOW + days * DAY)) is held


def test_everything_wrong_with_a_duty_is_said_at_once(zone: Zone) -> None:
    a = zone.person("A")
    with pytest.raises(Refusal) as caught:
        commands.give_duty(
            a.pk, code="Drama Steward", deputy_id=a.pk, until=NOW, scope={"tier": "key"}, actor=None, now=NOW
        )
    assert [p.code for p in caught.value.problems] == ["duty-code", "duty-span", "deputy-self", "duty-scope"]


def test_the_same_duty_is_not_held_twice_but_another_scope_is(zone: Zone) -> None:
    a = zone.officer("A", scope={"tier": ["key"]})
    with pytest.raises(Refusal) as caught:
        zone.duty(a, scope={"tier": ["key"]})
    assert caught.value.code == "duty-held"
    zone.duty(a, scope={"tier": ["ordinary"]})
    assert queries.duties_of(a.pk, at=NOW) == {STEWARD}
    for tier in ("key", "ordinary"):
        assert [c.person_id for c in queries.candidates(STEWARD, facts={"tier": tier}, at=NOW)] == [a.pk]


@pytest.mark.parametrize("what", ["person", "deputy", "unit"])
def test_a_duty_needs_people_and_units_there_are(zone: Zone, what: str) -> None:
    a = zone.person("A")
    more = {"deputy": {"deputy_id": 999}, "unit": {"unit_id": 999}}.get(what, {})
    with pytest.raises(Refusal) as caught:
        commands.give_duty(999 if what == "person" else a.pk, code=STEWARD, actor=None, now=NOW, **more)
    assert caught.value.code == ("unit-unknown" if what == "unit" else "person-unknown")


def test_a_duty_ends_once(zone: Zone) -> None:
    a = zone.officer("A")
    [duty] = a.duties.all()
    commands.end_duty(duty.pk, reason="moved", actor=None, now=NOW + DAY)
    commands.end_duty(duty.pk, reason="again", actor=None, now=NOW + 2 * DAY)
    duty.refresh_from_db()
    assert duty.until == NOW + DAY
    assert Change.objects.filter(what="end-duty").count() == 1


def test_a_duty_that_had_not_begun_was_never_held(zone: Zone) -> None:
    a = zone.officer("A", since=NOW + DAY)
    [duty] = a.duties.all()
    commands.end_duty(duty.pk, reason="mistake", actor=None, now=NOW)
    assert queries.duties_of(a.pk, at=NOW + DAY) == frozenset()


def test_the_last_office_stays(zone: Zone) -> None:
    first = zone.officer("First", "office")
    [duty] = first.duties.all()
    for ask in (
        lambda: commands.end_duty(duty.pk, reason="", actor=None, now=NOW),
        lambda: commands.deactivate_person(first.pk, reason="", actor=None, now=NOW),
    ):
        with pytest.raises(Refusal) as caught:
            ask()
        assert caught.value.code == "last-office"
    zone.officer("Second", "office")
    commands.end_duty(duty.pk, reason="", actor=None, now=NOW)


def test_a_deputy_is_named_and_taken_away_by_a_leader(zone: Zone) -> None:
    a, b, leader = zone.officer("A"), zone.officer("B"), zone.officer("L", "leader")
    [duty] = a.duties.all()
    commands.name_deputy(duty.pk, deputy_id=b.pk, actor=leader, now=NOW)
    assert queries.deputy_ids(a.pk, at=NOW) == {STEWARD: b.pk}
    commands.name_deputy(duty.pk, deputy_id=None, actor=leader, now=NOW)
    assert queries.deputy_ids(a.pk, at=NOW) == {STEWARD: None}
    for deputy_id, actor, code in (
        (a.pk, leader, "deputy-self"),
        (b.pk, a, "leader-only"),
        (999, leader, "person-unknown"),
    ):
        with pytest.raises(Refusal) as caught:
            commands.name_deputy(duty.pk, deputy_id=deputy_id, actor=actor, now=NOW)
        assert caught.value.code == code


def test_a_hand_over_moves_the_duty_with_all_it_has(zone: Zone) -> None:
    unit = zone.unit("局")
    a, b, c = zone.officer("A", "window-clerk"), zone.person("B"), zone.officer("C")
    zone.duty(a, unit_id=unit.pk, scope={"tier": ["key"]}, deputy_id=c.pk)
    zone.duty(a, scope={"tier": ["other"]}, deputy_id=b.pk)
    done = commands.hand_over(a.pk, code=STEWARD, to_id=b.pk, reason="promoted", actor=a, now=NOW + DAY)
    assert queries.duties_of(a.pk, at=NOW + DAY) == {"window-clerk"}
    assert queries.duties_of(a.pk, at=NOW) == {"window-clerk", STEWARD}
    rows = Duty.objects.filter(person=b).order_by("id")
    assert [(d.unit_id, d.scope, d.deputy_id) for d in rows] == [
        (unit.pk, {"tier": ["key"]}, c.pk),
        (None, {"tier": ["other"]}, None),  # nobody is their own deputy
    ]
    assert queries.holder_at(a.pk, STEWARD, at=NOW + DAY) != a.pk
    assert (done.by_id, done.reason) == (a.pk, "promoted")


def test_a_second_hand_over_is_told_who_has_it(zone: Zone) -> None:
    a, b, c = zone.officer("A"), zone.person("B"), zone.person("C")
    commands.hand_over(a.pk, code=STEWARD, to_id=b.pk, reason="r", actor=None, now=NOW)
    with pytest.raises(Refusal) as caught:
        commands.hand_over(a.pk, code=STEWARD, to_id=c.pk, reason="r", actor=None, now=NOW)
    assert caught.value.code == "duty-handed-over"
    assert caught.value.problems[0].facts["to"] == "B"
    assert HandOver.objects.count() == 1


def test_what_a_hand_over_refuses(zone: Zone) -> None:
    zone.officer("Other office", "office")
    a, b, gone = zone.officer("A"), zone.officer("B", "office"), zone.person("Gone")
    leader = zone.officer("L", "drama-leader")
    commands.deactivate_person(gone.pk, reason="left", actor=None, now=NOW)
    for person, code, to, reason, actor, wanted in (
        (a, STEWARD, a, "r", None, "hand-over-self"),
        (a, STEWARD, b, " ", None, "reason-missing"),
        (a, STEWARD, gone, "r", None, "person-inactive"),
        (a, "window-clerk", b, "r", None, "duty-not-held"),
        (b, STEWARD, a, "r", a, "leader-only"),
        (b, "office", leader, "r", leader, "office-only"),  # nobody makes themselves the office
        (leader, "drama-leader", a, "r", a, "office-only"),
    ):
        with pytest.raises(Refusal) as caught:
            commands.hand_over(person.pk, code=code, to_id=to.pk, reason=reason, actor=actor, now=NOW)
        assert caught.value.code == wanted


def test_units_form_a_tree(zone: Zone) -> None:
    head = zone.person("Head")
    top = zone.unit("管委会", name_en="Committee")
    bureau = zone.unit("局", parent_id=top.pk)
    commands.appoint_head(bureau.pk, person_id=head.pk, actor=None, now=NOW)
    assert Unit.objects.get(name="局").head == head
    assert zone.unit("局", parent_id=top.pk, name_en="Bureau").pk == bureau.pk
    for more, code in (
        ({"name": "管委会", "parent_id": bureau.pk}, "unit-ring"),
        ({"name": "站", "parent_id": 999}, "unit-unknown"),
        ({"name": " "}, "unit-name-missing"),
        ({"name": "站", "head_id": 999}, "person-unknown"),
    ):
        with pytest.raises(Refusal) as caught:
            commands.open_unit(kind="x", actor=None, now=NOW, **more)
        assert caught.value.code == code


def test_what_duties_are_called(zone: Zone) -> None:
    titles = {STEWARD: ("剧管家", "Drama steward"), "office": ("数字办", "")}
    assert commands.title_duties(titles, actor=None, now=NOW) == 2
    assert commands.title_duties(titles, actor=None, now=NOW) == 0
    assert queries.duty_titles() == {STEWARD: "剧管家", "office": "数字办"}
    assert queries.duty_titles("en") == {STEWARD: "Drama steward", "office": "数字办"}
    with pytest.raises(Refusal, match="is not the code"):
        commands.title_duties({"Not a code": ("", "")}, actor=None, now=NOW)


def test_officers_and_leaders(zone: Zone) -> None:
    steward, leader, agent = zone.officer("王"), zone.officer("李", "drama-leader"), zone.person("赵")
    assert [queries.is_officer(p.pk, at=NOW) for p in (steward, leader, agent)] == [True, True, False]
    assert [queries.is_leader(p.pk, at=NOW) for p in (steward, leader, agent)] == [False, True, False]
    assert set(queries.officers(NOW)) == {steward, leader}
    assert list(queries.officers(NOW, text="王")) == [steward]
