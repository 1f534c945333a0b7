"""What is typed about facts: one of them, a correction, a file and what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import CaseField, Text
from lianqiao.engine.policy.shape import Attribute
from lianqiao.service.benefits.commands.fact_jobs import FileMeant
from lianqiao.service.benefits.commands.recording import LONGEST
from lianqiao.service.benefits.fact_tables import ABOUT, UNIT_CHOICES, WHOSE, Sight
from lianqiao.service.language import in_words, told_later

MOST_MB = 20
FACTS_FILE = CaseField(
    type="file", title=Text(zh_hans="事实表", en="Table of facts"), formats=("xlsx", "txt"), max_mb=MOST_MB
)
PAPER = CaseField(
    type="file", title=Text(zh_hans="证明材料", en="Paper"), formats=("pdf", "jpg", "png"), max_mb=MOST_MB
)
CONFIDENCES = (
    ("high", _("High: a register")),
    ("medium", _("Medium: a paper was seen")),
    ("low", _("Low: said only")),
)
CONSENTS = (
    ("law", _("By law, none is needed")),
    ("given", _("The party agreed")),
    ("none", _("None yet")),
)
PURPOSES = (("", _("All the zone decides by rule")), ("benefits", _("Benefits only")))
# what each of `UNIT_CHOICES` is called
UNIT_WORDS = {
    "元": _("yuan"),
    "万元": _("10,000 yuan"),
    "亿元": _("100 million yuan"),
    "分": _("fen"),
    "%": "%",
    "fraction": _("a fraction, such as 0.035"),
}
_DATE = forms.DateInput({"type": "date"}, "%Y-%m-%d")


class Refusable(forms.Form):
    """A form beside whose fields a refusal's problems can be put."""

    def show(self, refusal: Refusal) -> None:
        """Put each problem of a refusal beside the field it is about."""
        for problem in refusal.problems:
            field = problem.facts.get("field", "")
            self.add_error(field if field in self.fields else None, refusal_text(problem))


