"""A zone to test with; every refusal met on the way must have words for its reader."""

from __future__ import annotations

import pytest

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.organization.wording import said
from tests.organization.zone_made import Zone


@pytest.fixture
def zone(db: None) -> Zone:
    """An empty zone at 10:00 on a Wednesday."""
    return Zone()


@pytest.fixture(autouse=True)
def _refusals_have_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a refusal lacks a fact its sentence speaks of."""
    built = Refusal.__init__

    def checked(self: Refusal, *problems: Problem) -> None:
        for problem in problems:
            assert all(said(problem))
        built(self, *problems)

    monkeypatch.setattr(Refusal, "__init__", checked)
