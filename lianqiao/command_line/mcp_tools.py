"""The tools an assistant is offered: each one or two calls of the API, told as the API tells it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from lianqiao import __version__
from lianqiao.command_line.api_calls import CallRefused, Calls

Told = dict[str, Any]
Tool = TypeVar("Tool", bound=Callable[..., Any])
Standing = Literal["", "broken", "at-risk", "running", "paused", "waiting", "kept", "ended"]

LOOKS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
ADDS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
MOVES = ToolAnnotations(read_only_hint=False, destructive_hint=True, open_world_hint=False)


def server_of(calls: Calls, instructions: str) -> MCPServer[Any]:
    """Return the server with every tool, speaking through `calls`."""
    server: MCPServer[Any] = MCPServer("lianqiao", version=__version__, instructions=instructions)
    looking, doing = Looking(calls), Doing(calls)
    for tool, hints in (
        (looking.look_up_promise, LOOKS),
        (looking.search_items, LOOKS),
        (looking.list_matters, LOOKS),
        (looking.worklist, LOOKS),
        (looking.show_case, LOOKS),
        (looking.possible_acts, LOOKS),
        (looking.reckon_clock, LOOKS),
        (looking.progress, LOOKS),
        (doing.file_case, ADDS),
        (doing.act, MOVES),
    ):
        server.tool(annotations=hints)(_told(tool))
    return server


def _told(tool: Tool) -> Tool:
    """Let the assistant read why it was refused."""

    @wraps(tool)
    def answer(*given: Any, **named: Any) -> Any:
        try:
            return tool(*given, **named)
        except CallRefused as refused:
            raise ToolError(str(refused)) from None

    return answer  # type: ignore[return-value]


class Looking:
    """Tools that only look."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def look_up_promise(self, promise: str = "") -> Told:
        """What the zone promises: the list, or one by its id with times, steps, rules and what it needs."""
        return _dict(self.calls.get(_at("promises", promise) if promise else "/promises"))

    def search_items(self, question: str, limit: int = 10, cursor: str = "") -> Told:
        """Search the public catalogue of service items with a question in plain words, best first."""
        return _dict(self.calls.get("/items", q=question, limit=limit, cursor=cursor))

    def list_matters(
        self,
        show: Literal["all", "firm", "zone", "done"] = "all",
        search: str = "",
        standing: Standing = "",
        limit: int = 20,
        cursor: str = "",
    ) -> Told:
        """The cases of the person's firms: all, those waiting for the firm or the zone, or those done."""
        return _dict(
            self.calls.get("/matters", show=show, q=search, standing=standing, limit=limit, cursor=cursor)
        )

    def worklist(
        self,
        show: Literal["todo", "waiting", "done"] = "todo",
        search: str = "",
        standing: Standing = "",
        limit: int = 20,
        cursor: str = "",
    ) -> Told:
        """The cases in an officer's hands, least time left first."""
        return _dict(
            self.calls.get("/worklist", show=show, q=search, standing=standing, limit=limit, cursor=cursor)
        )

    def show_case(self, number: str, explain: bool = False, log: bool = False) -> Told:
        """One case: states, people, data, clocks; `explain` adds why each day counts, `log` what happened."""
        told = _dict(self.calls.get(_at("cases", number)))
        if not explain:
            for clock in told["clocks"]:
                clock.pop("walk")
        if log:
            told["log"] = self.calls.get(_at("cases", number, "log"), limit=200)["items"]
        return told

    def possible_acts(self, number: str) -> Told:
        """The steps the person can take in a case now, each with the JSON Schema of the data it needs."""
        return _dict(self.calls.get(_at("cases", number, "acts")))

    def reckon_clock(
        self,
        start: str,
        budget: str,
        *,
        extend: str = "",
        pause: list[str] | None = None,
        as_of: str = "",
        receipt: Literal["instant", "office-hours"] = "instant",
    ) -> Told:
        """Work out a deadline, day by day: start 2026-02-11T10:00, budget 3wd, 21wh, 24h, 30nd or 1nm.

        A pause is START/END, the end left out while it lasts; an extension BUDGET@APPROVED-AT.
        """
        body = {"start": start, "budget": budget, "extend": extend, "as_of": as_of, "receipt": receipt}
        return _dict(self.calls.post("/clock", body | {"pause": pause or []}))

    def progress(self, code: str) -> Told:
        """How a case stands, for anyone with its progress code; nothing private."""
        return _dict(self.calls.get(_at("progress", code)))


class Doing:
    """Tools that do something in the person's name."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def file_case(
        self, promise: str, data: Told, files: dict[str, list[str]] | None = None, firm: str = ""
    ) -> Told:
        """Open a case: file what a promise asks for; its clock starts at once.

        `data` fits the promise's `needs`. `files` names files of the open folder by field. `firm` is a credit
        code, needed where the person acts for several firms.
        """
        body = {"promise": promise, "data": self.calls.with_files(data, files or {}, promise=promise)}
        return _brief(self.calls.post("/cases", body | ({"firm": firm} if firm else {})))

    def act(
        self,
        number: str,
        step: str,
        *,
        data: Told | None = None,
        files: dict[str, list[str]] | None = None,
        confirmed: bool = False,
        seq: int = 0,
    ) -> Told:
        """Take a step of a case. Give `seq` as the case showed it, to be refused if someone acted since.

        A grave act needs confirmed=true: ask the person before.
        """
        filled = self.calls.with_files(data or {}, files or {}, case=number)
        seen = {"If-Match": f'"{seq}"'} if seq else {}
        body = {"data": filled, "confirmed": confirmed}
        return _brief(self.calls.post(_at("cases", number, "acts", step), body, headers=seen))


def _at(*parts: str) -> str:
    """Return the address of what an assistant names; whatever it says stays one part of it."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


def _dict(told: Any) -> Told:
    return dict(told)


def _brief(case: Told) -> Told:
    """Return of a case what matters after an act."""
    kept = (
        "number",
        "title",
        "states",
        "standing",
        "waits_for",
        "due",
        "outcome",
        "progress_code",
        "seq",
        "acts",
    )
    return {name: case[name] for name in kept}
