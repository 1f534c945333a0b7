"""A process killed at the worst moment leaves nothing half done; whoever comes next does the rest once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from django.db import connection

from lianqiao.bridge import jobs
from lianqiao.bridge.models import (
    Attachment,
    Case,
    Counter,
    Delivery,
    Entry,
    Load,
    Notice,
    Part,
    Promise,
    Seal,
)
from lianqiao.bridge.queries import verify_log
from tests.bridge.conftest import ZONE
from tests.bridge.laws import assert_lawful, bodies
from tests.bridge.mail_sink import Sink
from tests.bridge.test_delivery import link
from tests.bridge.town import STEWARD, Town

pytestmark = pytest.mark.django_db(transaction=True)
Killing = Callable[..., int]


@pytest.fixture(scope="session")
def other_process(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[str]]:
    """A process on the database of these tests, which forks for whatever it is told to do."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lianqiao.site.settings",
        "DATABASE_URL": address_of_the_database(),
        "LIANQIAO_HOME": str(tmp_path_factory.mktemp("home")),
        "LIANQIAO_DISTRICT": str(ZONE),
        "EMAIL_URL": "smtp://127.0.0.1:9",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bridge.killed"], cwd=Path(__file__).parents[2], env=environment,
        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with process:
        yield process


@pytest.fixture
def killing(busy_town: Town, other_process: subprocess.Popen[str], settings: Any, tmp_path: Path) -> Killing:
    """Have the other process do something; gives the signal it died of, 0 if it lived."""

    def ask(do: str, kill: str = "", at: int = 1, **more: Any) -> int:
        where = {"now": busy_town.now.isoformat(), "mail_port": settings.EMAIL_PORT, "media": str(tmp_path)}
        assert other_process.stdin
        assert other_process.stdout
        other_process.stdin.write(json.dumps({"do": do, "kill": kill, "at": at, **where, **more}) + "\n")
        other_process.stdin.flush()
        return int(other_process.stdout.readline())

    return ask


def address_of_the_database() -> str:
    """Return the DATABASE_URL of the very database this test works on."""
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{where['NAME']}"
    password = f":{where['PASSWORD']}" if where["PASSWORD"] else ""
    return f"postgres://{where['USER']}{password}@{where['HOST']}:{where['PORT']}/{where['NAME']}"


def counted() -> dict[str, int]:
    """Return how many rows each table of the bridge has."""
    tables = (Case, Entry, Part, Promise, Notice, Delivery, Counter, Seal, Load, Attachment)
    return {table.__name__: table.objects.count() for table in tables}


def test_killed_in_mid_act_nothing_happened_and_the_next_act_works(busy_town: Town, killing: Killing) -> None:
    case = busy_town.open("simple", name="示例")
    busy_town.later(minutes=1)
    before, row = counted(), Case.objects.values().get()
    asked = {"number": case.number, "step": "pass", "by": busy_town.a.pk, "once": "a-token"}
    assert killing("act", "before-commit", **asked) == SIGKILL
    assert (counted(), Case.objects.values().get()) == (before, row)
    assert verify_log().problems == ()
    assert_lawful()
    assert killing("act", **asked) == 0
    assert [body["step"] for body in bodies(case)] == ["file", "pass"]
    assert_lawful()


def test_killed_after_the_commit_all_of_it_happened_and_the_form_sent_again_finds_it(
    busy_town: Town, killing: Killing
) -> None:
    asked = {
        "mechanism": "simple",
        "by": busy_town.agent.pk,
        "firm": busy_town.firm.pk,
        "data": {"name": "示例"},
        "once": "token",
    }
    assert killing("open", "before-commit", **asked) == SIGKILL
    assert counted() == dict.fromkeys(counted(), 0)
    assert killing("open", "after-commit", **asked) == SIGKILL
    done = counted()
    assert (done["Case"], done["Entry"], done["Notice"], done["Delivery"]) == (1, 1, 1, 1)
    assert killing("open", **asked) == 0
    assert counted() == done
    assert Case.objects.get().number == "SI-2026-000001"
    assert_lawful()


def test_killed_in_mid_hand_over_every_case_is_where_it_was(busy_town: Town, killing: Killing) -> None:
    for number in range(4):
        busy_town.open("simple", name=f"示例{number}")
    busy_town.later(minutes=1)
    before = counted()
    asked = {"by": busy_town.a.pk, "to": busy_town.c.pk, "duty": STEWARD}
    assert killing("hand-over", "before-commit", **asked) == SIGKILL
    assert counted() == before
    assert Part.objects.filter(owner=busy_town.a, role="officer").count() == 2
    assert killing("hand-over", **asked) == 0
    assert Part.objects.filter(owner=busy_town.c, role="officer").count() == 4
    assert_lawful()


@pytest.mark.parametrize(
    ("moment", "deaths", "expected"),
    [
        # wherever the worker dies, the next one finds what is left: two at a time, whole or not at all
        ("before-commit", (1, 2, 2, 1), [0, 2, 4, 4]),
        ("after-commit", (1, 2), [2, 5]),
    ],
)
def test_killed_in_mid_tick_each_rung_is_climbed_once_in_the_end(
    busy_town: Town, killing: Killing, moment: str, deaths: tuple[int, ...], expected: list[int]
) -> None:
    for number in range(5):
        busy_town.open("simple", name=f"示例{number}")
    busy_town.at("2026-02-25 10:00")
    climbed = []
    for at in deaths:
        assert killing("tick", moment, at=at, at_once=2) == SIGKILL
        climbed.append(Entry.objects.filter(name="rung").count())
        assert verify_log().problems == ()
    assert climbed == expected
    assert killing("tick") == 0
    rungs = {case.number: [body["rungs"] for body in bodies(case)[1:]] for case in Case.objects.all()}
    assert list(rungs.values()) == [[[0, 1, 2]]] * 5
    assert Notice.objects.filter(kind="rung").count() == 15
    assert Delivery.objects.filter(notice__kind="rung").count() == 15
    assert_lawful()
    done = counted()
    assert killing("tick") == 0
    assert counted() == done
    assert verify_log().problems == ()


def test_killed_in_mid_delivery_every_mail_arrives_at_least_once(
    sink: Sink,
    busy_town: Town,
    killing: Killing,
) -> None:
    for number in range(3):
        busy_town.open("simple", name=f"示例{number}")
    assert killing("deliver", "before-mail") == SIGKILL
    assert sink.mails == []
    assert killing("deliver", "after-mail") == SIGKILL
    assert len(sink.mails) == 1
    assert Delivery.objects.filter(sent_at=None).count() == 3
    busy_town.later(minutes=2)
    assert jobs.deliver(now=busy_town.now, link=link) == 3
    assert not Delivery.objects.filter(sent_at=None).exists()
    assert {subject for _, subject, _ in sink.mails} == {f"提交 · 示例{number}" for number in range(3)}
    assert len(sink.mails) == 4, "the one whose sender died is sent again"


def test_killed_in_mid_upload_there_is_no_attachment(
    busy_town: Town, killing: Killing, tmp_path: Path
) -> None:
    assert killing("receive", "in-upload", by=busy_town.agent.pk) == SIGKILL
    assert Attachment.objects.count() == 0
    assert killing("receive", by=busy_town.agent.pk) == 0
    kept = Attachment.objects.get()
    assert (tmp_path / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256).read_bytes() == b"%PDF-1.4\n%%EOF\n"
