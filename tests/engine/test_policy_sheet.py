"""A spreadsheet of conditions: what fits becomes a policy that passes the check, what does not says why."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianqiao.engine.policy.checking import check_policies
from lianqiao.engine.policy.describing import describe
from lianqiao.engine.policy.reading import PolicySet, read_policies
from lianqiao.engine.policy.sheet import ConditionRow, Head, Imported, policy_from_rows
from lianqiao.engine.policy.wording import relative_words

FOLDER = Path(__file__).parents[2] / "districts/ganjiang/policies"
SHARED = (FOLDER / "attributes.toml").read_text(encoding="utf-8")
ATTRIBUTES = read_policies({"attributes.toml": SHARED}).attributes
TODAY = date(2026, 11, 22)
HEAD = Head("sheet-made", "示例·表格导入", "firm", "invited", "示例办法", "示例文号", date(2026, 1, 1))


def row(attribute: str, test: str, value: str = "", *, line: int = 2, **more: str) -> ConditionRow:
    given = {"title": f"条件{line}", "article": "示例第一条", **more}
    return ConditionRow(line, given.pop("title"), given.pop("article"), attribute, test, value, **given)


def made(*rows: ConditionRow) -> Imported:
    return policy_from_rows(rows, HEAD, ATTRIBUTES, today=TODAY)


def written(*rows: ConditionRow) -> list[str]:
    """Return the conditions as CEL; the file passes the check."""
    found = made(*rows)
    assert found.problems == []
    policies = checked(found)
    return [one.when for one in policies.policies["sheet-made"].versions[0].conditions]


def checked(found: Imported) -> PolicySet:
    policies = read_policies({"attributes.toml": SHARED, "sheet-made.toml": found.text})
    assert check_policies(policies) == []
    return policies


@pytest.mark.parametrize(
    ("asked", "cel"),
    [
        (row("上年度营业收入", "不低于", "500万元"), "revenue >= 500000000"),
        (row("revenue", "<", "1,000 元"), "revenue < 100000"),
        (row("参保职工人数", "至少", "5"), "employees >= 5"),
        (row("企业规模", "属于", "中型、小型；微型"), 'firm_size in ["medium", "small", "micro"]'),
        (row("企业规模", "不为", "大型"), 'firm_size != "large"'),
        (row("企业规模", "不属于", "大型、中型"), '!(firm_size in ["large", "medium"])'),
        (row("列入失信被执行人名单", "为", "否"), "!in_default"),
        (row("列入失信被执行人名单", "没有"), "!in_default"),
        (row("成立日期", "不晚于", "2024-12-31"), 'founded <= "2024-12-31"'),
        (row("成立日期", "晚于", "两年前"), "founded > value_1"),
        (row("区内租赁合同到期日", "不早于", "90天后", absent="不符合"),
         "has(lease_until) && lease_until >= value_1"),
        (row("最近一次行政处罚日期", "早于", "三年前", absent="符合"),
         "!has(last_penalty) || last_penalty < value_1"),
        (row("高新技术企业证书有效期至", "有"), "has(hightech_until)"),
        (row("研发费用占营业收入比例", "≥", "3.5%"), "rd_ratio >= value_1"),
    ],
)  # fmt: skip
def test_what_fits_is_written(asked: ConditionRow, cel: str) -> None:
    assert written(asked) == [cel]


def test_alternatives_and_values_named_once() -> None:
    found = made(
        row("研发费用占营业收入比例", "不低于", "3%", line=2, group="甲"),
        row("参保职工人数", "不少于", "100", line=3, group="甲"),
        row("研发费用占营业收入比例", "不高于", "3%", line=4),
    )
    policy = checked(found).policies["sheet-made"]
    first, second = policy.versions[0].conditions
    assert first.when == "rd_ratio >= value_1 || employees >= 100"
    assert first.title.zh_hans == "条件2；或条件3"
    assert second.when == "rd_ratio <= value_1"
    assert list(policy.parameters) == ["value_1"]
    said = "\n".join(describe(policy, checked(found), day=TODAY))
    assert "研发费用占营业收入比例不低于条件2（3%，示例第一条），或者参保职工人数不低于100" in said


def test_days_are_told_as_people_write_them() -> None:
    found = made(
        row("成立日期", "晚于", "2025-01-31", line=2),
        row("区内租赁合同到期日", "不早于", "90天后", line=3, absent="不符合"),
        row("最近一次行政处罚日期", "早于", "一年前", line=4, absent="符合"),
    )
    policy = checked(found).policies["sheet-made"]
    chinese = "\n".join(describe(policy, checked(found), day=TODAY))
    english = "\n".join(describe(policy, checked(found), day=TODAY, language="en"))
    for words in ("晚于2025年1月31日", "（当日之后 90 个自然日，", "（当日之前 1 年，"):
        assert words in chinese
    for words in ("31 Jan 2025", "(90 natural days after the day", "(1 year before the day of the decision"):
        assert words in english
    for raw in ("+90nd", "-1y", "2025-01-31"):
        assert raw not in chinese + english
    assert relative_words("today", english=True) == "the day of the decision"
    assert relative_words("whenever", english=True) == "whenever"


@pytest.mark.parametrize(
    ("asked", "code", "column"),
    [
        (row("营业总收入", "不低于", "500万元"), "attribute-unknown", "attribute"),
        (row("上年度营业收入", "大概", "500万元"), "test-unknown", "test"),
        (row("企业规模", "不低于", "中型"), "test-unfit", "test"),
        (row("上年度营业收入", "无"), "test-unfit", "test"),
        (row("上年度营业收入", "不低于", "500"), "value-unfit", "value"),
        (row("上年度营业收入", "不低于", "500万美元"), "value-unfit", "value"),
        (row("企业规模", "为", "巨型"), "value-unfit", "value"),
        (row("企业规模", "为", "；"), "value-unfit", "value"),
        (row("最近一次行政处罚日期", "早于", "三年前"), "absence-open", "absent"),
        (row("参保职工人数", "不少于", "未知"), "value-unfit", "value"),
        (row("参保职工人数", "不少于", "5", article=" "), "condition-untitled", "article"),
    ],
)
def test_what_does_not_fit_says_where_and_why(asked: ConditionRow, code: str, column: str) -> None:
    good = row("参保职工人数", "不少于", "5", line=3)
    found = made(asked, good)
    (problem,) = found.problems
    assert (problem.code, problem.place) == (code, f"line 2, column {column}")
    assert problem.reason
    assert problem.hint
    # the good row is kept
    assert found.fitted == 1
    assert len(checked(found).policies["sheet-made"].versions[0].conditions) == 1


@given(
    st.lists(
        st.builds(
            row,
            st.sampled_from([one.title.zh_hans for one in ATTRIBUTES.values()]),
            st.sampled_from(["不低于", "早于", "为", "属于", "有", "无", "含", "均含", "≠", "?"]),
            st.one_of(st.sampled_from(["5", "3%", "20万元", "中型", "是", "2026-01-31", "三年前", '"]'])),
            line=st.integers(2, 9),
            group=st.sampled_from(["", "甲"]),
            absent=st.sampled_from(["", "符合", "不符合"]),
            title=st.text(max_size=9),
        ),
        max_size=8,
    )
)
def test_whatever_is_typed_the_file_can_be_read_or_the_row_is_told(rows: list[ConditionRow]) -> None:
    found = made(*rows)
    assert found.fitted + len(found.problems) == len(rows)
    if found.fitted:
        checked(found)
