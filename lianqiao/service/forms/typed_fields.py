"""One control for each type of field. They only show and carry text: what will do is the engine's to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from lianqiao.bridge.file_types import TYPES
from lianqiao.engine.mechanism import CaseField, FieldType
from lianqiao.engine.needs import DEFAULT_LENGTH, Need
from lianqiao.service.language import in_words, listed_words

# So many choices are still read faster in the open than in a list that drops down.
MOST_RADIOS = 5
# How much longer than wide a text must be before its limit is worth a word.
LIMIT_WORTH_TELLING = 1000


class Typed(forms.Field):
    """A control whose text is passed on as it is; `required` only marks the label."""

    def clean(self, value: Any) -> Any:
        return value


def control(need: Need) -> Typed:
    """Return the control for one field a step asks for, with its label, help and limits in words."""
    field = need.field
    made = Typed(
        label=in_words(field.title),
        help_text=help_words(field),
        required=need.required or bool(field.required_when),
        widget=_widget(field),
    )
    made.initial = ""
    return made


def help_words(field: CaseField) -> str:
    """Return the field's help and its limits, as one line."""
    stop = " "
    return stop.join(text for text in (in_words(field.help) if field.help else "", _limits(field)) if text)


def _widget(field: CaseField) -> forms.Widget:
    digits = {"inputmode": "numeric", "autocomplete": "off"}
    money = {"inputmode": "decimal", "autocomplete": "off"}
    made: dict[FieldType, forms.Widget] = {
        "text": forms.TextInput(),
        "long_text": forms.Textarea(attrs={"rows": 6}),
        "integer": forms.TextInput(attrs=digits),
        "money": forms.TextInput(attrs=money),
        # browsers write the day in the reader's way and send it as ISO 8601
        "date": forms.DateInput(attrs={"type": "date"}),
        "boolean": forms.CheckboxInput(),
        "file": forms.FileInput(),
        "items": forms.HiddenInput(),
    }
    if field.type in ("choice", "choices") or (field.type == "boolean" and not field.optional):
        return _chooser(field)
    return made[field.type]


def _chooser(field: CaseField) -> forms.Widget:
    options = [(value, in_words(option.title)) for value, option in field.options.items()]
    if field.type == "boolean":
        options = [("true", _("Yes")), ("false", _("No"))]
    if field.type == "choices":
        return forms.CheckboxSelectMultiple(choices=options)
    if len(options) <= MOST_RADIOS:
        return forms.RadioSelect(choices=options)
    return forms.Select(choices=[("", _("Choose…")), *options])


def _limits(field: CaseField) -> str:
    if field.type == "file":
        kinds = listed_words(name.upper() for name in field.formats if name in TYPES)
        if not kinds:
            return _("Up to %(size)s MB each") % {"size": field.max_mb}
        return _("%(kinds)s; up to %(size)s MB each") % {"kinds": kinds, "size": field.max_mb}
    if field.type in DEFAULT_LENGTH:
        limit = field.max_length or DEFAULT_LENGTH[field.type]
        told = field.max_length or limit < LIMIT_WORTH_TELLING
        return _("Up to %(limit)s characters") % {"limit": limit} if told else ""
    if field.type == "integer" and field.minimum is not None and field.maximum is not None:
        return _("From %(low)s to %(high)s") % {"low": field.minimum, "high": field.maximum}
    return ""
