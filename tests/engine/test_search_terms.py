"""Questions in plain Chinese: cut, understood, weighed; laws of the score that any database may rely on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lianqiao.engine.search_terms import (
    IN_NAME,
    MOST_TERMS,
    Question,
    Synonyms,
    Thesaurus,
    Wish,
    plain,
    spaced,
    terms,
    weigh,
)

SYNONYMS = Synonyms(
    format=1,
    ignored=("我想", "怎么办理", "手续"),
    alike=(("药店", "药房", "药品 零售"), ("开办", "设立"), ("短剧", "微短剧")),
)
THESAURUS = Thesaurus(SYNONYMS)


def test_chinese_is_cut_into_pairs_latin_stays_whole() -> None:
    assert terms("药品零售") == ("药品", "品零", "零售")
    assert terms("3D打印（Ａ类）") == ("3d", "打印", "a", "类")
    assert terms("许可、许可") == ("许可",)
    assert terms(" ，。") == ()
    assert plain("ＡＢ－１２　药店！") == "ab 12 药店"
    assert spaced(terms("药品零售")) == " 药品 品零 零售 "


def test_filler_is_left_out_and_words_used_alike_are_taken_in() -> None:
    question = THESAURUS.read("我想开药店怎么办理手续")
    assert question.wishes == (Wish(("药店",), (("药房",), ("药品", "零售"))),)
    assert question.words == ("药店 / 药房 / 药品 零售",)


def test_the_longest_word_wins() -> None:
    wish = THESAURUS.read("微短剧备案").wishes[0]
    assert (wish.typed, wish.alike) == (("微短", "短剧"), (("短剧",),))


def test_nothing_but_filler_asks_for_nothing_and_one_character_for_itself() -> None:
    assert THESAURUS.read("怎么办理").wishes == ()
    assert THESAURUS.read("").wishes == ()
    assert THESAURUS.read("药").wishes == (Wish(("药",)),)


def test_a_long_question_is_cut_short() -> None:
    question = THESAURUS.read("".join(chr(0x4E00 + n) for n in range(500)))
    assert len(question.terms) <= MOST_TERMS


def test_the_rarer_a_term_the_more_it_weighs() -> None:
    scale = weigh(THESAURUS.read("开办许可"), {"开办": 1, "许可": 500}, 1000)
    assert scale.parts[0].typed["开办"] > scale.parts[1].typed["许可"]


def test_words_used_alike_count_only_whole_and_a_little_less() -> None:
    question = THESAURUS.read("药店")
    scale = weigh(question, {"药店": 2, "药品": 10, "零售": 10}, 100)
    literal, alike = scale.score(terms("药店登记"), ()), scale.score(terms("药品零售登记"), ())
    assert literal > alike >= scale.enough
    assert scale.score(terms("药品登记"), ()) == 0
    assert scale.score(terms("零售药品"), ()) == alike


def test_what_is_not_in_the_name_counts_less() -> None:
    scale = weigh(THESAURUS.read("消防"), {"消防": 3}, 100)
    assert scale.score(("消防",), ()) == IN_NAME * scale.score((), ("消防",))


def test_what_nobody_says_makes_the_rest_less_of_an_answer() -> None:
    counts = {"备案": 200}
    assert (
        weigh(THESAURUS.read("备案"), counts, 1000).score(("备案",), ())
        >= weigh(THESAURUS.read("备案"), counts, 1000).enough
    )
    far = weigh(THESAURUS.read("量子计算机备案"), counts, 1000)
    assert far.score(("备案",), ()) < far.enough


WORDS = st.text(st.sampled_from("药品零售店设立开办许可证微短剧备案abc 1"), max_size=12)
ALIKE = st.lists(st.lists(WORDS.filter(str.strip), min_size=2, max_size=3).map(tuple), max_size=3).map(tuple)


@st.composite
def weighed_questions(draw: st.DrawFn) -> tuple[Question, dict[str, int], int]:
    thesaurus = Thesaurus(
        Synonyms(format=1, ignored=draw(st.lists(WORDS.filter(bool), max_size=2)), alike=draw(ALIKE))
    )
    question = thesaurus.read(draw(WORDS))
    total = draw(st.integers(1, 10_000))
    counts = {term: draw(st.integers(0, total)) for term in sorted(question.terms)}
    return question, counts, total


@given(weighed_questions(), st.lists(WORDS, min_size=1, max_size=4))
def test_nothing_without_a_deciding_term_scores_enough(
    asked: tuple[Question, dict[str, int], int], things: list[str]
) -> None:
    question, counts, total = asked
    scale = weigh(question, counts, total)
    deciding = set(scale.deciding(counts))
    for thing in things:
        score = scale.score(terms(thing), terms(thing))
        assert score <= scale.whole
        if deciding.isdisjoint(terms(thing)):
            assert score < scale.enough
