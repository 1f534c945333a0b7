"""The peer of the lifecycle benchmark: SpiffWorkflow on the like process, kept in the same database.

Made as a careful user would, neither crippled nor favoured:

- `lifecycle.bpmn` is `lifecycle.toml` element by element: a step is a user task in its role's lane, whom a
  step or a rung tells is a task that says so, the tier a script, each rung and the law's limit a timer on the
  review, the correction a loop. It is parsed once.
- Each step is one transaction: read the workflow under a lock, restore it with the library's own serialiser,
  complete the task with the values ours is given, serialise, write it back with what a worklist and a tick
  must find (lane, steward, next timer), add a row to the log of steps, add a row for everyone told.
- Beside acts taken together it is given the same grace: one step of many cases in one transaction, read in
  one query and written with `executemany`, which psycopg sends in pipeline mode.
- No Django in between: plain sqlite3 or psycopg on the same database, with the same settings. No log lines.

It is spared what ours does besides: nobody is chosen by load or duty, a person's right to act is only the
lane compared, forms are not checked, files are not claimed, nothing is hashed or reckoned on the working
calendar.

`specification_apart` leaves the parsed process out of every case's row, which the library's serialiser does
not do by itself: the best case for it, given beside its ordinary use.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

PROCESS = Path(__file__).with_name("lifecycle.bpmn")
TABLES = (
    "CREATE TABLE IF NOT EXISTS peer_case ({key}, lane text NOT NULL, steward text NOT NULL, next_at text,"
    " seq integer NOT NULL, body text NOT NULL)",
    "CREATE INDEX IF NOT EXISTS peer_worklist ON peer_case (steward, lane)",
    "CREATE INDEX IF NOT EXISTS peer_next ON peer_case (next_at) WHERE next_at IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS peer_step (case_id bigint NOT NULL, seq integer NOT NULL, at text NOT NULL,"
    " person text NOT NULL, step text NOT NULL, data text NOT NULL, PRIMARY KEY (case_id, seq))",
    "CREATE TABLE IF NOT EXISTS peer_notice ({key}, person text NOT NULL, case_id bigint NOT NULL,"
    " step text NOT NULL, at text NOT NULL)",
    "CREATE INDEX IF NOT EXISTS peer_inbox ON peer_notice (person, at)",
)
logging.getLogger("spiff").setLevel(logging.WARNING)


class Store:
    """One connection to the database under test, with its tables: `{key}` in them is a row's own key."""

    def __init__(self, url: str, tables: Sequence[str]) -> None:
        self.postgres = url.startswith("postgres")
        self.connection: Any
        if self.postgres:
            import psycopg

            self.connection = psycopg.connect(url)
            key = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        else:
            self.connection = sqlite3.connect(
                url.removeprefix("sqlite:///"), isolation_level=None, timeout=30
            )
            for pragma in (
                "journal_mode=WAL",
                "synchronous=NORMAL",
                "wal_autocheckpoint=10000",
                "cache_size=-16384",
            ):
                self.connection.execute(f"PRAGMA {pragma}")
            key = "id integer PRIMARY KEY"
        for table in tables:
            self.connection.execute(table.format(key=key))
        self.connection.commit()

    def run(self, sql: str, *values: Any) -> Any:
        return self.connection.execute(sql if self.postgres else sql.replace("%s", "?"), values)

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) == 1:
            self.run(sql, *rows[0])
        elif rows:
            # psycopg sends these together, in pipeline mode
            cursor = self.connection.cursor()
            cursor.executemany(sql if self.postgres else sql.replace("%s", "?"), rows)

    def begin(self) -> None:
        if not self.postgres:  # psycopg begins by itself
            self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.connection.commit()


