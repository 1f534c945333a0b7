"""What the office types to bring in a log: the file, then which of its columns means what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianqiao.engine.mechanism import CaseField, Text
from lianqiao.engine.mining import LogMap
from lianqiao.service.commands.historic_logs import LONGEST_NAME
from lianqiao.service.language import told_later
from lianqiao.service.log_import.guessing import TIME_FORMATS, Sight, written_as

MOST_MB = 50
# CSV and XES are text by their content
LOG_FILE = CaseField(
    type="file", title=Text(zh_hans="日志文件", en="Log file"), formats=("txt",), max_mb=MOST_MB
)
NEEDED = ("case", "activity", "time")


class LogFileForm(forms.Form):
    """The file of a log."""

    file = forms.FileField(
        label=_("Log file"),
        help_text=told_later(_("CSV or XES, up to %(limit)s MB"), limit=MOST_MB),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xes,.xml"}),
    )


class LogColumnsForm(forms.Form):
    """Under which name a log is kept and, for CSV, which column means what; proposals come from the file."""

    name = forms.CharField(
        label=_("Name of the log"),
        max_length=LONGEST_NAME,
        help_text=_("A log kept under this name is updated: cases the file has are replaced, others stay."),
    )
    case = forms.ChoiceField(label=_("Number of a case"))
    activity = forms.ChoiceField(label=_("What was done"))
    time = forms.ChoiceField(label=_("When it was done"))
    time_format = forms.ChoiceField(label=_("How times are written"), required=False)
    person = forms.ChoiceField(
        label=_("Who did it"),
        required=False,
        help_text=_("Names become pseudonyms before anything is written."),
    )
    deadline = forms.ChoiceField(label=_("Deadline the file states"), required=False)
    end = forms.ChoiceField(label=pgettext_lazy("case", "When it was closed"), required=False)

    def __init__(self, *args: Any, sight: Sight, **kwargs: Any) -> None:
        kwargs["initial"] = {**sight.columns, "time_format": sight.time_format, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.sight = sight
        if sight.xes:
            for part in (*sight.columns, *NEEDED, "person", "deadline", "end", "time_format"):
                self.fields.pop(part, None)
            return
        formats = [(form, written_as(form)) for form in TIME_FORMATS]
        for part in ("case", "activity", "time", "person", "deadline", "end"):
            none = [] if part in NEEDED and sight.columns.get(part) else [("", "—")]
            self._choose(part, [*none, *((heading, heading) for heading in dict.fromkeys(sight.header))])
        self._choose("time_format", formats)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def log_map(self) -> LogMap:
        """Return the map typed; the form must be valid."""
        if self.sight.xes:
            return LogMap()
        typed = {name: value for name, value in self.cleaned_data.items() if name != "name"}
        return LogMap(
            **{"person": "", **typed},
            encoding=self.sight.encoding,
            delimiter=self.sight.delimiter,
        )
