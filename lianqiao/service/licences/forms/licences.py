"""Forms around one licence and its verification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianqiao.bridge import packs
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.engine.licences.credential import MOST_BYTES
from lianqiao.service.language import in_words
from lianqiao.service.licences.commands.register import LONGEST_REASON
from lianqiao.service.licences.models import Licence


class Shows(forms.Form):
    """A form that puts each problem of a refusal beside the field it is about."""

    def show(self, refusal: Refusal) -> None:
        """Show a refusal."""
        for problem in refusal.problems:
            field = problem.facts.get("field", "")
            self.add_error(field if field in self.fields else None, refusal_text(problem))


class RevokeForm(Shows):
    """Why a licence is revoked."""

    reason = forms.CharField(
        label=_("Reason and rule"),
        help_text=_("Told to the holder and kept for ever."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
    )


class FactForm(Shows):
    """One thing known of a licence."""

    attribute = forms.ChoiceField(label=_("What is known"))
    value = forms.CharField(
        label=pgettext_lazy("licence", "Value"),
        help_text=_("是 or 否; a day as 2026-02-11; 无 where it is known to be absent."),
        max_length=100,
    )
    source = forms.CharField(label=_("Known from"), max_length=100)

    def __init__(self, *args: Any, licence: Licence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = packs.current().licences
        kind = kinds.kinds.get(licence.kind)
        described = kinds.attributes_of(kind) if kind else {}
        used = " ".join(one.when for one in kind.conditions) if kind else ""
        missing = licence.finding.get("papers", ())
        choices = [(name, in_words(one.title)) for name, one in described.items() if name in used]
        field = self.fields["attribute"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = sorted(choices, key=lambda pair: pair[0] not in missing)


class VerifyForm(forms.Form):
    """An e-licence to be verified: its code, its text, or its file."""

    code = forms.CharField(
        label=_("Verification code"),
        help_text=_("Fourteen letters and digits beside the QR code."),
        max_length=40,
        required=False,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    file = forms.FileField(
        label=_("Or the file of the e-licence"),
        help_text=_("The PDF or the .jwt as it was sent to you."),
        required=False,
    )
    text = forms.CharField(
        label=_("Or its signed text"),
        help_text=_("Beginning with eyJ."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one of the three, and for no more bytes than an e-licence has."""
        typed = super().clean() or {}
        if not any(typed.get(name) for name in ("code", "file", "text")) and not self.errors:
            raise forms.ValidationError(_("Give the code, the file or the text"))
        upload = typed.get("file")
        if upload is not None and upload.size > MOST_BYTES:
            self.add_error("file", _("An e-licence is smaller than 2 MB"))
        return typed
