"""Service items and promises as rows of one list, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.mechanism import Mechanism
from lianqiao.service.item_import.kinds import KINDS, kind_title
from lianqiao.service.item_import.limits import ON_THE_SPOT
from lianqiao.service.language import in_words
from lianqiao.service.models import ServiceItem
from lianqiao.service.queries.items import Found
from lianqiao.service.time_left import budget_words


@dataclass(frozen=True)
class ItemRow:
    """One row: an item, or a promise (`promise`); `file` is where it is filed, "" where it is not online."""

    title: str
    url: str
    note: str
    department: str
    kind: str
    limit: str
    promise: bool = False
    online: str = ""
    file: str = ""
    example: bool = False
    code: str = ""
    statutory: str = ""
    audience: str = ""
    source: str = ""
    imported: date | None = None


class Rows:
    """What was found as one sequence for a paginator: the promises, then the items, read page by page."""

    def __init__(self, found: Found, total: int) -> None:
        self.promises = [promise_row(one) for one in found.promises]
        self.items = found.items
        self.total = total

    def __len__(self) -> int:
        return len(self.promises) + self.total

    def __getitem__(self, wanted: slice) -> list[ItemRow]:
        first, beyond = wanted.start or 0, wanted.stop if wanted.stop is not None else len(self)
        ahead = len(self.promises)
        rows = self.promises[first:beyond]
        items = self.items[max(0, first - ahead) : max(0, beyond - ahead)]
        return [*rows, *(item_row(item) for item in items)]


def item_row(item: ServiceItem) -> ItemRow:
    """Return an item as a row; its department must have been read with it."""
    return ItemRow(
        title=item.name,
        url=reverse("item", args=[item.key]),
        note="" if item.main_item == item.name else item.main_item,
        department=item.department.name,
        kind=kind_words(item.kind),
        limit=limit_words(item.promised_limit or item.statutory_limit),
        online=reverse("service", args=[item.mechanism]) if item.mechanism else "",
        file=_filed_at(packs.current().newest_versions.get(item.mechanism)),
        example=item.example,
        code=item.code,
        statutory=limit_words(item.statutory_limit),
        audience=audience_words(item.audience),
        source=item.source,
        imported=beijing(item.last_imported_at).date(),
    )


def promise_row(mechanism: Mechanism) -> ItemRow:
    """Return a promise as a row; its limit is that of each of its clocks."""
    clocks = [
        f"{in_words(clock.title)} {budget_words(clock.budget)}"
        for clock in mechanism.clocks.values()
        if clock.measured and not clock.part_of
    ]
    return ItemRow(
        title=in_words(mechanism.title),
        url=reverse("service", args=[mechanism.id]),
        note=in_words(mechanism.summary),
        department=in_words(packs.current().district.title),
        kind=_("Promise of the zone"),
        limit=" · ".join(clocks),
        promise=True,
        online=reverse("service", args=[mechanism.id]),
        file=_filed_at(mechanism),
        example=mechanism.example,
    )


def _filed_at(mechanism: Mechanism | None) -> str:
    return reverse("file", args=[mechanism.id]) if mechanism and mechanism.offered else ""


def limit_words(limit: str) -> str:
    """Return a limit in words; "" where it is not known."""
    if limit == ON_THE_SPOT:
        return _("On the spot")
    return budget_words(limit) if limit else ""


def kind_words(code: str) -> str:
    """Return what a type of item is called in the active language."""
    return kind_title(code, get_language() or "zh-hans")


def audience_words(audience: str) -> str:
    """Return for whom an item is; "" where the catalogue does not say."""
    words = {"person": _("People"), "firm": _("Firms"), "both": _("People and firms")}
    return words.get(audience, "")


def kind_options(counts: Mapping[str, int], chosen: str) -> list[dict[str, Any]]:
    """Return the types as options, in the order of the standard, each with how many there are."""
    known = [*KINDS, *sorted(code for code in counts if code not in KINDS)]
    return _options(((code, kind_words(code)) for code in known), counts, chosen)


def department_options(
    names: Mapping[str, str], counts: Mapping[str, int], chosen: str
) -> list[dict[str, Any]]:
    """Return the departments as options, those with most items first."""
    ordered = [*counts, *(value for value in names if value == chosen and value not in counts)]
    return _options(((value, names.get(value, value)) for value in ordered), counts, chosen)


def _options(
    pairs: Iterator[tuple[str, str]], counts: Mapping[str, int], chosen: str
) -> list[dict[str, Any]]:
    every = [{"value": "", "label": _("All"), "chosen": not chosen}]
    return every + [
        {"value": value, "label": f"{label} ({counts.get(value, 0)})", "chosen": value == chosen}
        for value, label in pairs
        if counts.get(value) or value == chosen
    ]
