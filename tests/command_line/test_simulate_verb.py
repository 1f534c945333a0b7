"""`lianqiao simulate`: what was asked comes back with the answer; a log can teach it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lianqiao.command_line.main import main
from tests.engine.simulated import COUNTER
from tests.world import FILING, World

Captured = pytest.CaptureFixture[str]
QUICK = ["--days", "20", "--warm-up", "2", "--replications", "2"]


@pytest.fixture
def counter(tmp_path: Path) -> str:
    """A promise in a file: one counter, one step, one working day."""
    path = tmp_path / "counter.toml"
    path.write_text(COUNTER, encoding="utf-8")
    return str(path)


def asked(capsys: Captured, *arguments: str, status: int = 0) -> dict[str, Any]:
    assert main(["simulate", *arguments, *QUICK, "--json"]) == status
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_the_answer_says_what_was_asked_and_assumed(counter: str, capsys: Captured) -> None:
    told = asked(capsys, counter, "--staff", "clerk=2", "--arrivals", "20/wd", "--handling", "serve=0.5")
    assert told["promise"] == "counter@1"
    assert told["asked"]["staff"] == {"clerk": 2}
    assert told["asked"]["arrivals"] == "20/wd"
    assert told["durations"] == {"serve": {"time": "office", "hours": "fixed:0.5", "assumed": False}}
    kept = told["found"]["promises"]["serve"]["kept"]
    assert kept["mean"] > 0.9
    # the same seed, the same answer
    again = asked(capsys, counter, "--staff", "2", "--arrivals", "20/wd", "--handling", "serve=0.5")
    assert again["found"] == told["found"]


def test_how_many_people_it_takes(counter: str, capsys: Captured) -> None:
    few = ["--arrivals", "40/wd", "--handling", "serve=0.5", "--target", "0.95"]
    told = asked(capsys, counter, "--staff", "1", *few)
    needed = told["staffing"]["people"]
    # twenty office hours of work a day of seven: less than three people cannot do it
    assert needed in (3, 4)
    assert told["staffing"]["tried"][str(needed)]["low"] >= 0.95
    assert told["staffing"]["tried"]["1"]["kept"] < 0.5


def test_it_is_told_in_words(counter: str, capsys: Captured) -> None:
    for language, words in (("en", "Where it queues"), ("zh-hans", "承诺兑现率")):
        assert (
            main(["simulate", counter, "--staff", "1", "--arrivals", "2/wd", "--language", language, *QUICK])
            == 0
        )
        assert words in capsys.readouterr().out


def test_a_log_teaches_what_nobody_typed(counter: str, capsys: Captured, tmp_path: Path) -> None:
    rows = ["case,step,at,who"]
    for number in range(40):
        day = 2 + number % 4
        rows += [
            f"{number},来办,2026-03-0{day} 09:{number:02},",
            f"{number},serve,2026-03-0{day} 10:{number:02},u1",
        ]
    (tmp_path / "log.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "log.toml").write_text(
        'case = "case"\nactivity = "step"\ntime = "at"\nperson = "who"\nactivities = { "来办" = "come" }\n',
        encoding="utf-8",
    )
    learn = ["--learn", str(tmp_path / "log.csv"), "--map", str(tmp_path / "log.toml")]
    told = asked(capsys, counter, "--staff", "1", *learn)
    assert told["durations"]["serve"]["assumed"] is False
    assert told["found"]["cases"]["mean"] > 100
    # what is typed goes first
    typed = asked(capsys, counter, "--staff", "1", *learn, "--arrivals", "1/wd")
    assert typed["asked"]["arrivals"] == "1/wd"
    assert typed["found"]["cases"]["mean"] < 50


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["counter", "--staff", "1"], "no promise"),
        (["--staff", "1"], "nothing says how many cases come"),
        (["--staff", "many", "--arrivals", "1/wd"], "no number of people"),
        (["--staff", "boss=1", "--arrivals", "1/wd"], "boss"),
        (["--staff", "1", "--arrivals", "often"], "--arrivals"),
        (["--staff", "1", "--arrivals", "1/wd", "--handling", "serv=1"], "serv"),
        (["--staff", "1", "--arrivals", "1/wd", "--handling", "1"], "STEP=VALUE"),
        (["--staff", "1", "--arrivals", "1/wd", "--share", "serve=often"], "--share serve"),
        (["--staff", "1", "--arrivals", "1/wd", "--away", "x"], "--away"),
        (["--staff", "1", "--arrivals", "1/wd", "--target", "99"], "0.99 means 99 %"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    counter: str, arguments: list[str], told: str, capsys: Captured
) -> None:
    name = [] if arguments[0] == "counter" else [counter]
    assert main(["simulate", *name, *arguments, *QUICK]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.django_db
def test_our_own_cases_teach_too(world: World, capsys: Captured) -> None:
    for _ in range(6):
        case = world.file()
        world.act(case, "pass_review", by=world.steward_of(case), review_opinion="示例：同意")
    told = asked(capsys, FILING, "--staff", "2", "--learn", "database")
    assert told["asked"]["arrivals"] != "1/wd"
    assert told["found"]["cases"]["mean"] > 0
