"""What is typed about a product and its steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.organization.models import Firm
from lianqiao.service.drug.commands.products import LONGEST_ABOUT, LONGEST_EVIDENCE, LONGEST_NAME
from lianqiao.service.drug.queries.journeys import DONE, NOT_NEEDED, OPEN_AGAIN, journeys
from lianqiao.service.forms.firm_meant import firm_meant
from lianqiao.service.language import in_words

MARKS = (
    (DONE, pgettext_lazy("step", "Done")),
    (NOT_NEEDED, pgettext_lazy("step", "Not needed for this product")),
    (OPEN_AGAIN, pgettext_lazy("step", "Open again")),
)


class Refusing(forms.Form):
    """A form that shows each problem of a refusal beside the field it is about."""

    def show(self, refusal: Refusal) -> None:
        """Put the problems beside their fields, others above the form."""
        for problem in refusal.problems:
            field = problem.facts.get("field", "")
            self.add_error(field if field in self.fields else None, refusal_text(problem))


class ProductForm(Refusing):
    """A product to be registered: whose, of which kind, what it is called."""

    firm = forms.CharField(
        label=_("Firm"),
        help_text=_("Its unified social credit code, or its name as registered."),
        max_length=200,
    )
    kind = forms.ChoiceField(label=_("Kind of product"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name of the product"), max_length=LONGEST_NAME)
    about = forms.CharField(
        label=_("In a few words: what for, and how far it is"),
        max_length=LONGEST_ABOUT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, firms: Iterable[Firm], guide: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kind"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = [(one.id, in_words(one.title)) for one in journeys().values()]
        self.firms = {str(firm.pk): firm for firm in firms}
        self.typed = guide and not self.firms
        if not self.typed:
            chosen = [(key, firm.name) for key, firm in self.firms.items()]
            self.fields["firm"] = forms.ChoiceField(label=_("Firm"), choices=chosen)

    def clean_firm(self) -> Firm:
        """Return the firm chosen or meant."""
        text = str(self.cleaned_data["firm"])
        return firm_meant(text) if self.typed else self.firms[text]


class MarkForm(Refusing):
    """A step is done, is not needed, or is open again."""

    mark = forms.ChoiceField(label=_("How it stands"), choices=MARKS, widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=_("On what grounds"),
        help_text=_("Such as the number of the notice or certificate, or why it is not needed."),
        max_length=LONGEST_EVIDENCE,
        widget=forms.Textarea({"rows": 2}),
    )
    began = forms.DateField(
        label=_("Began on"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    ended = forms.DateField(
        label=_("Done on"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    yuan = forms.IntegerField(
        label=_("What it cost, in yuan"), required=False, min_value=0, max_value=10_000_000_000
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"mark": DONE, "ended": today}


class LinkForm(Refusing):
    """A case opened elsewhere that is this step's."""

    number = forms.CharField(label=_("Number of the case"), max_length=32)
