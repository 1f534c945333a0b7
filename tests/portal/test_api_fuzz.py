"""The API against its own document: whatever the document allows or forbids, the answer is what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unittest import SkipTest

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.pytest.plugin import make_constants_value_source
from schemathesis.specs.openapi.checks import ignored_auth

from lianqiao.bridge import commands as bridge
from lianqiao.organization import commands
from lianqiao.portal.api import rate
from lianqiao.site.wsgi import application
from tests.portal.api_world import office, token_of
from tests.world import NOW, World, at, build_world

EXAMPLES = 6
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            # a step refuses what the promise's own rules do not allow, and says so
            "positive_data_acceptance": {"expected-statuses": ["2xx", "4xx"]},
        },
    }
)


# a piece of an upload is bytes, by another name
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)
OPERATIONS = {one.ok().label: one.ok() for one in api.get_all_operations()}


@pytest.fixture
def asked(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The token of someone who may nearly everything, and real things for addresses to lead to."""
    monkeypatch.setattr(rate, "METER", rate.Meter(per_minute=10**9))
    # the connection of this test's transaction outlives a request, as under Django's own client
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with at(NOW):
        world = build_world()
        case = world.file()
        who = office()
        commands.join_firm(who.pk, firm_id=world.firm.pk, role="administrator", actor=None, now=NOW)
        commands.give_duty(who.pk, code="drama-leader", actor=None, now=NOW)
        steward = world.steward_of(case)
        bridge.hand_over(steward, to_person=who, duty="drama-steward", by=steward, reason="test", now=NOW)
        yield {"headers": {"Authorization": f"Bearer {token_of(who)}"}, "real": _real(world, case)}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _real(world: World, case: Any) -> dict[str, str]:
    return {
        "number": case.number,
        "promise": case.mechanism,
        "step": "pass_review",
        "credit_code": world.firm.credit_code,
        "code": case.progress_code,
    }


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_operation(label: str, asked: dict[str, Any]) -> None:
    # what is asked is thought out here: under `api.parametrize` each worker would do so for all of them, at
    # the start of a run that chose one
    test = build_operation_test(
        config=api.config,
        operation=OPERATIONS[label],
        test_func=answered_as_told,
        given_kwargs={},
        feedback=FeedbackSources(constants_value_source=make_constants_value_source(api)),
    )
    try:
        test(asked=asked)
    except SkipTest as nothing:
        pytest.fail(str(nothing))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def answered_as_told(case: Any, asked: dict[str, Any]) -> None:
    for name, value in asked["real"].items():
        given = case.path_parameters.get(name) if case.path_parameters else None
        if isinstance(given, str) and re.fullmatch(r"[A-Za-z0-9_-]+", given) and _fits(case, name, given):
            case.path_parameters[name] = value
    # that every operation wants a token is shown for each by the matrix of roles
    case.call_and_validate(headers=asked["headers"], excluded_checks=[ignored_auth])


def _fits(case: Any, name: str, given: str) -> bool:
    for parameter in case.operation.path_parameters:
        if parameter.name == name:
            return bool(re.search(parameter.definition["schema"].get("pattern", ""), given))
    return False
