"""What lists show of people: enough to tell rows apart, not enough to find anyone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianqiao.engine.masking import masked_email, masked_id_number, masked_name, masked_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", ""),
        ("李", "*"),
        ("李雷", "李*"),
        ("欧阳锋", "欧*锋"),
        ("Jane Elizabeth", "J***h"),
        (" 王五 ", "王*"),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_addresses_and_numbers() -> None:
    assert masked_email("zhangsan@example.cn") == "z***@example.cn"
    assert masked_email("") == ""
    assert masked_email("steward-01") == "***"
    assert masked_phone("+86 138-0013-8000") == "861****8000"
    assert masked_phone("8000") == "****"
    assert masked_id_number("360112199001011234") == "360112********4"
    assert masked_id_number("1234") == "****"


@given(st.text(st.characters(exclude_characters="*"), min_size=1, max_size=40))
def test_no_name_is_shown_whole(name: str) -> None:
    assert not name.strip() or masked_name(name) != name.strip()
