"""Who may what: every operation of the document, asked by everyone, about what belongs to firm A.

The world: a case of firm A in the hands of one steward, a leave of that steward, a webhook of firm A's agent.
Firm B, and a steward's colleague, must find of it only what the promise lets them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from lianqiao.bridge.models import Case
from lianqiao.portal.api import document
from lianqiao.portal.api.root import api
from tests.portal.api_rights import EXPECTED
from tests.portal.api_scene import Scene, scene
from tests.portal.api_world import FILING
from tests.portal.matrix_world import ROLES
from tests.world import NOW, PDF, at

__all__ = ["scene"]

pytestmark = pytest.mark.once
OPERATIONS = {
    one["operationId"]: (address, method, one)
    for address, method, one in document.operations(document.of(api))
}


def test_the_matrix_is_whole() -> None:
    assert set(EXPECTED) == set(OPERATIONS)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_who_may(scene: Scene, name: str, role: str) -> None:
    answer = ask(scene, name, role)
    assert answer.status_code == EXPECTED[name][ROLES.index(role)], answer.content.decode()[:300]
    if role == "firm_b" and name not in ("showProgress",):
        # of firm A's case B learns nothing, not even that there is one
        assert scene.number not in answer.content.decode()


def ask(scene: Scene, name: str, role: str) -> Any:
    address, method, _operation = OPERATIONS[name]
    if name == "showResolution":
        address = address.replace("{promise}", "enterprise-demand")
    of_studio = address.startswith("/api/v1/studio/")
    for part, value in (scene.studio_parts if of_studio else scene.parts).items():
        address = address.replace(f"{{{part}}}", str(value))
    assert "{" not in address, f"{address}: nothing to put there"
    body, kind = json.dumps(scene.bodies.get(name, {})).encode(), "application/json"
    if name == "openCase" and role in ("firm_a", "firm_b"):
        body = json.dumps(_filing(scene, role)).encode()
    if name == "importMiningLog":
        body, kind = b"a,b,c\n1,x,2025-01-02\n", "application/octet-stream"
    if name == "uploadFile":
        body, kind = PDF, "application/octet-stream"
    sent = {"beginUpload": {"Upload-Length": "10"}, "appendToUpload": {"Upload-Offset": "0"}}
    if name == "appendToUpload":
        body, kind = b"%PDF-", "application/offset+octet-stream"
    headers = {"Authorization": f"Bearer {scene.tokens[role]}"} if role in scene.tokens else {}
    headers |= sent.get(name, {})
    with at(NOW), transaction.atomic():
        answer = Client().generic(
            method.upper(), f"{address}?{scene.queries.get(name, '')}", body, kind, headers=headers
        )
        if answer.streaming:
            b"".join(answer.streaming_content)
            answer = type("Streamed", (), {"status_code": answer.status_code, "content": b""})
        transaction.set_rollback(True)
    return answer


def _filing(scene: Scene, role: str) -> dict[str, Any]:
    from tests.portal.api_world import Api

    return Api(scene.tokens[role]).filing()


def test_every_guarded_operation_names_a_scope() -> None:
    unscoped = {name for name, (_, _, one) in OPERATIONS.items() if not one["x-scope"]}
    assert {name for name, row in EXPECTED.items() if row[0] != 401} == unscoped


def test_the_case_is_the_one_spoken_of(scene: Scene) -> None:
    assert Case.objects.get(mechanism=FILING).number == scene.number
