"""Who does whose work, and that there is always somebody."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianqiao.organization import commands, queries
from lianqiao.organization.models import Person
from lianqiao.organization.queries.roster import Post, Roster
from lianqiao.organization.queries.succession import doer, last_resort
from tests.organization.zone_made import DAY, NOW, STEWARD, Zone


def test_who_is_present_does_their_own_work(zone: Zone) -> None:
    a, b = zone.officer("A"), zone.officer("B")
    [first, second] = queries.candidates(STEWARD, facts={}, at=NOW)
    assert (first.person_id, first.present, first.stand_in_id, first.holder_id) == (a.pk, True, None, a.pk)
    assert second.holder_id == b.pk
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == a.pk


def test_the_leaves_stand_in_comes_before_the_deputy(zone: Zone) -> None:
    b, c = zone.officer("B", "window-clerk"), zone.officer("C", "window-clerk")
    a = zone.officer("A", deputy_id=b.pk)
    leave = zone.leave(a, stand_in_id=c.pk)
    [candidate] = queries.candidates(STEWARD, facts={}, at=NOW)
    assert (candidate.present, candidate.deputy_id, candidate.stand_in_id) == (False, b.pk, c.pk)
    assert queries.holder_at(a.pk, STEWARD, at=leave.end) == a.pk


def test_the_deputy_comes_before_a_colleague(zone: Zone) -> None:
    b = zone.officer("B", "window-clerk")
    zone.officer("Colleague")
    a = zone.officer("A", deputy_id=b.pk)
    zone.leave(a)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == b.pk


def test_a_colleague_whose_scope_covers_comes_before_one_whose_scope_does_not(zone: Zone) -> None:
    a = zone.officer("A", scope={"tier": ["key"]})
    zone.officer("Other field", scope={"tier": ["ordinary"]})
    wide = zone.officer("Everything")
    zone.leave(a)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == wide.pk


def test_absences_spread_over_the_colleagues(zone: Zone) -> None:
    people = [zone.officer(f"S{i}") for i in range(6)]
    for away in (people[0], people[2], people[4]):
        zone.leave(away)
    stand_ins = [queries.holder_at(people[i].pk, STEWARD, at=NOW) for i in (0, 2, 4)]
    assert stand_ins == [people[1].pk, people[3].pk, people[5].pk]


def test_the_units_head_then_the_head_above_then_the_fields_leader(zone: Zone) -> None:
    top, head = zone.officer("Top", "leader"), zone.officer("Head", "film-leader")
    bureau = zone.unit("局", head_id=top.pk)
    station = zone.unit("站", parent_id=bureau.pk, head_id=head.pk)
    a = zone.officer("A", unit_id=station.pk)
    near = zone.officer("Near", "drama-leader")
    zone.leave(a)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == head.pk
    zone.leave(head)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == top.pk
    zone.leave(top)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == near.pk


def test_at_last_anyone_on_duty_the_office_first(zone: Zone) -> None:
    a = zone.officer("A")
    zone.officer("Clerk", "window-clerk")
    office = zone.officer("Office", "office")
    zone.leave(a)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == office.pk


def test_when_everyone_is_away_it_stays_with_its_owner(zone: Zone) -> None:
    a, b = zone.officer("A"), zone.officer("B")
    zone.leave(a)
    zone.leave(b)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == a.pk
    [first, _] = queries.candidates(STEWARD, facts={}, at=NOW)
    assert (first.present, first.stand_in_id, first.holder_id) == (False, None, a.pk)


def test_when_the_owner_has_left_an_officer_on_leave_has_it(zone: Zone) -> None:
    a, b = zone.officer("A"), zone.officer("B", "window-clerk")
    commands.deactivate_person(a.pk, reason="left", actor=None, now=NOW)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == b.pk
    zone.leave(b)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == b.pk


def test_the_deputy_of_someone_who_has_left_goes_on(zone: Zone) -> None:
    b = zone.officer("B", "window-clerk")
    a = zone.officer("A", deputy_id=b.pk)
    zone.officer("Colleague")
    commands.deactivate_person(a.pk, reason="left", actor=None, now=NOW)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == b.pk
    assert a.pk not in [c.person_id for c in queries.candidates(STEWARD, facts={}, at=NOW)]


def test_whose_duty_has_ended_is_passed_over(zone: Zone) -> None:
    a, b = zone.officer("A"), zone.officer("B")
    zone.duty(a, "window-clerk")
    [duty] = a.duties.filter(code=STEWARD)
    later = NOW + DAY
    commands.end_duty(duty.pk, reason="moved", actor=None, now=later)
    assert queries.holder_at(a.pk, STEWARD, at=later) == b.pk
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == a.pk


def test_a_scope_must_cover_the_facts(zone: Zone) -> None:
    key = zone.officer("Key", scope={"tier": ["key"], "kind": ["drama", "film"]})
    wide = zone.officer("Wide")

    def found(facts: dict[str, object]) -> list[int]:
        return [c.person_id for c in queries.candidates(STEWARD, facts=facts, at=NOW)]

    assert found({"tier": "key", "kind": "film"}) == [key.pk, wide.pk]
    assert found({"tier": "key", "kind": ["film", "drama"]}) == [key.pk, wide.pk]
    assert found({"tier": "key", "kind": ["film", "radio"]}) == [wide.pk]
    assert found({"tier": "ordinary", "kind": "film"}) == [wide.pk]
    assert found({"kind": "film"}) == [wide.pk]  # what is not known is not covered
    assert found({}) == [wide.pk]


def test_a_case_nobodys_scope_covers_goes_to_a_leader(zone: Zone) -> None:
    zone.officer("Key", scope={"tier": ["key"]})
    zone.officer("Far", "film-leader")
    near = zone.officer("Near", "drama-leader")
    [candidate] = queries.candidates(STEWARD, facts={"tier": "other"}, at=NOW)
    assert (candidate.person_id, candidate.fallback, candidate.present) == (near.pk, True, True)
    zone.leave(near)
    [candidate] = queries.candidates(STEWARD, facts={"tier": "other"}, at=NOW)
    assert candidate.person_id != near.pk


def test_a_leader_who_took_a_case_keeps_it_while_present(zone: Zone) -> None:
    zone.officer("Steward")
    leader = zone.officer("Leader", "drama-leader")
    assert queries.holder_at(leader.pk, STEWARD, at=NOW) == leader.pk


def test_a_zone_without_officers_has_no_candidates(zone: Zone) -> None:
    person = zone.person("Nobody")
    assert queries.candidates(STEWARD, facts={}, at=NOW) == []
    assert queries.holder_at(person.pk, STEWARD, at=NOW) == person.pk
    assert queries.holders_at([], at=NOW) == {}


def test_whose_work_of_others_one_does(zone: Zone) -> None:
    b = zone.officer("B", "window-clerk")
    a = zone.officer("A", deputy_id=b.pk)
    assert queries.work_of_others(b.pk, at=NOW) == []
    zone.leave(a)
    assert queries.work_of_others(b.pk, at=NOW) == [(a.pk, STEWARD)]
    assert queries.work_of_others(a.pk, at=NOW) == []


@pytest.mark.parametrize("many", [2, 40])
def test_the_number_of_queries_does_not_grow(
    zone: Zone, many: int, django_assert_num_queries: type[CaptureQueriesContext]
) -> None:
    people = [zone.officer(f"S{i}") for i in range(many)]
    zone.leave(people[0])
    pairs = [(person.pk, STEWARD) for person in people]
    with django_assert_num_queries(3):
        queries.holders_at(pairs, at=NOW)
    with django_assert_num_queries(3):
        queries.candidates(STEWARD, facts={}, at=NOW)
    with django_assert_num_queries(1):
        queries.duties_of(people[0].pk, at=NOW)
    with django_assert_num_queries(1):
        queries.names(person.pk for person in people)
    with django_assert_num_queries(1):
        queries.on_leave(NOW)
    with django_assert_num_queries(1):
        queries.people_with(STEWARD, at=NOW)
    with django_assert_num_queries(4):
        queries.work_of_others(people[1].pk, at=NOW)


def test_one_more_query_when_nobody_named_is_present(
    zone: Zone, django_assert_num_queries: type[CaptureQueriesContext]
) -> None:
    people = [zone.officer(f"S{i}") for i in range(5)]
    for person in people:
        zone.leave(person)
    with django_assert_num_queries(4):
        queries.holders_at([(person.pk, STEWARD) for person in people], at=NOW)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Draw any zone of up to six officers, with rings of units and deputies who are nobody."""
    ids = st.integers(1, 6)
    maybe = st.none() | ids
    codes = st.sampled_from([STEWARD, "window-clerk", "drama-leader"])
    scopes = st.dictionaries(
        st.sampled_from(["tier"]), st.lists(st.sampled_from(["key", "other"]), max_size=2)
    )
    drawn = draw(st.lists(st.builds(Post, ids, codes, maybe, maybe, scopes), max_size=8))
    posts: dict[str, list[Post]] = {}
    for post in sorted(drawn, key=lambda one: one.person_id):
        posts.setdefault(post.code, []).append(post)
    roster = Roster(
        NOW,
        posts=posts,
        away=draw(st.dictionaries(ids, maybe, max_size=6)),
        active=draw(st.sets(ids)),
        units=draw(st.dictionaries(ids, st.tuples(maybe, maybe), max_size=4)),
    )
    roster.officers = sorted({post.person_id for post in drawn} & roster.active)
    return roster


