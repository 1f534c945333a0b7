"""Calls to a zone's API for the tools of an assistant: over the network, or within this process."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lianqiao.engine.errors import Refusal, refuse

BASE = "/api/v1"
TIMEOUT_S = 60.0
TRIES = 2


class CallRefused(Exception):
    """What the zone would not do, in its own words, for the assistant to read."""


class Calls:
    """Speaks for the person of a token.

    `server` is the zone's address; without one the site is asked within this process, on this machine's own
    database. `files` is the only folder files may be sent from.
    """

    def __init__(self, *, token: str, server: str, language: str, files: Path | None) -> None:
        import httpx2

        self.files = files
        self._failed = httpx2.HTTPError
        self._client = httpx2.Client(
            base_url=server or "http://localhost",
            transport=None if server else httpx2.WSGITransport(app=_site()),
            timeout=TIMEOUT_S,
            headers={
                "Authorization": f"Bearer {token}",
                "Accept-Language": language,
                "Lianqiao-Via": "mcp",
            },
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def get(self, path: str, **query: Any) -> Any:
        """Return what an address tells; empty values of the query are left out."""
        return self._answer("GET", path, params={name: value for name, value in query.items() if value})

    def post(self, path: str, body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Any:
        """Return what a request did; sent again after a cut line, it is not done twice."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        return self._answer("POST", path, json=dict(body), headers={**key, **(headers or {})})

    def with_files(
        self, data: Mapping[str, Any], files: Mapping[str, list[str]], **of: str
    ) -> dict[str, Any]:
        """Return the data with the files sent and named in it; `of` says for which promise or case."""
        filled = dict(data)
        for field, names in files.items():
            filled[field] = [self._sent(field, name, of) for name in names]
        return filled

    def _sent(self, field: str, name: str, of: Mapping[str, str]) -> Any:
        path = self._found(name)
        query = {**of, "field": field, "name": path.name}
        with path.open("rb") as file:
            content = {"Content-Type": "application/octet-stream"}
            return self._answer("POST", "/attachments", params=query, content=file, headers=content, tries=1)

    def _found(self, name: str) -> Path:
        if self.files is None:
            raise CallRefused(
                "No folder is open to this tool: set LIANQIAO_FILES to the one that holds the files."
            )
        path = (self.files / name).resolve()
        if not path.is_relative_to(self.files.resolve()) or not path.is_file():
            raise CallRefused(f"There is no file “{name}” in the folder that is open to this tool.")
        return path

    def _answer(self, method: str, path: str, *, tries: int = TRIES, **request: Any) -> Any:
        for left in reversed(range(tries)):
            try:
                response = self._client.request(method, BASE + path, **request)
                break
            except self._failed as error:
                if not left:
                    raise CallRefused(f"The zone's server could not be reached: {error}") from error
        if response.is_success:
            return response.json()
        raise CallRefused(_told(response))


def from_environment() -> Calls:
    """Return calls for the token in LIANQIAO_TOKEN, after trying it.

    Raises Refusal `token-missing`, `token-refused`.
    """
    token = os.environ.get("LIANQIAO_TOKEN", "")
    if not token:
        raise refuse(
            "token-missing",
            "LIANQIAO_TOKEN is not set",
            hint="make one on the page “Access tokens” of the site",
        )
    folder = os.environ.get("LIANQIAO_FILES", "")
    calls = Calls(
        token=token,
        server=os.environ.get("LIANQIAO_SERVER", "").rstrip("/"),
        language=os.environ.get("LIANQIAO_LANGUAGE", "zh-hans"),
        files=Path(folder) if folder else None,
    )
    try:
        calls.get("/me")
    except CallRefused as refused:
        calls.close()
        raise Refusal(*refuse("token-refused", str(refused), hint="make a new token").problems) from None
    return calls


def _told(response: Any) -> str:
    """Return a refusal as lines: what is wrong, then each problem with its field."""
    try:
        told = response.json()
        lines = [f"{response.status_code} {told['title']}: {told['detail']}"]
        for one in told["problems"]:
            where = f"{one['field']}: " if one["field"] else ""
            remedy = f" ({one['hint']})" if one["hint"] else ""
            lines.append(f"- {where}{one['reason']}{remedy} [{one['code']}]")
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code}: the server failed"
    return "\n".join(lines)


def _site() -> Any:
    from lianqiao.command_line import django_site

    django_site.start()
    from lianqiao.site.wsgi import application

    return application
