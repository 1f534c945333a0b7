"""A worker killed in mid-batch, in the bank's answer or in a matching: resumed, and nobody is paid twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from django.conf import settings

from lianqiao.bridge import long_jobs
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import verify_log
from lianqiao.service.benefits.commands import benefit_jobs, granting, paying
from lianqiao.service.benefits.models import Batch, Decision, Grant, MatchRun, Payment
from lianqiao.site.job_kinds import KINDS
from tests.benefit_world import ACCOUNT, GOOD, RENT, Town, build_town
from tests.bridge.test_kills import address_of_the_database
from tests.world import NOW, at, receive

pytestmark = pytest.mark.django_db(transaction=True)
PAYDAY = NOW + timedelta(days=20)
# as long as a dead worker's hold on its job lasts, and more
LATER = PAYDAY + timedelta(minutes=5)


def killed(tmp_path: Path, *, kill: str, at_commit: int) -> int:
    """Do the jobs that wait in another process, killed at a commit; returns how it ended."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lianqiao.site.settings",
        "DATABASE_URL": address_of_the_database(),
        "LIANQIAO_HOME": str(tmp_path),
    }
    (tmp_path / "attachments").symlink_to(settings.MEDIA_ROOT)
    task = json.dumps({"now": PAYDAY.isoformat(), "kill": kill, "at": at_commit})
    command = [sys.executable, "-m", "tests.service.benefit_killed", task]
    return subprocess.run(command, cwd=Path(__file__).parents[2], env=environment, check=False).returncode


def grants(town: Town, count: int) -> None:
    with at(NOW):
        for _ in range(count):
            firm, agent = town.firm(**GOOD)
            granting.claim(RENT, firm, by=agent, now=NOW, account=ACCOUNT)


@pytest.mark.parametrize("kill", ["before-commit"])
def test_killed_while_a_batch_is_made(transactional_db: None, tmp_path: Path, kill: str) -> None:
    town = build_town()
    grants(town, 5)
    batch, _ = benefit_jobs.ask_batch(by=town.officer, now=PAYDAY)
    # taking the job is the first commit, the chunks of two are the next
    assert killed(tmp_path, kill=kill, at_commit=3) == -SIGKILL
    assert Batch.objects.get().state == "making"
    assert Payment.objects.count() == (2 if kill == "before-commit" else 4)
    long_jobs.do_all(KINDS, clock=lambda: LATER)
    batch.refresh_from_db()
    assert batch.state == "made"
    assert Counter(Payment.objects.values_list("grant_id", flat=True)) == Counter(
        Grant.objects.values_list("pk", flat=True)
    )


def test_killed_while_the_banks_answer_is_read(transactional_db: None, tmp_path: Path) -> None:
    town = build_town()
    grants(town, 4)
    batch = paying.fill_batch(paying.begin_batch(by=town.officer, now=PAYDAY), now=PAYDAY)
    paying.release_batch(batch.pk, by=town.head, now=PAYDAY)
    rows = "".join(f"{one.reference},成功\n" for one in batch.payments.order_by("pk"))
    answer: dict[str, Any] = receive(
        benefit_receipt_field(), by=town.head, now=PAYDAY, name="回单.csv",
        content=("拨付编号,结果\n" + rows).encode(),
    )  # fmt: skip
    benefit_jobs.ask_receipt(batch, answer["sha256"], file="回单.csv", by=town.head, now=PAYDAY)
    assert killed(tmp_path, kill="after-commit", at_commit=3) == -SIGKILL
    settled = Payment.objects.filter(state="paid").count()
    assert 0 < settled < 4
    long_jobs.do_all(KINDS, clock=lambda: LATER)
    assert set(Grant.objects.values_list("state", flat=True)) == {"paid"}
    assert Batch.objects.get().state == "closed"
    assert Payment.objects.count() == Case.objects.exclude(closed_at=None).count() == 4
    assert not verify_log().problems


def benefit_receipt_field() -> Any:
    from lianqiao.service.benefits.forms.grants import RECEIPT_FILE

    return RECEIPT_FILE


def test_killed_while_all_are_matched(transactional_db: None, tmp_path: Path) -> None:
    town = build_town()
    for _ in range(5):
        town.firm(**GOOD)
    benefit_jobs.ask_matching("firm", by=town.officer, now=PAYDAY)
    assert killed(tmp_path, kill="before-commit", at_commit=3) == -SIGKILL
    assert Decision.objects.count() == 4
    long_jobs.do_all(KINDS, clock=lambda: LATER)
    run = MatchRun.objects.get()
    assert (run.parties, Decision.objects.count()) == (5, 10)
    assert run.ended_at is not None
