"""What is typed at the front door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands
from lianqiao.organization.wording import sentence


class SignInForm(AuthenticationForm):
    """User name and password; whatever is wrong, it does not say which of the two."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, password.label = _("User name"), _("Password")
        name.error_messages["required"] = _("Type your user name.")
        password.error_messages["required"] = _("Type your password.")
        # a page that holds more than this form would jump past the rest
        name.widget.attrs.pop("autofocus", None)

    def clean(self) -> dict[str, Any]:
        """Check the password, and count it where it is wrong."""
        given = self.cleaned_data
        request: Any = self.request
        if given.get("username") and given.get("password"):
            try:
                self.user_cache = commands.check_password(
                    given["username"],
                    given["password"],
                    address=request.META.get("REMOTE_ADDR", "")[:45],
                    now=request.now,
                )
            except Refusal as refusal:
                self.add_error(None, sentence(refusal.problems[0]))
        return given


class TokenForm(forms.Form):
    """What a new access token is called, what it may be used for, and how long."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Say what it is for, such as “filing program”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may be used for"),
        help_text=_("Never more than you may do yourself at that moment."),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(label=_("Lasts"), coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = list(scope_words().items())  # type: ignore[attr-defined]
        self.fields["days"].choices = list(_LASTS.items())  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What `organization.commands.make_token` takes, of a form that is valid."""
        return {name: self.cleaned_data[name] for name in ("name", "scopes", "days")}

    def show(self, refusal: Refusal) -> None:
        """Put each problem of a refusal beside the field it is about."""
        for problem in refusal.problems:
            self.add_error(problem.place if problem.place in self.fields else None, sentence(problem))


_LASTS = {7: _("7 days"), 30: _("30 days"), 90: _("90 days"), 366: _("one year")}


def scope_words() -> dict[str, Any]:
    """Return what each scope of a token opens, in words."""
    return {
        "read": _("See what I may see"),
        "file": _("Open cases and send files for them"),
        "act": _("Take steps in cases"),
        "duty": _("Leaves, deputies, hand-over, giving cases to colleagues"),
        "office": _("The office's acts: people, units, duties, firms"),
        "hooks": _("Webhooks"),
    }
