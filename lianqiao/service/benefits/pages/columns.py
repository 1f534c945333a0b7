"""Columns that several lists of benefits have: each row is a tuple, first in it what it is a row of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from lianqiao.organization.lists import Column, column
from lianqiao.service.benefits.fact_words import party_name, title_of
from lianqiao.service.benefits.queries.decisions import policy_title
from lianqiao.service.benefits.queries.vocabulary import vocabulary


def party() -> Column[Any]:
    """Return the column of whose row it is."""
    return column("party", _("Firm"), lambda row: party_name(row[0].firm, row[0].person), width=36,
                  sort="party", lead=True)  # fmt: skip


def attribute() -> Column[Any]:
    """Return the column of which fact it is about."""
    known = vocabulary()
    return column("attribute", _("Which fact"), lambda row: title_of(row[0].attribute, known), width=24,
                  sort="attribute")  # fmt: skip


def policy() -> Column[Any]:
    """Return the column of which policy it is about."""
    return column("policy", _("Policy"), lambda row: policy_title(row[0].policy), width=30, sort="policy")


def amount() -> Column[Any]:
    """Return the column of how much; a workbook has it in yuan, empty where it is not known."""
    return column("fen", _("Amount (yuan)"), lambda row: None if row[0].fen is None else row[0].fen / 100,
                  sort="fen", align="end", fit=True)  # fmt: skip
