"""Fields that hold the number of another case: it must be there, of the same promise, and open."""

from __future__ import annotations

from lianqiao.bridge.models import Case
from lianqiao.bridge.queries.one_case import reads_as_number
from lianqiao.engine.case_state import Body
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.mechanism import Mechanism


def check_references(mechanism: Mechanism, body: Body, *, own: str = "") -> None:
    """Raise Refusal `needs-wrong` (fault `not-case`) where an entry names no open case of the promise meant.

    `own` is the number of the case itself, which cannot refer to itself.
    """
    problems = []
    for name, value in body.get("data", {}).items():
        field = mechanism.fields.get(name)
        if field is None or not field.case_of:
            continue
        there = reads_as_number(value) and value != own
        if not (
            there and Case.objects.filter(number=value, mechanism=field.case_of, closed_at=None).exists()
        ):
            facts = {"field": name, "fault": "not-case"}
            problems.append(Problem("needs-wrong", "no such open case", place=f"field {name}", facts=facts))
    if problems:
        raise Refusal(*problems)
