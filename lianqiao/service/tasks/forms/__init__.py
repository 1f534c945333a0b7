"""What an owner reports on a task."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.engine.task_list import Task
from lianqiao.service.language import in_words


class ReportForm(forms.Form):
    """Progress: what was done, how much of the target is reached, a milestone, evidence."""

    note = forms.CharField(
        label=_("What was done for it"), max_length=2000, widget=forms.Textarea({"rows": 5})
    )
    value = forms.IntegerField(label=_("Reached so far"), required=False, min_value=0)
    milestone = forms.TypedChoiceField(
        label=_("Milestone reached"), required=False, coerce=int, empty_value=None
    )
    evidence = forms.FileField(
        label=_("Evidence"),
        required=False,
        help_text=_("PDF, picture, Word, Excel or text, 20 MB at most. It cannot be taken back."),
    )

    def __init__(self, *args: Any, task: Task, reached: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [("", _("none of these"))]
        choices += [
            (str(n), in_words(one.title)) for n, one in enumerate(task.milestones) if n not in reached
        ]
        self.fields["milestone"].choices = choices  # type: ignore[attr-defined]
        if task.target.count is not None:
            del self.fields["value"]
        else:
            self.fields["value"].help_text = _("Of %(number)s %(unit)s, all in all.") % {
                "number": task.target.number,
                "unit": in_words(task.target.unit),
            }

    def show(self, refusal: Refusal) -> None:
        """Put each problem of a refusal beside the field it is about."""
        for problem in refusal.problems:
            field = problem.facts.get("field", "").replace("files", "evidence")
            self.add_error(field if field in self.fields else None, refusal_text(problem))
