"""Dates, times left, budgets and sizes in the reader's language. Times are told in Beijing time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from lianqiao.engine.beijing import beijing
from lianqiao.engine.spans import Budget

_WEEKDAYS_ZH = "一二三四五六日"


def chinese() -> bool:
    """True while the active language is Chinese."""
    return (get_language() or "zh").startswith("zh")


def weekday(day: date) -> str:
    """Return the shortest name of the weekday: 六, Sa."""
    return _WEEKDAYS_ZH[day.weekday()] if chinese() else _english(day, "%a")[:2]


def day_words(day: date | datetime, *, today: date | None = None) -> str:
    """Return “2月14日(周六)” or “Sat 14 Feb”, with the year where it is not that of `today`.

    A datetime is read in Beijing time. `today` is the present day where it is not given.
    """
    on = beijing(day).date() if isinstance(day, datetime) else day
    this_year = (today or beijing(timezone.now()).date()).year
    if chinese():
        year = "" if on.year == this_year else f"{on.year}年"
        return f"{year}{on.month}月{on.day}日(周{_WEEKDAYS_ZH[on.weekday()]})"
    return (
        _english(on, "%a")
        + f" {on.day} "
        + _english(on, "%b")
        + ("" if on.year == this_year else f" {on.year}")
    )


def moment_words(at: datetime, *, today: date | None = None) -> str:
    """Return the day and the time of day: “2月14日(周六) 17:30”."""
    local = beijing(at)
    return f"{day_words(local, today=today)} {local:%H:%M}"


def short_day(day: date, *, month: bool) -> str:
    """Return the day as a cell of a ruler shows it: 14, with the month in front where asked."""
    return f"{day.month}/{day.day}" if month else str(day.day)


def span_words(span: timedelta) -> str:
    """Return a length of time in its two greatest units: “2天3小时”, “45分钟”; the sign is dropped."""
    minutes = int(abs(span).total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else "",
        ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes and not days else "",
    ]
    return ("" if chinese() else " ").join(part for part in parts if part) or gettext("less than a minute")


def left_words(due: datetime, now: datetime) -> str:
    """Return how much natural time is left until `due`, or by how much it is exceeded."""
    span = span_words(due - now)
    if due >= now:
        return gettext("%(span)s left") % {"span": span}
    return gettext("%(span)s over") % {"span": span}


def budget_words(budget: str) -> str:
    """Return “3wd” as “3个工作日”; text that is no budget is returned as it is."""
    form = Budget.parse(budget) if _is_budget(budget) else None
    if form is None:
        return budget
    text, count = str(form).rstrip("wdhnm"), int(form.amount) if form.amount == int(form.amount) else 2
    words = {
        "wd": ngettext("%(n)s working day", "%(n)s working days", count),
        "wh": ngettext("%(n)s working hour", "%(n)s working hours", count),
        "h": ngettext("%(n)s hour", "%(n)s hours", count),
        "nd": ngettext("%(n)s calendar day", "%(n)s calendar days", count),
        "nm": ngettext("%(n)s month", "%(n)s months", count),
    }
    return words[form.unit] % {"n": text}


def size_words(size: int) -> str:
    """Return a number of bytes as people read it: 640 KB, 2.4 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB" if size < 1024**3 else f"{size / 1024**3:.2f} GB"


def yuan_words(fen: int) -> str:
    """Return an amount of fen in yuan: ¥1,234.56, without the fen where there are none."""
    sign, amount = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}¥{amount // 100:,}" + (f".{amount % 100:02}" if amount % 100 else "")


def _english(day: date, form: str) -> str:
    # the process locale is C: strftime speaks English whatever language is active
    return day.strftime(form)


def _is_budget(text: str) -> bool:
    return text[:1].isdigit() and text.rstrip("wdhnm") != text and text[:1] != "0"
