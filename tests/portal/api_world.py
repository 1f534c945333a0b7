"""What the tests of the API share: tokens, a client that speaks JSON, an office."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from lianqiao.organization import commands
from lianqiao.organization.models import Person
from lianqiao.organization.queries import SCOPES
from tests.world import NOW, PDF, World, person

BASE = "/api/v1"
FILING = "microdrama-filing"


def token_of(who: Person, *scopes: str, days: int = 30) -> str:
    """Make a token with these scopes, all where none is named; return its secret."""
    made = commands.make_token(who.pk, name="test", scopes=scopes or SCOPES, days=days, actor=who, now=NOW)
    return made[1]


def office(now: Any = NOW) -> Person:
    """Register someone who holds the duty “office”."""
    made = person("office-01", "示例数字化办公室01", now)
    commands.give_duty(made.pk, code="office", actor=None, now=now)
    return made


class Api:
    """A program that speaks for someone; answers are Django's responses."""

    def __init__(self, secret: str = "", language: str = "zh-hans") -> None:
        headers = {"HTTP_ACCEPT_LANGUAGE": language}
        if secret:
            headers["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        self.client = Client(**headers)

    @classmethod
    def of(cls, who: Person, *scopes: str, language: str = "zh-hans") -> Api:
        return cls(token_of(who, *scopes), language)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(BASE + path, headers=_named(headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = json.dumps({} if body is None else body)
        return self.client.generic(method, BASE + path, data, "application/json", headers=_named(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def upload(self, field: str, name: str = "材料.pdf", content: bytes = PDF, **headers: str) -> Any:
        address = f"{BASE}/attachments?promise={FILING}&field={field}&name={name}"
        return self.client.post(address, content, "application/octet-stream", headers=_named(headers))

    def filing(self, **more: Any) -> dict[str, Any]:
        """Upload what a filing needs and return the body that opens it."""
        files = {
            field: [self.upload(field, f"{field}.pdf").json()]
            for field in ("application_form", "production_licence", "script")
        }
        data = {
            "drama_title": "示例剧《桥上的人》",
            "episodes": 80,
            "minutes_per_episode": 2,
            "investment": "1200000",
            "special_topic": "none",
            "synopsis": "示例梗概：一个新区里的人把话说到做到。",
        }
        return {"promise": FILING, "data": {**data, **files, **more}}


def codes(response: Any) -> list[str]:
    """Return the codes of a refusal's problems."""
    return [problem["code"] for problem in response.json()["problems"]]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


__all__ = ["BASE", "FILING", "Api", "World", "codes", "office", "token_of"]
