"""A promise's file changes: cases keep their version unless a leader moves them, with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lianqiao.bridge import commands, packs
from lianqiao.bridge.commands import sweeping
from lianqiao.bridge.models import Case, Promise
from lianqiao.bridge.queries import state_of, verify_log
from lianqiao.engine.errors import Refusal
from tests.bridge.laws import assert_lawful, bodies
from tests.bridge.town import Town, remark

pytestmark = pytest.mark.django_db


def add_version(zone: Path, *changes: tuple[str, str]) -> None:
    """Add version 2 of the simple promise beside the first, with these pieces of text replaced."""
    text = (zone / "mechanisms" / "simple.toml").read_text()
    for old, new in (("version = 1", "version = 2"), *changes):
        assert old in text
        text = text.replace(old, new)
    (zone / "mechanisms" / "simple@2.toml").write_text(text)


def rebase(
    town: Town, case: Case, *, version: int = 2, by: str = "leader", reason: str = "示例：按新办法"
) -> Case:
    return commands.rebase(case.number, version, by=getattr(town, by), reason=reason, now=town.now)


def cut(text: str, start: str, end: str) -> str:
    """Return the piece of a file from one mark up to the next."""
    begin = text.index(start)
    return text[begin : text.index(end, begin + 1)]


def test_old_cases_keep_their_version_and_new_ones_have_the_newest(town: Town, testing_zone: Path) -> None:
    old = town.open("simple", name="旧")
    add_version(testing_zone, ('budget = "3wd"', 'budget = "2wd"'))
    new = town.open("simple", name="新")
    assert [(case.version, state_of(case).clocks["review"].promise["budget"]) for case in (old, new)] == [
        (1, "3wd"),
        (2, "2wd"),
    ]
    for case in (old, new):
        town.step(case, "note", case.holder, reason="记")
    assert [Case.objects.get(pk=case.pk).version for case in (old, new)] == [1, 2]
    assert_lawful()


def test_a_leader_moves_a_case_and_the_reason_stays(town: Town, testing_zone: Path) -> None:
    case = town.open("simple", name="示例")
    due = Promise.objects.get(case=case).due_at
    add_version(testing_zone, ('budget = "3wd"', 'budget = "2wd"'), ('"+1wd"', '"+2wd"'))
    town.later(hours=1)
    moved = rebase(town, case)
    assert (moved.version, state_of(moved).mechanism) == (2, "simple@2")
    entry = bodies(case)[-1]
    assert (entry["act"], entry["by"], entry["mechanism"], entry["reason"]) == (
        "rebase", str(town.leader.pk), "simple@2", "示例：按新办法",
    )  # fmt: skip
    assert Promise.objects.get(case=case).due_at == due, "what was promised stays promised"
    town.at("2026-02-24 17:30").tick()
    assert Promise.objects.get(case=case).level == "urge"
    town.at("2026-02-25 17:30").tick()
    assert Promise.objects.get(case=case).level == "leader"
    town.step(case, "pass", town.a)
    assert_lawful()
    assert verify_log().problems == ()


@pytest.mark.parametrize(
    ("by", "reason", "version", "code"),
    [
        ("leader", " ", 2, "reason-missing"),
        ("a", "示例", 2, "wrong-role"),
        ("agent", "示例", 2, "wrong-role"),
        ("other_agent", "示例", 2, "unknown-case"),
        ("leader", "示例", 9, "unknown-mechanism"),
    ],
)
def test_what_is_refused(  # noqa: PLR0917
    town: Town, testing_zone: Path, by: str, reason: str, version: int, code: str
) -> None:
    case = town.open("simple", name="示例")
    add_version(testing_zone)
    with pytest.raises(Refusal) as refused:
        rebase(town, case, by=by, reason=reason, version=version)
    assert refused.value.code == code
    assert len(bodies(case)) == 1


def test_a_case_is_not_moved_where_it_could_not_stand(town: Town, testing_zone: Path) -> None:
    case = town.open("simple", name="示例")
    town.step(case, "return", town.a, faults=[remark("name")])
    text = (testing_zone / "mechanisms" / "simple.toml").read_text()
    add_version(
        testing_zone,
        (cut(text, "[steps.return]", "[steps.return_incomplete]"), ""),
        (cut(text, "[states.correcting]", "[states.supplementing]"), ""),
        ('from = ["review", "correcting", "supplementing"]', 'from = ["review", "supplementing"]'),
    )
    packs.current()
    with pytest.raises(Refusal) as refused:
        rebase(town, case)
    assert refused.value.code == "rebase-impossible"
    assert "correcting" in str(refused.value)
    town.step(case, "correct", town.agent, name="更正")
    assert_lawful()


def test_a_closed_case_is_not_moved(town: Town, testing_zone: Path) -> None:
    case = town.open("simple", name="示例")
    town.step(case, "pass", town.a)
    add_version(testing_zone)
    with pytest.raises(Refusal):
        rebase(town, case)
    assert len(bodies(case)) == 2


def test_a_clock_that_is_over_may_be_missing_from_the_new_version(town: Town, testing_zone: Path) -> None:
    case = town.open("joint", site="示例", risk="low")
    town.step(case, "fire_ok", town.a)
    file = testing_zone / "mechanisms" / "joint.toml"
    text = file.read_text()
    second = text.replace("version = 1", "version = 2").replace(
        cut(text, "[clocks.fire]", "[clocks.water]"), ""
    )
    second = second.replace('starts = ["fire", "water"]', 'starts = ["water"]').replace(
        'stops = "fire"\n', ""
    )
    (testing_zone / "mechanisms" / "joint@2.toml").write_text(second)
    town.later(hours=1)
    commands.rebase(case.number, 2, by=town.leader, reason="示例", now=town.now)
    town.step(case, "water_ok", town.b)
    town.step(case, "join", town.leader)
    town.later(hours=1).tick()
    town.step(case, "decide", town.leader)
    assert Case.objects.get(pk=case.pk).outcome == "done"
    assert verify_log().problems == ()


def test_whoever_saw_the_case_before_it_was_moved_is_told_what_happened(
    town: Town, testing_zone: Path
) -> None:
    """The steps of the new version have other names; what was done before still has to be named."""
    case = town.open("simple", name="示例")
    town.step(case, "note", town.a, reason="记")
    add_version(testing_zone, ("[steps.file]", "[steps.submit]"), ("[steps.note]", "[steps.remark]"))
    rebase(town, case)
    with pytest.raises(Refusal) as refused:
        town.step(case, "pass", town.a, seen=1)
    assert (refused.value.code, refused.value.problems[0].facts["step"]) == ("case-moved", "note")


def test_a_version_taken_from_the_pack_stops_its_cases_and_no_others(town: Town, testing_zone: Path) -> None:
    gone = town.open("joint", site="示例", risk="low")
    town.open("simple", name="示例")
    (testing_zone / "mechanisms" / "joint.toml").unlink()
    town.at("2026-02-25 10:00")
    with pytest.raises(Refusal, match="joint@1"):
        town.tick()
    assert Promise.objects.get(case__mechanism="simple").level == "leader", "the others were swept"
    assert not Case.objects.filter(sealed_seq=0).exists(), "the log was sealed"
    with pytest.raises(Refusal, match="joint@1"):
        town.step(gone, "fire_ok", town.a)


def test_a_case_nobody_foresaw_stops_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program in one case: the others are swept, the log sealed, the fault not hidden."""
    for name in ("甲", "错", "乙"):
        town.open("simple", name=name)
    decide = sweeping.engine.decide_rungs

    def faulty(mechanism: Any, state: Any, **more: Any) -> Any:
        if state.data["name"] == "错":
            raise KeyError("a fault of the program")
        return decide(mechanism, state, **more)

    monkeypatch.setattr(sweeping.engine, "decide_rungs", faulty)
    town.at("2026-02-25 18:00")
    for _ in range(2):
        with pytest.raises(KeyError):
            town.tick()
    assert dict(Promise.objects.values_list("case__title", "level")) == {
        "甲": "leader",
        "错": "",
        "乙": "leader",
    }
    assert not Case.objects.filter(sealed_seq=0).exists()
