"""What six acts cost the database alone: six times a row read under a lock, three rows written, and a commit.

No engine could keep its cases in this database with less, so this is as quick as any lifecycle of six
transactions gets; PostgreSQL is sent what is written in one trip with its COMMIT.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from benchmarks.lifecycle_peer import Store

STEPS = 6
# as long as ours are on average: the state of a case, the body of an entry
STATE, ENTRY = "s" * 1500, "e" * 500
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

    def life(self) -> None:
        """Write a new row, then change it five times; each in a transaction of its own."""
        self.store.begin()
        sql = "INSERT INTO bare_case (state, seq) VALUES (%s, 1) RETURNING id"
        key = int(self.store.run(sql, STATE).fetchone()[0])
        self._written(key, 1)
        lock = " FOR UPDATE" if self.store.postgres else ""
        for seq in range(2, STEPS + 1):
            self.store.begin()
            self.store.run(f"SELECT state, seq FROM bare_case WHERE id = %s{lock}", key).fetchone()
            self._written(key, seq)

    def _written(self, key: int, seq: int) -> None:
        together: Any = self.store.connection.pipeline() if self.store.postgres else nullcontext()
        with together:
            if seq > 1:
                self.store.run("UPDATE bare_case SET state = %s, seq = %s WHERE id = %s", STATE, seq, key)
            self.store.run("INSERT INTO bare_entry (case_id, seq, body) VALUES (%s, %s, %s)", key, seq, ENTRY)
            self.store.run("INSERT INTO bare_notice (case_id, seq) VALUES (%s, %s)", key, seq)
            self.store.commit()
