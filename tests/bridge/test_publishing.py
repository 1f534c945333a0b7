"""A version published beside the pack's files: two people, every process, running cases keep their own."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from lianqiao.bridge import commands, packs, publications
from lianqiao.bridge.models import Case, Promise, Publication
from lianqiao.bridge.queries import state_of, verify_log
from lianqiao.bridge.queries.publications import publication_problems
from lianqiao.engine.errors import Refusal
from tests.bridge.laws import assert_lawful
from tests.bridge.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("publishing")]


def version_2(zone: Path, *changes: tuple[str, str]) -> str:
    """Return the simple promise as its second version, in two days, with pieces of its text replaced."""
    text = (zone / "mechanisms" / "simple.toml").read_text()
    for old, new in (("version = 1", "version = 2"), ('budget = "3wd"', 'budget = "2wd"'), *changes):
        assert old in text
        text = text.replace(old, new)
    return text


def publish(town: Town, text: str, **more: Any) -> Publication:
    given = {"written_by": town.a, "by": town.leader, "note": "示例：两日办结", "now": town.now, **more}
    return commands.publish(text, **given)


def test_new_cases_are_opened_under_it_and_an_open_one_ends_under_its_own(
    town: Town, testing_zone: Path
) -> None:
    old = town.open("simple", name="旧")
    made = publish(town, version_2(testing_zone))
    assert made.key == "simple@2"
    new = town.open("simple", name="新")
    budgets = [(case.version, state_of(case).clocks["review"].promise["budget"]) for case in (old, new)]
    assert budgets == [(1, "3wd"), (2, "2wd")]
    for case in (old, new):
        town.step(case, "pass", case.holder)
    assert set(Promise.objects.values_list("result", flat=True)) == {"kept"}
    assert [one.version for one in Case.objects.order_by("pk")] == [1, 2]
    assert_lawful()
    assert verify_log().problems == ()


def test_two_people_a_note_the_next_number_and_a_check_that_passes(town: Town, testing_zone: Path) -> None:
    good = version_2(testing_zone)
    spoiled = version_2(testing_zone, ('to = "passed"', 'to = "nowhere"'))
    refused: list[tuple[str, dict[str, Any], str]] = [
        ("same-person", {"written_by": town.leader}, good),
        ("leader-only", {"by": town.c}, good),
        ("note-missing", {"note": " "}, good),
        ("unknown-state", {}, spoiled),
        ("version-taken", {}, good.replace("version = 2", "version = 3")),
        ("toml-syntax", {}, good + "\n["),
    ]
    for code, more, text in refused:
        with pytest.raises(Refusal) as found:
            publish(town, text, **more)
        assert code in [problem.code for problem in found.value.problems], code
    assert not Publication.objects.exists()
    publish(town, good)
    with pytest.raises(Refusal, match="next version"):
        publish(town, good)


def test_it_counts_from_its_day_and_the_tick_puts_it_in_force(town: Town, testing_zone: Path) -> None:
    publish(town, version_2(testing_zone), effective_at=town.now + timedelta(days=1))
    assert town.open("simple", name="今天").version == 1
    assert town.tick().published == 0
    assert town.later(days=1).tick().published == 1
    assert town.tick().published == 0
    assert town.open("simple", name="明天").version == 2


def test_what_no_longer_passes_on_its_day_is_held_back(town: Town, testing_zone: Path) -> None:
    district = testing_zone / "district.toml"
    before = district.read_text()
    district.write_text(before + '[duties.new-clerk]\ntitle = { zh-hans = "新岗", en = "New" }\n')
    text = version_2(testing_zone, ('duty = "drama-steward"', 'duty = "new-clerk"'))
    made = publish(town, text, effective_at=town.now + timedelta(days=1))
    district.write_text(before)
    assert town.later(days=1).tick().published == 0
    made.refresh_from_db()
    assert "new-clerk" in made.held_back
    assert packs.current().newest("simple").version == 1


def test_withdrawn_no_new_case_is_opened_under_it_and_those_that_run_go_on(
    town: Town, testing_zone: Path
) -> None:
    publish(town, version_2(testing_zone))
    case = town.open("simple", name="第二版")
    with pytest.raises(Refusal, match="say why"):
        commands.withdraw("simple@2", by=town.leader, reason="", now=town.now)
    commands.withdraw("simple@2", by=town.leader, reason="示例：写错了", now=town.now)
    with pytest.raises(Refusal, match="already"):
        commands.withdraw("simple@2", by=town.leader, reason="示例", now=town.now)
    assert town.open("simple", name="又是第一版").version == 1
    town.step(case, "pass", case.holder)
    assert Case.objects.get(pk=case.pk).outcome == "granted"
    # its number is not given again
    with pytest.raises(Refusal, match="next version of “simple” is 3"):
        publish(town, version_2(testing_zone))
    assert_lawful()


def test_a_text_altered_or_a_version_taken_away_is_found(town: Town, testing_zone: Path) -> None:
    publish(town, version_2(testing_zone))
    publish(town, version_2(testing_zone).replace("version = 2", "version = 3"))
    assert publication_problems() == []
    Publication.objects.filter(version=2).update(text="x")
    assert [one.place for one in publication_problems()] == ["simple@2 (published)"]
    Publication.objects.filter(version=2).delete()
    assert [one.place for one in publication_problems()] == ["simple@3 (published)"]


def test_a_file_with_the_same_number_changes_nothing(town: Town, testing_zone: Path) -> None:
    publish(town, version_2(testing_zone))
    other = version_2(testing_zone).replace('"2wd"', '"9wd"')
    (testing_zone / "mechanisms" / "simple@2.toml").write_text(other)
    assert packs.current().newest("simple").clocks["review"].budget == "2wd"


def test_between_looks_nothing_is_asked_and_an_act_costs_no_more(
    town: Town, testing_zone: Path, settings: Any, django_assert_num_queries: Any
) -> None:
    publish(town, version_2(testing_zone))
    packs.current()
    settings.PUBLISHED_LOOK_EVERY_S = 3600
    publications.look_again()
    with django_assert_num_queries(1):
        assert packs.current().newest("simple").version == 2
    with django_assert_num_queries(0):
        for _ in range(100):
            packs.current()


OTHER_PROCESS = """
import django, sys; django.setup()
from lianqiao.bridge import packs
for line in sys.stdin:
    print(packs.current().newest("simple").version, flush=True)
"""


@pytest.mark.once
def test_another_process_sees_it_without_a_restart(busy_town: Town, testing_zone: Path) -> None:
    name = str(connection.settings_dict["NAME"])
    home, url = django_settings.ENVIRONMENT.home, f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        parts = connection.settings_dict
        url = f"postgres://{parts['USER']}@{parts['HOST']}:{parts['PORT'] or 5432}/{name}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "LIANQIAO_HOME": str(home),
        "LIANQIAO_DISTRICT": str(testing_zone),
        "DJANGO_SETTINGS_MODULE": "lianqiao.site.settings",
    }
    started = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS], cwd=Path(__file__).parents[2], env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with started as process:
        assert process.stdin
        assert process.stdout

        def asked() -> int:
            process.stdin.write("?\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return int(process.stdout.readline())  # type: ignore[union-attr]

        assert asked() == 1
        publish(busy_town, version_2(testing_zone))
        seen = next(version for version in iter(asked, 0) if version != 1)
        process.stdin.close()
    assert seen == 2
