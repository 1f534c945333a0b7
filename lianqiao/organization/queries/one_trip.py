"""Several statements to PostgreSQL in one trip, with BEGIN before them and COMMIT behind them where asked.

An act spends more of its time waiting for answers than the server spends giving them. libpq's pipeline mode
sends statements without waiting for the answers to those before. psycopg's own pipeline does that too, but
waits after BEGIN and sends each statement by itself: with an act's few statements it is slower than none.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from psycopg import Connection, DataError, OperationalError
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute, fetch_many, send
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Row = tuple[Any, ...]
Asked = tuple[str, Sequence[Any]]
# beyond these, statements are planned anew each time: one that is kept costs the server's process memory
MOST_KEPT = 500
_IDLE, _FAILED, _ROWS = TransactionStatus.IDLE, ExecStatus.FATAL_ERROR, ExecStatus.TUPLES_OK
# the plans were thrown away between two trips, or a table was changed since they were made
_PLANS_LOST = (b"26000", b"0A000")


class Trips:
    """Sends statements over one connection of psycopg; the server plans each once and keeps the plan.

    A trip leaves the connection as a cursor would: inside a transaction that psycopg knows of, or after
    COMMIT in none. Errors are psycopg's; where a statement fails, those behind it and COMMIT are not run.
    From `send` to `land` the connection answers nothing else.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        # how many answers to what was sent are still to be fetched
        self._expected = 0
        adapters = AdaptersMap(connection.adapters)
        adapters.register_loader("timestamptz", _Moment)
        self._loader = Transformer(adapters)
        self._kept: dict[str, bytes] = {}
        self._numbers = count(1)
        level = connection.isolation_level
        self._begin = f"BEGIN ISOLATION LEVEL {level.name}".replace("_", " ") if level else "BEGIN"

    def run(self, asked: Sequence[Asked], *, commits: bool = False) -> list[list[Row]]:
        """Return the rows of each statement; `%s` stands for a value: whole number, truth, text, time, None.

        Begins a transaction first where autocommit is off and none is under way; `commits` ends it.
        """
        self.send(asked, commits=commits)
        # without the answers to BEGIN, COMMIT and the end of the trip
        return [self._rows(answer) for answer in self.land()[-len(asked) - commits - 1 : -commits - 1]]

    def send(self, asked: Sequence[Asked], *, commits: bool = False) -> None:
        """Send statements as `run` does and let the server work: `land` must be called before all else.

        What was sent before lands first, and what was wrong with it is raised here.
        """
        self.land()
        # before anything is sent: a value no column takes must not leave half a trip on its way
        written = [_written(values) for _, values in asked]
        with self.connection.lock:
            names = [self._kept.get(sql) or self._keep(sql) for sql, _ in asked]
            self._send(asked, names, written, commits=commits)

    def land(self) -> list[PGresult]:
        """Wait until what was sent is done, and return the server's answers; none where nothing was."""
        expected, self._expected = self._expected, 0
        if not expected:
            return []
        server = self.connection.pgconn
        with self.connection.lock:
            try:
                answers = self.connection.wait(_answers(server, expected))
            except BaseException:
                # what is still on its way would be taken for the answer to something else
                server.finish()
                raise
            server.exit_pipeline_mode()
        for answer in answers:
            if answer.status == _FAILED:
                if answer.error_field(DiagnosticField.SQLSTATE) in _PLANS_LOST:
                    self._kept.clear()
                raise error_from_result(answer)
        return answers

    def _send(
        self,
        asked: Sequence[Asked],
        names: Sequence[bytes],
        written: Sequence[list[bytes | None]],
        *,
        commits: bool,
    ) -> None:
        server = self.connection.pgconn
        begins = not self.connection.autocommit and server.transaction_status == _IDLE
        server.enter_pipeline_mode()
        try:
            if begins:
                server.send_query_params(self._begin.encode(), None)
            for (sql, _), name, values in zip(asked, names, written, strict=True):
                if name:
                    server.send_query_prepared(name, values)
                else:
                    server.send_query_params(_numbered(sql), values)
            if commits:
                server.send_query_params(b"COMMIT", None)
            server.pipeline_sync()
            self.connection.wait(send(server))
        except BaseException:
            # as in `land`
            server.finish()
            raise
        self._expected = begins + len(asked) + commits + 1

    def _keep(self, sql: str) -> bytes:
        """Return the name under which the server keeps the plan from now on, b"" where it keeps enough."""
        if len(self._kept) >= MOST_KEPT:
            return b""
        name, server = b"trip_%d" % next(self._numbers), self.connection.pgconn
        server.send_prepare(name, _numbered(sql))
        (answer,) = self.connection.wait(execute(server))
        if answer.status == _FAILED:
            raise error_from_result(answer)
        self._kept[sql] = name
        return name

    def _rows(self, answer: PGresult) -> list[Row]:
        if answer.status != _ROWS or not answer.ntuples:
            return []
        self._loader.set_pgresult(answer)
        return self._loader.load_rows(0, answer.ntuples, tuple)


def _answers(server: PGconn, expected: int) -> Generator[Any, Any, list[PGresult]]:
    answers: list[PGresult] = []
    while len(answers) < expected:
        found = yield from fetch_many(server)
        if not found:
            raise OperationalError("the server ended the connection")
        answers.append(found[0])
    return answers


def _numbered(sql: str) -> bytes:
    """Return the text with `$1`, `$2` … for `%s`, as the server reads it; `%%` is a plain per cent sign."""
    first, *others = sql.split("%s")
    text = first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))
    return text.replace("%%", "%").encode()


def _written(values: Sequence[Any]) -> list[bytes | None]:
    """Return values as the server reads them; the type of each is that of the column it is meant for."""
    written = [value.encode() if type(value) is str else _plainly(value) for value in values]
    if 0 in b"".join(filter(None, written)):
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return written


def _plainly(value: Any) -> bytes | None:
    if isinstance(value, datetime):
        return value.isoformat().encode()
    # truth is a number in Python, and reads "True", which the server takes too
    return None if value is None else str(value).encode()


class _Moment(Loader):
    """Times as the server writes them: ISO 8601, in the connection's zone, which Django sets to UTC."""

    def load(self, data: Buffer) -> datetime:
        return datetime.fromisoformat(bytes(data).decode())
