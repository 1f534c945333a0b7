"""Every error a promise file can have has a file here that has it, and nothing else."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from lianqiao.engine import (
    check_conditions,
    check_file_checks,
    check_parts,
    check_steps,
    check_walk,
    dated_rules,
)
from lianqiao.engine.branches import as_taken
from lianqiao.engine.check import check_mechanism
from lianqiao.engine.dated_rules import Policy, check_policy
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression_types import ValueType
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.schema import json_schema
from lianqiao.engine.walk import Situation, walk
from lianqiao.engine.words import describe

HERE = Path(__file__).parent
GOOD = HERE / "good_packs"
BAD = sorted((HERE / "bad_packs").glob("*.toml"))
SCHEMA = HERE.parents[1] / "docs" / "schema" / "mechanism.schema.json"
DUTIES = frozenset({"reviewing", "leading"})


def good(name: str) -> Mechanism:
    return read(Mechanism, (GOOD / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


POLICIES = {"size": read(Policy, (GOOD / "size.toml").read_text(encoding="utf-8"), "size.toml")}
PROMISES = {name: good(name) for name in ("promise", "inspection", "optional")}


def problems_of(text: str, file: str) -> list[Problem]:
    try:
        if file.startswith("policy-"):
            return check_policy(read(Policy, text, file), {"amount": ValueType("integer", minimum=0)}, file)
        mechanism = read(Mechanism, text, file)
    except Refusal as refusal:
        return list(refusal.problems)
    return check_mechanism(mechanism, POLICIES, PROMISES, file, duties=DUTIES)


@pytest.mark.parametrize("name", PROMISES)
def test_a_good_promise_has_no_problem(name: str) -> None:
    assert check_mechanism(PROMISES[name], POLICIES, PROMISES, name, duties=DUTIES) == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_has_exactly_its_problem(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = re.match(r"# (\S+) @ (.+)", text)
    assert expected, "the first line says what is expected: # code @ part of the place"

    problems = problems_of(text, path.name)

    assert [problem.code for problem in problems] == [expected[1]], "\n".join(map(str, problems))
    assert problems[0].place.startswith(path.name)
    assert expected[2] in problems[0].place
    assert problems[0].reason
    assert problems[0].hint


def test_every_code_of_the_checks_has_a_bad_file() -> None:
    modules = (check_file_checks, check_parts, check_steps, check_walk, check_conditions, dated_rules)
    source = "\n".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in modules)
    codes = set(re.findall(r'(?:report\.add|Problem)\(\s*"([a-z-]+)"', source))
    codes |= {f"unknown-{kind}" for kind in re.findall(r'report\.known\(\s*"([a-z-]+)"', source)}
    codes |= set(re.findall(r'"(clock-[a-z-]+)"', Path(check_walk.__file__).read_text(encoding="utf-8")))
    shown = {path.read_text(encoding="utf-8").split()[1] for path in BAD}
    # told when a case is filed, not when a file is checked
    at_run_time = {"policy-undecided"}
    # a whole pack is needed: test_pack
    at_run_time |= {"unknown-word-list"}
    assert codes - shown - at_run_time == set()


def test_every_problem_is_found_at_once() -> None:
    text = (GOOD / "promise.toml").read_text(encoding="utf-8")
    text = text.replace('budget = "3wd"', 'budget = "25wd"').replace('formats = ["pdf"]', 'formats = ["ppt"]')
    text = text.replace('to = "passed"', 'to = "pased"')
    found = {problem.code for problem in problems_of(text, "several.toml")}
    assert found == {"law-shorter", "unknown-format", "unknown-state"}


def test_a_hint_names_the_nearest_name_and_the_known_ones() -> None:
    text = (GOOD / "promise.toml").read_text(encoding="utf-8").replace('to = "passed"', 'to = "pased"')
    [problem] = problems_of(text, "near.toml")
    assert problem.place == "near.toml › steps.pass › to"
    assert "did you mean “passed”?" in problem.hint
    assert "review, correcting, passed, withdrawn" in problem.hint


def test_a_walk_says_how_it_came_there() -> None:
    found = walk(PROMISES["promise"])
    here = next(s for s in found.moves if s.marking == {"correcting"} and not s.counts)
    assert found.way(here) == "file → return"
    assert here.clock("review") == "paused"


def test_a_walk_takes_every_order_of_branches() -> None:
    markings = {situation.marking for situation in walk(PROMISES["inspection"]).moves}
    assert {frozenset({"fire", "water"}), frozenset({"fire_done", "water"})} <= markings
    assert {frozenset({"fire", "water_done"}), frozenset({"fire_done", "water_done"})} <= markings


def test_a_branch_may_stay_closed() -> None:
    openings = walk(PROMISES["optional"]).openings
    assert [move.after.marking for move in openings] == [{"fire", "water"}, {"fire", "water_done"}]
    assert [move.after.clock("diving") for move in openings] == ["running", ""]
    taken = as_taken(PROMISES["optional"].steps["open"], {"risk": "low"})
    assert (taken.to, taken.starts) == (("fire", "water_done"), ("inspecting",))
    assert "否则视为“排水核毕”" in "\n".join(describe(PROMISES["optional"]))


def test_a_limited_step_counts_in_a_situation() -> None:
    counts = {situation.counts for situation in walk(PROMISES["promise"]).moves}
    assert counts == {(), (("extend", 1),)}
    assert Situation(frozenset()).clock("review") == ""


def test_words_in_chinese_say_the_promise_and_the_law() -> None:
    words = "\n".join(describe(PROMISES["promise"]))
    assert "承诺“审查”：经办人 3 个工作日内办结（法定时限 20 个工作日，《行政许可法》第四十二条）。" in words
    assert "“退回”后暂停计时；“更正”后接着计时" in words
    assert "负责人“延期”可延长 2 个工作日，限一次" in words
    assert "到期前 1 个工作日提醒经办人；逾期 1 个工作日上报，通知经办人、负责人" in words
    assert "结果：通过（办成）：经办人“通过”；撤回（撤回）：企业“撤回”。" in words


def test_words_in_english_say_the_same() -> None:
    words = "\n".join(describe(PROMISES["inspection"], "en"))
    assert "Promise “Inspection”: Officer, within 21 working hours; received after hours" in words
    assert "when time runs out the system takes “Lapse”" in words
    assert "“Have it checked” also opens “promise”; when that ends: “Checked”." in words


def test_one_of_a_thing_is_singular() -> None:
    assert "1 working day before" in "\n".join(describe(PROMISES["promise"], "en"))


def test_the_published_schema_is_current() -> None:
    published = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert published == json_schema(), "run: lianqiao check --schema > docs/schema/mechanism.schema.json"


def test_the_policy_of_the_good_pack_is_dated() -> None:
    assert POLICIES["size"].in_force(date(2026, 1, 1)).effective_from == date(2020, 1, 1)
