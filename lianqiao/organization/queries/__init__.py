"""What the organization room answers: each in the same few database queries however much is asked."""

from lianqiao.organization.queries.duties import (
    deputy_ids,
    duties_in_force,
    duties_of,
    duty_titles,
    is_leader,
    is_officer,
    leads,
    people_with,
)
from lianqiao.organization.queries.firms import (
    acts_for,
    administers,
    firm_by_code,
    firm_names,
    firm_page,
    firms_matching,
    firms_of,
    region_at,
)
from lianqiao.organization.queries.leaves import (
    leave_changes_due,
    leaves_of,
    on_leave,
    overlapping_leave,
    stand_in_promises,
)
from lianqiao.organization.queries.on_duty import (
    Candidate,
    candidates,
    holder_at,
    holders_at,
    work_of_others,
)
from lianqiao.organization.queries.people import names, officers, trail

__all__ = [
    "Candidate",
    "acts_for",
    "administers",
    "candidates",
    "deputy_ids",
    "duties_in_force",
    "duties_of",
    "duty_titles",
    "firm_by_code",
    "firm_names",
    "firm_page",
    "firms_matching",
    "firms_of",
    "holder_at",
    "holders_at",
    "is_leader",
    "is_officer",
    "leads",
    "leave_changes_due",
    "leaves_of",
    "names",
    "officers",
    "on_leave",
    "overlapping_leave",
    "people_with",
    "region_at",
    "stand_in_promises",
    "trail",
    "work_of_others",
]
