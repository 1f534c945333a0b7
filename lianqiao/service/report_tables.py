"""The tables of a report, the same in its PDF and its workbook, in the active language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lianqiao.bridge.queries import Tally
from lianqiao.service.queries.report import Report

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """A table of figures: the first column names what is counted."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def definitions() -> list[tuple[str, str]]:
    """Return each word of the figures with what it means; `docs/supervision.md` says the same at length."""
    return [
        (_("Kept"), _("Fulfilled by its due time")),
        (_("Broken"), _("The due time passed, fulfilled late or owed still")),
        (_("At risk"), _("Owed in time, the first reminder has gone out")),
        (_("Running"), _("Owed, with time in hand")),
        (_("Paused"), _("The clock stands while the firm acts")),
        (_("Ended"), _("The case left before the promise was owed")),
        (_("Kept on time"), _("Kept ÷ (kept + broken), in percent")),
        (
            _("Month"),
            _("The month in which the promise began, in Beijing time; each counts in one month only"),
        ),
        (
            _("Department"),
            _("That of the duty under which the officer answers for the promise, as the duty last was"),
        ),
    ]


def tables(report: Report, *, nobody: str) -> list[Table]:
    """Return the figures by promise, department, person and month; `nobody` names what has no department."""
    found = report.figures
    clocks = [(f"{one.mechanism} · {one.title}", one.tally) for one in found.clocks]
    return [
        _table(_("By promise"), _("Promise"), [*clocks, (_("All promises"), found.every)]),
        _table(_("By department"), _("Department"), [(one.name or nobody, one.tally) for one in found.units]),
        _table(_("By person"), _("Answers for it"), [(one.name, one.tally) for one in found.people]),
        _table(_("By month of start"), _("Month"), [(one.month, one.tally) for one in report.months]),
    ]


def _table(name: str, first: str, rows: Sequence[tuple[str, Tally]]) -> Table:
    heads = (first, _("Kept"), _("Broken"), _("At risk"), _("Running"), _("Paused"), _("Ended"), _("All"))
    return Table(name, (*heads, _("Kept on time")), tuple(tuple(_row(title, one)) for title, one in rows))


def _row(title: str, tally: Tally) -> Iterator[Cell]:
    yield title
    yield from (
        tally.kept,
        tally.broken,
        tally.at_risk,
        tally.running,
        tally.paused,
        tally.ended,
        tally.total,
    )
    yield None if tally.rate is None else tally.rate / 10
