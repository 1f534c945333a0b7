"""What both matrices speak of: a case of firm A in the hands of one steward, and everyone who might look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.db import transaction

from lianqiao.bridge import queries as bridge
from lianqiao.bridge.models import Case
from lianqiao.organization import commands
from lianqiao.organization.models import Person
from tests.portal.api_world import FILING, office
from tests.world import NOW, World, at, build_world

ROLES = ("anonymous", "firm_a", "firm_b", "steward", "other_steward", "leader", "office")


@dataclass
class Matrix:
    """The world, who looks (all roles but the anonymous), and what an address may name."""

    world: World
    case: Case
    people: dict[str, Person]
    parts: dict[str, Any]

    @property
    def steward(self) -> Person:
        """Who has the case."""
        return self.people["steward"]


@contextmanager
def matrix_world(blocker: Any) -> Iterator[Matrix]:
    """Build the world once for a module; nothing of it stays."""
    with blocker.unblock(), at(NOW), transaction.atomic():
        yield _made(build_world())
        transaction.set_rollback(True)


def _made(world: World) -> Matrix:
    case = world.file()
    steward = world.steward_of(case)
    people = {
        "firm_a": world.agent,
        "firm_b": world.stranger,
        "steward": steward,
        "other_steward": world.other_steward(case),
        "leader": world.leader,
        "office": office(),
    }
    leave = commands.file_leave(
        steward.pk,
        begin=NOW + timedelta(days=50),
        end=NOW + timedelta(days=51),
        kind="annual",
        actor=steward,
        now=NOW,
    )
    asked = commands.ask_binding(
        world.stranger, credit_code="91360112MA0000004H", firm_name="示例企业丁有限公司", now=NOW
    )
    series = commands.plan_shifts(
        steward.pk, code="drama-steward", place="", first_day=NOW.date(), last_day=None, weekdays=[1, 2, 3],
        begins=time(9), ends=time(12), actor=None, now=NOW,
    )  # fmt: skip
    file = bridge.state_of(case).data["application_form"][0]
    parts = {
        "mechanism": FILING,
        "promise": FILING,
        "number": case.number,
        "code": case.progress_code,
        "step": "pass_review",
        "sha256": file["sha256"],
        "name": file["name"],
        "credit_code": world.firm.credit_code,
        "request_id": asked.pk,
        "leave": leave.pk,
        "leave_id": leave.pk,
        "label": "0" * 16,
        "series": series.pk,
        "pattern_id": series.pk,
    }
    return Matrix(world, case, people, parts)
