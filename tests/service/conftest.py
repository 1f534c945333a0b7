"""What every test of this room may ask for: the zone, the town of benefits, the office of talents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lianqiao.organization.models import Person
from tests.benefit_world import Town, build_town
from tests.talent_world import evaluator
from tests.world import NOW, at, world

__all__ = ["office", "town", "world"]


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """A town of firms with its officers, at NOW."""
    with at(NOW):
        yield build_town()


@pytest.fixture
def office(town: Town) -> Person:
    """Who evaluates talents in that town."""
    return evaluator()
