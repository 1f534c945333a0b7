"""What people type on the pages around themselves: leaves, passwords, firms, requests."""

from lianqiao.organization.forms.firms import (
    BindingForm,
    DecisionForm,
    FirmDecisionForm,
    InvitationForm,
)
from lianqiao.organization.forms.identity import (
    CodeForm,
    ConfirmForm,
    DeletionForm,
    NewPasswordForm,
    PasswordForm,
    RegistrationForm,
    ResetForm,
)
from lianqiao.organization.forms.leaves import KINDS, LeaveForm
from lianqiao.organization.forms.office import (
    UNIT_KINDS,
    DutyForm,
    HandOverForm,
    PersonForm,
    ReasonForm,
    UnitForm,
)

__all__ = [
    "KINDS",
    "UNIT_KINDS",
    "BindingForm",
    "CodeForm",
    "ConfirmForm",
    "DecisionForm",
    "DeletionForm",
    "DutyForm",
    "FirmDecisionForm",
    "HandOverForm",
    "InvitationForm",
    "LeaveForm",
    "NewPasswordForm",
    "PasswordForm",
    "PersonForm",
    "ReasonForm",
    "RegistrationForm",
    "ResetForm",
    "UnitForm",
]
