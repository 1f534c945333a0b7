"""What an officer types about a visit."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.organization.models import Firm
from lianqiao.service.commands.visits import LONGEST
from lianqiao.service.forms.firm_meant import firm_meant

ROWS = 6


class VisitForm(forms.Form):
    """A visit: to whom, on which day, what was said."""

    firm = forms.CharField(
        label=_("Firm"),
        help_text=_("Its unified social credit code, or its name as registered."),
        max_length=200,
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    subject = forms.CharField(label=_("In one line"), max_length=LONGEST["subject"])
    summary = forms.CharField(
        label=_("What was said"), max_length=LONGEST["summary"], widget=forms.Textarea({"rows": ROWS})
    )
    next_step = forms.CharField(label=_("What comes next"), max_length=LONGEST["next_step"], required=False)

    def __init__(self, *args: Any, today: date, firm: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"day": today, "firm": firm}

    def clean_firm(self) -> Firm:
        """Return the one firm meant; several by the same beginning are told."""
        return firm_meant(self.cleaned_data["firm"])

    def show(self, refusal: Refusal) -> None:
        """Put each problem of a refusal beside the field it is about."""
        for problem in refusal.problems:
            field = problem.facts.get("field", "")
            self.add_error(field if field in self.fields else None, refusal_text(problem))
