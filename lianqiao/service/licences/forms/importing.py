"""What is typed to bring in a register: the file, then which of its columns means what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianqiao.engine.mechanism import CaseField, Text
from lianqiao.service.language import told_later
from lianqiao.service.licences.commands.importing import NEEDED

MOST_MB = 50
REGISTER = CaseField(
    type="file",
    title=Text(zh_hans="证照台账", en="Register of licences"),
    formats=("xlsx", "txt"),
    max_mb=MOST_MB,
)


class RegisterForm(forms.Form):
    """The file of a register."""

    file = forms.FileField(
        label=_("File of the register"),
        help_text=told_later(_("Excel (.xlsx) or CSV, up to %(limit)s MB"), limit=MOST_MB),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


class RegisterColumnsForm(forms.Form):
    """Which column means what; proposals come from the headings."""

    kind = forms.ChoiceField(label=_("Which licence"))
    number = forms.ChoiceField(label=_("Number"))
    firm = forms.ChoiceField(label=_("Holder's unified social credit code"))
    issued_on = forms.ChoiceField(label=_("Day of issue"))
    valid_until = forms.ChoiceField(
        label=_("Valid until"), required=False, help_text=_("Without it: as long as such a licence lasts.")
    )
    premises = forms.ChoiceField(label=_("Premises"), required=False)
    scope = forms.ChoiceField(label=pgettext_lazy("licence", "Scope"), required=False)

    def __init__(self, *args: Any, headings: Sequence[str], guessed: dict[str, str], **kwargs: Any) -> None:
        kwargs["initial"] = guessed
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            assert isinstance(field, forms.ChoiceField)
            none = [] if name in NEEDED and name in guessed else [("", "—")]
            field.choices = [*none, *((one, one) for one in dict.fromkeys(headings) if one)]
