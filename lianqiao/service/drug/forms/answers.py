"""What is typed about an answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.service.drug.commands.answers import LONGEST
from lianqiao.service.drug.forms.products import Refusing
from lianqiao.service.drug.models import Answer
from lianqiao.service.drug.queries.answers import keeping
from lianqiao.service.language import in_words

ANSWER_FIELDS = ("question", "text", "citations", "review_on")


def day_widget() -> forms.DateInput:
    """Return the control of a day."""
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


class AnswerForm(Refusing):
    """An answer as anyone may read it."""

    mechanism = forms.ChoiceField(label=_("Which desk"))
    question = forms.CharField(
        label=_("The question, without anything of a firm"), max_length=LONGEST["question"]
    )
    text = forms.CharField(
        label=_("The answer"), max_length=LONGEST["text"], widget=forms.Textarea({"rows": 8})
    )
    citations = forms.CharField(
        label=_("Its grounds: law and article, one a line"),
        max_length=LONGEST["citations"],
        widget=forms.Textarea({"rows": 3}),
    )
    review_on = forms.DateField(label=_("To be looked at again on"), widget=day_widget())

    def __init__(self, *args: Any, replacing: Answer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desks = self.fields["mechanism"]
        assert isinstance(desks, forms.ChoiceField)
        desks.choices = [(one.id, in_words(one.title)) for one in keeping()]
        if replacing or len(desks.choices) == 1:
            del self.fields["mechanism"]
        if replacing:
            self.initial = {name: getattr(replacing, name) for name in ANSWER_FIELDS}


class ReasonForm(Refusing):
    """Why an answer is declined or withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST["reason"], widget=forms.Textarea({"rows": 2})
    )


class ReviewForm(Refusing):
    """When an answer that still holds is looked at again."""

    review_on = forms.DateField(label=_("It holds; look again on"), widget=day_widget())
