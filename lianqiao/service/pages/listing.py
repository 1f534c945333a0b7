"""What the list pages have in common: the address read, the page cut, the columns named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianqiao.organization.lists import ROWS_ON_A_PAGE, ROWS_READ_AT_ONCE, page_of

__all__ = [
    "ROWS_ON_A_PAGE",
    "ROWS_READ_AT_ONCE",
    "Asked",
    "asked",
    "columns",
    "headings",
    "in_order",
    "options",
    "ordered",
    "page_of",
    "standing_words",
]

LONGEST_SEARCH = 100
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Asked:
    """What the address asks of a list; `chosen` holds the filters, only values that were on offer."""

    text: str
    sort: str
    chosen: Mapping[str, str]

    @property
    def narrowed(self) -> bool:
        """True where something is filtered out, so that an empty list is not all there is."""
        return bool(self.text) or any(self.chosen.values())


def asked(request: HttpRequest, *, sort: str, **offered: Iterable[str]) -> Asked:
    """Return what is asked; `sort` is the order without a wish, each filter falls back to "" (everything)."""
    given = request.GET
    chosen = {name: given.get(name, "") for name in offered}
    return Asked(
        text=given.get("q", "").strip()[:LONGEST_SEARCH],
        sort=given.get("sort", "") or sort,
        chosen={name: value if value in set(offered[name]) else "" for name, value in chosen.items()},
    )


def ordered(found: QuerySet[Row], sort: str, sorts: Mapping[str, str]) -> QuerySet[Row]:
    """Return what was found in the order asked for, empty values last; unknown orders change nothing.

    `sorts` names the database column behind each order.
    """
    name = sorts.get(sort.removeprefix("-"))
    if not name:
        return found
    key = F(name)
    return found.order_by(
        key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True), "-pk"
    )


def in_order(
    rows: Iterable[dict[str, Any]], sort: str, sorts: Mapping[str, str], *, default: str
) -> list[dict[str, Any]]:
    """Return rows in the order asked for, the default where it is unknown; what has no value comes last.

    `sorts` names the item of a row behind each order.
    """
    wanted = sort if sort.removeprefix("-") in sorts else default
    key, every = sorts[wanted.removeprefix("-")], list(rows)
    known = [row for row in every if row[key] is not None]
    known.sort(key=lambda row: row[key], reverse=wanted.startswith("-"))
    return [*known, *(row for row in every if row[key] is None)]


def columns(*keys: str, sortable: Iterable[str], lead: str, end: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return the columns as the list atom takes them, headed in the active language."""
    words = headings()
    return [
        {
            "key": key,
            "label": words[key],
            "sort": key in set(sortable),
            "lead": key == lead,
            "align": "end" if key in set(end) else "start",
        }
        for key in keys
    ]


def headings() -> dict[str, str]:
    """Return what each column of the lists is called."""
    return {
        "case": _("Case"),
        "number": _("Number"),
        "title": _("Title"),
        "firm": _("Firm"),
        "promise": _("Promise"),
        "clock": pgettext("column", "Clock"),
        "state": _("Stage"),
        "standing": _("Standing"),
        "due": _("Due"),
        "left": _("Time left"),
        "holder": _("In whose hands"),
        "owner": _("Answers for it"),
        "opened": _("Filed"),
        "moved": _("Last moved"),
        "closed": _("Closed"),
        "started": _("Started"),
        "ended": _("Ended"),
        "level": _("Escalated to"),
        "law": _("Due by law"),
        "progress_code": _("Progress code"),
    }


def standing_words() -> dict[str, str]:
    """Return the word for each standing, as the badges have it."""
    return {
        "broken": _("Broken"),
        "at-risk": _("At risk"),
        "running": _("Running"),
        "paused": _("Paused"),
        "waiting": _("Waiting"),
        "kept": _("Kept"),
        "ended": _("Ended"),
    }


def options(pairs: Sequence[tuple[str, str]], chosen: str) -> list[dict[str, Any]]:
    """Return the options of a filter; the first stands for everything."""
    every = [("", _("All"))]
    return [{"value": value, "label": label, "chosen": value == chosen} for value, label in [*every, *pairs]]
