"""What the digital office types about people, duties and units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from lianqiao.organization.forms.showing import RefusingForm
from lianqiao.organization.models import Person, Unit

NOBODY = [("", _("Nobody"))]
UNIT_KINDS = {
    "committee": _("Committee"),
    "bureau": _("Bureau"),
    "office": _("Office"),
    "centre": _("Centre"),
    "station": _("Station"),
}


class PersonForm(RefusingForm):
    """Somebody who is to sign in; without a mail address another way to a password is needed."""

    username = forms.CharField(label=_("User name"), max_length=150)
    name = forms.CharField(label=_("Full name"), max_length=60)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("With it they choose their own password by “Password forgotten”."),
    )
    PLACES = {"": "username"}  # noqa: RUF012 - forms declare so


class DutyForm(RefusingForm):
    """A duty to be given."""

    code = forms.ChoiceField(label=_("Duty held"))
    unit_id = forms.TypedChoiceField(label=_("Unit"), required=False, coerce=int, empty_value=None)
    deputy_id = forms.TypedChoiceField(label=_("Deputy (B)"), required=False, coerce=int, empty_value=None)
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until further notice."),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    PLACES = {"until": "last_day"}  # noqa: RUF012 - forms declare so

    def __init__(
        self,
        *args: Any,
        titles: Mapping[str, str],
        units: Iterable[Unit],
        people: Iterable[Person],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "code", list(titles.items()))
        _offer(self, "unit_id", [("", _("None")), *((str(one.pk), one.name) for one in units)])
        _offer(self, "deputy_id", [*NOBODY, *((str(one.pk), one.name) for one in people)])

    @property
    def asked(self) -> dict[str, Any]:
        """What `commands.give_duty` takes, of a form that is valid."""
        given = self.cleaned_data
        last: date | None = given["last_day"]
        return {
            "code": given["code"],
            "unit_id": given["unit_id"],
            "deputy_id": given["deputy_id"],
            "until": _after(last) if last else None,
        }


class HandOverForm(RefusingForm):
    """To whom a duty and its open cases go for good."""

    to = forms.TypedChoiceField(label=_("To whom"), coerce=int)
    reason = forms.CharField(label=_("Reason"), help_text=_("It stays in the record."), max_length=200)

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "to", [(str(one.pk), one.name) for one in people])


class ReasonForm(RefusingForm):
    """Why something ends."""

    reason = forms.CharField(label=_("Reason"), help_text=_("It stays in the record."), max_length=200)


class UnitForm(RefusingForm):
    """A unit of the zone; the same name again puts the one there is right."""

    name = forms.CharField(label=_("Name on the door"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(UNIT_KINDS.items()))
    parent_id = forms.TypedChoiceField(label=_("Below"), required=False, coerce=int, empty_value=None)
    head_id = forms.TypedChoiceField(label=_("Head"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, units: Iterable[Unit], people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "parent_id", [("", _("None")), *((str(one.pk), one.name) for one in units)])
        _offer(self, "head_id", [*NOBODY, *((str(one.pk), one.name) for one in people)])


def _offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]


def _after(day: date) -> datetime:
    return make_aware(datetime.combine(day + timedelta(days=1), time()))
