"""The tools of an assistant, used by the protocol's own client over standard input and output."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

mcp = pytest.importorskip("mcp")

from mcp import Client  # noqa: E402
from mcp.client.stdio import StdioServerParameters, stdio_client  # noqa: E402

from lianqiao.bridge.models import Case, Entry  # noqa: E402
from lianqiao.command_line.main import main  # noqa: E402
from lianqiao.organization import commands  # noqa: E402
from lianqiao.organization.queries import SCOPES  # noqa: E402
from tests.portal.api_world import FILING, token_of  # noqa: E402
from tests.world import NOW, PDF, at, build_world  # noqa: E402

pytestmark = pytest.mark.django_db(transaction=True)
TOOLS = {
    "look_up_promise", "search_items", "list_matters", "worklist", "show_case", "possible_acts", "file_case",
    "act", "reckon_clock", "progress",
}  # fmt: skip
DATA = {
    "drama_title": "示例剧《桥上的人》",
    "episodes": 80,
    "minutes_per_episode": 2,
    "investment": "1200000",
    "special_topic": "none",
    "synopsis": "示例梗概",
}


class Assistant:
    """Calls tools; `fails` returns the words of a refusal."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> Any:
        answer = await self.client.call_tool(tool, arguments)
        assert not answer.is_error, answer.content
        return answer.structured_content

    async def fails(self, tool: str, **arguments: Any) -> str:
        answer = await self.client.call_tool(tool, arguments)
        assert answer.is_error
        return str(answer.content[0].text)


@asynccontextmanager
async def assistant(secret: str, server: str, folder: Path) -> AsyncIterator[Assistant]:
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "lianqiao", "mcp"],
        env={
            **os.environ,
            "LIANQIAO_TOKEN": secret,
            "LIANQIAO_SERVER": server,
            "LIANQIAO_FILES": str(folder),
            "LIANQIAO_LANGUAGE": "zh-hans",
        },
    )
    async with Client(stdio_client(parameters)) as client:
        yield Assistant(client)


def with_assistant(
    secret: str, server: str, folder: Path, story: Callable[[Assistant], Coroutine[Any, Any, None]]
) -> None:
    async def run() -> None:
        with anyio.fail_after(60):
            async with assistant(secret, server, folder) as one:
                await story(one)

    # a thread of its own: the tests' Chromium keeps a loop running in this one
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, run).result()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "open").mkdir()
    for name in ("申请表.pdf", "许可证.pdf", "剧本.pdf"):
        (tmp_path / "open" / name).write_bytes(PDF)
    (tmp_path / "secret.pdf").write_bytes(PDF)
    return tmp_path / "open"


FILES = {"application_form": ["申请表.pdf"], "production_licence": ["许可证.pdf"], "script": ["剧本.pdf"]}


def test_a_drama_is_filed_returned_and_passed(live_server: Any, folder: Path) -> None:
    with at(NOW):
        world = build_world()

        async def file(one: Assistant) -> None:
            tools = (await one.client.list_tools()).tools
            assert {tool.name for tool in tools} == TOOLS
            assert all(tool.description for tool in tools)
            promise = await one.call("look_up_promise", promise=FILING)
            assert "drama_title" in promise["needs"]["required"]
            made = await one.call("file_case", promise=FILING, data=DATA, files=FILES)
            assert (made["standing"], made["due"][:10]) == ("running", "2026-02-14")
            matters = await one.call("list_matters")
            assert [case["number"] for case in matters["items"]] == [made["number"]]
            told = await one.call("show_case", number=made["number"], explain=True, log=True)
            assert told["clocks"][0]["walk"][-1]["kind"] == "make_up"
            assert told["log"][0]["via"] == "mcp"
            public = await one.call("progress", code=made["progress_code"])
            assert public["title"] == DATA["drama_title"]

        with_assistant(token_of(world.agent), live_server.url, folder, file)
        case = Case.objects.get()

        async def review(one: Assistant) -> None:
            (todo,) = (await one.call("worklist"))["items"]
            acts = (await one.call("possible_acts", number=todo["number"]))["items"]
            assert "pass_review" in {act["step"] for act in acts}
            refused = await one.fails("act", number=case.number, step="refuse_review")
            assert "confirm-needed" in refused
            done = await one.call(
                "act", number=case.number, step="pass_review", data={"review_opinion": "同意"}, seq=1
            )
            assert [state["id"] for state in done["states"]] == ["production"]
            late = await one.fails(
                "act", number=case.number, step="pass_review", data={"review_opinion": "同意"}, seq=1
            )
            assert " 412 " in late
            assert "先行办理" in late

        with_assistant(token_of(world.steward_of(case)), live_server.url, folder, review)
    assert ['"via":"mcp"' in body for body in Entry.objects.values_list("body", flat=True)] == [True, True]