class Peer:
    """Carries cases from opening to closing; `specification_apart` as said above."""

    def __init__(self, url: str, *, specification_apart: bool = False) -> None:
        self.store = Store(url, TABLES)
        parser = BpmnParser()
        parser.add_bpmn_file(str(PROCESS))
        self.specification = parser.get_spec("lifecycle")
        self.serializer = BpmnWorkflowSerializer()
        self.apart = specification_apart
        self.kept_apart = self.serializer.to_dict(self.specification)

    def open(self, person: str, filed: Sequence[Mapping[str, Any]], at: datetime) -> list[int]:
        """Open a case with each of what the firm filed, in one transaction; returns their keys."""
        self.store.begin()
        columns = "(lane, steward, next_at, seq, body)"
        sql = f"INSERT INTO peer_case {columns} VALUES (%s, %s, %s, 1, %s) RETURNING id"
        keys, taken = [], Rows()
        for data in filed:
            workflow = BpmnWorkflow(self.specification)
            workflow.get_next_task(state=TaskState.READY).data.update(data)
            workflow.do_engine_steps()
            lane, steward, next_at = self.columns(workflow)
            keys.append(int(self.store.run(sql, lane, steward, next_at, self.text(workflow)).fetchone()[0]))
            taken.add((keys[-1], 1, person, "open"), data, at, workflow)
        self.write(taken)
        self.store.commit()
        return keys

    def act(
        self, keys: Sequence[int], step: str, lane: str, person: str, data: Mapping[str, Any], at: datetime
    ) -> None:
        """Complete the task `step` of each case, in whose lane the person stands, in one transaction.

        They are read in one query, and changed by one statement run for each, as a driver does it quickest.
        """
        self.store.begin()
        taken = Rows()
        for key, body, seq in self.read(keys):
            workflow = self.restored(body)
            task = workflow.get_next_task(state=TaskState.READY, spec_name=step)
            if task is None or task.task_spec.lane != lane:
                raise ValueError(f"“{step}” cannot be done now by {lane}")
            task.data.update(data)
            task.run()
            workflow.do_engine_steps()
            taken.changed.append((*self.columns(workflow), seq + 1, self.text(workflow), key))
            taken.add((key, seq + 1, person, step), data, at, workflow)
        self.write(taken)
        self.store.commit()

    def read(self, keys: Sequence[int]) -> list[tuple[int, str, int]]:
        """Return key, body and number of steps of each case, locked."""
        places = ", ".join(["%s"] * len(keys))
        lock = " FOR UPDATE" if self.store.postgres else ""
        sql = f"SELECT id, body, seq FROM peer_case WHERE id IN ({places}) ORDER BY id{lock}"
        return list(self.store.run(sql, *keys).fetchall())

    def write(self, rows: Rows) -> None:
        """Write what several steps changed, the log and the notices."""
        sql = "UPDATE peer_case SET lane = %s, steward = %s, next_at = %s, seq = %s, body = %s WHERE id = %s"
        self.store.run_many(sql, rows.changed)
        sql = "INSERT INTO peer_step (case_id, seq, person, step, at, data) VALUES (%s, %s, %s, %s, %s, %s)"
        self.store.run_many(sql, rows.steps)
        sql = "INSERT INTO peer_notice (person, case_id, step, at) VALUES (%s, %s, %s, %s)"
        self.store.run_many(sql, rows.notices)

    def columns(self, workflow: BpmnWorkflow) -> tuple[str, str, str | None]:
        """Return what the worklist and the tick find the case by."""
        ready = workflow.get_next_task(state=TaskState.READY, manual=True)
        times = [
            event.value
            for event in workflow.waiting_events()
            if event.event_type == "DurationTimerEventDefinition"
        ]
        return (
            ready.task_spec.lane if ready else "",
            known(workflow).get("steward", ""),
            min(times, default=None),
        )

    def text(self, workflow: BpmnWorkflow) -> str:
        if not self.apart:
            return str(self.serializer.serialize_json(workflow))
        body = self.serializer.to_dict(workflow)
        del body["spec"]
        return json.dumps(body)

    def restored(self, text: str) -> BpmnWorkflow:
        if not self.apart:
            return self.serializer.deserialize_json(text)
        return self.serializer.from_dict(json.loads(text) | {"spec": self.kept_apart})


class Rows:
    """What several steps of one transaction write."""

    def __init__(self) -> None:
        self.changed: list[tuple[Any, ...]] = []
        self.steps: list[tuple[Any, ...]] = []
        self.notices: list[tuple[Any, ...]] = []

    def add(
        self,
        of: tuple[int, int, str, str],
        data: Mapping[str, Any],
        at: datetime,
        workflow: BpmnWorkflow,
    ) -> None:
        """Add a step to the log, `of` a case, number, person and name, and tell whom it tells."""
        self.steps.append((*of, at.isoformat(), json.dumps(data, ensure_ascii=False)))
        self.notices += ((told, of[0], of[3], at.isoformat()) for told in known(workflow)["tell"])


def known(workflow: BpmnWorkflow) -> Mapping[str, Any]:
    """Return the data as the newest task has it."""
    ready = workflow.get_next_task(state=TaskState.READY, manual=True)
    return dict(ready.data if ready else workflow.data)
