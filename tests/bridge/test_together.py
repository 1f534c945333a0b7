"""Many acts in one transaction come to what the same acts come to one by one; each is answered by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianqiao.bridge import commands, packs
from lianqiao.bridge.commands import OpeningAsked, StepAsked, together
from lianqiao.bridge.models import Attachment, Case, Counter, Delivery, Entry, Load, Notice
from lianqiao.bridge.queries import verify_log
from lianqiao.engine.errors import Refusal
from lianqiao.organization.models import Person
from tests.bridge.laws import assert_lawful, bodies
from tests.bridge.mail_sink import Sink
from tests.bridge.test_kills import SIGKILL, Killing, counted, killing, other_process  # noqa: F401
from tests.bridge.test_races import at_once, on_postgres
from tests.bridge.town import STEWARD, Town, pdf


def opening(town: Town, name: str = "示例", mechanism: str = "simple", **more: Any) -> OpeningAsked:
    return OpeningAsked(mechanism, town.agent, town.firm, {"name": name}, **more)


def opened(town: Town, count: int, mechanism: str = "simple") -> list[Case]:
    asked = [opening(town, f"示例{number}", mechanism) for number in range(count)]
    cases = [one for one in commands.open_together(asked, now=town.now) if isinstance(one, Case)]
    assert len(cases) == count
    return cases


def note(case: Case, by: Person, reason: str = "记", **more: Any) -> StepAsked:
    return StepAsked(case.number, "note", by, {"reason": reason}, **more)


def codes(answers: list[commands.Answer]) -> list[str]:
    return [one.code if isinstance(one, Refusal) else "" for one in answers]


def sane() -> None:
    assert_lawful()
    assert verify_log().problems == ()


def test_cases_opened_together_are_spread_and_numbered_as_one_by_one(town: Town) -> None:
    asked = [opening(town, f"示例{number}") for number in range(7)]
    asked[2] = OpeningAsked("simple", town.other_agent, town.firm, {"name": "不是我的企业"})
    asked[4] = opening(town, "")
    asked[5] = opening(town, "没有这个承诺", "nonsense")
    answers = commands.open_together(asked, now=town.now)
    assert codes(answers) == ["", "", "wrong-role", "", "needs-missing", "unknown-mechanism", ""]
    cases = [one for one in answers if isinstance(one, Case)]
    # none of the numbers is left out for those refused, and each sees what the one before gave out
    assert [case.number for case in cases] == [f"SI-2026-{number:06d}" for number in range(1, 5)]
    assert sorted(Load.objects.filter(duty=STEWARD).values_list("open_cases", flat=True)) == [2, 2]
    assert [bodies(case)[0]["owners"]["officer"] for case in cases] == [
        str(one.pk) for one in (town.a, town.c, town.a, town.c)
    ]
    assert Counter.objects.get().last == 4
    assert town.open("simple", name="示例").number == "SI-2026-000005"
    sane()


def test_each_of_many_acts_is_answered_by_itself_and_a_refused_one_leaves_nothing(town: Town) -> None:
    mine = [case for case in opened(town, 12) if case.holder_id == town.a.pk]
    theirs = Case.objects.exclude(pk__in=[case.pk for case in mine]).first()
    assert theirs
    town.later(minutes=1)
    town.step(mine[1], "note", town.a, reason="先记一笔")
    asked = [
        StepAsked(mine[0].number, "pass", town.a, {}, seen=1),
        StepAsked(mine[1].number, "pass", town.a, {}, seen=1),
        StepAsked(theirs.number, "pass", town.a, {}),
        StepAsked("SI-2026-999999", "pass", town.a, {}),
        StepAsked(mine[2].number, "nonsense", town.a, {}),
        StepAsked(mine[2].number, "refuse", town.a, {}),
        StepAsked(mine[3].number, "withdraw", town.agent, {}),
        StepAsked(mine[4].number, "withdraw", town.other_agent, {}),
        StepAsked("\0", "pass", town.a, {}),
        # the second act on a case sees the first
        note(mine[5], town.a),
        StepAsked(mine[5].number, "pass", town.a, {}, seen=2),
        StepAsked(mine[5].number, "pass", town.a, {}),
    ]
    entries = Entry.objects.count()
    answers = commands.act_together(asked, now=town.now)
    assert codes(answers) == [
        "", "case-moved", "wrong-role", "unknown-case", "unknown-step", "needs-missing", "", "unknown-case",
        "unknown-case", "", "", "step-not-possible",
    ]  # fmt: skip
    assert Entry.objects.count() == entries + 4
    assert [body.get("step") for body in bodies(mine[5])] == ["file", "note", "pass"]
    assert [answers[at].closed_at is not None for at in (0, 6, 10)] == [True] * 3  # type: ignore[union-attr]
    assert Notice.objects.filter(case=mine[0]).count() == 2
    sane()


def test_what_is_asked_does_not_grow_with_the_number_of_acts(town: Town) -> None:
    def asked(count: int) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as opening:
            cases = opened(town, count)
        holders = Person.objects.in_bulk()
        notes = [note(case, holders[case.holder_id]) for case in cases if case.holder_id]
        with CaptureQueriesContext(connection) as noting:
            assert codes(commands.act_together(notes, now=town.now)) == [""] * count
        selects = [[one for one in some if one["sql"].startswith("SELECT")] for some in (opening, noting)]
        return len(selects[0]), len(selects[1])

    few = asked(8)
    assert few == asked(64)
    assert few[1] == 1


def test_the_same_forms_sent_again_do_nothing_twice(town: Town) -> None:
    asked = [opening(town, f"示例{number}", once=f"open {number}") for number in range(3)]
    first = commands.open_together(asked, now=town.now)
    more = [*asked, opening(town, "又一件", once="open 3")]
    again = commands.open_together(more, now=town.now)
    assert [one.number for one in again[:3]] == [one.number for one in first]  # type: ignore[union-attr]
    assert Case.objects.count() == 4
    town.later(minutes=1)
    cases = [Case.objects.get(pk=one.pk) for one in again]  # type: ignore[union-attr]
    notes = [note(case, case.holder, once=f"note {case.pk}") for case in cases if case.holder]
    # a step that stays possible is stopped by its token alone: the transaction is given up, one by one
    for _ in range(2):
        assert codes(commands.act_together([*notes[:3], *notes[:1]], now=town.now)) == [""] * 4
    assert codes(commands.act_together(notes, now=town.now)) == [""] * 4
    assert Entry.objects.filter(name="note").count() == 4
    sane()


def test_files_named_by_many_belong_to_each_and_nobody_gets_anothers(town: Town) -> None:
    field = packs.current().newest("simple").fields["paper"]
    paper = town.upload(pdf("甲"), "材料.pdf", field=field)
    other = town.upload(pdf("乙"), "材料.pdf", field=field, by=town.other_agent)
    asked = [
        OpeningAsked("simple", town.agent, town.firm, {"name": name, "paper": [file]})
        for name, file in (("一", paper), ("二", paper), ("三", other), ("四", paper | {"name": "别名.pdf"}))
    ]
    answers = commands.open_together(asked, now=town.now)
    assert codes(answers) == ["", "", "file-not-yours", "file-not-yours"]
    assert codes(commands.open_together(asked[1:2], now=town.now)) == [""]
    kept = Attachment.objects.filter(sha256=paper["sha256"]).order_by("case_id")
    assert [one.case_id for one in kept] == [case.pk for case in Case.objects.order_by("pk")]
    assert Attachment.objects.get(sha256=other["sha256"]).case_id is None
    sane()


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_others_are_decided_comes_to_the_same(busy_town: Town, sink: Sink) -> None:
    town = busy_town
    field = packs.current().newest("simple").fields["paper"]
    paper = town.upload(pdf("甲"), "材料.pdf", field=field)
    asked = [opening(town, f"示例{number}") for number in range(40)]
    asked[5] = opening(town, "")
    asked[30] = OpeningAsked("simple", town.agent, town.firm, {"name": "有材料", "paper": [paper]})
    answers = commands.open_together(asked, now=town.now)
    assert codes(answers) == ["", "", "", "", "", "needs-missing"] + [""] * 34
    cases = [one for one in answers if isinstance(one, Case)]
    assert [case.number for case in cases] == [f"SI-2026-{number:06d}" for number in range(1, 40)]
    assert Attachment.objects.get().case_id == cases[29].pk
    town.later(minutes=1)
    holders = Person.objects.in_bulk()
    notes = [note(case, holders[case.holder_id or 0]) for case in cases]
    # a case that was written by the way is changed once more, and one of a later stretch is refused
    notes[35:35] = [StepAsked(cases[0].number, "pass", holders[cases[0].holder_id or 0], {}, seen=2)]
    notes.append(StepAsked(cases[0].number, "pass", holders[cases[0].holder_id or 0], {}))
    assert codes(commands.act_together(notes, now=town.now)) == [""] * 40 + ["step-not-possible"]
    assert [body.get("step") for body in bodies(cases[0])] == ["file", "note", "pass"]
    assert Case.objects.filter(closed_at=None).count() == 38
    assert Delivery.objects.filter(notice__kind="step", address=town.a.email).count() == 20
    sane()


@pytest.mark.django_db(transaction=True)
def test_a_token_used_before_gives_up_what_was_written_by_the_way(busy_town: Town) -> None:
    town = busy_town
    cases = opened(town, 40)
    town.later(minutes=1)
    holders = Person.objects.in_bulk()
    notes = [note(case, holders[case.holder_id or 0]) for case in cases]
    for at in (0, 20, 39):
        before = note(cases[at], holders[cases[at].holder_id or 0], once=f"note {at}")
        assert codes(commands.act_together([before], now=town.now)) == [""]
        assert (
            codes(commands.act_together([*notes[:at], before, *notes[at + 1 :]], now=town.now)) == [""] * 40
        )
    assert Entry.objects.filter(name="note").count() == 3 * 40
    sane()


def test_what_moves_other_cases_is_taken_by_itself(town: Town) -> None:
    wholes, simple = opened(town, 3, "gathered"), opened(town, 2)
    town.later(minutes=1)
    parts = list(Case.objects.filter(parent__in=wholes))
    asked = [StepAsked(part.number, "withdraw", town.agent, {}) for part in parts]
    asked += [StepAsked(case.number, "withdraw", town.agent, {}) for case in simple]
    asked += [StepAsked(one.number, "finish_here", one.holder, {}) for one in wholes if one.holder]
    assert codes(commands.act_together(asked, now=town.now)) == [""] * 8
    assert not Case.objects.filter(closed_at=None).exists()
    sane()


def test_more_than_one_transaction_holds(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "AT_ONCE", 4)
    cases = opened(town, 10)
    town.later(minutes=1)
    answers = commands.act_together([note(case, case.holder) for case in cases if case.holder], now=town.now)
    assert [one.number for one in answers] == [case.number for case in cases]  # type: ignore[union-attr]
    sane()


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_nothing_of_them_happened(busy_town: Town, killing: Killing) -> None:  # noqa: F811
    cases = opened(busy_town, 20)
    busy_town.later(minutes=1)
    before = counted()
    asked: dict[str, Any] = {
        "by": busy_town.agent.pk,
        "numbers": [case.number for case in cases],
        "step": "withdraw",
    }
    assert killing("act-together", "before-commit", **asked) == SIGKILL
    assert counted() == before
    assert killing("act-together", "after-commit", **asked) == SIGKILL
    assert not Case.objects.filter(closed_at=None).exists()
    sane()


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_in_any_order_do_not_wait_for_each_other(busy_town: Town) -> None:
    cases = opened(busy_town, 12)
    parts = Case.objects.filter(parent__in=opened(busy_town, 3, "gathered"))
    field = packs.current().newest("simple").fields["paper"]
    papers = [busy_town.upload(pdf(name), "材料.pdf", field=field) for name in "甲乙丙"]
    busy_town.later(minutes=1)
    holders = Person.objects.in_bulk()
    numbers = [case.number for case in cases]

    def notes(order: int) -> list[str]:
        asked = [note(case, holders[case.holder_id]) for case in cases[::order] if case.holder_id]
        # the acts a case in a tree takes by itself come in between
        asked[3:3] = [StepAsked(part.number, "withdraw", busy_town.agent, {}) for part in parts[::order]]
        return codes(commands.act_together(asked, now=busy_town.now))

    def openings(order: int) -> list[str]:
        asked = [
            OpeningAsked("simple", busy_town.agent, busy_town.firm, {"name": "示例", "paper": [paper]})
            for paper in papers
        ]
        asked += [opening(busy_town, "示例", "gathered")]
        return codes(commands.open_together(asked[::order], now=busy_town.now))

    def one_by_one() -> None:
        for case in cases:
            busy_town.step(case, "note", holders[case.holder_id or 0], reason="记")

    ends = at_once(
        *(lambda order=order: notes(order) for order in (1, -1, 1, -1)),
        *(lambda order=order: openings(order) for order in (1, -1)),
        one_by_one,
        busy_town.tick,
    )
    assert ends[4:6] == [[""] * 4] * 2
    assert all(set(end) <= {"", "step-not-possible"} and end.count("") >= 12 for end in ends[:4])
    assert Entry.objects.filter(name="note", case__number__in=numbers).count() == 12 * 5
    sane()
