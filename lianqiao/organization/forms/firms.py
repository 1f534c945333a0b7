"""What people type to act for a firm, and whoever decides on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.organization.forms.showing import RefusingForm
from lianqiao.organization.models import Membership

ROLES = {
    Membership.Role.AGENT.value: _("Agent: files and follows matters"),
    Membership.Role.ADMINISTRATOR.value: _("Administrator: also says who acts for the firm"),
}


class BindingForm(RefusingForm):
    """For which firm one wants to act."""

    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("The 18 characters on the business licence."),
        max_length=40,
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "characters"}),
    )
    firm_name = forms.CharField(
        label=_("Name of the firm"), help_text=_("As on the licence."), max_length=200
    )
    note = forms.CharField(
        label=_("How this can be checked"),
        help_text=_("Such as your position, or when you will come to the window with the licence."),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


class InvitationForm(RefusingForm):
    """Who is invited to act for a firm, and as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=150)
    role = forms.ChoiceField(label=_("As"), choices=list(ROLES.items()), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("role", Membership.Role.AGENT.value)


class DecisionForm(RefusingForm):
    """An answer to a request; the reason is read by whoever asked."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed to refuse; the person reads it."),
        required=False,
        max_length=200,
    )


class FirmDecisionForm(DecisionForm):
    """An answer to a request to act for a firm."""

    firm_name = forms.CharField(
        label=_("Name of the firm"),
        help_text=_("The firm is not entered yet. It is entered under this name."),
        max_length=200,
    )
    role = forms.ChoiceField(label=_("As"), choices=list(ROLES.items()), widget=forms.RadioSelect)
    field_order = ("firm_name", "role", "reason")
    PLACES = {"name": "firm_name"}  # noqa: RUF012 - forms declare so

    def __init__(self, *args: Any, entered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if entered:
            del self.fields["firm_name"]
