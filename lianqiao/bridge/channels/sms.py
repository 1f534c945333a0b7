"""Letters by SMS, through a provider chosen by its name: built in, or from an installed package.

A package offers one as the entry point `lianqiao.sms`: a function (number, text, reference) that sends one
message and raises `Failed`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import entry_points
from ipaddress import ip_network
from pathlib import Path

from django.conf import settings

from lianqiao.bridge.channels import Failed, Letter
from lianqiao.bridge.outbound import send
from lianqiao.engine.errors import refuse
from lianqiao.engine.masking import masked_phone

Provider = Callable[[str, str, str], None]
GROUP = "lianqiao.sms"
# two parts of a message at most: a third costs another fee and says nothing more
LONGEST = 134
# the office's own gateway may stand anywhere; its address comes from the settings, not from a person
ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
log = logging.getLogger(__name__)


def send_sms(letter: Letter, number: str) -> None:
    """Send a letter to a telephone number; raises Failed."""
    text = f"{settings.SMS_SIGNATURE}{letter.brief}"[:LONGEST]
    provider(settings.SMS_PROVIDER)(number, text, letter.reference)


def on() -> bool:
    """Return whether this zone sends SMS at all."""
    return bool(settings.SMS_PROVIDER)


@lru_cache(maxsize=8)
def provider(name: str) -> Provider:
    """Return the provider of a name; raises Refusal `sms-provider` for one that is not installed."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            found: Provider = entry.load()
            return found
    raise refuse(
        "sms-provider", f"SMS_PROVIDER “{name}” is not installed", hint=f"one of: {', '.join(BUILT_IN)}"
    )


def _to_file(number: str, text: str, reference: str) -> None:
    """Write the message to `sms.jsonl` in the home folder: for trying out; nobody's telephone rings."""
    line = json.dumps({"to": masked_phone(number), "text": text, "reference": reference}, ensure_ascii=False)
    try:
        with (Path(settings.ENVIRONMENT.home) / "sms.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise Failed(str(error), away=True) from error


def _over_http(number: str, text: str, reference: str) -> None:
    """Post the message to the gateway at SMS_URL as SMS_BODY says; any answer but 2xx with SMS_OK is a no."""
    body = settings.SMS_BODY
    for name, value in {"number": number, "text": text, "reference": reference}.items():
        body = body.replace("{" + name + "}", json.dumps(value, ensure_ascii=False)[1:-1])
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Lianqiao"}
    if settings.SMS_AUTHORIZATION:
        headers["Authorization"] = settings.SMS_AUTHORIZATION
    outcome = send(settings.SMS_URL, body.encode(), headers, allow=ANYWHERE, read_bytes=4096)
    if not outcome.delivered:
        raise Failed(outcome.error, away=outcome.status == 0 or outcome.status >= 500)
    if settings.SMS_OK and settings.SMS_OK not in outcome.answer.decode(errors="replace"):
        # what a gateway answers may repeat the number: only its beginning is kept, and the number is not
        said = outcome.answer.decode(errors="replace").replace(number, masked_phone(number))
        raise Failed(f"the gateway answered {said[:200]}")


BUILT_IN: Mapping[str, Provider] = {"file": _to_file, "http": _over_http}
