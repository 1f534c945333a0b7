"""The State Council's yearly notices on days off, as published: the facts behind the working-day calendar.

Every notice is kept as it read on the day it appeared, also where a later one revised it, so that the
calendar "as known on" any date can be rebuilt. Next year's notice appears between late October and early
December.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Rest:
    """One festival's unbroken run of days off, both ends included, and the weekend days worked for it."""

    name: str
    first: date
    last: date
    make_up: tuple[date, ...] = ()


@dataclass(frozen=True)
class Notice:
    """One notice: `year` is the year it arranges, `revises` the number of the notice it changes, if any."""

    number: str
    title: str
    published: date
    source: str
    year: int
    rests: tuple[Rest, ...]
    revises: str = ""


def _rest(name: str, first: str, last: str, make_up: str = "") -> Rest:
    worked = tuple(date.fromisoformat(day) for day in make_up.split())
    return Rest(name, date.fromisoformat(first), date.fromisoformat(last), worked)


def _yearly(year: int, number: str, published: str, source: str, rests: list[Rest]) -> Notice:
    title = f"国务院办公厅关于{year}年部分节假日安排的通知"
    return Notice(number, title, date.fromisoformat(published), source, year, tuple(rests))


# In order of publication. A later notice prevails on the days it names.
NOTICES = (
    _yearly(
        2015,
        "国办发明电〔2014〕28号",
        "2014-12-16",
        "https://www.gov.cn/zhengce/zhengceku/2014-12/16/content_9302.htm",
        [
            _rest("元旦", "2015-01-01", "2015-01-03", "2015-01-04"),
            _rest("春节", "2015-02-18", "2015-02-24", "2015-02-15 2015-02-28"),
            _rest("清明节", "2015-04-05", "2015-04-06"),
            _rest("劳动节", "2015-05-01", "2015-05-01"),
            _rest("端午节", "2015-06-20", "2015-06-20"),
            _rest("端午节", "2015-06-22", "2015-06-22"),
            _rest("中秋节", "2015-09-27", "2015-09-27"),
            _rest("国庆节", "2015-10-01", "2015-10-07", "2015-10-10"),
        ],
    ),
    Notice(
        "国发明电〔2015〕1号",
        "国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知",
        date(2015, 5, 13),
        "https://www.gov.cn/zhengce/zhengceku/2015-05/13/content_9742.htm",
        2015,
        (_rest("中国人民抗日战争胜利70周年纪念日", "2015-09-03", "2015-09-05", "2015-09-06"),),
        revises="国办发明电〔2014〕28号",
    ),
    _yearly(
        2016,
        "国办发明电〔2015〕18号",
        "2015-12-10",
        "https://www.gov.cn/zhengce/zhengceku/2015-12/10/content_10394.htm",
        [
            _rest("元旦", "2016-01-01", "2016-01-01"),
            _rest("春节", "2016-02-07", "2016-02-13", "2016-02-06 2016-02-14"),
            _rest("清明节", "2016-04-04", "2016-04-04"),
            _rest("劳动节", "2016-05-01", "2016-05-02"),
            _rest("端午节", "2016-06-09", "2016-06-11", "2016-06-12"),
            _rest("中秋节", "2016-09-15", "2016-09-17", "2016-09-18"),
            _rest("国庆节", "2016-10-01", "2016-10-07", "2016-10-08 2016-10-09"),
        ],
    ),
    _yearly(
        2017,
        "国办发明电〔2016〕17号",
        "2016-12-01",
        "https://www.gov.cn/zhengce/zhengceku/2016-12/01/content_5141603.htm",
        [
            _rest("元旦", "2017-01-01", "2017-01-02"),
            _rest("春节", "2017-01-27", "2017-02-02", "2017-01-22 2017-02-04"),
            _rest("清明节", "2017-04-02", "2017-04-04", "2017-04-01"),
            _rest("劳动节", "2017-05-01", "2017-05-01"),
            _rest("端午节", "2017-05-28", "2017-05-30", "2017-05-27"),
            _rest("中秋节、国庆节", "2017-10-01", "2017-10-08", "2017-09-30"),
        ],
    ),
    _yearly(
        2018,
        "国办发明电〔2017〕12号",
        "2017-11-30",
        "https://www.gov.cn/zhengce/zhengceku/2017-11/30/content_5243579.htm",
        [
            _rest("元旦", "2018-01-01", "2018-01-01"),
            _rest("春节", "2018-02-15", "2018-02-21", "2018-02-11 2018-02-24"),
            _rest("清明节", "2018-04-05", "2018-04-07", "2018-04-08"),
            _rest("劳动节", "2018-04-29", "2018-05-01", "2018-04-28"),
            _rest("端午节", "2018-06-18", "2018-06-18"),
            _rest("中秋节", "2018-09-24", "2018-09-24"),
            _rest("国庆节", "2018-10-01", "2018-10-07", "2018-09-29 2018-09-30"),
        ],
    ),
    _yearly(
        2019,
        "国办发明电〔2018〕15号",
        "2018-12-06",
        "https://www.gov.cn/zhengce/zhengceku/2018-12/06/content_5346276.htm",
        [
            _rest("元旦", "2018-12-30", "2019-01-01", "2018-12-29"),
            _rest("春节", "2019-02-04", "2019-02-10", "2019-02-02 2019-02-03"),
            _rest("清明节", "2019-04-05", "2019-04-05"),
            _rest("劳动节", "2019-05-01", "2019-05-01"),
            _rest("端午节", "2019-06-07", "2019-06-07"),
            _rest("中秋节", "2019-09-13", "2019-09-13"),
            _rest("国庆节", "2019-10-01", "2019-10-07", "2019-09-29 2019-10-12"),
        ],
    ),
    Notice(
        "国办发明电〔2019〕3号",
        "国务院办公厅关于调整2019年劳动节假期安排的通知",
        date(2019, 3, 22),
        "https://www.gov.cn/zhengce/zhengceku/2019-03/22/content_5375877.htm",
        2019,
        (_rest("劳动节", "2019-05-01", "2019-05-04", "2019-04-28 2019-05-05"),),
        revises="国办发明电〔2018〕15号",
    ),
    _yearly(
        2020,
        "国办发明电〔2019〕16号",
        "2019-11-21",
        "https://www.gov.cn/zhengce/zhengceku/2019-11/21/content_5454164.htm",
        [
            _rest("元旦", "2020-01-01", "2020-01-01"),
            _rest("春节", "2020-01-24", "2020-01-30", "2020-01-19 2020-02-01"),
            _rest("清明节", "2020-04-04", "2020-04-06"),
            _rest("劳动节", "2020-05-01", "2020-05-05", "2020-04-26 2020-05-09"),
            _rest("端午节", "2020-06-25", "2020-06-27", "2020-06-28"),
            _rest("国庆节、中秋节", "2020-10-01", "2020-10-08", "2020-09-27 2020-10-10"),
        ],
    ),
    # Signed on 26 January, published on the 27th. 1 February, until then a make-up day, became a day off.
    Notice(
        "国办发明电〔2020〕1号",
        "国务院办公厅关于延长2020年春节假期的通知",
        date(2020, 1, 27),
        "https://www.gov.cn/zhengce/zhengceku/2020-01/27/content_5472352.htm",
        2020,
        (_rest("春节", "2020-01-31", "2020-02-02"),),
        revises="国办发明电〔2019〕16号",
    ),
    _yearly(
        2021,
        "国办发明电〔2020〕27号",
        "2020-11-25",
        "https://www.gov.cn/zhengce/zhengceku/2020-11/25/content_5564127.htm",
        [
            _rest("元旦", "2021-01-01", "2021-01-03"),
            _rest("春节", "2021-02-11", "2021-02-17", "2021-02-07 2021-02-20"),
            _rest("清明节", "2021-04-03", "2021-04-05"),
            _rest("劳动节", "2021-05-01", "2021-05-05", "2021-04-25 2021-05-08"),
            _rest("端午节", "2021-06-12", "2021-06-14"),
            _rest("中秋节", "2021-09-19", "2021-09-21", "2021-09-18"),
            _rest("国庆节", "2021-10-01", "2021-10-07", "2021-09-26 2021-10-09"),
        ],
    ),
    _yearly(
        2022,
        "国办发明电〔2021〕11号",
        "2021-10-25",
        "https://www.gov.cn/zhengce/zhengceku/2021-10/25/content_5644835.htm",
        [
            _rest("元旦", "2022-01-01", "2022-01-03"),
            _rest("春节", "2022-01-31", "2022-02-06", "2022-01-29 2022-01-30"),
            _rest("清明节", "2022-04-03", "2022-04-05", "2022-04-02"),
            _rest("劳动节", "2022-04-30", "2022-05-04", "2022-04-24 2022-05-07"),
            _rest("端午节", "2022-06-03", "2022-06-05"),
            _rest("中秋节", "2022-09-10", "2022-09-12"),
            _rest("国庆节", "2022-10-01", "2022-10-07", "2022-10-08 2022-10-09"),
        ],
    ),
    _yearly(
        2023,
        "国办发明电〔2022〕16号",
        "2022-12-08",
        "https://www.gov.cn/zhengce/zhengceku/2022-12/08/content_5730844.htm",
        [
            _rest("元旦", "2022-12-31", "2023-01-02"),
            _rest("春节", "2023-01-21", "2023-01-27", "2023-01-28 2023-01-29"),
            _rest("清明节", "2023-04-05", "2023-04-05"),
            _rest("劳动节", "2023-04-29", "2023-05-03", "2023-04-23 2023-05-06"),
            _rest("端午节", "2023-06-22", "2023-06-24", "2023-06-25"),
            _rest("中秋节、国庆节", "2023-09-29", "2023-10-06", "2023-10-07 2023-10-08"),
        ],
    ),
    _yearly(
        2024,
        "国办发明电〔2023〕7号",
        "2023-10-25",
        "https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm",
        [
            _rest("元旦", "2024-01-01", "2024-01-01"),
            _rest("春节", "2024-02-10", "2024-02-17", "2024-02-04 2024-02-18"),
            _rest("清明节", "2024-04-04", "2024-04-06", "2024-04-07"),
            _rest("劳动节", "2024-05-01", "2024-05-05", "2024-04-28 2024-05-11"),
            _rest("端午节", "2024-06-10", "2024-06-10"),
            _rest("中秋节", "2024-09-15", "2024-09-17", "2024-09-14"),
            _rest("国庆节", "2024-10-01", "2024-10-07", "2024-09-29 2024-10-12"),
        ],
    ),
    _yearly(
        2025,
        "国办发明电〔2024〕12号",
        "2024-11-12",
        "https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm",
        [
            _rest("元旦", "2025-01-01", "2025-01-01"),
            _rest("春节", "2025-01-28", "2025-02-04", "2025-01-26 2025-02-08"),
            _rest("清明节", "2025-04-04", "2025-04-06"),
            _rest("劳动节", "2025-05-01", "2025-05-05", "2025-04-27"),
            _rest("端午节", "2025-05-31", "2025-06-02"),
            _rest("国庆节、中秋节", "2025-10-01", "2025-10-08", "2025-09-28 2025-10-11"),
        ],
    ),
    _yearly(
        2026,
        "国办发明电〔2025〕7号",
        "2025-11-04",
        "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm",
        [
            _rest("元旦", "2026-01-01", "2026-01-03", "2026-01-04"),
            _rest("春节", "2026-02-15", "2026-02-23", "2026-02-14 2026-02-28"),
            _rest("清明节", "2026-04-04", "2026-04-06"),
            _rest("劳动节", "2026-05-01", "2026-05-05", "2026-05-09"),
            _rest("端午节", "2026-06-19", "2026-06-21"),
            _rest("国庆节", "2026-10-01", "2026-10-07", "2026-09-20 2026-10-10"),
            _rest("中秋节", "2026-09-25", "2026-09-27"),
        ],
    ),
)

LAST_ORDINARY_DAY = (12, 15)  # no notice for the next year has come later than 16 December since 2008


def notices_known_on(day: date) -> tuple[Notice, ...]:
    """Return the notices published on or before the day, in order of publication."""
    return tuple(notice for notice in NOTICES if notice.published <= day)


def missing_year(today: date) -> int | None:
    """Return the year whose notice should be in `NOTICES` by now and is not, else None.

    A year's notice is overdue after 15 December of the year before.
    """
    owed = today.year + (1 if (today.month, today.day) > LAST_ORDINARY_DAY else 0)
    known = {notice.year for notice in NOTICES}
    return next((year for year in range(min(known), owed + 1) if year not in known), None)
