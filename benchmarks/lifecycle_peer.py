"""The peer of the lifecycle benchmark: SpiffWorkflow on the like process, kept in the same database.

Made as a careful user would, neither crippled nor favoured:

- the process (`lifecycle.bpmn`) has the steps, the lanes (roles), the loop and, on the review, a timer for each
  rung and for the law's limit; it is parsed once, and its script works the tier out as our policy does;
- each step is one transaction: read the case's workflow under a lock, restore it with the library's own
  serialiser, complete the task with the same values, serialise, write it back, add one row to a log of steps;
- no Django in between: plain sqlite3 or psycopg on the same database file or server, with the same pragmas.

It is spared what ours does besides: who may act is only compared with the lane, nobody is chosen by load, no
notice is written, nothing is hashed, no due time is reckoned on a working calendar, and lists get no columns.

`specification_apart` keeps the parsed process out of every case's row, which the library's serialiser does
not do by itself: the best case for it, given beside its ordinary use.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

logging.getLogger("spiff").setLevel(logging.WARNING)  # its log of every change of state would only slow it
PROCESS = Path(__file__).with_name("lifecycle.bpmn")
TABLES = (
    "CREATE TABLE IF NOT EXISTS peer_case ({key}, body text NOT NULL, done boolean NOT NULL)",
    "CREATE TABLE IF NOT EXISTS peer_step (case_id bigint NOT NULL, seq integer NOT NULL, at text NOT NULL,"
    " person text NOT NULL, step text NOT NULL, data text NOT NULL, PRIMARY KEY (case_id, seq))",
)


class Store:
    """One connection to the database under test, and the little SQL the peer needs."""

    def __init__(self, url: str) -> None:
        self.postgres = url.startswith("postgres")
        self.connection: Any
        if self.postgres:
            import psycopg

            self.connection = psycopg.connect(url)
            key = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        else:
            self.connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
                self.connection.execute(f"PRAGMA {pragma}")
            key = "id integer PRIMARY KEY"
        for table in TABLES:
            self.connection.execute(table.format(key=key))
        self.connection.commit()

    def run(self, sql: str, *values: Any) -> Any:
        return self.connection.execute(sql if self.postgres else sql.replace("%s", "?"), values)

    def begin(self) -> None:
        if not self.postgres:  # psycopg begins by itself
            self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.connection.commit()


class Peer:
    """Carries cases from opening to closing; `specification_apart` as said above."""

    def __init__(self, url: str, *, specification_apart: bool = False) -> None:
        self.store = Store(url)
        parser = BpmnParser()
        parser.add_bpmn_file(str(PROCESS))
        self.specification = parser.get_spec("lifecycle")
        self.serializer = BpmnWorkflowSerializer()
        self.apart = specification_apart
        self.kept_apart = self.serializer.to_dict(self.specification)

    def open(self, person: str, data: Mapping[str, Any], at: datetime) -> int:
        """Open a case with what the firm filed; returns its key."""
        self.store.begin()
        workflow = BpmnWorkflow(self.specification)
        workflow.get_next_task(state=TaskState.READY).data.update(data)
        workflow.do_engine_steps()
        sql = "INSERT INTO peer_case (body, done) VALUES (%s, %s) RETURNING id"
        key = int(self.store.run(sql, self.text(workflow), False).fetchone()[0])
        self.log(key, person, "open", data, at, workflow)
        self.store.commit()
        return key

    def act(self, key: int, step: str, lane: str, person: str, data: Mapping[str, Any], at: datetime) -> None:
        """Complete the task `step` with `data`; the person must stand in its lane."""
        self.store.begin()
        lock = " FOR UPDATE" if self.store.postgres else ""
        row = self.store.run(f"SELECT body FROM peer_case WHERE id = %s{lock}", key).fetchone()
        workflow = self.restored(row[0])
        task = workflow.get_next_task(state=TaskState.READY, spec_name=step)
        if task is None or task.task_spec.lane != lane:
            raise ValueError(f"“{step}” cannot be done now by {lane}")
        task.data.update(data)
        task.run()
        workflow.do_engine_steps()
        sql = "UPDATE peer_case SET body = %s, done = %s WHERE id = %s"
        self.store.run(sql, self.text(workflow), workflow.is_completed(), key)
        self.log(key, person, step, data, at, workflow)
        self.store.commit()

    def log(
        self, key: int, person: str, step: str, data: Mapping[str, Any], at: datetime, workflow: BpmnWorkflow
    ) -> None:
        seq = self.store.run("SELECT coalesce(max(seq), 0) + 1 FROM peer_step WHERE case_id = %s", key).fetchone()[0]
        sql = "INSERT INTO peer_step (case_id, seq, at, person, step, data) VALUES (%s, %s, %s, %s, %s, %s)"
        self.store.run(sql, key, seq, at.isoformat(), person, step, json.dumps(data, ensure_ascii=False))

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
