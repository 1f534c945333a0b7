"""The rest days fixed by regulation, for years whose yearly notice has not been published yet."""

from __future__ import annotations

from datetime import date, timedelta

REGULATION = "全国年节及纪念日放假办法"
# Spring Festival's first day, Qingming, Dragon Boat, Mid-Autumn: what the lunar calendar and the sun decide.
MOVABLE = {
    2015: ("02-19", "04-05", "06-20", "09-27"),
    2016: ("02-08", "04-04", "06-09", "09-15"),
    2017: ("01-28", "04-04", "05-30", "10-04"),
    2018: ("02-16", "04-05", "06-18", "09-24"),
    2019: ("02-05", "04-05", "06-07", "09-13"),
    2020: ("01-25", "04-04", "06-25", "10-01"),
    2021: ("02-12", "04-04", "06-14", "09-21"),
    2022: ("02-01", "04-05", "06-03", "09-10"),
    2023: ("01-22", "04-05", "06-22", "09-29"),
    2024: ("02-10", "04-04", "06-10", "09-17"),
    2025: ("01-29", "04-04", "05-31", "10-06"),
    2026: ("02-17", "04-05", "06-19", "09-25"),
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2031: ("01-23", "04-05", "06-24", "10-01"),
    2032: ("02-11", "04-04", "06-12", "09-19"),
    2033: ("01-31", "04-04", "06-01", "09-08"),
    2034: ("02-19", "04-05", "06-20", "09-27"),
    2035: ("02-08", "04-05", "06-10", "09-16"),
    2036: ("01-28", "04-04", "05-30", "10-04"),
}
# State Council order 795, signed 2024-11-10 and published two days later, added the eve and 2 May.
THIRTEEN_DAYS_PUBLISHED = date(2024, 11, 12)
THIRTEEN_DAYS_FROM = 2025


def statutory_days(year: int, *, known_on: date) -> dict[date, str]:
    """Return the rest days of the year by regulation, each with the name of its festival.

    11 days, or 13 from 2025 on as far as order 795 was published by `known_on`. Days in lieu of a festival
    that falls on a weekend are left to the notice, which alone can place them.
    Source: 全国年节及纪念日放假办法, State Council orders 644 and 795.
    """
    spring, qingming, dragon_boat, mid_autumn = (date.fromisoformat(f"{year}-{day}") for day in MOVABLE[year])
    thirteen = year >= THIRTEEN_DAYS_FROM and known_on >= THIRTEEN_DAYS_PUBLISHED
    days = {date(year, 1, 1): "元旦"}
    days |= {spring + timedelta(days=n): "春节" for n in range(-1 if thirteen else 0, 3)}
    days |= {qingming: "清明节", dragon_boat: "端午节", mid_autumn: "中秋节"}
    days |= {date(year, 5, n): "劳动节" for n in ((1, 2) if thirteen else (1,))}
    return days | {date(year, 10, n): "国庆节" for n in (1, 2, 3)}
