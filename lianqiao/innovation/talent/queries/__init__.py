"""What the talent room answers."""

from lianqiao.innovation.talent.queries.dual_posts import (
    dual_post,
    dual_posts_of_firms,
    dual_posts_of_office,
    dual_posts_of_talent,
    opened_by,
    share_taken,
    side_of,
    stage_of,
)
from lianqiao.innovation.talent.queries.meetings import meetings, totals_of_meetings
from lianqiao.innovation.talent.queries.records import (
    OFFICE,
    achievements_of,
    achievements_waiting,
    appraisals_of,
    bearers,
    evaluation_of,
    example_bearers,
    in_office,
    introduced,
    permissions_of,
    permits,
    talent,
    talent_of,
    talents,
)
from lianqiao.innovation.talent.queries.said import SCORE, Said, said_by_records
from lianqiao.innovation.talent.queries.secretary import Reminder, reminders

__all__ = [
    "OFFICE",
    "SCORE",
    "Reminder",
    "Said",
    "achievements_of",
    "achievements_waiting",
    "appraisals_of",
    "bearers",
    "dual_post",
    "dual_posts_of_firms",
    "dual_posts_of_office",
    "dual_posts_of_talent",
    "evaluation_of",
    "example_bearers",
    "in_office",
    "introduced",
    "meetings",
    "opened_by",
    "permissions_of",
    "permits",
    "reminders",
    "said_by_records",
    "share_taken",
    "side_of",
    "stage_of",
    "talent",
    "talent_of",
    "talents",
    "totals_of_meetings",
]
