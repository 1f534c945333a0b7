"""Two nights at once and a night killed in the middle: nothing is renewed twice, nothing is left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL

import pytest
from django.conf import settings

from lianqiao.bridge.models import Case
from lianqiao.service.licences.commands import register, renewing
from lianqiao.service.licences.commands.keys import rotate_key
from lianqiao.service.licences.commands.passing_on import ForAPerson, pass_on
from lianqiao.service.licences.commands.renewing import run_night
from lianqiao.service.licences.models import Credential, Decision, Licence, Word
from lianqiao.service.licences.queries.chain import verify_decisions
from tests.bridge.test_kills import address_of_the_database
from tests.bridge.test_races import at_once
from tests.service.licences.register import GOOD, NOW, enter, fact, night, officers
from tests.world import World, build_world

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 12
BAD = {**GOOD, "rectification_open": fact(True)}


@pytest.fixture
def town(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Twelve licences to renew and two that cannot be, looked at five at a time."""
    world = build_world()
    officers()
    rotate_key(now=NOW)
    for number in range(COUNT):
        enter(f"示例R{number:02d}", world.firm, days=10 + number)
    for number in range(2):
        enter(f"示例X{number}", world.firm, days=11, known=BAD)
    monkeypatch.setattr(renewing, "AT_ONCE", 5)
    return world


@pytest.fixture
def other_process(town: World, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process on the database of this test, which forks for whatever it is told to do."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lianqiao.site.settings",
        "DATABASE_URL": address_of_the_database(),
        "LIANQIAO_HOME": str(tmp_path),
        "SECRET_KEY": str(settings.SECRET_KEY),  # the signing key is sealed with it
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bridge.killed"], cwd=Path(__file__).parents[3], env=environment,
        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with process:
        yield process


def assert_each_once() -> None:
    """Every licence was renewed once, has one e-licence and one word, and the bad ones one case each."""
    assert set(Licence.objects.values_list("standing", flat=True)) == {"renewed", "person"}
    assert Decision.objects.filter(outcome="renewed").count() == COUNT
    assert Credential.objects.count() == COUNT
    assert Word.objects.filter(kind="renewed").count() == COUNT
    assert Case.objects.filter(mechanism="licence-renewal").count() == 2
    assert set(Licence.objects.filter(standing="renewed").values_list("valid_until__year", flat=True)) == {
        2029
    }
    count, problems = verify_decisions()
    assert (count, problems) == (COUNT + 2, [])


def test_two_nights_at_once(town: World) -> None:
    nights = [night(), night()]
    done = at_once(*(lambda one=one: run_night(one, now=NOW) for one in nights))
    assert sum(one.renewed for one in done) == COUNT
    assert_each_once()


def test_passed_on_twice_at_once_in_opposite_order(town: World) -> None:
    some = [ForAPerson(one.pk, one.valid_until, {"lapsed": True}) for one in Licence.objects.order_by("pk")]
    done = at_once(lambda: pass_on(some, now=NOW), lambda: pass_on(some[::-1], now=NOW))
    assert sum(done, Counter()) == {"opened": len(some)}
    assert Case.objects.filter(mechanism="licence-renewal").count() == len(some)
    assert set(Licence.objects.values_list("standing", flat=True)) == {"person"}


def test_a_night_and_the_holder_who_opts_out(town: World) -> None:
    one = Licence.objects.get(number="示例R05")
    at_once(
        lambda: run_night(night(), now=NOW),
        lambda: register.choose(one.pk, out=True, by=town.agent, now=NOW),
    )
    one.refresh_from_db()
    renewed = Decision.objects.filter(licence=one, outcome="renewed").exists()
    assert one.opted_out_at is not None
    assert renewed == (one.valid_until.year == 2029) == Credential.objects.filter(licence=one).exists()
    assert verify_decisions()[1] == []


@pytest.mark.parametrize(("moment", "at"), [("before-commit", 2), ("after-commit", 2), ("before-commit", 5)])
def test_killed_in_the_middle_the_next_one_does_the_rest(
    town: World, other_process: subprocess.Popen[str], moment: str, at: int
) -> None:
    where = {"now": NOW.isoformat(), "mail_port": 9, "media": settings.MEDIA_ROOT, "pieces": 5}
    assert other_process.stdin
    assert other_process.stdout
    other_process.stdin.write(
        json.dumps({"do": "licence-night", "kill": moment, "at": at, **where}, default=str) + "\n"
    )
    other_process.stdin.flush()
    assert int(other_process.stdout.readline()) == SIGKILL
    done = Decision.objects.filter(outcome="renewed").count()
    assert done == Credential.objects.count() == Licence.objects.filter(standing="renewed").count()
    assert done < COUNT
    assert run_night(night(), now=NOW).renewed == COUNT - done
    assert_each_once()