class OwnFactForm(Refusable):
    """What a firm says of itself: the fact, and the paper that shows it."""

    attribute = forms.ChoiceField(label=_("Which fact"))
    text = forms.CharField(
        label=_("What is so"),
        max_length=LONGEST["written"],
        help_text=_(
            "Sums with their unit (120万元), shares with % (3.5%), days as 2026-01-31, 是 or 否; 无 for none."
        ),
    )
    paper = forms.FileField(
        label=_("Paper"),
        required=False,
        help_text=told_later(_("PDF, JPG or PNG, up to %(limit)s MB"), limit=MOST_MB),
    )

    def __init__(self, *args: Any, attributes: Mapping[str, Attribute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["attribute"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, in_words(one.title)) for name, one in attributes.items()]


class FactForm(OwnFactForm):
    """What an officer records: who says it, as of when, how sure it is, what it may be used for."""

    source = forms.CharField(label=_("Source"), max_length=LONGEST["source"])
    as_of = forms.DateField(label=_("As of"), widget=_DATE)
    valid_until = forms.DateField(label=_("Valid until"), widget=_DATE, required=False)
    confidence = forms.ChoiceField(label=_("Confidence"), choices=CONFIDENCES, initial="medium")
    consent = forms.ChoiceField(label=_("Consent"), choices=CONSENTS, initial="law")
    purpose = forms.ChoiceField(label=_("May be used for"), choices=PURPOSES, required=False)


class CorrectionForm(Refusable):
    """What is right instead, and why."""

    text = forms.CharField(label=_("What is so"), max_length=LONGEST["written"], required=False)
    withdraw = forms.BooleanField(label=_("Take it back: nothing is known then"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST["reason"])


class FactsFileForm(forms.Form):
    """The file of facts."""

    file = forms.FileField(
        label=_("Table of facts"),
        help_text=told_later(
            _(
                "Excel (.xlsx) or CSV, up to %(limit)s MB; one row a firm, with its credit code, "
                "or one a person, with their user name"
            ),
            limit=MOST_MB,
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


class FactColumnsForm(forms.Form):
    """Which column means what, and what is true of the whole file; proposals come from the headings."""

    source = forms.CharField(label=_("Source"), max_length=LONGEST["source"])
    as_of = forms.DateField(label=_("As of"), widget=_DATE)
    confidence = forms.ChoiceField(label=_("Confidence"), choices=CONFIDENCES, initial="high")
    consent = forms.ChoiceField(label=_("Consent"), choices=CONSENTS, initial="law")
    purpose = forms.ChoiceField(label=_("May be used for"), choices=PURPOSES, required=False)

    def __init__(
        self, *args: Any, sight: Sight, attributes: Mapping[str, Attribute], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # of people nothing else is allowed
        purpose = "benefits" if "person" in sight.meanings.values() else ""
        self.sight, self.initial = sight, {"as_of": today, "purpose": purpose}
        self.attributes = attributes
        about = [("party", _("Credit code")), ("person", _("User name")), ("source", _("Source"))]
        about += [("as_of", _("As of")), ("valid_until", _("Valid until"))]
        choices = [("", "—"), *about, *((name, in_words(one.title)) for name, one in attributes.items())]
        units = [("", "—"), *((unit, UNIT_WORDS[unit]) for unit in UNIT_CHOICES)]
        for place, heading in enumerate(sight.header):
            unit = _("Unit of “%(heading)s”") % {"heading": heading}
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=sight.meanings.get(heading, ""),
                widget=forms.Select({"aria-label": heading}),
            )
            self.fields[f"unit_{place}"] = forms.ChoiceField(
                label=unit,
                choices=units,
                required=False,
                initial=sight.units.get(heading, ""),
                widget=forms.Select({"aria-label": unit}),
            )

    @property
    def about_file(self) -> list[forms.BoundField]:
        """The fields that are about the whole file."""
        return [self[name] for name in ("source", "as_of", "confidence", "consent", "purpose")]

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For each column its meaning and its unit."""
        return [(self[f"column_{n}"], self[f"unit_{n}"]) for n in range(len(self.sight.header))]

    def clean(self) -> dict[str, Any]:
        """Refuse a file of nobody, or of firms and people at once; or one meaning for two columns."""
        cleaned = super().clean() or {}
        chosen = [cleaned.get(f"column_{n}") or "" for n in range(len(self.sight.header))]
        if not set(WHOSE) & set(chosen):
            raise forms.ValidationError(_("Say which column holds the credit code, or the user name"))
        if set(WHOSE) <= set(chosen):
            raise forms.ValidationError(_("A row is about a firm or about a person: choose one of the two"))
        self._require_of_one_kind(chosen, "person" if "person" in chosen else "firm")
        if "person" in chosen and cleaned.get("consent") == "none":
            self.add_error("consent", _("Of people only what they agreed to, or what the law allows"))
        if "person" in chosen and not cleaned.get("purpose"):
            self.add_error("purpose", _("Of people facts are recorded for benefits only"))
        for meaning in {one for one in chosen if one and chosen.count(one) > 1}:
            place = len(chosen) - 1 - chosen[::-1].index(meaning)
            self.add_error(f"column_{place}", _("Two columns cannot mean the same"))
        if not {one for one in chosen if one} - {*WHOSE, *ABOUT}:
            raise forms.ValidationError(_("Say of at least one column what is known by it"))
        return cleaned

    def _require_of_one_kind(self, chosen: list[str], kind: str) -> None:
        wrong = {"firm": _("This is known of people only"), "person": _("This is known of firms only")}
        for place, name in enumerate(chosen):
            if name in self.attributes and self.attributes[name].party not in (None, kind):
                self.add_error(f"column_{place}", wrong[kind])

    def meant(self) -> FileMeant:
        """Return how the file is read; the form must be valid."""
        columns, units = {}, {}
        for place, heading in enumerate(self.sight.header):
            if meaning := self.cleaned_data.get(f"column_{place}"):
                columns[meaning] = heading
                units[meaning] = self.cleaned_data.get(f"unit_{place}", "")
        given = self.cleaned_data
        return FileMeant(
            columns, units, given["source"], given["as_of"].isoformat(), given["confidence"],
            given["consent"], given["purpose"],
        )  # fmt: skip
