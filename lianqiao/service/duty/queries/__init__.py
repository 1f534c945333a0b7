"""Who has how much to do, what somebody holds, and whether any case is nobody's."""

from lianqiao.bridge.queries import ownerless
from lianqiao.service.duty.queries.holdings import Holdings, holdings, may_hand_over
from lianqiao.service.duty.queries.workload import (
    DUE,
    OPEN,
    OVERDUE,
    Load,
    cases_of,
    week_end,
    workload,
)

__all__ = [
    "DUE",
    "OPEN",
    "OVERDUE",
    "Holdings",
    "Load",
    "cases_of",
    "holdings",
    "may_hand_over",
    "ownerless",
    "week_end",
    "workload",
]
