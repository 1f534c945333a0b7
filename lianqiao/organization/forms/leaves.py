"""What people type on the pages of this room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from lianqiao.engine.errors import Refusal
from lianqiao.organization.models import Leave, Person
from lianqiao.organization.wording import sentence

KINDS = {
    Leave.Kind.ANNUAL.value: _("Annual leave"),
    Leave.Kind.SICK.value: _("Sick leave"),
    Leave.Kind.TRIP.value: _("Business trip"),
    Leave.Kind.TRAINING.value: _("Training"),
    Leave.Kind.OTHER.value: _("Other"),
}


class LeaveForm(forms.Form):
    """A leave of whole days: from the first day's beginning to the last day's end."""

    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_("This day too you are away."),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    stand_in = forms.TypedChoiceField(
        label=_("Who stands in"),
        help_text=_("If you name nobody, the deputy of each duty has its work."),
        required=False,
        coerce=int,
        empty_value=None,
    )

    _FIELDS = {"begin": "first_day", "end": "last_day", "kind": "kind", "stand_in": "stand_in"}  # noqa: RUF012

    def __init__(self, *args: Any, colleagues: Iterable[Person], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"first_day": today, "last_day": today, "kind": Leave.Kind.ANNUAL.value}
        choices: list[tuple[str, Any]] = [("", _("Nobody: the deputies"))]
        choices += [(str(person.pk), person.name) for person in colleagues]
        self.fields["stand_in"].choices = choices  # type: ignore[attr-defined]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """When the leave begins and when it is over, for a form that is valid."""
        after = self.cleaned_data["last_day"] + timedelta(days=1)
        return _midnight(self.cleaned_data["first_day"]), _midnight(after)

    def show(self, refusal: Refusal) -> None:
        """Put each problem of a refusal beside the field it is about."""
        for problem in refusal.problems:
            self.add_error(self._FIELDS.get(problem.place), sentence(problem))


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))
