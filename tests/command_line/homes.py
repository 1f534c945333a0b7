"""Zones in homes of their own, run by the real command in processes of its own."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")

_MADE: dict[int, Path] = {}
# opens so many cases in a new zone, or in one that has them already, and says the number of the last
FILE_CASES = """
import sys, time
from datetime import timedelta
from lianqiao.command_line import django_site
django_site.start_without_zone()
from lianqiao.command_line.load import load
load()
from lianqiao.bridge import jobs, packs
from lianqiao.organization.models import Firm, Person
from tests.world import FILING, NOW, PDF, World, build_world, receive
if Person.objects.exists():
    by = dict(agent="firm-a", stranger="firm-b", leader="leader-01")
    by |= dict(steward_a="steward-01", steward_b="steward-02")
    people = {name: Person.objects.get(username=username) for name, username in by.items()}
    firm, other = Firm.objects.order_by("pk")[:2]
    world = World(now=NOW, firm=firm, other_firm=other, **people)
else:
    world = build_world()
field = packs.current().newest(FILING).fields["script"]
for number in range(int(sys.argv[1])):
    script = receive(field, by=world.agent, now=NOW, name="剧本.pdf", content=PDF + b"%%%d" % time.time_ns())
    case = world.file(synopsis=f"示例梗概 {number} 😀", script=[script])
    if number % 3 == 1:
        world.act(case, "withdraw", by=world.agent)
jobs.tick(now=NOW + timedelta(days=1))
print(case.number)
"""


@dataclass
class Home:
    """One zone: its folder, and its database in it or in PostgreSQL."""

    folder: Path
    database_url: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")
        }
        own = {"LIANQIAO_HOME": str(self.folder), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        if self.database_url:
            own["DATABASE_URL"] = self.database_url
        return {**kept, **own, **self.more}

    def start(self, *arguments: str, log: IO[str] | int = subprocess.PIPE) -> subprocess.Popen[str]:
        """Start the command and return its process; what it complains of goes to `log`."""
        return subprocess.Popen(
            [sys.executable, "-m", "lianqiao", *arguments],
            cwd=ROOT, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip

    def run(self, *arguments: str, status: int | None = 0) -> str:
        """Run the command and return what it said; it must end with this status."""
        process = self.start(*arguments)
        said, complained = process.communicate(timeout=120)
        if status is not None:
            assert process.returncode == status, said + complained
        return said + complained

    def answer(self, verb: str, *arguments: str, status: int = 0) -> dict[str, Any]:
        """Run the command with `--json` and return what it answered; progress goes elsewhere."""
        process = self.start(*verb.split(), "--json", *arguments)
        said, complained = process.communicate(timeout=120)
        assert process.returncode == status, said + complained
        found: dict[str, Any] = json.loads(said)
        return found

    def file_cases(self, count: int = 1) -> str:
        """Open cases as a firm does, and return the number of the last."""
        done = subprocess.run(
            [sys.executable, "-c", FILE_CASES, str(count)],
            cwd=ROOT, env=self.environment, text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def make(self, cases: int = 5) -> Home:
        """Make a new zone with so many cases; on SQLite a copy of the first one made so."""
        if self.database_url:
            self.file_cases(cases)
        elif cases in _MADE:
            shutil.copytree(_MADE[cases], self.folder)
        else:
            self.file_cases(cases)
            _MADE[cases] = Path(tempfile.mkdtemp(prefix="lianqiao-home-")) / "var"
            atexit.register(shutil.rmtree, _MADE[cases].parent, ignore_errors=True)
            shutil.copytree(self.folder, _MADE[cases])
        return self

    def verified(self) -> dict[str, Any]:
        """Return what `log verify` says of an intact log."""
        found = self.answer("log verify")
        assert found["intact"] is True
        return found

    def log(self) -> str:
        """Return the whole log as an outsider reads it."""
        return self.run("log", "export")

    def rows(self) -> str:
        """Return a hash of all that stands in the zone's SQLite database."""
        with closing(sqlite3.connect(self.folder / "lianqiao.sqlite3")) as database:
            return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()

    @cached_property
    def first_log(self) -> str:
        """The log as it stood when first asked for, for a zone that no test changes."""
        return self.log()

    def attachments(self) -> dict[str, str]:
        """Return the path of every attachment with the hash of what is really in it."""
        folder = self.folder / "attachments"
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        }


@contextmanager
def postgres_database() -> Iterator[str]:
    """Yield the address of a new database of the test server; it is dropped at the end."""
    import psycopg

    server = urlsplit(POSTGRES)
    name = f"lianqiao_{uuid.uuid4().hex[:12]}"
    maintenance = urlunsplit(server._replace(path="/postgres")).replace("postgres://", "postgresql://")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    try:
        yield urlunsplit(server._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]
