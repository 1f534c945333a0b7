"""How long pages take with few cases and with many: `python -m benchmarks.pages [--cases N …]`; prints JSON.

Each size is a database of its own, filled and then asked in one process through the site's whole middleware;
what is measured is the server's time, and beside it the work of this process alone. SQLite always, as far as
`--sqlite-most` cases; PostgreSQL where TEST_POSTGRES_URL names a server whose user may create databases.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.lifecycle import databases, district

CASES = (1_000, 100_000)
SQLITE_MOST = 100_000
# beyond so many cases rows alone are copied, for the sake of time
FILLED_MOST = 100_000
ASKED = 60
# promises are spread over a year, as a zone's are
MONTHS = 12


def main(sizes: list[int], sqlite_most: int, asked: int) -> dict[str, Any]:
    """Return, by database and number of cases, for each page p50, p95 (ms) and the number of queries."""
    found: dict[str, Any] = {"asked_each": asked}
    with tempfile.TemporaryDirectory(prefix="lianqiao-bench-") as folder:
        small = [size for size in sizes if size <= sqlite_most]
        urls = [f"sqlite:///{folder}/{size}.sqlite3" for size in small]
        found["sqlite"] = {
            str(size): _apart(url, size, folder, asked) for size, url in zip(small, urls, strict=True)
        }
        found["postgresql"] = "TEST_POSTGRES_URL is not set"
        if server := os.environ.get("TEST_POSTGRES_URL"):
            found["postgresql"] = {}
            for size in sizes:
                with databases(server, [f"lianqiao_bench_pages_{size}"]) as (url,):
                    found["postgresql"][str(size)] = _apart(url, size, folder, asked)
    return found


def _apart(url: str, size: int, folder: str, asked: int) -> Any:
    environment = os.environ | {
        "DATABASE_URL": url,
        "LIANQIAO_HOME": tempfile.mkdtemp(dir=folder),
        "LIANQIAO_DISTRICT": str(district(Path(folder))),
        "DJANGO_SETTINGS_MODULE": "lianqiao.site.settings",
    }
    command = [sys.executable, "-m", "benchmarks.pages", "--worker", str(size), "--asked", str(asked)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr[-2000:]}


def worker(size: int, asked: int) -> dict[str, Any]:
    """Fill this process's database with `size` cases and measure its pages."""
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.lifecycle_zone import FIRST, Zone, fill, make_zone
    from lianqiao.organization.models import Person
    from lianqiao.site import wall_clock

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    begun = time.perf_counter()
    if Person.objects.exists():
        everyone = {one.username: one for one in Person.objects.all()}
        people = {one.pk: one for one in everyone.values()}
        zone = Zone(people, everyone["示例负责人"], everyone["示例企业经办人"], firm=None)  # type: ignore[arg-type]
    else:
        zone = make_zone()
        fill(zone, min(size, FILLED_MOST))
        _copied(size // FILLED_MOST - 1)
        _spread(zone)
    filled_s = time.perf_counter() - begun
    now = FIRST + timedelta(days=20)
    wall_clock.read = lambda: now
    return {
        "filled_s": round(filled_s),
        **{name: _measured(ask, asked) for name, ask in _pages(zone, size).items()},
    }


def _copied(times: int) -> None:
    """Copy the rows of all cases again and again, without their entries, which lists do not read."""
    from django.db import connection

    from lianqiao.bridge.models import Case, Part, Promise

    def columns(model: Any) -> list[str]:
        return [one.column for one in model._meta.concrete_fields if one.column != "id"]

    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM bridge_case")
        (last,) = cursor.fetchone()
        for number in range(1, times + 1):
            beyond = number * last
            new = {
                "number": f"substr(number, 1, 6) || {2026 + number} || substr(number, 11)",
                "progress_code": f"'{number}' || progress_code",
                "case_id": f"case_id + {beyond}",
            }
            for model in (Case, Part, Promise):
                names = columns(model)
                chosen = ", ".join(new.get(name, name) for name in names)
                key = "case_id" if model is not Case else "id"
                more, value = (", id", f", id + {beyond}") if model is Case else ("", "")
                cursor.execute(
                    f"INSERT INTO {model._meta.db_table} ({', '.join(names)}{more}) "
                    f"SELECT {chosen}{value} FROM {model._meta.db_table} WHERE {key} <= {last}"
                )


def _spread(zone: Any) -> None:
    """Give the copied cases to all stewards by turns, and the year its months."""
    from django.db import connection

    from lianqiao.bridge.commands.outcomes import recount_outcomes

    stewards = [one.pk for one in zone.people.values() if one.pk not in (zone.leader.pk, zone.agent.pk)]
    lite = connection.vendor == "sqlite"
    chosen = " ".join(f"WHEN {at} THEN {pk}" for at, pk in enumerate(stewards))
    whose = f"CASE {{}} % {len(stewards)} {chosen} END"
    back = (
        f"datetime(started_at, '-' || (case_id % {MONTHS}) || ' months')"
        if lite
        else f"started_at - (case_id % {MONTHS}) * interval '1 month'"
    )
    with connection.cursor() as cursor:
        # what is open waits for its steward, who has it on the list of what to do
        cursor.execute(f"UPDATE bridge_case SET holder_id = {whose.format('id')} WHERE closed_at IS NULL")
        mine = whose.format("case_id")
        cursor.execute(f"UPDATE bridge_part SET owner_id = {mine}, holder_id = {mine}")
        cursor.execute(f"UPDATE bridge_promise SET owner_id = {mine}")
        cursor.execute(f"UPDATE bridge_promise SET started_at = {back} WHERE result <> ''")
    recount_outcomes()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if lite else "VACUUM ANALYZE")


