"""Forms in which a refusal is shown beside the fields it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianqiao.engine.errors import Refusal
from lianqiao.organization.wording import sentence


class RefusingForm(forms.Form):
    """A form that shows each problem of a refusal; `PLACES` names the field of a place where they differ."""

    PLACES: dict[str, str] = {}  # noqa: RUF012 - forms declare so

    def show(self, refusal: Refusal) -> None:
        """Put each problem beside its field, or above the form."""
        for problem in refusal.problems:
            field = self.PLACES.get(problem.place, problem.place)
            self.add_error(field if field in self.fields else None, sentence(problem))


def _said_rules() -> str:
    return " ".join(password_validators_help_texts())


_rules = lazy(_said_rules, str)


def password_field(label: Any, *, fresh: bool) -> forms.CharField:
    """Return a field for a password: the one there is, or with `fresh` a new one and what is asked of it."""
    kind = "new-password" if fresh else "current-password"
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        help_text=_rules() if fresh else "",
        widget=forms.PasswordInput({"autocomplete": kind}),
    )


class TwiceTypedForm(RefusingForm):
    """A form that asks for a new password twice."""

    password = password_field(_("New password"), fresh=True)
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", gettext("The two passwords differ."))
        return given
