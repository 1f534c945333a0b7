"""Whatever is typed, sent or guessed: it is done rightly or refused in words, and nothing is half done."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianqiao.bridge import commands
from lianqiao.bridge.models import Case, Entry
from lianqiao.bridge.queries import case_by_progress_code, case_for, matching, verify_log
from lianqiao.engine.errors import Refusal
from tests.bridge.laws import assert_lawful, bodies
from tests.bridge.town import Town, refusal_of, remark

pytestmark = pytest.mark.django_db
NASTY = [
    "\x00",
    "a\x00b",
    "\ud800",
    "' OR 1=1 --",
    "9" * 400,
    "<b>",
    "\u202e",
    "１２３",
    "٣",
    "𝟙",
    "e" * 70_000,
    "%s %(x)s",
    "{}",
    "\n\r\t",
]


def code_of(ask: Any) -> str:
    with pytest.raises(Refusal) as refused:
        ask()
    return refused.value.code


# ---- whose case it is


def test_another_firms_case_reads_as_if_it_were_not_there(town: Town) -> None:
    case = town.open("simple", name="示例")
    there = code_of(lambda: town.step(case, "withdraw", town.other_agent))
    nowhere = code_of(
        lambda: commands.act("SI-2026-999999", "withdraw", by=town.other_agent, data={}, now=town.now)
    )
    assert there == nowhere == "unknown-case"
    assert code_of(lambda: case_for(case.number, town.other_agent, at=town.now)) == "unknown-case"


@pytest.mark.parametrize(
    "step", ["pass", "return", "extend", "refuse", "note", "file", "nonsense", "", "\x00"]
)
def test_the_firm_does_no_officers_step(town: Town, step: str) -> None:
    case = town.open("simple", name="示例")
    code = code_of(lambda: town.step(case, step, town.agent, reason="示例", faults=[remark("name")]))
    assert code in ("wrong-role", "unknown-step", "step-not-possible")
    assert len(bodies(case)) == 1


def test_a_colleague_sees_how_it_stands_and_does_not_act(town: Town) -> None:
    case = town.open("simple", name="示例")
    assert not case_for(case.number, town.c, at=town.now).private
    assert code_of(lambda: town.step(case, "pass", town.c)) == "wrong-role"


def test_a_case_is_filed_only_for_a_firm_one_acts_for(town: Town) -> None:
    assert code_of(lambda: town.open("simple", name="示例", firm=town.other_firm)) == "wrong-role"
    assert code_of(lambda: town.open("simple", name="示例", by=town.a)) == "wrong-role"
    assert code_of(lambda: town.open("nothing", name="示例")) == "unknown-mechanism"
    assert code_of(lambda: town.open("simple@1", name="示例")) == "unknown-mechanism"
    assert Case.objects.count() == 0


def test_who_has_left_does_nothing_any_more(town: Town) -> None:
    case = town.open("simple", name="示例")
    for person in (town.a, town.agent, town.leader):
        type(person).objects.filter(pk=person.pk).update(is_active=False)
        person.refresh_from_db()
    for person, step in ((town.a, "pass"), (town.agent, "withdraw"), (town.leader, "extend")):
        assert (
            code_of(lambda person=person, step=step: town.step(case, step, person, reason="示例"))
            == "unknown-case"
        )
    assert code_of(lambda: town.open("simple", name="示例")) == "wrong-role"


# ---- what was typed


def test_everything_missing_is_named_at_once(ganjiang: Town) -> None:
    with pytest.raises(Refusal) as refused:
        ganjiang.open("microdrama-filing", investment="3000000")
    named = {problem.facts["field"] for problem in refused.value.problems}
    assert {
        "drama_title",
        "episodes",
        "minutes_per_episode",
        "special_topic",
        "synopsis",
        "application_form",
    } <= named
    assert {problem.code for problem in refused.value.problems} <= {"needs-missing", "policy-undecided"}


ODD = [*NASTY, None, 7, 7.5, True, [], {}, [None], {"a": 1}, object()]


@pytest.mark.parametrize("name", ["name", "tier", "paper", "unknown"])
def test_no_value_breaks_the_form(town: Town, name: str) -> None:
    known = {"needs-wrong", "needs-missing", "needs-unknown", "file-not-yours"}
    for value in ODD:
        cases = Case.objects.count()
        refused = refusal_of(lambda value=value: town.open("simple", **{"name": "示例", name: value}))
        if refused is not None:
            assert {problem.code for problem in refused.problems} <= known, ascii(value)[:40]
        assert Case.objects.count() == cases + (refused is None), ascii(value)[:40]
    assert_lawful()
    assert verify_log().problems == ()


def test_no_remark_breaks_the_case(town: Town) -> None:
    case = town.open("simple", name="示例")
    remarks = [
        [{}], [{"field": "name"}], [{"field": ["name"], "reason": "x"}],
        [{"field": "nothing", "reason": "x"}], [{"field": "name", "reason": None}],
        [{"field": "name", "reason": "\ud800"}],
    ]  # fmt: skip
    for faults in [*ODD, *remarks]:
        refused = refusal_of(lambda faults=faults: town.step(case, "return", town.a, faults=faults))
        assert refused is not None, ascii(faults)[:40]
        assert {problem.code for problem in refused.problems} <= {"needs-wrong", "needs-missing"}, faults
    town.step(case, "return", town.a, faults={"field": "name", "reason": "一条也行"})
    assert [body["step"] for body in bodies(case)] == ["file", "return"]
    assert_lawful()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def test_no_form_at_all_breaks_the_log(town: Town) -> None:
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        data=st.dictionaries(
            st.sampled_from(["name", "tier", "paper", "x"]) | st.text(max_size=4), values, max_size=4
        )
    )
    def sent(data: dict[str, Any]) -> None:
        before = Entry.objects.count()
        try:
            commands.open_case("simple", by=town.agent, firm=town.firm, data=data, now=town.now)
        except Refusal:
            assert Entry.objects.count() == before

    sent()
    assert verify_log().problems == ()


# ---- numbers, tokens and words from outside


def test_no_number_or_code_breaks_a_look_up(town: Town) -> None:
    case, give = town.open("simple", name="示例"), {"by": town.leader, "now": town.now}
    for text in NASTY:
        asks = [
            lambda text=text: case_for(text, town.agent, at=town.now),
            lambda text=text: commands.act(text, "withdraw", by=town.agent, data={}, now=town.now),
            lambda text=text: commands.reassign(text, "officer", town.c, **give),
            lambda text=text: commands.rebase(text, 1, reason="示例", **give),
        ]
        assert {code_of(ask) for ask in asks} == {"unknown-case"}, ascii(text)[:40]
        assert case_by_progress_code(text) is None
        assert list(matching(Case.objects.all(), text)) in ([], [case])


@pytest.mark.parametrize("spelling", ["{0}", " {0} ", "{1}-{2}", "{3}"])
def test_a_progress_code_is_found_however_it_is_read_out(town: Town, spelling: str) -> None:
    case = town.open("simple", name="示例")
    code = case.progress_code
    assert case_by_progress_code(spelling.format(code, code[:5], code[5:], code.lower())) == case


def test_no_token_breaks_an_act(town: Town) -> None:
    for opened, token in enumerate(NASTY, start=1):
        case = town.open("simple", name="示例", once=token)
        assert town.open("simple", name="示例", once=token) == case
        assert Case.objects.count() == opened


def test_a_form_replayed_long_after_does_nothing_anew(town: Town) -> None:
    case = town.open("simple", name="示例", once="one")
    town.later(days=1).step(case, "return", town.a, faults=[remark("name")], once="two", seen=1)
    town.later(days=1).step(case, "correct", town.agent, name="更正", once="three", seen=2)
    before = bodies(case)
    town.later(days=1)
    assert town.open("simple", name="示例", once="one") == case
    assert town.step(case, "return", town.a, faults=[remark("name")], once="two", seen=1) == case
    assert town.step(case, "correct", town.agent, name="更正", once="three", seen=2) == case
    assert bodies(case) == before
    assert_lawful()


def test_a_token_used_by_a_refused_form_can_be_used_again(town: Town) -> None:
    assert code_of(lambda: town.open("simple", once="token")) == "needs-missing"
    case = town.open("simple", name="示例", once="token")
    assert town.open("simple", name="示例", once="token") == case
