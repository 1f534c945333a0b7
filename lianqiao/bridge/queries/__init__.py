"""What can be asked of the bridge; nothing here writes."""

from lianqiao.bridge.queries.checks import FileLooked, looked_into
from lianqiao.bridge.queries.job_rows import job_for, job_waiting, jobs_of
from lianqiao.bridge.queries.lists import (
    case_by_progress_code,
    done_by,
    done_count,
    matching,
    matters,
    notices,
    numbered,
    unread_count,
    waiting_for_firm,
    worklist,
)
from lianqiao.bridge.queries.log import Verdict, exported_log, verify_log
from lianqiao.bridge.queries.one_case import (
    CaseSeen,
    Document,
    LogLine,
    case_for,
    document_of,
    log_of,
    mechanism_of,
    part_cases,
    received_files,
    state_of,
    unknown_case,
)
from lianqiao.bridge.queries.outcomes import Group, outcomes_differ, tallies
from lianqiao.bridge.queries.overview import (
    STANDINGS,
    Standing,
    Tally,
    promises,
    standing,
    standing_of,
    summed,
    tally,
)
from lianqiao.bridge.queries.personal import kept_of
from lianqiao.bridge.queries.ratings import (
    RatingTally,
    rating_of,
    rating_tally,
    rating_tally_by_owner,
)
from lianqiao.bridge.queries.results import ResultSeen, result_by_code, results_of
from lianqiao.bridge.queries.roles import acts_for, held_in, may_see

__all__ = [
    "STANDINGS",
    "CaseSeen",
    "Document",
    "FileLooked",
    "Group",
    "LogLine",
    "RatingTally",
    "ResultSeen",
    "Standing",
    "Tally",
    "Verdict",
    "acts_for",
    "case_by_progress_code",
    "case_for",
    "document_of",
    "done_by",
    "done_count",
    "exported_log",
    "held_in",
    "job_for",
    "job_waiting",
    "jobs_of",
    "kept_of",
    "log_of",
    "looked_into",
    "matching",
    "matters",
    "may_see",
    "mechanism_of",
    "notices",
    "numbered",
    "outcomes_differ",
    "part_cases",
    "promises",
    "rating_of",
    "rating_tally",
    "rating_tally_by_owner",
    "received_files",
    "result_by_code",
    "results_of",
    "standing",
    "standing_of",
    "state_of",
    "summed",
    "tallies",
    "tally",
    "unknown_case",
    "unread_count",
    "verify_log",
    "waiting_for_firm",
    "worklist",
]
