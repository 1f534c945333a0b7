"""Accounts, masked wherever they are shown."""

from __future__ import annotations

from lianqiao.service.benefits.models import Account
from lianqiao.service.benefits.parties import Party


def account_of(party: Party) -> Account | None:
    """Return where a party's money goes, or None."""
    return Account.objects.filter(**party.where).order_by("-pk").first()


def masked(tail: str) -> str:
    """Return an account's number as pages show it."""
    return f"**** {tail}"
