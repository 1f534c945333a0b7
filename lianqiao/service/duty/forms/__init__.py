"""What a leader types about shifts and hand-overs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.organization.forms.showing import RefusingForm
from lianqiao.organization.models import Person

WEEKDAYS = [
    ("1", _("Monday")),
    ("2", _("Tuesday")),
    ("3", _("Wednesday")),
    ("4", _("Thursday")),
    ("5", _("Friday")),
    ("6", _("Saturday")),
    ("7", _("Sunday")),
]
LARGEST_FILE_MB = 5


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput({"type": "time"}, "%H:%M"))


class PatternForm(RefusingForm):
    """Who stands where, on which days, from when till when."""

    post = forms.ChoiceField(label=_("Who, in which duty"))
    place = forms.CharField(label=_("Window or place"), max_length=60, required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("Weekdays"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple, required=False
    )
    working_days = forms.BooleanField(
        label=_("On working days only"),
        help_text=_("Holidays fall out; who has the whole working week stands on make-up days too."),
        required=False,
    )
    begins = _time(_("From"))
    ends = _time(_("To"))
    every_weeks = forms.IntegerField(label=_("Every so many weeks"), min_value=1, max_value=8)
    first_day = _day(_("From this day"))
    last_day = _day(_("Until this day"), required=False, help_text=_("Empty: until further notice."))
    PLACES = {"person": "post", "code": "post"}  # noqa: RUF012 - forms declare so

    def __init__(self, *args: Any, posts: Iterable[tuple[str, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = list(posts)  # type: ignore[attr-defined]
        self.initial = {
            "first_day": today,
            "weekdays": ["1", "2", "3", "4", "5"],
            "working_days": True,
            "begins": time(9),
            "ends": time(17, 30),
            "every_weeks": 1,
        }

    @property
    def asked(self) -> dict[str, Any]:
        """What `commands.plan_shifts` takes, of a form that is valid."""
        given = dict(self.cleaned_data)
        person, _space, code = given.pop("post").partition(" ")
        given["weekdays"] = [int(day) for day in given["weekdays"]]
        return {"person_id": int(person), "code": code, **given}


class ExchangeForm(RefusingForm):
    """Who stands instead on one day."""

    NOBODY = "nobody"

    to = forms.ChoiceField(label=_("Who stands instead"))
    reason = forms.CharField(label=_("Why it is handed over"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # a shift falls out only where that was chosen, never because nothing was
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose…")),
            *((str(one.pk), one.name) for one in people),
            (self.NOBODY, _("Nobody: the shift falls out")),
        ]

    def clean_to(self) -> int | None:
        """Return who stands instead, None where nobody does."""
        chosen = self.cleaned_data["to"]
        return None if chosen == self.NOBODY else int(chosen)


class TableForm(RefusingForm):
    """A table of shifts."""

    file = forms.FileField(
        label=_("Excel or CSV"),
        help_text=_(
            "With the columns 日期, 开始, 结束, 岗位, 窗口, 用户名, as the rota's own workbook has them."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large to be a rota."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE_MB * 1024 * 1024:
            raise forms.ValidationError(_("The file is larger than 5 MB"))
        return file


class EverythingForm(RefusingForm):
    """To whom everything goes."""

    to = forms.TypedChoiceField(label=_("To whom"), coerce=int)
    reason = forms.CharField(
        label=_("Why it is handed over"), help_text=_("It stays in the record."), max_length=200
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one.name) for one in people]
        self.fields["to"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
