"""What a promise ruler says: the sentence behind each cell, and why the days count or not."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from lianqiao.bridge.ruler import Cell, Hour, Reason, Ruler
from lianqiao.engine.beijing import beijing
from lianqiao.portal.words import budget_words, chinese, day_words, short_day, span_words, weekday

_WORKING = ("wd", "wh")


def told(made: Ruler) -> dict[str, Any]:
    """Return a ruler with all it says, as its template shows it."""
    return {
        "ruler": made,
        "cells": [_cell(made, index) for index in range(len(made.cells))],
        "hours": [_hour(made, index) for index in range(len(made.hours))],
        "legend": [(kind, legend_words(kind, made)) for kind in made.kinds],
        "reasons": [
            {
                "days": reason_days(reason, made),
                "why": reason_sentence(reason, made),
                "counts": reason.first_number is not None or bool(reason.spent),
            }
            for reason in made.reasons
        ],
        "question": question(made),
        "budget": budget_words(made.budget),
        "remaining": budget_words(made.remaining),
        "extension": budget_words(made.extension),
        "due_words": _day(made.due_date, made),
        "law_words": _day(made.law_due_date, made),
    }


def _day(day: date | None, made: Ruler) -> str:
    """Return the day with its year where the clock did not start in it."""
    return day_words(day, today=made.started_at.date()) if day else ""


def _cell(made: Ruler, index: int) -> dict[str, Any]:
    cell = made.cells[index]
    length, which = folded_words(cell) if cell.folded else ("", "")
    named_month = index == 0 or cell.day.day == 1 or made.cells[index - 1].folded
    return {
        "cell": cell,
        "weekday": weekday(cell.day),
        "date": short_day(cell.day, month=named_month),
        "centre": cell_centre(cell),
        "length": length,
        "which": which,
        "sentence": cell_sentence(cell, made),
        "flags": [(mark, mark_words(mark, made)) for mark in cell.marks],
    }


def _hour(made: Ruler, index: int) -> dict[str, Any]:
    hour = made.hours[index]
    new_day = index == 0 or made.hours[index - 1].begin.date() != hour.begin.date()
    return {
        "hour": hour,
        "share": f"{hour.share / 100:.2f}",
        "begins": f"{hour.begin:%H:%M}",
        "day": short_day(hour.begin.date(), month=True) if new_day else "",
        "centre": hour_centre(hour),
        "sentence": hour_sentence(hour, made),
    }


def cell_sentence(cell: Cell, ruler: Ruler) -> str:
    """Return the day, why it counts or not, and what falls on it, in one line."""
    days = _day(cell.day, ruler)
    if cell.folded:
        days = f"{days} – {_day(cell.until, ruler)}"
    said = [f"{days}{_colon()}{_cell_reason(cell, ruler)}"]
    if cell.provisional and cell.note != "after":
        said.append(_provisional(cell.day.year))
    said += [mark_words(mark, ruler) for mark in cell.marks]
    return _stop().join(said)


def cell_centre(cell: Cell) -> str:
    """Return the one word a day without a number shows in its middle."""
    if cell.spent and cell.note == "counted":
        return budget_words(cell.spent)
    words = {
        "start": pgettext("ruler", "start"),
        "received": pgettext("ruler", "received"),
        "paused": pgettext("ruler", "paused"),
        "late": pgettext("ruler", "over"),
    }
    if "due" in cell.marks:
        words |= {"rolled": pgettext("ruler", "moved on"), "resumption": pgettext("ruler", "resumed")}
    return words.get(cell.note) or (cell.name if cell.look in ("holiday", "closure") else "")


def folded_words(cell: Cell) -> tuple[str, str]:
    """Return how long a folded run is, and which days of the budget it holds or why it holds none."""
    weeks = cell.length_days // 7
    length = ngettext("%(n)s week", "%(n)s weeks", weeks) % {"n": weeks}
    if cell.number is not None:
        return length, gettext("days %(a)s–%(b)s") % {"a": cell.number, "b": cell.last_number}
    words = {"paused": pgettext("ruler", "paused"), "late": pgettext("ruler", "over"), "after": ""}
    return length, words.get(cell.note, "")


def mark_words(mark: str, ruler: Ruler) -> str:
    """Return what stands on a day: today, the promise's due time, the law's, the end of the clock."""
    if mark == "due":
        return gettext("Promise due %(time)s") % {"time": ruler.due_time}
    if mark == "law":
        return gettext("Legal limit %(time)s") % {"time": ruler.law_due_time}
    if mark == "stopped" and ruler.stopped_at:
        return gettext("Done %(time)s") % {"time": f"{ruler.stopped_at:%H:%M}"}
    return pgettext("ruler", "Today")


def hour_sentence(hour: Hour, ruler: Ruler) -> str:
    """Return the stretch of time and what it was."""
    begin, end = beijing(hour.begin), beijing(hour.end)
    until = f"{end:%H:%M}" if begin.date() == end.date() else f"{_day(end.date(), ruler)} {end:%H:%M}"
    words = {
        "counted": gettext("hour %(n)s") % {"n": hour.number} if hour.number else pgettext("ruler", "counts"),
        "closed": gettext("office closed, not counted"),
        "paused": gettext("clock paused, not counted"),
        "late": pgettext("ruler", "past due"),
    }
    said = f"{_day(begin.date(), ruler)} {begin:%H:%M}–{until}{_colon()}{words[hour.note]}"
    if "due" in hour.marks:
        said += _stop() + mark_words("due", ruler)
    return said + (_stop() + pgettext("ruler", "Now") if "today" in hour.marks else "")


def hour_centre(hour: Hour) -> str:
    """Return what an hour's block shows: its number, or how long the clock stood still."""
    if hour.note == "counted":
        return str(hour.number) if hour.number else ""
    length = span_words(hour.end - hour.begin)
    words = {
        "closed": gettext("closed %(span)s"),
        "paused": gettext("paused %(span)s"),
        "late": gettext("%(span)s over"),
    }
    return words[hour.note] % {"span": length}


def reason_sentence(reason: Reason, ruler: Ruler) -> str:
    """Return why a run of days counts or does not, with the notice that says so."""
    said = _reason(reason, ruler)
    if reason.notice:
        said += f"（{reason.notice}）" if chinese() else f" ({reason.notice})"
    return said + (_stop() + _provisional(reason.first.year) if reason.provisional else "")


def reason_days(reason: Reason, ruler: Ruler) -> str:
    """Return the day or days a reason speaks of."""
    first = _day(reason.first, ruler)
    return first if reason.one_day else f"{first} – {_day(reason.last, ruler)}"


def question(ruler: Ruler) -> str:
    """Return the question the explanation answers."""
    if ruler.due_date is None:
        return gettext("How has the time been counted so far?")
    due = _day(ruler.due_date, ruler)
    return gettext("Why %(day)s?") % {"day": f"{due} {ruler.due_time}" if ruler.hours else due}


def legend_words(kind: str, ruler: Ruler) -> str:
    """Return the name of a look."""
    words = {
        "counted": gettext("working day, counts")
        if ruler.unit in _WORKING and ruler.cells
        else pgettext("ruler", "counts"),
        "make_up": gettext("make-up working day"),
        "weekend": gettext("weekend"),
        "holiday": gettext("public holiday"),
        "closure": gettext("offices closed"),
        "closed": gettext("outside office hours"),
        "paused": gettext("clock paused"),
        "provisional": gettext("calendar not published yet"),
        "late": pgettext("ruler", "past due"),
    }
    return words[kind]


def _cell_reason(cell: Cell, ruler: Ruler) -> str:
    if cell.note == "after":
        return gettext("beyond the promise")
    run = Reason(
        because="weekend" if cell.note == "rest" and cell.because == "ordinary" else cell.because,
        first=cell.day,
        last=cell.until,
        first_number=cell.number,
        last_number=cell.last_number,
        weekends=cell.folded,
        spent=cell.spent if not cell.folded else "",
        name=cell.name,
        notice=cell.notice if cell.because in ("make_up", "holiday", "closure") else "",
    )
    return reason_sentence(run, ruler)


def _reason(reason: Reason, ruler: Ruler) -> str:
    if reason.because in ("ordinary", "make_up"):
        return _counts(reason, ruler)
    words = {
        "received": gettext("received outside office hours; counting starts when the office opens"),
        "start": gettext("the start day is not counted"),
        "weekend": gettext("weekend, not counted"),
        "holiday": gettext("%(name)s holiday, not counted"),
        "closure": gettext("offices closed (%(name)s), not counted"),
        "paused": gettext("clock paused, not counted"),
        "rolled": gettext(
            "the last day is no working day, so the next one takes its place (Civil Code art. 203)"
        ),
        "resumption": gettext("due on the day the clock resumed"),
        "idle": gettext("no office hours fell within the clock"),
        "late": gettext("past due, still owed"),
    }
    return words[reason.because] % {"name": reason.name}


def _counts(reason: Reason, ruler: Ruler) -> str:
    if reason.first_number is None:
        if reason.spent and reason.spent[0] != "0":
            return gettext("%(span)s counted") % {"span": budget_words(reason.spent)}
        return pgettext("ruler", "counts") if ruler.hours else gettext("weekend, not counted")
    said = _numbers(reason, ruler.unit in _WORKING)
    if reason.because == "make_up":
        said = gettext("a make-up working day for %(name)s: %(days)s") % {"name": reason.name, "days": said}
    elif reason.weekends and ruler.unit in _WORKING:
        said = gettext("%(days)s; weekends not counted") % {"days": said}
    return said


def _numbers(reason: Reason, working: bool) -> str:
    one = reason.first_number == reason.last_number
    if working:
        said = gettext("working day %(a)s") if one else gettext("working days %(a)s–%(b)s")
    else:
        said = gettext("day %(a)s") if one else gettext("days %(a)s–%(b)s")
    return said % {"a": reason.first_number, "b": reason.last_number}


def _provisional(year: int) -> str:
    return gettext("the holidays of %(year)s are not published yet, so this may change") % {"year": year}


def _colon() -> str:
    return "：" if chinese() else ": "


def _stop() -> str:
    return "；" if chinese() else "; "
