"""Statements in one trip to PostgreSQL: transactions they open or end are Django's, and so are errors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lianqiao.organization.models import Unit
from lianqiao.organization.queries.prepared import (
    Statement,
    have_landed,
    run,
    run_together,
    send_together,
    stored,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is asked without a trip"),
]
NOW = datetime(2026, 2, 11, 2, 30, tzinfo=UTC)


def new(name: str, **more: int) -> Statement:
    fields = [field for field in Unit._meta.concrete_fields if field.column != "id"]
    columns = {field.column: field.get_default() for field in fields} | {"name": name} | more
    text = f"INSERT INTO organization_unit ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    return Statement(text, list(columns.values()))


def status() -> str:
    return str(connection.connection.info.transaction_status.name)


def names() -> set[str]:
    return set(Unit.objects.values_list("name", flat=True))


def test_values_and_rows_come_back_as_they_went() -> None:
    asked = Statement(
        "SELECT %s::text, %s::bigint, %s::boolean, %s::timestamptz, %s::text, 100 %% 7",
        ["示例“引号” %s", 2**40, True, stored(NOW), None],
    )
    with transaction.atomic():
        assert run_together([asked, Statement("SELECT 1 WHERE false", [])]) == [
            [("示例“引号” %s", 2**40, True, NOW, None, 2)],
            [],
        ]


def test_writes_travel_with_commit() -> None:
    with transaction.atomic():
        assert status() == "IDLE"  # BEGIN waits for the first statement
        run("SELECT 1", [])
        assert status() == "INTRANS"
        run_together([new("甲"), new("乙")], commits=True)
        assert status() == "IDLE"
    assert names() == {"甲", "乙"}


def test_what_follows_an_error_is_not_done_and_the_connection_serves_on() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run_together([new("甲"), new("甲"), new("乙")], commits=True)
    assert (names(), status()) == (set(), "IDLE")
    with transaction.atomic():
        run_together([new("甲")], commits=True)
    assert names() == {"甲"}


def test_a_foreign_key_that_fails_at_commit_is_an_integrity_error() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run_together([new("甲", parent_id=10**9)], commits=True)
    assert (names(), status()) == (set(), "IDLE")


def test_inside_another_transaction_it_is_undone_with_it() -> None:
    with transaction.atomic():
        with transaction.atomic():
            run_together([new("甲")])
        assert names() == {"甲"}
        transaction.set_rollback(True)
    assert names() == set()


def test_a_savepoint_takes_an_error_in() -> None:
    with transaction.atomic():
        run_together([new("甲")])
        with pytest.raises(IntegrityError), transaction.atomic():
            run_together([new("甲")])
        run_together([new("乙")])
    assert names() == {"甲", "乙"}


def test_what_is_marked_for_undoing_is_not_committed() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        run_together([new("甲")], commits=True)
        assert status() == "INTRANS"
    assert names() == set()


def test_a_zero_byte_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(DataError), transaction.atomic():
        run_together([new("甲"), new("a\0b")], commits=True)
    assert names() == set()


def test_a_server_that_goes_away_is_an_error_and_the_next_connection_works() -> None:
    run("SELECT 1", [])
    mine = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [mine])
    other.close()
    with pytest.raises(DatabaseError), transaction.atomic():
        run_together([new("甲")], commits=True)
    connection.close()
    with transaction.atomic():
        run_together([new("乙")], commits=True)
    assert names() == {"乙"}


def test_plans_thrown_away_are_made_again() -> None:
    with transaction.atomic():
        run("SELECT 41 + %s", [1])
    connection.connection.execute("DEALLOCATE ALL")
    with pytest.raises(DatabaseError), transaction.atomic():
        run("SELECT 41 + %s", [1])
    with transaction.atomic():
        assert run("SELECT 41 + %s", [1]) == [(42,)]


def test_more_statements_than_are_kept_still_run(monkeypatch: Any) -> None:
    monkeypatch.setattr("lianqiao.organization.queries.one_trip.MOST_KEPT", 0)
    connection.close()
    with transaction.atomic():
        assert run_together([Statement("SELECT %s::int", [1]), Statement("SELECT %s::text", ["二"])]) == [
            [(1,)],
            [("二",)],
        ]


def test_they_can_be_watched() -> None:
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        run_together([new("甲"), new("乙")], commits=True)
    assert sum("INSERT" in query["sql"] for query in seen.captured_queries) == 2
    assert names() == {"甲", "乙"}


def test_what_is_sent_ahead_is_there_for_whatever_is_asked_next() -> None:
    with transaction.atomic():
        send_together([new("甲")])
        send_together([new("乙")])
        assert names() == {"甲", "乙"}
        send_together([new("丙")])
        with transaction.atomic():
            Unit.objects.filter(name="丙").delete()
        send_together([new("丁")])
        assert run("SELECT count(*) FROM organization_unit", []) == [(3,)]
        send_together([new("戊")])
        have_landed()
    assert (names(), status()) == ({"甲", "乙", "丁", "戊"}, "IDLE")


def sent_and_then(ask: Any, *statements: Statement) -> None:
    with transaction.atomic():
        send_together(statements)
        ask()


@pytest.mark.parametrize("ask", [names, have_landed, lambda: run("SELECT 1", []), lambda: send_together([])])
def test_an_error_in_what_was_sent_ahead_is_told_by_whatever_comes_next(ask: Any) -> None:
    with pytest.raises(IntegrityError):
        sent_and_then(ask, new("甲"), new("甲"), new("乙"))
    assert (names(), status()) == (set(), "IDLE")
    with transaction.atomic():
        run_together([new("丙")], commits=True)
    assert names() == {"丙"}


def test_outside_a_transaction_or_watched_nothing_is_sent_ahead() -> None:
    send_together([new("甲")])
    assert status() == "IDLE"
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        send_together([new("乙")])
        assert sum("INSERT" in query["sql"] for query in seen.captured_queries) == 1
    assert names() == {"甲", "乙"}


def test_a_server_that_goes_away_meanwhile_is_an_error() -> None:
    with pytest.raises(DatabaseError):
        sent_and_then(names, Statement("SELECT pg_terminate_backend(pg_backend_pid())", []))
    connection.close()
    assert names() == set()


def test_times_are_read_as_the_orm_reads_them() -> None:
    moments = [
        NOW,
        NOW.replace(microsecond=120_000),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    ]
    asked = [Statement("SELECT %s::timestamptz", [stored(one)]) for one in moments]
    found = [rows[0][0] for rows in run_together(asked)]
    assert found == moments
    assert {one.tzinfo for one in found} == {UTC}
