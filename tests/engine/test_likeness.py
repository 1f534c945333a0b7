"""What is like what someone types, by the rarer words both hold, and said in words."""

from __future__ import annotations

from lianqiao.engine.likeness import alike

DEMANDS = {
    "SQ-1": "园区公交末班车太早，员工下夜班没有车回宿舍",
    "SQ-2": "企业招不到熟练焊工，订单要延期",
    "SQ-3": "企业贷款续贷手续慢，流动资金紧张",
    "SQ-4": "企业宿舍不够，员工住得远",
}


def test_the_likest_comes_first_with_the_words_shared() -> None:
    first, *_ = alike("夜班员工没有公交车", DEMANDS)
    assert first.key == "SQ-1"
    assert "夜班" in first.words
    assert first.share > 50


def test_what_all_say_means_little_and_one_pair_is_chance() -> None:
    assert alike("企业", DEMANDS) == [] or all(one.share == 100 for one in alike("企业", DEMANDS))
    assert alike("企业想了解专利申请流程", DEMANDS) == []
    assert alike("", DEMANDS) == []
    assert alike("焊工", {}) == []


def test_latin_words_are_whole() -> None:
    [found] = alike("GMP 认证辅导", {"a": "需要 GMP 认证辅导", "b": "需要食堂"})
    assert (found.key, found.share) == ("a", 100)
    assert found.words[0] == "gmp"
