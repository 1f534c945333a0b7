"""What is typed about grants and payments."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lianqiao.engine.mechanism import CaseField, Text
from lianqiao.service.benefits.commands.accounts import AccountTyped
from lianqiao.service.benefits.forms.facts import Refusable

RECEIPT_FILE = CaseField(
    type="file", title=Text(zh_hans="银行回单", en="The bank's answer"), formats=("xlsx", "txt"), max_mb=20
)


class AccountForm(Refusable):
    """Where the money goes; all empty keeps the account there is."""

    holder = forms.CharField(label=_("Account holder"), max_length=100, required=False)
    bank = forms.CharField(label=_("Bank"), max_length=100, required=False)
    number = forms.CharField(
        label=_("Account number"), max_length=40, required=False, help_text=_("Digits; kept sealed.")
    )

    def typed(self) -> AccountTyped:
        """Return what was typed; the form must be valid."""
        given = self.cleaned_data
        return AccountTyped(given["holder"], given["bank"], given["number"])


class ReasonForm(Refusable):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 4}))


class AppealForm(Refusable):
    """What went wrong, in the firm's words."""

    ground = forms.CharField(label=_("What went wrong"), max_length=3000, widget=forms.Textarea({"rows": 6}))


class ReceiptForm(forms.Form):
    """The bank's answer to a batch."""

    file = forms.FileField(
        label=_("The bank's answer"),
        help_text=_("Excel (.xlsx) or CSV with the columns 拨付编号 and 结果 (成功 or 失败)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
