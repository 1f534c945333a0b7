"""What is typed at the front door."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """User name and password; whatever is wrong, it does not say which of the two."""

    error_messages = {  # noqa: RUF012 - the form it extends declares it so
        "invalid_login": _(
            "The user name and the password do not match. Both know capitals from small letters."
        ),
        "inactive": _("This account is closed."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, password.label = _("User name"), _("Password")
        name.error_messages["required"] = _("Type your user name.")
        password.error_messages["required"] = _("Type your password.")
        # a page that holds more than this form would jump past the rest
        name.widget.attrs.pop("autofocus", None)
