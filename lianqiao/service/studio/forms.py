"""The form of a simulation: people, hours, arrivals and times as clerks think of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.office_hours import OfficeHours
from lianqiao.engine.simulation import teams
from lianqiao.engine.simulation.question import Question
from lianqiao.engine.simulation.scenario import works
from lianqiao.service.language import in_words
from lianqiao.service.studio.commands.simulations import OWN

UNITS = (("wd", _("a working day")), ("nd", _("a natural day")), ("h", _("an hour")))
SPREADS = (("fixed", _("always the same")), ("0.5", _("somewhat different")), ("1", _("very different")))
LONGEST_H = 5000


class SimulationForm(forms.Form):
    """One field a duty and a step of the promise, with what is usual in each."""

    name = forms.CharField(
        label=_("Call it"), max_length=100, help_text=_("By this name it is kept and compared.")
    )
    learn = forms.ChoiceField(
        label=_("Learn from"),
        required=False,
        help_text=_("When cases come and how long steps take is learnt; what is typed below goes first."),
    )
    arrivals = forms.DecimalField(
        label=_("Cases that come"), required=False, min_value=0, max_value=100_000, decimal_places=2
    )
    unit = forms.ChoiceField(label=_("In what time"), choices=UNITS, initial="wd")
    hours = forms.CharField(label=_("Office hours"), max_length=100)
    leave_days = forms.IntegerField(
        label=_("Days of leave a year, each"), min_value=0, max_value=200, initial=5
    )
    return_share = forms.IntegerField(
        label=_("Sent back to the firm"), min_value=0, max_value=100, initial=20, help_text=_("Of 100 cases")
    )
    spread = forms.ChoiceField(label=_("How much times differ"), choices=SPREADS, initial="1")
    target = forms.DecimalField(
        label=_("Find the people it takes to keep"), required=False, min_value=1, max_value=99.9,
        decimal_places=1, help_text=_("Of 100 promises; leave empty to only simulate."), initial=99,
    )  # fmt: skip
    days = forms.IntegerField(label=_("Working days"), min_value=5, max_value=1000, initial=250)
    replications = forms.IntegerField(label=_("Repetitions"), min_value=2, max_value=50, initial=10)

    def __init__(
        self,
        *args: Any,
        mechanism: Mechanism,
        people: dict[str, int],
        duty_words: dict[str, str],
        logs: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mechanism = mechanism
        learn = self.fields["learn"]
        assert isinstance(learn, forms.ChoiceField)
        learn.choices = [("", _("nothing: what is typed counts")), (OWN, _("our own cases")), *logs]
        self.staff: dict[str, str] = {}
        self.steps: dict[str, str] = {}
        for duty in teams(mechanism):
            self.staff[f"staff_{duty}"] = duty
            self.fields[f"staff_{duty}"] = forms.IntegerField(
                label=duty_words.get(duty, duty), min_value=1, max_value=2000, initial=people.get(duty, 1)
            )
        for step, part in mechanism.steps.items():
            if step != mechanism.opening_step and part.by not in ("clock", "sub-case"):
                self._add_step(step)

    def _add_step(self, step: str) -> None:
        at_desk = works(self.mechanism, step)
        self.steps[f"hours_{step}"] = step
        self.fields[f"hours_{step}"] = forms.DecimalField(
            label=in_words(self.mechanism.steps[step].title),
            required=False,
            min_value=0,
            max_value=LONGEST_H,
            decimal_places=2,
            widget=forms.NumberInput(attrs={"placeholder": "2" if at_desk else "48", "step": "0.1"}),
        )

    def staff_fields(self) -> Iterator[BoundField]:
        """Yield the fields of duties."""
        yield from (self[name] for name in self.staff)

    def desk_fields(self) -> Iterator[BoundField]:
        """Yield the fields of steps that are work at a desk: office hours."""
        yield from (self[name] for name, step in self.steps.items() if works(self.mechanism, step))

    def reaction_fields(self) -> Iterator[BoundField]:
        """Yield the fields of steps others take: natural hours."""
        yield from (self[name] for name, step in self.steps.items() if not works(self.mechanism, step))

    def clean_hours(self) -> str:
        """Refuse hours that are none."""
        try:
            return str(OfficeHours.parse(self.cleaned_data["hours"]))
        except Refusal:
            raise forms.ValidationError(_("Write them as 09:00-12:00 13:30-17:30")) from None

    def clean(self) -> dict[str, Any]:
        """Refuse a question that does not say how many cases come."""
        typed: dict[str, Any] = super().clean() or {}
        if not typed.get("arrivals") and not typed.get("learn") and "arrivals" not in self.errors:
            self.add_error("arrivals", _("Say how many cases come, or learn it from a log"))
        return typed

    def question(self) -> Question:
        """Return the question typed; the form must be valid."""
        typed = self.cleaned_data
        times: dict[bool, dict[str, str]] = {True: {}, False: {}}
        for name, step in self.steps.items():
            if typed.get(name):
                times[works(self.mechanism, step)][step] = self._duration(f"{typed[name].normalize():f}")
        if not typed["learn"]:
            # what nobody typed is assumed to differ as much as what was typed
            times[True].setdefault("*", self._duration("2"))
            times[False].setdefault("*", self._duration("48"))
        return Question(
            staff={duty: typed[name] for name, duty in self.staff.items()},
            arrivals=f"{typed['arrivals'].normalize():f}/{typed['unit']}" if typed["arrivals"] else "",
            hours=typed["hours"],
            days=typed["days"],
            handling=times[True],
            reactions=times[False],
            return_share=typed["return_share"] / 100,
            leave_days=typed["leave_days"],
            learn=typed["learn"],
            target=float(typed["target"]) / 100 if typed["target"] else None,
            replications=typed["replications"],
        )

    def _duration(self, hours: str) -> str:
        spread = self.cleaned_data["spread"]
        return f"fixed:{hours}" if spread == "fixed" else f"lognormal:{hours},{spread}"
