"""`lianqiao policy`: checks, matches and explains from files alone, and imports no Django on its way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lianqiao.command_line.main import main
from tests.engine.policies import policy

POLICIES = sorted((Path(__file__).parents[2] / "districts/ganjiang/policies").glob("example-*.toml"))
HEAD = (
    "party,rd_spend [元],rd_ratio [%],employees,founded,firm_size,hightech_until,last_penalty,in_default,"
    "lease_until,lease_paid [元],licences,telephone\n"
)
FIRMS = HEAD + (
    "示例一厂,800000,6.5,25,2025-03-01,小型,2027-01-01,无,否,2028-01-01,120000,药品生产许可证,1\n"
    "示例二厂,200000,2.5,8,2020-03-01,小型,无,2025-01-01,否,,,,\n"
    "示例三厂,300000,5,30,2030-03-01,微型,2027-06-30,,否,无,,软件企业证书,\n"
)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "firms.csv"
    path.write_text(FIRMS, encoding="utf-8")
    return path


def answered(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:
    assert main(["policy", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_examples_are_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "check", *POLICIES)
    assert found == {"policies": [path.stem for path in POLICIES], "problems": []}
    assert main(["policy", "check", str(POLICIES[0])]) == 0
    assert "示例·高新技术企业奖励" in capsys.readouterr().out


def test_what_is_wrong_is_told_and_gives_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(policy("stuff > 3"), encoding="utf-8")
    # a neighbour's fault is the neighbour's
    (tmp_path / "neighbour.toml").write_text(policy("staff >", id="neighbour"), encoding="utf-8")
    assert main(["policy", "check", str(wrong)]) == 1
    told = capsys.readouterr().err
    assert "expression-name" in told
    assert "wrong.toml › versions no. 1.conditions no. 1 › when, column 1" in told
    assert "neighbour" not in told
    assert main(["policy", "check", str(tmp_path / "none.toml")]) == 2
    assert main(["policy", "check"]) == 2


def test_every_party_has_a_verdict_for_every_policy(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "match", *POLICIES, "--facts", facts, "--as-of", "2026-11-21")
    names = ("example-rd-support", "example-rent-relief", "example-hightech-award")
    verdicts = {
        party["party"]: {name: verdict for name, verdict in party["verdicts"].items() if name in names}
        for party in found["parties"]
    }
    # what is for people asks what no sheet of firms says
    others = [
        verdict
        for party in found["parties"]
        for name, verdict in party["verdicts"].items()
        if name not in names
    ]
    assert set(others) <= {"unknown"}
    assert verdicts == {
        "示例一厂": dict(zip(names, ("yes", "yes", "no"), strict=True)),
        "示例二厂": dict(zip(names, ("no", "no", "no"), strict=True)),
        "示例三厂": dict(zip(names, ("unknown", "no", "unknown"), strict=True)),
    }
    # ten percent of 800,000 yuan and 50,000 for makers of drugs; half of 120,000 and 25 times 1,000
    assert found["parties"][0]["fen"] == {"example-rd-support": 13_000_000, "example-rent-relief": 8_500_000}
    assert {policy["id"]: policy["yes"] for policy in found["policies"]}["example-rd-support"] == 1
    assert all(policy["generated"] for policy in found["policies"])
    assert found["dirty"] == {"fact-in-future": 1}
    assert found["problems"][0]["place"] == "firms.csv, line 4, column founded"
    assert found["ignored_columns"] == ["telephone"]


def test_on_the_closing_day_the_undecided_hold_nobody_up(
    facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # first in line, and nobody knows how much it will take
    facts.write_text(FIRMS.replace("示例三厂,300000,5,", "示例三厂,,9,"), encoding="utf-8")
    asked = ("match", *POLICIES, "--facts", facts, "--as-of", "2026-11-21")
    for closing, standing in (((), "open"), (("--closing",), "granted")):
        grants = answered(capsys, *asked, *closing)["parties"][0]["grants"]
        assert grants["example-rd-support"]["standing"] == standing


def test_words_say_the_same(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "match", str(POLICIES[1]), "--facts", str(facts), "--as-of", "2026-11-21"]) == 0
    told = capsys.readouterr().out
    assert "yes 1  no 1  unknown 1" in told
    assert "firms.csv, line 4, column founded: 2030-03-01 has not come yet" in told
    assert main(["policy", "match", str(POLICIES[1]), "--facts", str(facts), "--as-of", "2023-11-21"]) == 0
    assert "not in force on this day" in capsys.readouterr().out


def test_one_party_is_told_why_with_articles_sources_and_the_missing_paper(
    facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("explain", *POLICIES, "--facts", facts, "--as-of", "2026-11-21", "--party", "示例三厂")
    found = {policy["policy"]: policy for policy in answered(capsys, *asked)["policies"]}
    support = found["example-rd-support"]
    assert support["verdict"] == "unknown"
    assert [one["proof"] for one in support["missing"]] == ["信用报告"]
    assert [way["papers"] for way in support["smallest"]] == [1]
    assert support["conditions"][1]["article"] == "示例办法第三条"
    assert support["conditions"][1]["facts"][0]["source"] == "firms.csv, line 4"
    relief = found["example-rent-relief"]
    assert relief["conditions"][0]["facts"][0]["note"] == "2030-03-01 has not come yet (line 4)"
    assert "确知不在区内租赁场地" in json.dumps(relief, ensure_ascii=False)
    assert main(["policy", *map(str, asked)]) == 0
    told = capsys.readouterr().out
    assert "? example-rd-support  示例·研发投入补助: unknown" in told
    assert "needs 1 paper(s): 信用报告" in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--facts", "none.csv"], "there is no such file"),
        (["--facts", "{facts}", "--party", "示例九厂"], "the facts know no “示例九厂”"),
        (["--facts", "{facts}", "--as-of", "soon"], "is not a date"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(
    arguments: list[str], code: str, facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [argument.format(facts=facts) for argument in arguments]
    party = [] if "--party" in given else ["--party", "示例一厂"]
    assert main(["policy", "explain", str(POLICIES[0]), *given, *party]) == 2
    assert code in capsys.readouterr().err


def test_no_policy_decides_while_one_of_them_is_wrong(tmp_path: Path, facts: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(policy("stuff > 3"), encoding="utf-8")
    assert main(["policy", "match", str(wrong), "--facts", str(facts)]) == 2


def test_it_works_without_django_and_without_a_database(facts: Path) -> None:
    script = (
        "import sys; from lianqiao.command_line.main import main; "
        f"status = main(['policy', 'match', {str(POLICIES[0])!r}, '--facts', {str(facts)!r}]); "
        "sys.exit(status or 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
