"""What six acts cost the database alone: six times a row read under a lock, three rows written, and a commit.

What a lifecycle of six transactions could come near to. PostgreSQL is sent what is written in one trip with
its COMMIT, the quickest way known here; psycopg's own `pipeline()` takes nearly twice as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.lifecycle_peer import Store
from lianqiao.organization.queries.one_trip import Trips
from lianqiao.organization.queries.prepared import Statement

STEPS = 6
# as long as the state of a case and the body of an entry are on average in the demonstration
STATE, ENTRY = "s" * 1500, "e" * 1200
TABLES = (
    "CREATE TABLE IF NOT EXISTS bare_case ({key}, state text NOT NULL, seq integer NOT NULL)",
    "CREATE TABLE IF NOT EXISTS bare_entry (case_id bigint NOT NULL, seq integer NOT NULL,"
    " body text NOT NULL, PRIMARY KEY (case_id, seq))",
    "CREATE TABLE IF NOT EXISTS bare_notice ({key}, case_id bigint NOT NULL, seq integer NOT NULL)",
)


class Bare:
    """Carries rows through six transactions each, with nothing decided."""

    def __init__(self, url: str) -> None:
        self.store = Store(url, TABLES)
        self.trips = Trips(self.store.connection) if self.store.postgres else None

    def life(self) -> None:
        """Write a new row, then change it five times; each in a transaction of its own."""
        sql = "INSERT INTO bare_case (state, seq) VALUES (%s, 1) RETURNING id"
        key = int(self._begun(Statement(sql, [STATE])))
        self._ended(_said(key, 1))
        lock = " FOR UPDATE" if self.trips else ""
        sql = f"SELECT seq, state FROM bare_case WHERE id = %s{lock}"
        for seq in range(2, STEPS + 1):
            self._begun(Statement(sql, [key]))
            change = "UPDATE bare_case SET state = %s, seq = %s WHERE id = %s"
            self._ended([Statement(change, [STATE, seq, key]), *_said(key, seq)])

    def _begun(self, asked: Statement) -> Any:
        if self.trips:
            return self.trips.run([asked])[0][0][0]
        self.store.begin()
        return self.store.run(asked.sql, *asked.values).fetchone()[0]

    def _ended(self, written: Sequence[Statement]) -> None:
        if self.trips:
            self.trips.run(written, commits=True)
            return
        for one in written:
            self.store.run(one.sql, *one.values)
        self.store.commit()


def _said(key: int, seq: int) -> list[Statement]:
    return [
        Statement("INSERT INTO bare_entry (case_id, seq, body) VALUES (%s, %s, %s)", [key, seq, ENTRY]),
        Statement("INSERT INTO bare_notice (case_id, seq) VALUES (%s, %s)", [key, seq]),
    ]
