"""What is typed in the policy studio."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.engine.policy.sheet import Head
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm
from lianqiao.service.drafting.forms import id_field

MOST_BYTES = 5 * 1024 * 1024


class SheetForm(forms.Form):
    """A sheet of conditions, and what the sheet does not say."""

    sheet = forms.FileField(
        label=_("Sheet of conditions"),
        help_text=_(
            "CSV or Excel with the columns 条件, 条款, 指标, 要求, 值; where needed 任一组 and 没有时."
        ),
    )
    new_id = id_field()
    title = forms.CharField(label=_("Title of the policy"), max_length=100)
    basis = forms.CharField(label=_("The measure it rests on"), max_length=200)
    source = forms.CharField(label=_("Number or address of its public text"), max_length=200)
    effective_from = forms.DateField(
        label=_("In force since"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    party = forms.ChoiceField(
        label=_("For whom"), choices=[("firm", _("for firms")), ("person", _("for people"))]
    )
    delivery = forms.ChoiceField(
        label=_("How it is given"),
        choices=[("invited", _("without applying, by invitation")), ("instant", _("at once on application"))],
    )

    def clean_sheet(self) -> Any:
        """Refuse a file too large to be a sheet of conditions."""
        sheet = self.cleaned_data["sheet"]
        if sheet.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 5 MB; a sheet of conditions is small"))
        return sheet

    def head(self) -> Head:
        """Return what was typed beside the sheet."""
        given = self.cleaned_data
        begins: date = given["effective_from"]
        return Head(
            id=given["new_id"].strip(),
            title=given["title"].strip(),
            party=given["party"],
            delivery=given["delivery"],
            basis=given["basis"].strip(),
            source=given["source"].strip(),
            effective_from=begins,
        )


class TrialForm(forms.Form):
    """On which firm a policy is tried."""

    firm = forms.CharField(
        label=_("Try it on a firm"), max_length=200, help_text=_("Its code or registered name.")
    )

    def clean_firm(self) -> Firm:
        """Return the one firm meant."""
        text = self.cleaned_data["firm"].strip()
        found = organization.firms_matching(text)
        exact = [one for one in found if text.upper() == one.credit_code or text == one.name]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise forms.ValidationError(_("No firm is registered by this code or name"))
        names = "；".join(f"{one.name} {one.credit_code}" for one in found[:5])
        raise forms.ValidationError(_("Several firms are meant: %(names)s") % {"names": names})
