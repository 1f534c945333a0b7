"""The page atoms: what each shows, and that it asks for nothing undefined."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.template import TemplateSyntaxError
from django.utils import translation

from lianqiao.portal import words
from tests.portal.gallery import ACCEPTED, LIST, NOW, Filing, render, rulers

UNDEFINED = "«undefined %s»"


@pytest.fixture(autouse=True)
def _undefined_shows(settings: Any) -> None:
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["string_if_invalid"] = UNDEFINED
    # an atom is shown without a request here, and needs no layout
    templates[0]["OPTIONS"]["context_processors"] = []
    settings.TEMPLATES = templates


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_atom_renders_with_nothing_undefined(language: str) -> None:
    with translation.override(language):
        html = render()
    assert "«" not in html


def test_a_badge_has_shape_word_and_colour() -> None:
    with translation.override("zh-hans"):
        html = render('{% load atoms %}{% badge "at-risk" %}')
    assert "#at-risk" in html
    assert "is-at-risk" in html
    assert words_of(html) == "快到期"


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="no state 'late': use one of running"):
        render('{% load atoms %}{% badge "late" %}')


def test_the_ruler_says_why_in_words() -> None:
    with translation.override("zh-hans"):
        html = render("{% load atoms %}{% ruler made %}", made=rulers()[0])
    said = words_of(html)
    assert "承诺2月14日(周六) 17:30到期 3个工作日" in said
    assert "为什么是2月14日(周六)？" in said
    assert "春节调休上班，第3个工作日（国办发明电〔2025〕7号）" in said
    assert "2月11日(周三)：收件当日，不计入" in html
    assert "法定期限 17:30" in html


def test_each_cell_has_its_sentence_for_those_who_cannot_see_it() -> None:
    html = render("{% load atoms %}{% ruler made %}", made=rulers()[1])
    cells = re.findall(r'<li class="day [^"]*" title="([^"]+)">\s*<span class="sr-only">([^<]+)<', html)
    assert len(cells) == len(rulers()[1].cells)
    assert all(title == spoken for title, spoken in cells)


def test_what_takes_away_asks_in_its_place() -> None:
    asked = '{% load atoms %}{% sure "End" url="/x/" of="Deng" %}Gone for good{% endsure %}'
    html = render(asked)
    form = html.partition("<form")[2]
    # closed at first: one press opens what follows, another does it
    assert html.startswith('<details class="sure"><summary')
    assert 'method="post" action="/x/"' in form
    assert words_of(f"<form{form}") == "Gone for good End Deng"


def test_a_list_sorts_by_address_and_keeps_what_was_asked() -> None:
    html = render(LIST, query="q=滕&state=late&sort=title&page=2")
    sorting = dict(re.findall(r'<a id="list-by-(\w+)" href="([^"]+)"', html))
    assert "sort=-title" in sorting["title"]
    assert "page=" not in sorting["title"]
    assert "state=late" in sorting["due"]
    assert 'aria-sort="ascending"' in html
    assert 'value="滕"' in html
    assert re.search(r'href="/out\.xlsx\?[^"]*state=late', html)
    # the select carries `state` itself; the order of rows must not be lost by searching
    assert '<input type="hidden" name="sort" value="title">' in html
    assert '<input type="hidden" name="state"' not in html


def test_a_list_is_sorted_as_the_page_says_until_asked_otherwise() -> None:
    html = render(LIST)
    assert re.search(r'aria-sort="ascending"><a id="list-by-due" href="\?sort=-due"', html)


def test_rows_carry_their_labels_for_a_phone_and_one_header() -> None:
    html = render(LIST)
    row = html[html.index("<tbody>") :].split("</tr>")[0]
    assert row.count('<th scope="row"') == 1
    assert re.findall(r'data-label="([^"]*)"', row) == ["编号", "集数", "到期", ""]


def test_pages_are_links_that_keep_the_search() -> None:
    html = render(LIST, query="q=滕")
    assert 'rel="prev"' in html
    assert 'rel="next"' in html
    assert re.search(r'href="\?q=[^"]+&amp;page=3"', html)
    assert 'aria-current="page">2<' in html


def test_an_empty_list_says_what_to_do_next() -> None:
    html = render(LIST, page=[])
    assert "没有待办" in html
    assert "<table" not in html


def test_an_unknown_column_is_refused() -> None:
    source = LIST.replace('{% cell "due" %}', '{% cell "nope" %}')
    with pytest.raises(TemplateSyntaxError, match="no column 'nope': the list has number"):
        render(source)


def test_a_list_that_lacks_a_part_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="list needs columns"):
        render('{% load atoms %}{% list caption="x" page=page %}{% endlist %}')


def test_a_field_ties_its_words_to_its_control() -> None:
    html = render("{% load atoms %}{% errors form %}{% field form.title %}{% field form.brief %}")
    control = re.search(r'<input type="text" name="title"[^>]*>', html)
    assert control
    assert 'aria-describedby="id_title_helptext id_title_error"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    for name in ("id_title_helptext", "id_title_error"):
        assert f'id="{name}"' in html
    assert 'href="#id_title"' in html


def test_a_hint_given_by_the_page_is_tied_to_the_control() -> None:
    html = render('{% load atoms %}{% field form.cost hint="写到万元" %}')
    helped = re.search(r'aria-describedby="([^"]+)"', html)
    assert helped
    assert f'id="{helped[1]}"' in html


def test_a_clean_form_has_no_summary() -> None:
    assert render("{% load atoms %}{% errors form %}", form=Filing()).strip() == ""


def test_words_from_people_are_escaped() -> None:
    entry = {"what": "<b>x</b>", "note": "<script>", "who": "<i>"}
    html = render("{% load atoms %}{% timeline entries %}{% stat 1 label=bad %}", entries=[entry], bad="<u>")
    assert "<b>" not in html
    assert "<script>" not in html
    assert "&lt;u&gt;" in html


def test_the_last_instant_of_a_day_is_told_as_that_day() -> None:
    midnight = datetime(2026, 2, 25, tzinfo=ACCEPTED.tzinfo)
    one = {"title": "x", "state": "running", "due": midnight, "due_time": "24:00"}
    with translation.override("zh-hans"):
        html = render("{% load atoms %}{% promise one %}", one=one)
    assert re.search(r"2月24日\(周二\) 24:00到期", html)


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("zh-hans", "3wd", "3个工作日"),
        ("zh-hans", "1.5h", "1.5小时"),
        ("zh-hans", "1nm", "1个月"),
        ("en", "1wd", "1 working day"),
        ("en", "20nd", "20 calendar days"),
        ("en", "as agreed", "as agreed"),
        ("en", "", ""),
    ],
)
def test_budgets_in_words(language: str, text: str, told: str) -> None:
    with translation.override(language):
        assert words.budget_words(text) == told


@pytest.mark.parametrize(
    ("language", "span", "told"),
    [
        ("zh-hans", timedelta(days=2, hours=3, minutes=9), "还剩2天3小时"),
        ("zh-hans", timedelta(minutes=-45), "已超45分钟"),
        ("zh-hans", timedelta(seconds=20), "还剩不到1分钟"),
        ("en", timedelta(days=1), "1 day left"),
        ("en", timedelta(hours=-2, minutes=-1), "2 hours 1 minute over"),
    ],
)
def test_time_left_in_words(language: str, span: timedelta, told: str) -> None:
    with translation.override(language):
        assert words.left_words(NOW + span, NOW) == told


def test_days_say_their_year_only_where_it_is_another() -> None:
    with translation.override("zh-hans"):
        assert words.day_words(NOW, today=NOW.date()) == "2月12日(周四)"
        assert words.day_words(NOW.replace(year=2027), today=NOW.date()) == "2027年2月12日(周五)"
    with translation.override("en"):
        assert words.day_words(NOW, today=NOW.date()) == "Thu 12 Feb"


def test_money_and_sizes_in_words() -> None:
    assert [words.yuan_words(fen) for fen in (123_456, -5, 1_000_000)] == ["¥1,234.56", "-¥0.05", "¥10,000"]
    assert [words.size_words(size) for size in (10, 88_000, 2_400_000)] == ["1 KB", "86 KB", "2.3 MB"]
