"""What every test may use: the shared data where it lies beside the checkout, and the choice of tests."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

pytest_plugins = ["tests.browser.chromium"]

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only tests that touch the database")


# what never touches a database; the browser's tests see the same pages on either
WITHOUT_DATABASE = tuple(ROOT / "tests" / name for name in ("browser", "engine", "house"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    kept: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        kept[_touches_database(item)].append(item)
    config.hook.pytest_deselected(items=kept[False])
    items[:] = kept[True]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Let the fuzzer ask only PostgreSQL where both are tested: it refuses more than SQLite does."""
    if config.getoption("--database-only"):
        return _below(collection_path, WITHOUT_DATABASE) or None
    both = bool(os.environ.get("TEST_POSTGRES_URL"))
    return True if both and collection_path.name == "test_api_fuzz.py" else None


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not in what lives until the end: it took an eighth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _below(path: Path, places: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(place) for place in places)


def _touches_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    marked = item.get_closest_marker("django_db") is not None
    # a browser sees the same pages on either database
    once = item.get_closest_marker("browser") or item.get_closest_marker("once")
    return not once and (marked or "db" in fixtures or "transactional_db" in fixtures)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Let the tests' database be made at once, as an empty one is in service, and be emptied quickly."""
    from django.core.management import call_command

    from lianqiao.site import new_database
    from tests.emptying import only_what_was_written

    def called(name: str, *arguments: str, **options: Any) -> None:
        if name == "migrate" and new_database.is_empty():
            new_database.make_tables()
        call_command(name, *arguments, **options)

    with mock.patch("django.core.management.call_command", called), only_what_was_written():
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; tests on it are skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return folder


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Forget figures up to a minute old, who has asked how often, and the language of the last page read."""
    yield
    if translation := sys.modules.get("django.utils.translation"):
        translation.deactivate()
    if django_cache := sys.modules.get("django.core.cache"):
        django_cache.cache.clear()
    if rate := sys.modules.get("lianqiao.portal.api.rate"):
        rate.METER.forget()


@pytest.fixture
def publishing(settings: Any) -> Iterator[None]:
    """Let what is published be seen at once; nothing of it is left for the next test."""
    from lianqiao.bridge import publications

    settings.PUBLISHED_LOOK_EVERY_S = 0
    publications.forget()
    yield
    publications.forget()
