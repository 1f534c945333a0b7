"""Statements built once: what they give is what the ORM gives, however often and with whatever values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from lianqiao.organization.lists import PreparedList, page_of
from lianqiao.organization.models import Duty, Person, Unit
from lianqiao.organization.queries.in_force import in_force
from lianqiao.organization.queries.prepared import ROOMS, Prepared

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 11, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def people() -> list[Person]:
    made = [
        Person.objects.create(username=f"p{number}", name=f"示例“{number}”", date_joined=NOW)
        for number in range(4)
    ]
    unit = Unit.objects.create(name="示例科", kind="office", head=made[0])
    for number, person in enumerate(made):
        Duty.objects.create(
            person=person,
            code=f"code-{number % 2}",
            scope={"region": ["甲", number]},
            since=NOW - number * DAY,
            until=NOW + DAY if number == 3 else None,
            unit=unit if number else None,
            deputy=made[number - 1],
        )
    return made


def duties(at: datetime, code: str) -> QuerySet[Duty, Duty]:
    rows = Duty.objects.filter(in_force(at), code=code).annotate(several=Count("person__duties"))
    return rows.select_related("person", "unit__head", "deputy").order_by("pk")


def told(row: Any) -> Any:
    """Return everything a row holds, with the rows read beside it."""
    beside = {
        name: told(one) if one is not None else None for name, one in sorted(row._state.fields_cache.items())
    }
    held = {name: value for name, value in row.__dict__.items() if name != "_state"}
    return type(row), held, row._state.db, row._state.adding, beside


def test_models_are_as_the_orm_makes_them(people: list[Person]) -> None:
    asked = Prepared(duties)
    for at, code in ((NOW, "code-0"), (NOW, "code-1"), (NOW + 2 * DAY, "code-1"), (NOW, "示例")):
        found = asked(at=at, code=code)
        assert [told(row) for row in found] == [told(row) for row in duties(at, code)]
    assert len(asked._compiled) == 1


def test_columns_left_out_are_read_when_looked_at(people: list[Person]) -> None:
    def build(name: str) -> QuerySet[Duty, Duty]:
        return Duty.objects.filter(person__name=name).select_related("person").only("since", "person__name")

    (row,) = Prepared(build)(name=people[1].name)
    with CaptureQueriesContext(connection) as queries:
        assert (row.since, row.person.name) == (NOW - DAY, people[1].name)
        assert len(queries) == 0
        assert row.scope == {"region": ["甲", 1]}
        assert len(queries) == 1


def test_many_keys_take_few_statements(people: list[Person]) -> None:
    def build(keys: list[int]) -> QuerySet[Person, tuple[int]]:
        return Person.objects.filter(pk__in=keys).values_list("pk")

    asked, known = Prepared(build), [person.pk for person in people]
    with CaptureQueriesContext(connection) as queries:
        assert asked.for_keys([]) == []
        assert len(queries) == 0
        for count in range(1, len(known) + 1):
            assert sorted(asked.for_keys(known[:count])) == [(key,) for key in known[:count]]
        assert len(asked._compiled) == len([size for size in ROOMS if size < 10])
        begun = len(queries)
        assert sorted(asked.for_keys([*range(10**6, 10**6 + 2 * ROOMS[-1]), *known])) == [
            (key,) for key in known
        ]
        assert len(queries) - begun == 3


def test_what_is_given_may_differ_from_call_to_call(people: list[Person]) -> None:
    def build(codes: list[str] | None = None, at: datetime | None = None) -> QuerySet[Duty, tuple[int]]:
        rows = Duty.objects.filter(Q(since__gte=at) if at else Q(), Q(code__in=codes) if codes else Q())
        return rows.order_by("pk").values_list("person_id")

    asked, known = Prepared(build), [(person.pk,) for person in people]
    assert asked() == known
    assert asked(codes=["code-0"]) == [known[0], known[2]]
    assert asked(codes=["code-0", "code-1"]) == known
    assert asked(at=NOW) == [known[0]]
    assert asked(codes=["code-1"], at=NOW - DAY) == [known[1]]
    assert asked.count(codes=["code-1"]) == 2


def test_those_who_only_count_are_told(people: list[Person]) -> None:
    class Told:
        def __init__(self) -> None:
            self.statements, self.seen = 0, 0

        def __call__(self, execute: Any, *given: Any) -> Any:
            self.seen += 1
            return execute(*given)

        def told(self, statements: int, spent_s: float) -> None:
            self.statements += statements
            assert spent_s >= 0

    counting, asked = Told(), Prepared(duties)
    with connection.execute_wrapper(counting):
        asked(at=NOW, code="code-0")
        assert (counting.statements, counting.seen) == (1, 0)
        with CaptureQueriesContext(connection) as queries:
            asked(at=NOW, code="code-0")
        assert (counting.statements, counting.seen, len(queries)) == (1, 1, 1)


def test_a_prepared_list_pages_as_the_orm_would(people: list[Person]) -> None:
    def build(code: str) -> QuerySet[Person]:
        return Person.objects.filter(duties__code=code).order_by("-name")

    def read(keys: list[int]) -> list[Person]:
        return list(Person.objects.filter(pk__in=keys))

    found = PreparedList(build, read)
    for code in ("code-0", "code-1", "示例"):
        expected = list(build(code))
        asked = found(code=code)
        assert (asked.count(10), asked.count(1)) == (len(expected), min(1, len(expected)))
        assert asked.keys(0, 50) == [person.pk for person in expected]
        assert asked.keys(1, 1) == [person.pk for person in expected[1:2]]
        page = page_of(RequestFactory().get("/", {"page": "9"}), asked)
        assert (list(page), page.number, page.paginator.count) == (expected, 1, len(expected))
