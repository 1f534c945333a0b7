"""Forms to write a text, begin one from another, publish and withdraw it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lianqiao.bridge.commands.publishing import LONGEST_NOTE
from lianqiao.service.drafting.commands import LONGEST_TEXT


def id_field() -> forms.CharField:
    """Return the field of what something new is called in the system."""
    return forms.CharField(
        label=_("Its id"),
        max_length=64,
        help_text=_("Small letters, digits and -, a letter first, such as rd-support."),
    )


class TextForm(forms.Form):
    """The whole text, and which edition of it was read."""

    text = forms.CharField(
        label=_("The text as its file says it"),
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 32,
                "spellcheck": "false",
                "autocomplete": "off",
                "wrap": "off",
                "class": "code-text",
                "data-lines": "",
            }
        ),
    )
    edition = forms.IntegerField(widget=forms.HiddenInput)


class CopyForm(forms.Form):
    """From what something new is written, and what it is called in the system."""

    copy_of = forms.ChoiceField(label=_("Begin from"))
    new_id = id_field()

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["copy_of"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class PublishForm(forms.Form):
    """Why a text is published, and from when it counts."""

    note = forms.CharField(
        label=_("What changes, and why"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays beside the version for good."),
    )
    effective_at = forms.DateTimeField(
        label=_("Takes effect"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Beijing time; left empty, at once."),
    )
    edition = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_effective_at(self) -> datetime | None:
        """Refuse a moment that is over."""
        given: datetime | None = self.cleaned_data["effective_at"]
        if given is None:
            return None
        if timezone.is_naive(given):
            given = timezone.make_aware(given)
        if given < self.now:
            raise forms.ValidationError(_("This moment is over; leave it empty for at once"))
        return given


class WithdrawForm(forms.Form):
    """Why what was published is withdrawn."""

    reason = forms.CharField(
        label=_("Why it is withdrawn"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )
