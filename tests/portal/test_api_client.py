"""A client generated from the document files a drama, has it returned, corrects it, and sees it passed."""

from __future__ import annotations

import importlib
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from lianqiao.bridge.models import Case
from lianqiao.site.wsgi import application
from tests.portal.api_world import BASE, FILING, token_of
from tests.world import PDF, World

# kinds of bytes the generator does not know as such
CONFIG = """
post_hooks: []
content_type_overrides:
  image/jpeg: application/octet-stream
  application/offset+octet-stream: application/octet-stream
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the generated package, importable while the module runs."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_bytes(Client().get(f"{BASE}/openapi.json").content)
    (folder / "config.yaml").write_text(CONFIG)
    done = subprocess.run(
        [
            Path(sys.executable).with_name("openapi-python-client"), "generate",
            "--path", folder / "openapi.json", "--output-path", folder / "lianqiao_client",
            "--meta", "none", "--config", folder / "config.yaml",
            "--fail-on-warning",
        ],
        check=False,
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield "lianqiao_client"
    sys.path.remove(str(folder))


@pytest.fixture
def in_process() -> Iterator[None]:
    """Keep the connection of the test's transaction over requests, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Caller:
    """Calls generated operations for one person."""

    def __init__(self, package: str, secret: str) -> None:
        self.package = package
        self.client = self.part("client").AuthenticatedClient(
            base_url="http://testserver",
            token=secret,
            raise_on_unexpected_status=True,
            httpx_args={"transport": httpx.WSGITransport(app=application)},
        )

    def part(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package}.{name}")

    def model(self, name: str) -> Any:
        return getattr(self.part("models"), name)

    def call(self, module: str, **arguments: Any) -> Any:
        answer = self.part(f"api.{module}").sync_detailed(client=self.client, **arguments)
        assert answer.status_code in (200, 201), answer.content.decode()
        return answer.parsed


def test_filing_returned_corrected_passed(world: World, generated: str, in_process: None) -> None:
    firm = Caller(generated, token_of(world.agent))
    assert firm.call("me.show_me").person.name == world.agent.name

    case = firm.call("cases.open_case", body=filing(firm))
    assert case.standing == "running"
    assert case.clocks[0].due_date == "2026-02-14"

    steward = Caller(generated, token_of(world.steward_of(Case.objects.get(number=case.number))))
    assert [one.number for one in steward.call("lists.list_worklist").items] == [case.number]
    steps = [one.step for one in steward.call("acts.list_acts", number=case.number).items]
    assert {"pass_review", "return_incorrect"} <= set(steps)
    returned = act(
        steward,
        case.number,
        "return_incorrect",
        {"incorrect": [{"field": "synopsis", "reason": "请写明结局"}]},
    )
    assert returned.waits_for == "applicant"
    assert returned.clocks[0].standing == "paused"

    needs = firm.call("acts.list_acts", number=case.number).items
    again = next(one for one in needs if one.step == "correct").needs
    assert again["required"] == ["synopsis"]
    corrected = act(firm, case.number, "correct", {"synopsis": "示例梗概：结局是话说到做到。"})
    assert corrected.standing == "running"

    passed = act(steward, case.number, "pass_review", {"review_opinion": "同意"})
    assert [state.id for state in passed.states] == ["production"]
    assert firm.call("cases.verify_case", number=case.number).intact is True
    names = [entry.name for entry in firm.call("cases.list_log", number=case.number).items]
    assert names == ["file", "return_incorrect", "correct", "pass_review"]
    feed = firm.call("changes.list_changes").items
    assert [change.name for change in feed] == names


def filing(firm: Caller) -> Any:
    file = firm.part("types").File
    data: dict[str, Any] = {
        "drama_title": "示例剧《桥上的人》",
        "episodes": 80,
        "minutes_per_episode": 2,
        "investment": "1200000",
        "special_topic": "none",
        "synopsis": "示例梗概",
    }
    for field in ("application_form", "production_licence", "script"):
        kept = firm.call(
            "attachments.upload_file",
            body=file(io.BytesIO(PDF)),
            field=field,
            name=f"{field}.pdf",
            promise=FILING,
        )
        data[field] = [{"sha256": kept.sha256, "name": kept.name}]
    return firm.model("CaseWanted").from_dict({"promise": FILING, "data": data})


def act(caller: Caller, number: str, step: str, data: dict[str, Any]) -> Any:
    wanted = caller.model("ActWanted").from_dict({"data": data})
    return caller.call("acts.act", number=number, step=step, body=wanted)
