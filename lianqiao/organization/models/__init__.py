"""The tables of the organization room: who there is, and who answers for what."""

from lianqiao.organization.models.changes import Change
from lianqiao.organization.models.duties import Duty, DutyTitle, HandOver, Leave
from lianqiao.organization.models.firms import Firm, Membership, Region
from lianqiao.organization.models.people import Person, Unit
from lianqiao.organization.models.tokens import AccessToken, KeptAnswer
from lianqiao.organization.models.views import SavedView

__all__ = [
    "AccessToken",
    "Change",
    "Duty",
    "DutyTitle",
    "Firm",
    "HandOver",
    "KeptAnswer",
    "Leave",
    "Membership",
    "Person",
    "Region",
    "SavedView",
    "Unit",
]
