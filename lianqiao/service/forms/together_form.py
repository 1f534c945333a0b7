"""Who is to have a role in several cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# a role, what it is called, and the people who can have it
Taker = tuple[str, str, list[tuple[int, str]]]


class TakerForm(forms.Form):
    """A role and who is to have it, in one choice: `steward 7`."""

    use_required_attribute = False
    to = forms.ChoiceField(
        label=_("Who is to have them"),
        help_text=_("From now on they answer for these cases; the clocks run on."),
        error_messages={
            "required": _("Choose who is to have them."),
            "invalid_choice": _("Choose one of the list."),
        },
    )

    def __init__(
        self, *args: Any, takers: Iterable[tuple[str, str, list[tuple[int, str]]]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        groups = [
            (title, [(f"{role} {pk}", name) for pk, name in people])
            for role, title, people in takers
            if people
        ]
        self.fields["to"].choices = [("", _("Choose …")), *groups]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> tuple[str, int]:
        """The role and the key of the person, once the form is valid."""
        role, _, person_id = self.cleaned_data["to"].partition(" ")
        return role, int(person_id)
