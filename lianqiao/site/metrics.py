"""What is measured while serving, for Prometheus. Labels come from closed lists: routes, promises, codes."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

# when a series began tells nobody anything here, and doubles the answer
disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Counter(
    "lianqiao_requests",
    "Requests answered, by route and class of status",
    ("route", "status"),
    registry=REGISTRY,
)
REQUEST_S = Histogram(
    "lianqiao_request_duration_seconds",
    "Time until a request was answered, without sending the body",
    ("route",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
DATABASE_S = Histogram(
    "lianqiao_request_database_seconds",
    "Time the database took over the statements of one request",
    ("route",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
STATEMENTS = Counter(
    "lianqiao_request_statements",
    "Statements sent to the database for requests",
    ("route",),
    registry=REGISTRY,
)
TICKS = Counter("lianqiao_worker_ticks", "Ticks of this process's worker", ("result",), registry=REGISTRY)


def count_request(route: str, status: int, took_s: float, *, database_s: float, statements: int) -> None:
    """Count one request."""
    REQUESTS.labels(route, f"{status // 100}xx").inc()
    REQUEST_S.labels(route).observe(took_s)
    if statements:
        DATABASE_S.labels(route).observe(database_s)
        STATEMENTS.labels(route).inc(statements)


def count_tick(*, done: bool) -> None:
    """Count one tick of the worker in this process."""
    TICKS.labels("done" if done else "failed").inc()
