"""What a firm types when it gives its authority to somebody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.service.assistance.queries import AgentOffered

USUAL = timedelta(days=90)
PLACES = {"person": "agent", "kind": "agent"}


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


class MandateForm(forms.Form):
    """Who may act for the firm, in what, from when till when."""

    agent = forms.ChoiceField(label=_("Who"))
    matters = forms.MultipleChoiceField(
        label=_("In which matters"),
        help_text=_("None ticked: in every promise of the zone."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    since = _day(_("From"))
    until = _day(_("Until this day"), _("A year at most. It can be taken back at any time, at once."))

    def __init__(
        self,
        *args: Any,
        agents: Iterable[AgentOffered],
        promises: Iterable[tuple[str, str]],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in agents:
            groups.setdefault(one.title, []).append((f"{one.kind} {one.person.pk}", one.person.name))
        choices = [("", "—"), *groups.items()]
        self.fields["agent"].choices = choices  # type: ignore[attr-defined]
        self.fields["matters"].choices = list(promises)  # type: ignore[attr-defined]
        self.initial = {"since": today, "until": today + USUAL}
        self.today = today

    def asked(self, now: datetime) -> dict[str, Any]:
        """Return what `commands.give` takes, of a form that is valid; from today is from now."""
        given = self.cleaned_data
        kind, _space, person = given["agent"].partition(" ")
        since = given["since"]
        return {
            "kind": kind,
            "person_id": int(person),
            "matters": given["matters"],
            "since": now if since <= self.today else make_aware(datetime.combine(since, time())),
            "until": make_aware(datetime.combine(given["until"] + timedelta(days=1), time())),
        }

    def show(self, refusal: Refusal) -> None:
        """Put each problem of a refusal beside the field it is about."""
        for problem in refusal.problems:
            field = PLACES.get(problem.place, problem.place)
            self.add_error(field if field in self.fields else None, refusal_text(problem))
