"""Group robots of office messengers: how each wants its message, its signature, and how it says yes.

A new messenger is a new entry here. Sources: the messengers' public documents for custom group robots
(企业微信群机器人, 钉钉自定义机器人, 飞书自定义机器人).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

Signed = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class RobotFormat:
    """One messenger's robot. `message` makes the body of a text; `sign` adds a signature to address and body.

    `refused` reads an answer: "" where the robot took it, else what it said. `longest_bytes` counts the text
    in
    UTF-8; `per_minute` is what one robot takes.
    """

    title: str
    example: str
    message: Callable[[str], dict[str, Any]]
    sign: Callable[[str, dict[str, Any], str, int], Signed]
    refused: Callable[[Mapping[str, Any]], str]
    longest_bytes: int
    per_minute: int = 20


def _by_address(url: str, body: dict[str, Any], secret: str, at_s: int) -> Signed:
    """Leave both as they are: the key in the address is the only proof."""
    return url, body


def _dingtalk(url: str, body: dict[str, Any], secret: str, at_s: int) -> Signed:
    """Add timestamp (ms) and sign = base64(HMAC-SHA256(secret, "ms\\nsecret")) to the address."""
    if not secret:
        return url, body
    told = f"{at_s * 1000}\n{secret}".encode()
    sign = base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()).decode()
    return f"{url}{'&' if '?' in url else '?'}timestamp={at_s * 1000}&sign={quote_plus(sign)}", body


def _feishu(url: str, body: dict[str, Any], secret: str, at_s: int) -> Signed:
    """Add timestamp (s) and sign = base64(HMAC-SHA256("s\\nsecret", "")) to the body."""
    if not secret:
        return url, body
    told = f"{at_s}\n{secret}".encode()
    sign = base64.b64encode(hmac.new(told, b"", hashlib.sha256).digest()).decode()
    return url, {"timestamp": str(at_s), "sign": sign, **body}


def _errcode(answer: Mapping[str, Any]) -> str:
    return "" if answer.get("errcode") == 0 else f"{answer.get('errcode')} {answer.get('errmsg', '')}"


def _code(answer: Mapping[str, Any]) -> str:
    code = answer.get("code", answer.get("StatusCode"))
    return "" if code == 0 else f"{code} {answer.get('msg', answer.get('StatusMessage', ''))}"


def _plain(text: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": text}}


FORMATS: Mapping[str, RobotFormat] = {
    "wecom": RobotFormat(
        title="企业微信 WeCom",
        example="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
        message=_plain,
        sign=_by_address,
        refused=_errcode,
        longest_bytes=2048,
    ),
    "dingtalk": RobotFormat(
        title="钉钉 DingTalk",
        example="https://oapi.dingtalk.com/robot/send?access_token=…",
        message=_plain,
        sign=_dingtalk,
        refused=_errcode,
        longest_bytes=20_000,
    ),
    "feishu": RobotFormat(
        title="飞书 Feishu",
        example="https://open.feishu.cn/open-apis/bot/v2/hook/…",
        message=lambda text: {"msg_type": "text", "content": {"text": text}},
        sign=_feishu,
        refused=_code,
        longest_bytes=20_000,
        per_minute=100,
    ),
}
