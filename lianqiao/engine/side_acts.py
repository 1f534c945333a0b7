"""What is added to a case beside its steps: a message, a document made out, a rating. No clock moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lianqiao.engine.case import SYSTEM, recorded_moment
from lianqiao.engine.case_state import Body, CaseState
from lianqiao.engine.errors import refuse
from lianqiao.engine.needs import CONTROL

NOTE, ISSUE, RATE = "note", "issue", "rate"
LONGEST_NOTE = 4000
LONGEST_RATING = 1000
# 1 very dissatisfied … 5 very satisfied; these two are followed up
GRADES = (5, 4, 3, 2, 1)
BAD_GRADES = (2, 1)


def decide_note(
    state: CaseState, *, by: str, role: str, text: str, files: Sequence[Mapping[str, Any]], at: datetime
) -> Body:
    """Return the entry of a message. Raises Refusal `note-empty`, `note-too-long`."""
    text = tidied(text)
    if not text and not files:
        raise refuse("note-empty", "the message says nothing", hint="write something", field="text")
    _fits("note-too-long", text, LONGEST_NOTE, field="text")
    body: Body = {
        "act": NOTE,
        "by": by,
        "role": role,
        "at": recorded_moment(state, at).isoformat(),
        "text": text,
    }
    if files:
        body["files"] = [dict(file) for file in files]
    return body


def decide_rating(state: CaseState, *, by: str, grade: int, words: str, at: datetime) -> Body:
    """Return the entry of a rating. Raises Refusal `rating-not-yet`, `rating-grade`, `rating-too-long`."""
    if state.open:
        raise refuse("rating-not-yet", "the case has not ended", hint="rate it when it has ended")
    if grade not in GRADES:
        raise refuse("rating-grade", f"{grade} is no grade", hint="choose one of five", field="grade")
    words = tidied(words)
    _fits("rating-too-long", words, LONGEST_RATING, field="words")
    moment = recorded_moment(state, at).isoformat()
    return {"act": RATE, "by": by, "at": moment, "grade": grade, "words": words}


def decide_issue(
    state: CaseState, *, of: int, step: str, code: str, sha256: str, name: str, at: datetime
) -> Body:
    """Return the entry that names the document made out for the decision in entry `of`."""
    moment = recorded_moment(state, at).isoformat()
    body: Body = {"act": ISSUE, "by": SYSTEM, "at": moment, "of": of, "decided": step}
    return body | {"code": code, "sha256": sha256, "name": name}


def tidied(text: str) -> str:
    """Return the text with one kind of line end and without control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(CONTROL.sub("", line) for line in lines).strip()


def _fits(code: str, text: str, limit: int, *, field: str) -> None:
    if len(text) > limit:
        raise refuse(
            code, f"at most {limit} characters", hint="shorten it",
            field=field, limit=str(limit), length=str(len(text)),
        )  # fmt: skip
