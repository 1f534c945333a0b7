"""What can be asked of the bridge; nothing here writes."""

from lianqiao.bridge.queries.checks import FileLooked, looked_into
from lianqiao.bridge.queries.files import (
    ContentSeen,
    Document,
    contents_of,
    picture_of,
    quota_left,
    upload_of,
    uploads_under_way,
)
from lianqiao.bridge.queries.job_rows import job_for, job_waiting, jobs_of
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
from lianqiao.bridge.queries.one_case import (
    CaseSeen,
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
from lianqiao.bridge.queries.preferences import Wishes, channels_on, wishes
from lianqiao.bridge.queries.ratings import (
    RatingTally,
    rating_of,
    rating_tally,
    rating_tally_by_owner,
)
from lianqiao.bridge.queries.results import ResultSeen, result_by_code, results_of
from lianqiao.bridge.queries.roles import acts_for, held_in, may_see
from lianqiao.bridge.queries.undelivered import dead_letters

__all__ = [
    "STANDINGS",
    "CaseSeen",
    "ContentSeen",
    "Document",
    "FileLooked",
    "LogLine",
    "RatingTally",
    "ResultSeen",
    "Standing",
    "Tally",
    "Verdict",
    "Wishes",
    "acts_for",
    "case_by_progress_code",
    "case_for",
    "channels_on",
    "contents_of",
    "dead_letters",
    "document_of",
    "done_by",
    "exported_log",
    "held_in",
    "job_for",
    "job_waiting",
    "jobs_of",
    "log_of",
    "looked_into",
    "matching",
    "matters",
    "may_see",
    "mechanism_of",
    "notices",
    "part_cases",
    "picture_of",
    "promises",
    "quota_left",
    "rating_of",
    "rating_tally",
    "rating_tally_by_owner",
    "received_files",
    "result_by_code",
    "results_of",
    "standing",
    "standing_of",
    "state_of",
    "tally",
    "tally_by",
    "unknown_case",
    "unread_count",
    "upload_of",
    "uploads_under_way",
    "verify_log",
    "waiting_for_firm",
    "wishes",
    "worklist",
]
