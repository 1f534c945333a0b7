"""`/metrics`: who may read it, what it counts, and that its size does not grow with use."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from lianqiao.bridge import jobs
from lianqiao.bridge.models import Seal
from lianqiao.site import pulse, zone_metrics
from tests.site.conftest import HERE, PASSED_ON, VISITOR
from tests.world import NOW, World, at, signed_in


def scraped(**who: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    response = Client().get("/metrics", **(who or HERE))
    assert response.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def value(found: dict[Any, float], name: str, **labels: str) -> float:
    return found[name, tuple(sorted(labels.items()))]


@pytest.mark.django_db
@pytest.mark.parametrize("who", [VISITOR, PASSED_ON])
def test_not_for_visitors(who: dict[str, str], settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, metrics_token="t")
    for more in ({}, {"HTTP_AUTHORIZATION": "Bearer x"}, {"HTTP_AUTHORIZATION": "Basic dDo="}):
        response = Client().get("/metrics", **who, **more)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert b"lianqiao_" not in response.content
    assert scraped(**who, HTTP_AUTHORIZATION="Bearer t")


def test_requests_by_route_and_class(world: World) -> None:
    before = scraped().get(("lianqiao_requests_total", (("route", "home"), ("status", "2xx"))), 0)
    Client().get("/")
    Client().get("/")
    found = scraped()
    assert value(found, "lianqiao_requests_total", route="home", status="2xx") == before + 2
    assert value(found, "lianqiao_request_duration_seconds_count", route="home") >= 2
    assert value(found, "lianqiao_request_duration_seconds_bucket", route="home", le="+Inf") >= 2


def test_database_time(world: World) -> None:
    signed_in(world.steward_a).get("/worklist/")
    found = scraped()
    assert value(found, "lianqiao_request_statements_total", route="worklist") >= 3
    assert value(found, "lianqiao_request_database_seconds_sum", route="worklist") > 0


def test_addresses_add_no_series(world: World) -> None:
    case = world.file()
    client = signed_in(world.agent)
    client.get(f"/cases/{case.number}/")
    _look_elsewhere(client, 0)  # one of each kind of wrong address has its series
    scraped()  # the looking itself has its series
    first = scraped()
    for other in range(1, 40):
        _look_elsewhere(client, other)
    new = [(name, labels) for name, labels in scraped() if (name, labels) not in first]
    # quicker or slower answers may fill a new bucket of a kind that is there already
    assert {kind(labels) for _, labels in new} <= {kind(labels) for _, labels in first}
    assert not any("other" in str(labels) or "nowhere" in str(labels) for _, labels in new)


def _look_elsewhere(client: Client, other: int) -> None:
    client.get(f"/cases/XX-2026-{other:06d}/")
    client.get(f"/nowhere/{other}/")
    client.generic(f"WORD{other}", "/")


def kind(labels: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(label for label in labels if label[0] != "le")


def test_the_zone_in_numbers(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    world.act(world.file(), "withdraw", by=world.agent)
    world.act(case, "pass_review", by=steward, review_opinion="同意")
    jobs.tick(now=NOW)
    found = scraped()
    assert value(found, "lianqiao_cases", mechanism="microdrama-filing") == 2
    assert value(found, "lianqiao_cases_open", mechanism="microdrama-filing") == 1
    assert value(found, "lianqiao_promises", mechanism="microdrama-filing", standing="kept") == 1
    assert value(found, "lianqiao_clocks_due") == 0
    assert value(found, "lianqiao_notices_unread") >= 1
    assert value(found, "lianqiao_deliveries", state="failed") == 0
    assert value(found, "lianqiao_log_entries") == 4
    seal = Seal.objects.get()
    assert value(found, "lianqiao_log_head") == int(seal.hash[:12], 16)
    assert value(found, "lianqiao_log_sealed_timestamp_seconds") == NOW.timestamp()


def test_clock_due(world: World) -> None:
    world.file()
    with at(NOW + timedelta(days=30)):
        assert value(scraped(), "lianqiao_clocks_due") == 1


def test_acts_are_counted_once_when_settled(world: World) -> None:
    acts = zone_metrics.ActsCounted()
    world.file()
    acts.advance(0)
    assert not acts.counts, "what was there before is not counted"
    case = world.file()
    acts.advance(15)
    assert not acts.counts, "the newest may still lack a neighbour"
    acts.advance(80)
    assert acts.counts == {("microdrama-filing", "file"): 1}
    world.act(case, "withdraw", by=world.agent)
    acts.advance(95)
    acts.advance(160)
    acts.advance(300)
    assert acts.counts == {("microdrama-filing", "file"): 1, ("microdrama-filing", "withdraw"): 1}


def test_numbers_are_asked_at_most_every_fifteen_seconds(world: World) -> None:
    with mock.patch.object(zone_metrics.bridge, "measures", wraps=zone_metrics.bridge.measures) as asked:
        scraped(), scraped(), scraped()
    assert asked.call_count == 1


def test_refusals_by_code(world: World) -> None:
    before = scraped().get(("lianqiao_refusals_total", (("code", "unknown-case"),)), 0)
    signed_in(world.stranger).get("/cases/WDJ-2026-999999/")
    assert value(scraped(), "lianqiao_refusals_total", code="unknown-case") == before + 1


@pytest.mark.django_db
def test_worker(world: World) -> None:
    pulse.began(NOW - timedelta(seconds=20))
    pulse.ended(NOW - timedelta(seconds=12), took_s=8.0, done=True)
    found = scraped()
    assert value(found, "lianqiao_worker_last_tick_age_seconds") == 12
    assert value(found, "lianqiao_worker_last_tick_duration_seconds") == 8
    assert value(found, "lianqiao_worker_failures") == 0


@pytest.mark.django_db
def test_answers_while_the_database_is_away() -> None:
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        found = scraped()
    assert value(found, "lianqiao_database_up") == 0
    assert not [name for name, _ in found if name == "lianqiao_cases_open"]
    assert value(scraped(), "lianqiao_database_up") == 1
