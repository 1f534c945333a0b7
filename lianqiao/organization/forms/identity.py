"""What people type to come in, to prove who they are, and to be forgotten."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.organization.forms.showing import RefusingForm, TwiceTypedForm, password_field


class RegistrationForm(RefusingForm):
    """Who wants an account; the password is chosen behind the link that is mailed."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=150,
        help_text=_("You will sign in with it. A link to confirm it is sent there."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput({"autocomplete": "name"})
    )
    agree = forms.BooleanField(label=_("I have read the privacy notice and agree to it"))


class ResetForm(RefusingForm):
    """Whose password was forgotten."""

    who = forms.CharField(
        label=_("User name or e-mail address"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username"}),
    )


class NewPasswordForm(TwiceTypedForm):
    """A first password, or a new one in place of one forgotten."""


class PasswordForm(TwiceTypedForm):
    """A new password in place of the one there is."""

    old = password_field(_("Password so far"), fresh=False)
    field_order = ("old", "password", "again")


class CodeForm(RefusingForm):
    """A code of the authenticator, or a recovery code."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=20,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class ConfirmForm(RefusingForm):
    """The password once more."""

    password = password_field(_("Password"), fresh=False)


class DeletionForm(RefusingForm):
    """That one wishes to be forgotten."""

    note = forms.CharField(
        label=_("What the office should know"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )
    sure = forms.BooleanField(label=_("I know that this account then ends and cannot be brought back"))
