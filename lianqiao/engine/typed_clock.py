"""A deadline asked for in texts, as the command line, a row of a file and the API are given it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from lianqiao.engine.beijing import parse_instant
from lianqiao.engine.calendar import check_day
from lianqiao.engine.clock import Budget, Extension, Pause, Reckoning, reckon
from lianqiao.engine.errors import Refusal, refuse

REQUIRED = ("start", "budget")
OPTIONAL = ("extend", "pause", "as_of", "receipt")
# Where a refusal of the whole history belongs, by its code; anything else is the budget's doing.
_PART_OF = {
    "pause-ends-before-it-begins": "pause",
    "extension-unit": "extend",
    "extension-before-start": "extend",
    "receipt-unknown": "receipt",
}

Where = Callable[[str], str]


def reckon_typed(given: Mapping[str, str], where: Where) -> Reckoning:
    """Return the deadline of texts by name: start, budget, extend, pause, as_of and receipt; "" for none.

    Several pauses are separated by `;`. Errors: Refusal, with the place `where` gives the name at fault.
    """
    start = _instant(given["start"], where("start"))
    budget = Budget.parse(given["budget"], place=where("budget"))
    extension = _extension(given["extend"], where("extend"))
    pauses = [_pause(part, where("pause")) for part in given["pause"].split(";") if part.strip()]
    # Any date may be asked for: before the first notice the calendar was simply not published yet.
    as_of = parse_instant(given["as_of"], place=where("as_of")) if given["as_of"] else None
    receipt = given["receipt"] or "instant"
    try:
        return reckon(start, budget, pauses=pauses, extension=extension, receipt=receipt, as_of=as_of)
    except Refusal as refusal:
        problem = refusal.problems[0]
        raise Refusal(replace(problem, place=where(_PART_OF.get(problem.code, "budget")))) from None


def _instant(text: str, place: str) -> datetime:
    moment = parse_instant(text, place=place)
    try:
        check_day(moment.date())
    except Refusal as refusal:
        raise Refusal(replace(refusal.problems[0], place=place)) from None
    return moment


def _pause(text: str, place: str) -> Pause:
    begin, slash, end = text.strip().partition("/")
    if not slash:
        raise refuse(
            "pause-malformed",
            f"“{text}” is not a pause",
            place=place,
            hint="write its beginning, a slash, and its end if it has one: 2026-02-12T10:00/2026-02-25T09:00",
            given=text,
        )
    return Pause(_instant(begin, place), _instant(end, place) if end.strip() else None)


def _extension(text: str, place: str) -> Extension | None:
    if not text:
        return None
    budget, at, approved_at = text.partition("@")
    if not at:
        raise refuse(
            "extension-malformed",
            f"“{text}” is not an extension",
            place=place,
            hint="write the time added, @, and when it was approved: 10wd@2026-03-10T09:00",
            given=text,
        )
    return Extension(Budget.parse(budget, place=place), _instant(approved_at, place))
