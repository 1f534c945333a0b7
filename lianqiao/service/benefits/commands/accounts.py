"""Where a party's money goes: typed by the party, kept sealed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lianqiao.bridge.secret_text import sealed
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.side_acts import tidied
from lianqiao.organization.models import Person
from lianqiao.service.benefits.models import Account
from lianqiao.service.benefits.parties import Party
from lianqiao.service.benefits.queries.accounts import account_of

_NUMBER = re.compile(r"\d{8,32}")


@dataclass(frozen=True)
class AccountTyped:
    """An account as somebody types it."""

    holder: str
    bank: str
    number: str


def use_account(party: Party, typed: AccountTyped | None, *, by: Person | None, now: datetime) -> Account:
    """Return the party's account, the one typed if any. Raises Refusal `account-missing`, `needs-missing`."""
    if typed is None or not (typed.holder or typed.bank or typed.number):
        found = account_of(party)
        if found is None:
            raise refuse("account-missing", "where should the money go?", field="number")
        return found
    number = re.sub(r"[\s-]", "", typed.number)
    problems = [
        Problem("needs-missing", "this is required", place=name, facts={"field": name})
        for name, text in (("holder", typed.holder), ("bank", typed.bank))
        if not tidied(text)
    ]
    if not _NUMBER.fullmatch(number):
        problems.append(Problem("account-malformed", "not an account number", facts={"field": "number"}))
    if problems:
        raise Refusal(*problems)
    return Account.objects.create(
        **party.where, holder=tidied(typed.holder)[:100], bank=tidied(typed.bank)[:100],
        sealed=sealed(number), tail=number[-4:], at=now, by=by,
    )  # fmt: skip
