"""The numbers of people in a case, for those who handle it or filed it; who looked stays in the trail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lianqiao.bridge.queries.one_case import case_for, log_of
from lianqiao.bridge.queries.personal import numbers_of
from lianqiao.engine.errors import refuse
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person


@transaction.atomic
def show_numbers(number: str, *, by: Person, now: datetime) -> list[str]:
    """Return the telephone and identity numbers that stand in a case, each once, and record who looked.

    Raises Refusal: `unknown-case`, `wrong-role` for whoever has no part in the case.
    """
    seen = case_for(number, by, at=now)
    if not seen.private:
        reason = "only those with a part in the case see it"
        raise refuse("wrong-role", reason, hint="ask who handles it", role="")
    trace("show-numbers", seen.case, actor=by, now=now, case=seen.case.number)
    return numbers_of(seen, log_of(seen.case))