@given(rosters(), st.integers(1, 6))
def test_work_is_with_someone_present_while_anyone_is(roster: Roster, person_id: int) -> None:
    found = doer(roster, person_id, STEWARD)
    if any(roster.present(officer) for officer in roster.officers):
        assert roster.present(found)
    elif roster.officers:
        assert roster.present(found) or found in {person_id, *roster.officers}
    assert doer(roster, person_id, STEWARD) == found


@given(rosters(), st.integers(1, 6))
def test_who_does_anothers_work_does_their_own_of_it(roster: Roster, person_id: int) -> None:
    found = doer(roster, person_id, STEWARD)
    if found != person_id and roster.held_by(found, STEWARD):
        assert doer(roster, found, STEWARD) == found or not roster.present(found)


@given(rosters())
def test_a_case_nobody_covers_is_someones(roster: Roster) -> None:
    found = last_resort(roster, STEWARD)
    assert found is not None or not roster.officers


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(away=st.sets(st.integers(0, 4)), left=st.sets(st.integers(0, 4)))
def test_no_work_is_ever_ownerless(zone: Zone, away: set[int], left: set[int]) -> None:
    people = [zone.officer(f"S{i}", "drama-leader" if i == 4 else STEWARD) for i in range(5)]
    for i in away:
        zone.leave(people[i])
    for i in left:
        commands.deactivate_person(people[i].pk, reason="left", actor=None, now=NOW)
    active = set(Person.objects.filter(is_active=True).values_list("id", flat=True))
    found = queries.holders_at([(person.pk, STEWARD) for person in people], at=NOW)
    if active:
        assert set(found.values()) <= active
    if present := active - queries.on_leave(NOW):
        assert set(found.values()) <= present
        assert queries.candidates(STEWARD, facts={}, at=NOW)
