"""How a person wants to be told, as they type it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.bridge import commands
from lianqiao.bridge.channels.robot_formats import FORMATS
from lianqiao.bridge.queries import Wishes
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.engine.notice_rules import Channel, Kind, NoticeRules

KINDS = {
    "step": _("A case moved on"),
    "rung": _("A promise is about to be due, or late"),
    "hold": _("A case came into my hands"),
    "note": _("A message on a case"),
    "document": _("The document of a decision is ready"),
    "recompute": _("A new calendar moved a due time"),
    "task": _("A task of the reform list is due"),
    "benefit": _("The rules found a benefit for you"),
}
CHANNELS = {"mail": _("E-mail"), "messenger": _("Messenger"), "sms": _("SMS")}
WEEKDAYS = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}
DIGESTS = {
    "": _("Each notice at once"),
    "daily": _("Once each working day"),
    "weekly": _("Once a week"),
}


class PreferencesForm(forms.Form):
    """Kinds by channel, quiet hours, digest, where the robot is, the number. `matrix` is for the template."""

    quiet_begins = forms.CharField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    quiet_ends = forms.CharField(label=_("until"), required=False, widget=forms.TimeInput({"type": "time"}))
    digest = forms.ChoiceField(
        label=_("By e-mail and messenger"), choices=list(DIGESTS.items()), required=False
    )
    digest_hour = forms.TypedChoiceField(label=_("At"), coerce=int)
    digest_weekday = forms.TypedChoiceField(
        label=_("On, where weekly"), coerce=int, choices=list(WEEKDAYS.items())
    )
    messenger = forms.ChoiceField(label=_("Messenger"), required=False)
    robot_url = forms.CharField(label=_("Address of the group robot"), required=False, max_length=500)
    robot_secret = forms.CharField(
        label=_("Its signing secret"), required=False, max_length=200, widget=forms.PasswordInput()
    )
    robot_forget = forms.BooleanField(label=_("Take the robot away"), required=False)
    phone = forms.CharField(
        label=_("Mobile number"), required=False, max_length=20, widget=forms.TextInput({"inputmode": "tel"})
    )
    phone_forget = forms.BooleanField(label=_("Take the number away"), required=False)

    def __init__(
        self, *args: Any, wished: Wishes, rules: NoticeRules, channels: tuple[Channel, ...], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.wished, self.rules, self.channels = wished, rules, channels
        hours = [(hour, f"{hour}:00") for hour in range(24)]
        self.fields["digest_hour"].choices = hours  # type: ignore[attr-defined]
        messengers = [("", _("None of them")), *((name, one.title) for name, one in FORMATS.items())]
        self.fields["messenger"].choices = messengers  # type: ignore[attr-defined]
        self.initial = {
            "quiet_begins": wished.quiet_begins,
            "quiet_ends": wished.quiet_ends,
            "digest": wished.digest,
            "digest_hour": wished.digest_hour,
            "digest_weekday": wished.digest_weekday,
            "messenger": wished.messenger,
        }

    @property
    def matrix(self) -> list[dict[str, Any]]:
        """A row for each kind of notice: its words, whether it is urgent, a box for each channel."""
        return [
            {
                "label": words,
                "urgent": any(one.partition(":")[0] == kind for one in self.rules.urgent),
                "boxes": [self._box(channel, kind) for channel in self.channels],
            }
            for kind, words in KINDS.items()
        ]

    @property
    def heads(self) -> list[Any]:
        """What the columns of the matrix are called."""
        return [CHANNELS[channel] for channel in self.channels]

    @property
    def chosen(self) -> commands.Preference:
        """What `bridge.commands.prefer` takes, of a form that is valid."""
        given = self.cleaned_data
        channels = dict.fromkeys(self.channels) | dict.fromkeys(self.wished.kinds)
        return commands.Preference(
            kinds={channel: self._ticked(channel) for channel in channels},
            quiet_begins=given["quiet_begins"][:5],
            quiet_ends=given["quiet_ends"][:5],
            digest=given["digest"],
            digest_hour=given["digest_hour"],
            digest_weekday=given["digest_weekday"],
            messenger="" if given["robot_forget"] else given["messenger"],
            robot_url=given["robot_url"] or None,
            robot_secret=given["robot_secret"] or None,
            phone="" if given["phone_forget"] else given["phone"] or None,
        )

    def show(self, refusal: Refusal) -> None:
        """Say each problem beside the field it is about."""
        for problem in refusal.problems:
            name = problem.facts.get("field", "")
            self.add_error(name if name in self.fields else None, refusal_text(problem))

    def _box(self, channel: Channel, kind: Kind | str) -> dict[str, Any]:
        return {
            "name": f"kinds_{channel}",
            "value": kind,
            "channel": CHANNELS[channel],
            "offered": kind in self.rules.channel(channel).offered,
            "ticked": kind in self._ticked(channel),
        }

    def _ticked(self, channel: Channel) -> list[str]:
        if not self.is_bound or channel not in self.channels:
            return list(self.wished.kinds[channel])
        given = self.data.getlist(f"kinds_{channel}")  # type: ignore[attr-defined]
        return [kind for kind in KINDS if kind in given]
