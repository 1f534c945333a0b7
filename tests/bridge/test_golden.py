"""Histories kept as text, which every later release must fold to the states written beside them.

Each file in golden/ is an export of a log made by commands, one line an entry, and as its last line the
state every case came to. A file is never changed: where a rule changes, old entries keep their meaning, and a
new story shows the new one. A story without its file writes it and fails once, so that somebody looks at it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lianqiao.bridge import chain, commands, packs
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import exported_log, state_of
from lianqiao.engine.case_state import CaseState, fold
from tests.bridge.test_versions import add_version
from tests.bridge.town import STEWARD, Town, pdf, remark

GOLDEN = Path(__file__).parent / "golden"


def kept_with_a_pause_and_a_restart(town: Town, _: Path) -> None:
    case = town.open("simple", name="示例：停与重起", tier="other")
    town.later(hours=2).step(case, "return_incomplete", town.a, faults=[remark("paper", "缺材料")])
    file = town.upload(pdf("材料"), "材料.pdf", field=packs.current().newest("simple").fields["paper"])
    town.later(days=1).step(case, "supplement", town.agent, paper=[file])
    town.later(hours=3).step(case, "return", town.a, faults=[remark("name", "名称有误")])
    town.later(days=2).step(case, "correct", town.agent, name="示例：已更正")
    town.later(hours=5).step(case, "pass", town.a)
    town.tick()


def broken_with_escalation_and_a_stand_in(town: Town, _: Path) -> None:
    case = town.open("simple", name="示例：逾期")
    town.later(hours=1).step(case, "extend", town.leader, reason="示例：材料多")
    town.leave(town.a, days=3)
    town.later(hours=1).tick()
    town.step(case, "note", town.b, reason="示例：代办")
    town.at("2026-02-25 09:00").tick()
    town.at("2026-03-05 18:00").tick()
    town.later(hours=1).step(case, "refuse", town.a, reason="示例：不符合条件")
    town.tick()


def branches_a_sub_case_and_what_time_decides(town: Town, _: Path) -> None:
    first = town.open("joint", site="示例：甲地", risk="high")
    second = town.at("2026-02-11 11:00").open("joint", site="示例：乙地", risk="low")
    for case in (first, second):
        town.later(minutes=5).step(case, "water_ok", town.b)
        town.later(minutes=5).step(case, "fire_ok", Case.objects.get(pk=case.pk).holder)
        town.later(minutes=5).step(case, "join", town.leader)
    town.step(first, "recheck", town.leader)
    part = Case.objects.get(parent=first)
    town.later(days=1).step(part, "pass", part.holder)
    town.at("2026-02-28 10:00").tick()


def a_notice_revised_and_a_year_unpublished(town: Town, _: Path) -> None:
    town.open("simple", name="示例：春节延长")
    town.at("2020-01-27 09:00").tick()
    town.at("2020-12-01 10:00").open("simple", name="示例：次年")


def handed_over_given_away_and_moved_to_a_new_version(town: Town, zone: Path) -> None:
    cases = [town.open("simple", name=f"示例：{number}") for number in range(3)]
    town.later(hours=1)
    commands.reassign(cases[0].number, "officer", town.c, by=town.leader, now=town.now)
    commands.hand_over(
        town.a, to_person=town.c, duty=STEWARD, by=town.leader, reason="示例调岗", now=town.now
    )
    add_version(zone, ('budget = "3wd"', 'budget = "2wd"'))
    town.later(hours=1)
    commands.rebase(cases[2].number, 2, by=town.leader, reason="示例：按新办法", now=town.now)
    town.later(hours=1).step(cases[2], "withdraw", town.agent)


STORIES: dict[str, tuple[Callable[[Town, Path], None], str]] = {
    "kept": (kept_with_a_pause_and_a_restart, "2026-02-11 10:00"),
    "broken": (broken_with_escalation_and_a_stand_in, "2026-02-11 10:00"),
    "branches": (branches_a_sub_case_and_what_time_decides, "2026-02-11 10:00"),
    "calendar": (a_notice_revised_and_a_year_unpublished, "2020-01-22 10:00"),
    "moved": (handed_over_given_away_and_moved_to_a_new_version, "2026-02-11 10:00"),
}
FILES = sorted(GOLDEN.glob("*.jsonl"))


def read(path: Path) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    """Return the entries by case and the states they came to."""
    *lines, last = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    entries: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        if "case" in line:
            entries.setdefault(line["case"], []).append(line)
    return entries, last["states"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_history_folds_to_what_it_folded_to(path: Path) -> None:
    entries, states = read(path)
    assert set(entries) == set(states)
    for number, lines in entries.items():
        bodies = [json.loads(line["body"]) for line in lines]
        state = fold(bodies)
        assert state is not None
        assert json.loads(json.dumps(state.to_dict())) == states[number]
        assert CaseState.from_dict(states[number]) == state
        assert all(fold(bodies[cut:], fold(bodies[:cut])) == state for cut in range(len(bodies)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_history_is_chained_as_it_was(path: Path) -> None:
    for number, lines in read(path)[0].items():
        previous = chain.FIRST
        for seq, line in enumerate(lines, start=1):
            assert (line["seq"], line["previous"]) == (seq, previous)
            assert chain.canonical(json.loads(line["body"])) == line["body"]
            assert chain.link(number, seq, line["body"], previous) == line["hash"]
            previous = line["hash"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", STORIES)
def test_every_story_is_kept(name: str, testing_zone: Path) -> None:
    path = GOLDEN / f"{name}.jsonl"
    if path.exists():
        return
    story, start = STORIES[name]
    story(Town(start), testing_zone)
    states = {case.number: state_of(case).to_dict() for case in Case.objects.order_by("pk")}
    lines = [*exported_log(), json.dumps({"states": states}, ensure_ascii=False, sort_keys=True)]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    pytest.fail(f"{path.name} was made: look at what it says, keep it, and never change it")
