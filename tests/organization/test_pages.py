"""“Leave and duty” and “Who is on duty”, as officers, leaders and firms meet them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianqiao.organization import commands, queries
from lianqiao.organization.models import Leave, Person
from lianqiao.site import wall_clock
from tests.organization.zone_made import DAY, NOW, STEWARD, Zone


@pytest.fixture(autouse=True)
def _at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall_clock, "read", lambda: NOW)


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def text_of(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


TODAY = {"first_day": "2026-02-11", "last_day": "2026-02-13", "kind": "sick", "stand_in": ""}


def test_a_leave_is_filed_for_today_and_counts_at_once(zone: Zone) -> None:
    b = zone.officer("Bai")
    a = zone.officer("An", deputy_id=b.pk)
    client = signed_in(a)
    empty = client.get(reverse("leave"))
    assert b'value="2026-02-11"' in empty.content
    assert "No leave is filed" in text_of(empty.content)
    assert "Deputy: Bai" in text_of(empty.content)
    done = client.post(reverse("leave"), TODAY | {"stand_in": b.pk}, follow=True)
    assert done.redirect_chain == [(reverse("leave"), 302)]
    assert "is filed" in text_of(done.content)
    assert "Away now" in text_of(done.content)
    [leave] = Leave.objects.all()
    assert (leave.begin, leave.end) == (NOW - timedelta(hours=10), NOW - timedelta(hours=10) + 3 * DAY)
    assert queries.holder_at(a.pk, STEWARD, at=NOW) == b.pk
    assert "Standing in now" in text_of(signed_in(b).get(reverse("leave")).content)


def test_what_was_typed_stays_when_it_is_refused(zone: Zone) -> None:
    a, b = zone.officer("An"), zone.officer("Bai")
    zone.leave(b)
    typed = {"first_day": "2026-02-11", "last_day": "2026-02-12", "kind": "trip", "stand_in": str(b.pk)}
    answer = signed_in(a).post(reverse("leave"), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Bai is away too" in page
    assert 'value="2026-02-12"' in page
    assert re.search(rf'<option value="{b.pk}" selected', page)
    assert re.search(r'<option value="trip" selected', page)
    assert Leave.objects.count() == 1


def test_each_problem_stands_beside_its_field(zone: Zone) -> None:
    a = zone.officer("An")
    zone.leave(a, end=NOW + 5 * DAY)
    page = signed_in(a).post(reverse("leave"), TODAY).context["form"]
    assert list(page.errors) == ["first_day"]
    assert (
        "There is already a leave from 2026-02-11 04:00 to 2026-02-16 10:00." in page.errors["first_day"][0]
    )
    page = signed_in(a).post(reverse("leave"), TODAY | {"last_day": "2026-02-10", "first_day": ""})
    assert list(page.context["form"].errors) == ["first_day"]
    page = signed_in(a).post(reverse("leave"), TODAY | {"last_day": "2026-02-01"}).context["form"]
    assert list(page.errors) == ["last_day"]
    page = signed_in(a).post(reverse("leave"), TODAY | {"stand_in": "99999"}).context["form"]
    assert list(page.errors) == ["stand_in"]


def test_a_leave_is_cancelled_once_and_the_page_says_so(zone: Zone) -> None:
    a = zone.officer("An")
    leave = zone.leave(a)
    client = signed_in(a)
    address = reverse("leave-cancellation", args=[leave.pk])
    assert address in client.get(reverse("leave")).content.decode()
    done = client.post(address, follow=True)
    assert "The leave is cancelled." in text_of(done.content)
    assert address not in done.content.decode()
    again = client.post(address, follow=True)
    assert "This leave was cancelled on 2026-02-11 10:00." in text_of(again.content)
    assert client.get(address).status_code == 405


def test_who_promised_to_stand_in_is_told(zone: Zone) -> None:
    a, b = zone.officer("An"), zone.officer("Bai")
    zone.leave(a, stand_in_id=b.pk)
    done = signed_in(b).post(reverse("leave"), TODAY, follow=True)
    assert "An counted on this stand-in" in text_of(done.content)


def test_a_leader_files_for_an_officer_and_a_colleague_does_not(zone: Zone) -> None:
    a, colleague, leader = zone.officer("An"), zone.officer("Chen"), zone.officer("Li", "drama-leader")
    address = reverse("leave-of", args=[a.pk])
    assert signed_in(colleague).get(address).status_code == 403
    assert signed_in(colleague).post(address, TODAY).status_code == 403
    done = signed_in(leader).post(address, TODAY, follow=True)
    assert done.redirect_chain == [(address, 302)]
    [leave] = Leave.objects.all()
    assert (leave.person_id, leave.filed_by_id) == (a.pk, leader.pk)
    assert "Leave and duty of An" in text_of(done.content)
    cancelled = signed_in(leader).post(reverse("leave-cancellation", args=[leave.pk]), follow=True)
    assert cancelled.redirect_chain == [(address, 302)]
    assert signed_in(leader).get(reverse("leave-of", args=[leader.pk])).status_code == 302
    assert signed_in(leader).get(reverse("leave-of", args=[99999])).status_code == 404


def test_anothers_leave_is_not_cancelled_by_its_number(zone: Zone) -> None:
    a, colleague = zone.officer("An"), zone.officer("Chen")
    leave = zone.leave(a)
    signed_in(colleague).post(reverse("leave-cancellation", args=[leave.pk]))
    leave.refresh_from_db()
    assert leave.cancelled_at is None


@pytest.mark.parametrize("name", ["leave", "duty"])
def test_a_firms_person_is_kept_out(zone: Zone, name: str) -> None:
    agent, a = zone.person("Agent"), zone.officer("An")
    commands.join_firm(agent.pk, firm_id=zone.firm().pk, role="agent", actor=None, now=NOW)
    client = signed_in(agent)
    assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse("leave"), TODAY).status_code == 403
    assert client.get(reverse("leave-of", args=[a.pk])).status_code == 403
    assert client.post(reverse("leave-cancellation", args=[1])).status_code == 403


@pytest.mark.parametrize("name", ["leave", "duty"])
def test_nobody_is_let_in_without_signing_in(db: None, name: str) -> None:
    assert Client().get(reverse(name)).status_code == 302


def rows_of(client: Client, **asked: str) -> list[str]:
    answer = client.get(reverse("duty"), asked)
    assert answer.status_code == 200
    return [row["person"].name for row in answer.context["rows"]]


def test_the_list_says_who_has_the_work(zone: Zone) -> None:
    commands.title_duties({STEWARD: ("剧管家", "Drama steward")}, actor=None, now=NOW)
    unit = zone.unit("文旅局", name_en="Culture Bureau")
    b = zone.officer("Bai", "window-clerk")
    a = zone.officer("An", deputy_id=b.pk, unit_id=unit.pk)
    zone.leave(a)
    client = signed_in(zone.officer("Li", "drama-leader"))
    [row] = [r for r in client.get(reverse("duty")).context["rows"] if r["person"] == a]
    assert (row["title"], row["unit"], row["deputy"], row["absent"], row["holder"]) == (
        "Drama steward",
        "Culture Bureau",
        "Bai",
        True,
        "Bai",
    )
    assert "Absent" in text_of(client.get(reverse("duty")).content)
    assert rows_of(client, state="absent") == ["An"]
    for text in ("an", "bai", "culture", "文旅", "drama steward", "剧管家", "drama-stew"):
        assert "An" in rows_of(client, q=text)
    assert rows_of(client, q="nothing like it") == []


def test_everyone_is_told_until_when_somebody_is_away(zone: Zone) -> None:
    b = zone.officer("Bai")
    a = zone.officer("An", deputy_id=b.pk)
    zone.leave(a, end=NOW + 2 * DAY)
    # the next leave begins where this one ends, so they are away all the time
    zone.leave(a, begin=NOW + 2 * DAY, end=NOW + 5 * DAY)
    zone.leave(a, begin=NOW + 9 * DAY, end=NOW + 12 * DAY)
    until = "16 Feb"
    listed, own, other = (
        text_of(signed_in(who).get(reverse(name)).content)
        for who, name in ((b, "duty"), (a, "leave"), (b, "leave"))
    )
    assert until in listed
    assert re.search(rf"Away until [\w, ]*{until}", own)
    assert re.search(rf"away until [\w, ]*{until}", other)
    assert "away until" not in text_of(signed_in(zone.officer("Cai")).get(reverse("leave")).content).lower()


def test_the_list_is_sorted_and_paged(zone: Zone) -> None:
    people = [zone.officer(f"P{i:02}") for i in range(60)]
    zone.leave(people[30])
    client = signed_in(people[0])
    assert rows_of(client, sort="person")[:2] == ["P00", "P01"]
    assert rows_of(client, sort="-person")[:2] == ["P59", "P58"]
    assert rows_of(client, sort="-absent")[0] == "P30"
    assert rows_of(client, sort="person", page="2")[0] == "P50"
    for odd in ({"sort": "password"}, {"page": "x"}, {"page": "999"}, {"sort": "-"}):
        assert rows_of(client, **odd)


def test_the_list_costs_the_same_queries_however_many_are_away(
    zone: Zone, django_assert_max_num_queries: type[CaptureQueriesContext]
) -> None:
    people = [zone.officer(f"P{i:02}") for i in range(45)]
    client = signed_in(people[0])
    client.get(reverse("duty"))
    for person in people[1:40]:
        zone.leave(person)
    with django_assert_max_num_queries(20):
        client.get(reverse("duty"))