def _pages(zone: Any, size: int) -> dict[str, Callable[[], int]]:
    """Return the pages by name; each asks the next of several people or cases and returns its size."""
    from itertools import cycle

    from django.test import Client

    from lianqiao.bridge.models import Case

    def of(*people: Any) -> Iterator[Client]:
        clients = [Client(SERVER_NAME="127.0.0.1") for _ in people]
        for client, person in zip(clients, people, strict=True):
            client.force_login(person)
        return cycle(clients)

    stewards = [one for one in zone.people.values() if one.pk not in (zone.leader.pk, zone.agent.pk)]
    steward, leader, agent = of(*stewards), of(zone.leader), of(zone.agent)
    # those whose entries were copied too
    step = max(1, min(size, FILLED_MOST) // 97)
    numbers = cycle(list(Case.objects.order_by("pk").values_list("number", flat=True)[::step][:97]))

    def ask(clients: Iterator[Client], address: str) -> Callable[[], int]:
        def one() -> int:
            response = next(clients).get(address.format(number=next(numbers)))
            assert response.status_code == 200, (address, response.status_code)
            return len(response.content)

        return one

    return {
        "worklist": ask(steward, "/worklist/"),
        "worklist_done": ask(steward, "/worklist/?show=done"),
        "worklist_searched": ask(steward, "/worklist/?q=BENCH-2026-0001&show=done"),
        "case": ask(leader, "/cases/{number}/"),
        "overview": ask(leader, "/overview/"),
        "overview_all": ask(leader, "/overview/?span=all"),
        "overview_cases": ask(leader, "/overview/cases/?span=all&standing=kept"),
        "overview_broken": ask(leader, "/overview/cases/?span=all&standing=overdue"),
        "matters": ask(agent, "/matters/"),
    }


def _measured(ask: Callable[[], int], times: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(3):
        size = ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
        asked = list(queries.captured_queries)
    taken, worked = [], []
    for _ in range(times):
        begun, before = time.perf_counter(), time.process_time()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - before) * 1000)
    slowest = max(asked, key=lambda one: float(one["time"]))
    return {
        **_at("", taken),
        # this process's own work, which a busy machine does not lengthen; PostgreSQL's is not in it
        **_at("processor_", worked),
        "queries": len(asked),
        "slowest_query_ms": round(float(slowest["time"]) * 1000),
        "kilobytes": round(size / 1024),
        **({"slowest_query": slowest["sql"]} if os.environ.get("BENCH_SQL") else {}),
    }


def _at(kind: str, times: list[float]) -> dict[str, float]:
    return {
        f"{kind}p50_ms": round(statistics.median(times), 1),
        f"{kind}p95_ms": round(sorted(times)[int(0.95 * len(times))], 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=list(CASES))
    parser.add_argument("--sqlite-most", type=int, default=SQLITE_MOST)
    parser.add_argument("--asked", type=int, default=ASKED)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        answer = worker(given.worker, given.asked)
    else:
        answer = main(given.cases, given.sqlite_most, given.asked)
    print(json.dumps(answer, ensure_ascii=False, indent=2))
