"""Letters to the group robot of an office messenger: what happened in which case, never to whom."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings

from lianqiao.bridge.channels import Failed, Letter
from lianqiao.bridge.channels.robot_formats import FORMATS
from lianqiao.bridge.outbound import send

ANSWER_BYTES = 4096


def send_to_robot(letter: Letter, *, messenger: str, url: str, secret: str, now: datetime) -> None:
    """Send a letter to a robot of a messenger named in `FORMATS`; raises Failed with what the robot said."""
    made = FORMATS[messenger]
    text = _cut(f"{letter.brief}\n{letter.link}", made.longest_bytes)
    address, body = made.sign(url, made.message(text), secret, int(now.timestamp()))
    outcome = send(
        address,
        json.dumps(body, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Lianqiao"},
        allow=settings.WEBHOOK_ALLOW,
        read_bytes=ANSWER_BYTES,
    )
    if not outcome.delivered:
        raise Failed(outcome.error)
    if said := made.refused(_answer(outcome.answer)):
        raise Failed(f"{made.title}: {said}")


def _answer(content: bytes) -> dict[str, Any]:
    """Return what a robot answered; one that answers something else did not take it."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _cut(text: str, most_bytes: int) -> str:
    content = text.encode()
    if len(content) <= most_bytes:
        return text
    return content[: most_bytes - 3].decode(errors="ignore") + "…"
