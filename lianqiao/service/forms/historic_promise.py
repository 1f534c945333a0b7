"""What the office types to say what was promised in an imported log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianqiao.engine.errors import Refusal
from lianqiao.engine.mining import Promised
from lianqiao.engine.spans import Budget

MOST_AMOUNT = 3650
UNITS = (
    ("wd", _("working days")),
    ("wh", _("working hours")),
    ("nd", _("natural days")),
    ("h", _("hours")),
    ("nm", _("months")),
)


class HistoricPromiseForm(forms.Form):
    """How long, from which activity to which, and when it stood still."""

    amount = forms.DecimalField(
        label=_("Promised within"), min_value=0, max_value=MOST_AMOUNT, decimal_places=2
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)
    start = forms.ChoiceField(label=_("The clock starts with"))
    end = forms.MultipleChoiceField(
        label=_("The promise is met by"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The first of them counts."),
    )
    pause = forms.MultipleChoiceField(
        label=_("It stands still from"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Activities after which the firm is waited for, such as a return for correction."),
    )
    resume = forms.MultipleChoiceField(
        label=pgettext_lazy("clock", "until"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Without a choice, until whatever comes next in the case."),
    )

    def __init__(
        self, *args: Any, activities: list[str], promise: Promised | None = None, **kwargs: Any
    ) -> None:
        if promise:
            unit = Budget.parse(promise.budget).unit
            kwargs["initial"] = {
                "amount": promise.budget.removesuffix(unit), "unit": unit, "start": promise.start,
                "end": promise.end, "pause": promise.pause, "resume": promise.resume,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.promise = promise
        for name in ("start", "end", "pause", "resume"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(one, one) for one in activities]

    def clean(self) -> dict[str, Any]:
        """Refuse a span that is none, such as half a working day."""
        typed: dict[str, Any] = super().clean() or {}
        if "amount" in typed and "unit" in typed:
            try:
                Budget.parse(self._budget())
            except Refusal:
                self.add_error("amount", _("A whole number is needed; only hours may have decimals"))
        return typed

    def _budget(self) -> str:
        amount = self.cleaned_data["amount"]
        return f"{amount.normalize():f}{self.cleaned_data['unit']}"

    def promised(self) -> Promised:
        """Return the promise typed; the form must be valid."""
        typed = self.cleaned_data
        return Promised(
            budget=self._budget(),
            start=typed["start"],
            end=tuple(typed["end"]),
            pause=tuple(typed["pause"]),
            resume=tuple(typed["resume"]),
            # a map may name it; the page does not ask
            restart=self.promise.restart if self.promise else (),
        )
