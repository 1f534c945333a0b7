"""What can be asked of the bridge; nothing here writes."""

from lianqiao.bridge.queries.lists import (
    case_by_progress_code,
    done_by,
    matching,
    matters,
    notices,
    unread_count,
    waiting_for_firm,
    worklist,
)
from lianqiao.bridge.queries.log import Verdict, exported_log, verify_log
from lianqiao.bridge.queries.overview import (
    STANDINGS,
    Standing,
    Tally,
    promises,
    standing,
    standing_of,
    tally,
    tally_by,
)
from lianqiao.bridge.queries.roles import acts_for, held_in, may_see

__all__ = [
    "STANDINGS",
    "Standing",
    "Tally",
    "Verdict",
    "acts_for",
    "case_by_progress_code",
    "done_by",
    "exported_log",
    "held_in",
    "matching",
    "matters",
    "may_see",
    "notices",
    "promises",
    "standing",
    "standing_of",
    "tally",
    "tally_by",
    "unread_count",
    "verify_log",
    "waiting_for_firm",
    "worklist",
]
