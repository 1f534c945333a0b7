"""Forms of records, entries, dual posts and meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.engine.evaluation import Indicator
from lianqiao.innovation.talent.commands.dual_posts import LONGEST as POST
from lianqiao.innovation.talent.commands.meetings import LARGEST
from lianqiao.innovation.talent.commands.meetings import LONGEST as MEETING
from lianqiao.innovation.talent.commands.records import LONGEST as RECORD
from lianqiao.innovation.talent.wording import in_words
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm


class RefusedForm(forms.Form):
    """A form that shows each problem of a refusal beside the field it is about."""

    def show(self, refusal: Refusal) -> None:
        """Put each problem beside its field, or above the form."""
        for problem in refusal.problems:
            field = problem.facts.get("field", problem.place)
            self.add_error(field if field in self.fields else None, refusal_text(problem))


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **more)


class RecordForm(RefusedForm):
    """The head of a record."""

    post = forms.CharField(label=gettext_lazy("Post"), max_length=RECORD["post"])
    field = forms.CharField(
        label=gettext_lazy("Field of work"),
        max_length=RECORD["field"],
        help_text=gettext_lazy("In a few words, such as brain-computer interfaces."),
    )
    firm = forms.ChoiceField(label=gettext_lazy("Employer"), required=False)

    def __init__(self, *args: Any, firms: Sequence[Firm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(one.pk): one for one in firms}
        choices = [("", _("none, or not in the zone")), *((key, one.name) for key, one in self.known.items())]
        self.fields["firm"].choices = choices  # type: ignore[attr-defined]

    def clean_firm(self) -> Firm | None:
        """Return the employer chosen."""
        return self.known.get(self.cleaned_data["firm"])


class EntryForm(RefusedForm):
    """An entry of a record: an amount or a choice, the day, and the paper that shows it."""

    day = day_field(gettext_lazy("Day"), help_text=gettext_lazy("Of the paper, or the last day counted."))
    proof = forms.CharField(
        label=gettext_lazy("Paper"),
        max_length=RECORD["proof"],
        help_text=gettext_lazy("Its number and who gave it, such as the patent's number. No copy is kept."),
    )

    def __init__(self, *args: Any, indicator: Indicator, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"day": today, **(kwargs.get("initial") or {})}
        if indicator.choices:
            choices = [(key, in_words(one.title)) for key, one in indicator.choices.items()]
            asked: forms.Field = forms.ChoiceField(
                label=_("Which"), choices=[("", _("choose")), *choices], required=True
            )
            self.fields = {"choice": asked, **self.fields}
        else:
            unit = in_words(indicator.unit) if indicator.unit else ""
            asked = forms.IntegerField(
                label=_("Amount (%(unit)s)") % {"unit": unit}, min_value=1, max_value=indicator.largest
            )
            self.fields = {"amount": asked, **self.fields}


class DecisionForm(RefusedForm):
    """Why an entry is not confirmed."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=RECORD["reason"], required=False)


class ReasonForm(RefusedForm):
    """Why a dual post is declined or ended."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=POST["reason"],
        help_text=gettext_lazy("Everyone with a part in it reads this."),
    )


def firm_meant(text: str) -> Firm:
    """Return the one firm a code or name means; raises ValidationError where none or several are."""
    text = text.strip()
    found = organization.firms_matching(text)
    exact = [one for one in found if text.upper() == one.credit_code or text == one.name]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise forms.ValidationError(
            _("No firm is registered by this code or name: %(text)s") % {"text": text}
        )
    names = "；".join(f"{one.name} {one.credit_code}" for one in found[:5])
    raise forms.ValidationError(_("Several firms are meant: %(names)s") % {"names": names})


class DualPostForm(RefusedForm):
    """A dual post: where, how much time, how long, and whose the results are."""

    host = forms.CharField(
        label=gettext_lazy("Host"),
        max_length=200,
        help_text=gettext_lazy("The firm or institute of the second post: its code or registered name."),
    )
    post = forms.CharField(label=gettext_lazy("Post there"), max_length=POST["post"])
    share = forms.IntegerField(
        label=gettext_lazy("Share of the working time there (%)"), min_value=1, max_value=100
    )
    begins = day_field(gettext_lazy("Begins on"))
    ends = day_field(gettext_lazy("Ends on"))
    results_home = forms.IntegerField(
        label=gettext_lazy("Results: share of the home employer (%)"), min_value=0, max_value=100
    )
    results_host = forms.IntegerField(
        label=gettext_lazy("Results: share of the host (%)"), min_value=0, max_value=100
    )
    results_person = forms.IntegerField(
        label=gettext_lazy("Results: share of the person (%)"), min_value=0, max_value=100
    )
    words = forms.CharField(
        label=gettext_lazy("What else was agreed"),
        max_length=POST["words"],
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def clean_host(self) -> Firm:
        """Return the host meant."""
        return firm_meant(self.cleaned_data["host"])


class MeetingForm(RefusedForm):
    """A meeting of a school with firms."""

    day = day_field(gettext_lazy("Day"))
    title = forms.CharField(label=gettext_lazy("What it was called"), max_length=MEETING["title"])
    school = forms.CharField(label=gettext_lazy("School"), max_length=MEETING["school"])
    firms = forms.CharField(
        label=gettext_lazy("Firms that were there"),
        max_length=20_000,
        help_text=gettext_lazy("One on each line: its code or registered name."),
        widget=forms.Textarea({"rows": 5}),
    )
    posts = forms.IntegerField(label=gettext_lazy("Posts offered"), min_value=0, max_value=LARGEST)
    people = forms.IntegerField(label=gettext_lazy("People met"), min_value=0, max_value=LARGEST)
    intents = forms.IntegerField(label=gettext_lazy("Letters of intent"), min_value=0, max_value=LARGEST)

    def clean_firms(self) -> list[Firm]:
        """Return the firms of all lines; every line that means none is told."""
        found, wrong = [], []
        for line in self.cleaned_data["firms"].splitlines()[:200]:
            if line.strip():
                try:
                    found.append(firm_meant(line))
                except forms.ValidationError as error:
                    wrong += error.messages
        if wrong:
            raise forms.ValidationError(wrong)
        return found
