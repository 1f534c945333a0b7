"""A deadline as plain text for people: what is due when, and each day with the notice behind it."""

from __future__ import annotations

from datetime import datetime

from lianqiao.engine.clock import Ignored, Reckoning, WalkDay
from lianqiao.engine.errors import Problem
from lianqiao.engine.state_council import NOTICES

_KINDS = {"make_up": "make-up day", "unpublished": "not published"}
_NOTES = {
    "received": "received before opening",
    "start": "start, not counted",
    "rest": "rest, not counted",
    "paused": "paused, not counted",
    "rolled": "rolled to the next working day",
    "resumption": "moved by the resumption",
    "idle": "nothing used up",
}


def explanation(answer: Reckoning) -> str:
    """Return the deadline, its days and its notices, several lines."""
    lines = [_headline(answer), f"calendar {answer.calendar}{_caution(answer)}", ""]
    lines += [_day_line(step, last=step.day == answer.due_date) for step in answer.walk]
    lines += _pause_lines(answer) + [_ignored_line(gone) for gone in answer.ignored]
    return "\n".join(lines + _notice_lines(answer))


def summary(name: str, answer: Reckoning | Problem) -> str:
    """Return one line for a row of a file."""
    if isinstance(answer, Problem):
        return f"{name}: cannot be answered: {answer}"
    return f"{name}: {_headline(answer)}{_caution(answer)}"


def _headline(answer: Reckoning) -> str:
    more = f" + {answer.extension}" if answer.extension else ""
    begun = f"{_moment(answer.started_at)} + {answer.budget}{more}"
    if answer.due_date is None:
        since = answer.pauses[-1].begin
        return f"{begun}: suspended since {_moment(since)}, {answer.remaining} remaining"
    return f"{begun}: due {answer.due_date:%A} {answer.due_date} {answer.due_time}"


def _caution(answer: Reckoning) -> str:
    return ", provisional: the notice for that year is not published yet" if answer.provisional else ""


def _day_line(step: WalkDay, *, last: bool) -> str:
    kind = _KINDS.get(step.kind, step.kind)
    counted = str(step.counted) if step.counted else step.spent
    note = _NOTES.get(step.note, "")
    marks = [part for part in ("due" if last else "", note, f"{step.name} {step.notice}".strip()) if part]
    return f"{step.day} {step.day:%a}  {kind:13} {counted:>7}  {'; '.join(marks)}".rstrip()


def _pause_lines(answer: Reckoning) -> list[str]:
    return [
        f"paused {_moment(pause.begin)} to {_moment(pause.end) if pause.end else 'now'}"
        for pause in answer.pauses
    ]


def _ignored_line(gone: Ignored) -> str:
    if gone.expired is None:
        return f"the {gone.what} of {_moment(gone.at)} ended before the clock started and changes nothing"
    return (
        f"the {gone.what} of {_moment(gone.at)} came after expiry ({_moment(gone.expired)}) and cures nothing"
    )


def _notice_lines(answer: Reckoning) -> list[str]:
    used = {step.notice for step in answer.walk}
    return [
        f"{notice.number} {notice.title} ({notice.published}) {notice.source}"
        for notice in NOTICES
        if notice.number in used
    ]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"