def test_rights_are_the_persons_own(live_server: Any, folder: Path) -> None:
    with at(NOW):
        world = build_world()
        case = world.file()

        async def look(one: Assistant) -> None:
            for tool in ("show_case", "possible_acts"):
                assert " 404 " in await one.fails(tool, number=case.number)
            assert (await one.call("list_matters"))["items"] == []
            assert " 403 " in await one.fails("worklist")
            for number in ("../me", "WDJ-2026-000001?x=1", "", "%2e%2e"):
                assert re.search(" (404|422) ", await one.fails("show_case", number=number))

        with_assistant(token_of(world.stranger), live_server.url, folder, look)

        async def act(one: Assistant) -> None:
            refused = await one.fails("file_case", promise=FILING, data={"drama_title": 5, "nothing": 1})
            assert " 403 " in refused
            assert "scope-missing" in refused

        with_assistant(token_of(world.agent, "read"), live_server.url, folder, act)


def test_every_problem_is_told_with_its_field(live_server: Any, folder: Path) -> None:
    with at(NOW):
        world = build_world()

        async def story(one: Assistant) -> None:
            told = await one.fails("file_case", promise=FILING, data={**DATA, "episodes": "many"})
            assert "- episodes: " in told
            assert "- application_form: " in told
            assert "此项必填" in told

        with_assistant(token_of(world.agent), live_server.url, folder, story)


@pytest.mark.parametrize("name", ["../secret.pdf", "/etc/passwd", "nothing.pdf", "."])
def test_files_come_from_the_open_folder_alone(live_server: Any, folder: Path, name: str) -> None:
    with at(NOW):
        world = build_world()

        async def story(one: Assistant) -> None:
            told = await one.fails("file_case", promise=FILING, data=DATA, files={"script": [name]})
            assert "no file" in told

        with_assistant(token_of(world.agent), live_server.url, folder, story)
    assert not Case.objects.exists()


def test_on_the_zones_own_machine_it_needs_no_server(folder: Path, settings: Any) -> None:
    """Without an address the tools ask this machine's own database."""
    now = datetime.now(UTC)
    world = build_world(now)
    _token, secret = commands.make_token(
        world.agent.pk, name="test", scopes=SCOPES, days=1, actor=world.agent, now=now
    )
    database = settings.DATABASES["default"]
    address = f"sqlite:///{database['NAME']}"
    if "postgresql" in database["ENGINE"]:
        address = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DATABASE_URL", address)

        async def story(one: Assistant) -> None:
            told = await one.call("reckon_clock", start="2026-02-11T10:00", budget="3wd")
            assert (told["due_date"], told["walk"][-1]["kind"]) == ("2026-02-14", "make_up")
            made = await one.call("file_case", promise=FILING, data=DATA, files=FILES)
            assert made["number"].startswith("WDJ-")

        with_assistant(secret, "", folder, story)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("secret", ["", "lqt_nothing"])
def test_without_a_token_it_does_not_start(
    live_server: Any, secret: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIANQIAO_TOKEN", secret)
    monkeypatch.setenv("LIANQIAO_SERVER", live_server.url)
    assert main(["mcp"]) == 2
    assert "token" in capsys.readouterr().err.lower()


def test_where_the_package_is_missing_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert main(["mcp"]) == 2
    assert "lianqiao[mcp]" in capsys.readouterr().err
