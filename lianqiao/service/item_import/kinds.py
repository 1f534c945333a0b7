"""The types of service items and how catalogues write them.

Source: GB/T 39554.1-2020 全国一体化政务服务平台 政务服务事项基本目录及实施清单 第1部分：编码要求: type codes
01 to 10 for administrative powers and 20 for public services.
"""

from __future__ import annotations

import re
import unicodedata

from lianqiao.engine.mechanism import Text

KINDS = {
    "01": Text(zh_hans="行政许可", en="Administrative licence"),
    "02": Text(zh_hans="行政处罚", en="Administrative penalty"),
    "03": Text(zh_hans="行政强制", en="Administrative compulsion"),
    "04": Text(zh_hans="行政征收", en="Administrative levy"),
    "05": Text(zh_hans="行政给付", en="Administrative payment"),
    "06": Text(zh_hans="行政检查", en="Administrative inspection"),
    "07": Text(zh_hans="行政确认", en="Administrative confirmation"),
    "08": Text(zh_hans="行政奖励", en="Administrative award"),
    "09": Text(zh_hans="行政裁决", en="Administrative ruling"),
    "10": Text(zh_hans="其他行政权力", en="Other administrative power"),
    "20": Text(zh_hans="公共服务", en="Public service"),
}
_BY_TITLE = {title.zh_hans: code for code, title in KINDS.items()} | {
    "其他权力": "10",
    "其它行政权力": "10",
    "其他类": "10",
    "其他": "10",
}


def read_kind(text: str) -> str:
    """Return the two-digit code of a type written as 1, 01, 行政许可 or 01-行政许可; "" for none.

    A number the standard does not have is kept as it is. Raises ValueError for words it does not know.
    """
    said = "".join(unicodedata.normalize("NFKC", text).split())
    if not said:
        return ""
    number = re.match(r"\d{1,2}(?!\d)", said)
    if number:
        return number[0].zfill(2)
    if said in _BY_TITLE:
        return _BY_TITLE[said]
    raise ValueError("kind-unknown")


def kind_title(code: str, language: str) -> str:
    """Return what a type is called; the code itself where the standard has none."""
    return KINDS[code].in_language(language) if code in KINDS else code
