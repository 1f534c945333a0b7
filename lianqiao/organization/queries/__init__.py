"""What the organization room answers: each in the same few database queries however much is asked."""

from lianqiao.organization.queries.duties import (
    deputy_ids,
    duties_held,
    duties_in_force,
    duties_of,
    duty_titles,
    is_leader,
    is_officer,
    leads,
    may_file_for_others,
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
    leave_rows,
    leaves_of,
    on_leave,
    overlapping_leave,
    stand_in_promises,
)
from lianqiao.organization.queries.on_duty import (
    Candidate,
    candidates,
    candidates_in,
    holder_at,
    holders_at,
    work_of_others,
)
from lianqiao.organization.queries.people import colleagues, names, officers, person, trail
from lianqiao.organization.queries.roster import Roster, read_roster
from lianqiao.organization.queries.tokens import SCOPES, token_usable, token_with, tokens_of
from lianqiao.organization.queries.units import units

__all__ = [
    "SCOPES",
    "Candidate",
    "Roster",
    "acts_for",
    "administers",
    "candidates",
    "candidates_in",
    "colleagues",
    "deputy_ids",
    "duties_held",
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
    "leave_rows",
    "leaves_of",
    "may_file_for_others",
    "names",
    "officers",
    "on_leave",
    "overlapping_leave",
    "people_with",
    "person",
    "read_roster",
    "region_at",
    "stand_in_promises",
    "token_usable",
    "token_with",
    "tokens_of",
    "trail",
    "units",
    "work_of_others",
]
