"""The tables of the organization room: who there is, and who answers for what."""

from lianqiao.organization.models.changes import Change
from lianqiao.organization.models.duties import Duty, DutyTitle, HandOver, Leave
from lianqiao.organization.models.firms import Firm, Membership, Region
from lianqiao.organization.models.identity import (
    Consent,
    Letter,
    OutsideIdentity,
    RecoveryCode,
    SecondFactor,
)
from lianqiao.organization.models.mandates import Mandate, MandateEntry
from lianqiao.organization.models.people import Person, Unit
from lianqiao.organization.models.requests import BindingRequest, Decision, DeletionRequest
from lianqiao.organization.models.rota import RotaExchange, RotaPattern
from lianqiao.organization.models.sessions import Session, SignInTries
from lianqiao.organization.models.tokens import AccessToken, KeptAnswer
from lianqiao.organization.models.views import SavedView

__all__ = [
    "AccessToken",
    "BindingRequest",
    "Change",
    "Consent",
    "Decision",
    "DeletionRequest",
    "Duty",
    "DutyTitle",
    "Firm",
    "HandOver",
    "KeptAnswer",
    "Leave",
    "Letter",
    "Mandate",
    "MandateEntry",
    "Membership",
    "OutsideIdentity",
    "Person",
    "RecoveryCode",
    "Region",
    "RotaExchange",
    "RotaPattern",
    "SavedView",
    "SecondFactor",
    "Session",
    "SignInTries",
    "Unit",
]
