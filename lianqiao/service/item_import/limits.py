"""Time limits as catalogues write them: 20个工作日, 二十日, 即办, 0, 3个月."""

from __future__ import annotations

import re
import unicodedata

ON_THE_SPOT = "0wd"
LONGEST_DAYS = 3650
_NONE = frozenset(
    {"", "无", "/", "-", "--", "—", "——", "null", "none", "无法定时限", "无时限", "未规定", "不限", "无期限"}
)
_AT_ONCE = ("即办", "即时", "当场", "立即", "马上", "现场办", "当日", "当天", "随到随办", "立等可取")
_UNITS = {
    **dict.fromkeys(("个工作日", "工作日", "个工作天", "工作天"), "wd"),
    **dict.fromkeys(("个自然日", "自然日", "自然天", "日历天", "日历日"), "nd"),
    **dict.fromkeys(("个工作小时", "工作小时"), "wh"),
    **dict.fromkeys(("小时", "个小时"), "h"),
    **dict.fromkeys(("个月", "月"), "nm"),
    "年": "years",
    # what the law or the catalogue counts days in
    **dict.fromkeys(("", "日", "个日", "天"), ""),
}
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FORM = re.compile(
    r"(?:自?受理(?:之日起)?|承诺|法定)?(\d{1,5}(?:\.0+)?|[零〇一二两三四五六七八九十百廿]{1,6})(\D{0,6}?)(?:内|以内|之内|内办结|办结)*"
)


def read_limit(text: str, *, unit: str) -> str:
    """Return a limit such as "20wd", ON_THE_SPOT for 即办 and 0, "" for none.

    `unit` counts where the text names none or only 日 or 天: working days for licences by 行政许可法 art. 82.
    Raises ValueError for what is no single span of time.
    """
    said = "".join(unicodedata.normalize("NFKC", text).split()).strip("()。.;,").lower()
    if said in _NONE:
        return ""
    if said.startswith(_AT_ONCE):
        return ON_THE_SPOT
    form = _FORM.fullmatch(said)
    named = _UNITS.get(form[2]) if form else None
    if form is None or named is None:
        raise ValueError("limit-unclear")
    amount = _number(form[1])
    if named == "years":
        amount, named = amount * 12, "nm"
    if amount == 0:
        return ON_THE_SPOT
    if amount > LONGEST_DAYS:
        raise ValueError("limit-too-long")
    return f"{amount}{named or unit}"


def _number(text: str) -> int:
    if text[0].isdecimal():
        return int(float(text))
    return _chinese(text.replace("廿", "二十"))


def _chinese(text: str) -> int:
    """Return a Chinese number below one thousand: 二十, 十五, 一百八十, 一百零五."""
    if not re.fullmatch(
        r"(?:[一二两三四五六七八九]百)?零?(?:[一二两三四五六七八九]?十)?[零〇一二三四五六七八九]?", text
    ):
        raise ValueError("limit-unclear")
    total, digit = 0, 0
    for char in text:
        if char == "百":
            total, digit = total + digit * 100, 0
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _DIGITS[char]
    return total + digit
