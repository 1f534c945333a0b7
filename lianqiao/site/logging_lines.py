"""How a log record becomes a line: JSON or plain, and never with what a person typed.

The words of our own loggers are written, for we choose what goes into them. Of every other logger only the
pattern of its words is written, without what was filled in, and of an error only its type and the way through
the code: their words quote rows, addresses and forms.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import walk_tb
from types import TracebackType
from typing import Any

from lianqiao.engine.masking import masked_numbers

# the request being answered in this thread, or "" between requests
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
OURS = "lianqiao"
MOST_FRAMES = 30
MOST_ERRORS = 5


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what may be written of a record, in the order it is read; values are JSON."""
    facts: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        # a gateway's answer may quote whose number it was
        "message": masked_numbers(_words(record)),
    }
    if request := REQUEST_ID.get():
        facts["request"] = request
    for name, value in getattr(record, "facts", {}).items():
        facts[name] = masked_numbers(value) if isinstance(value, str) else value
    if record.exc_info and record.exc_info[1]:
        facts["errors"] = errors_of(record.exc_info[1])
    return facts


def errors_of(error: BaseException) -> list[dict[str, Any]]:
    """Return the error and those it came from: types, codes and places in the code, never their words."""
    found: list[dict[str, Any]] = []
    at: BaseException | None = error
    while at is not None and len(found) < MOST_ERRORS:
        fact: dict[str, Any] = {"type": f"{type(at).__module__}.{type(at).__qualname__}"}
        for name in ("sqlstate", "sqlite_errorname", "errno", "code"):
            if isinstance(value := getattr(at, name, None), (str, int)):
                fact[name] = value
        fact["at"] = _places(at.__traceback__)
        found.append(fact)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return found


def _words(record: logging.LogRecord) -> str:
    if record.name == OURS or record.name.startswith(OURS + "."):
        return record.getMessage()
    if record.args:
        return str(record.msg)
    # without arguments the words may have been put together before they came here
    return f"{_short(record.pathname)} {record.lineno} {record.funcName}"


def _places(traceback: TracebackType | None) -> list[str]:
    places = [
        f"{_short(frame.f_code.co_filename)} {line} {frame.f_code.co_name}"
        for frame, line in walk_tb(traceback)
    ]
    return places[-MOST_FRAMES:]


def _short(path: str) -> str:
    """Return a file's path from its package on: where the software is installed is nobody's affair."""
    plain = path.replace("\\", "/")
    if "/site-packages/" in plain:
        return plain.rpartition("/site-packages/")[2]
    if f"/{OURS}/" in plain:
        return f"{OURS}/" + plain.rpartition(f"/{OURS}/")[2]
    return "/".join(plain.split("/")[-2:])


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts_of(record), ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """The same facts for someone who reads along: time, level, words, then `name=value`, errors below."""

    def format(self, record: logging.LogRecord) -> str:
        facts = facts_of(record)
        errors = facts.pop("errors", [])
        time, level, logger, message = (facts.pop(name) for name in ("time", "level", "logger", "message"))
        values = "".join(f" {name}={value}" for name, value in facts.items())
        lines = [f"{time} {level} {logger} {_one_line(message)}{values}"]
        for error in errors:
            at = error.pop("at")
            lines.append("  " + " ".join(f"{name}={value}" for name, value in error.items()))
            lines += [f"    {place}" for place in at]
        return "\n".join(lines)


def _one_line(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii") if not text.isprintable() else text
