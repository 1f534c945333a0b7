"""The monthly report: a page to read and print, the same as PDF and as a workbook with the very promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.organization.lists import ROWS_READ_AT_ONCE
from lianqiao.organization.lists.spreadsheets import SheetWanted, sheets
from lianqiao.service.language import in_words
from lianqiao.service.month_chart import month_chart
from lianqiao.service.pages import asking
from lianqiao.service.pages.overview import shown
from lianqiao.service.pages.overview_asked import level_words, overseen, rate_words, unit_words
from lianqiao.service.pages.overview_cases import promise_columns
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.queries import overview as figures
from lianqiao.service.queries import promise_lists
from lianqiao.service.queries import report as reports
from lianqiao.service.queries.report import BROKEN_TOLD, Report
from lianqiao.service.report_tables import definitions, tables

if TYPE_CHECKING:
    from lianqiao.service.report_pdf import Words


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Show the report of the month asked for, the last one over where none is."""
    told = _report(request)
    query = f"?month={told.month}"
    context = {
        "report": told,
        "month": told.month,
        "months_to_choose": reports.months_to_choose(told.mechanisms, now=told.at),
        **shown(told.figures, "all", month=told.month),
        **_year(told),
        "definitions": definitions(),
        "broken_more": told.figures.every.broken - len(told.broken),
        "pdf": reverse("report-pdf") + query,
        "sheet": reverse("report-sheet") + query,
    }
    return render(request, "service/report.html", context)


@require_safe
@refusals_shown
def report_pdf(request: HttpRequest) -> HttpResponse:
    """Send the report as PDF; says why where the machine has no font with Chinese."""
    from lianqiao.service.report_pdf import report_pdf as set_report  # noqa: PLC0415 - seldom, and slow to load

    told = _report(request)
    content = set_report(_words(told), _year(told)["year_chart"])
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="lianqiao-{told.month}.pdf"'
    return response


@require_safe
def report_sheet(request: HttpRequest) -> FileResponse:
    """Send the figures and every promise behind them as a workbook."""
    told = _report(request)
    columns = promise_columns()
    parts = [part for one in columns for part in one.sheet]
    found = promise_lists.narrowed(
        figures.owed(told.mechanisms, span="all", now=told.at), now=told.at, month=told.month, sort="started"
    )
    rows = promise_lists.promise_rows(found.iterator(chunk_size=ROWS_READ_AT_ONCE), now=told.at)
    wanted = [
        *(
            SheetWanted(
                one.name, [(head, 30 if at == 0 else 12) for at, head in enumerate(one.heads)], one.rows
            )
            for one in tables(told, nobody=unit_words(0, ""))
        ),
        SheetWanted(
            _("The very promises"),
            [(part.heading, part.width) for part in parts],
            ([part.value(row) for part in parts] for row in rows),
        ),
        SheetWanted(
            _("Definitions"),
            [(_("Word"), 18), (_("Meaning"), 80)],
            [*([(_mark(), "")] if _mark() else []), *definitions()],
        ),
    ]
    return sheets(_title(told), wanted)


def _report(request: HttpRequest) -> Report:
    now = asking.moment(request)
    month = reports.month_of(request.GET.get("month", ""), now=now)
    return reports.report(month, overseen(request), now=now)


def _year(told: Report) -> dict[str, Any]:
    """Return the year that led to the month, as bars and as rows with the addresses of their promises."""
    bars = [
        (one.month, one.tally.kept, one.tally.broken, figures.open_count(one.tally)) for one in told.months
    ]
    year = figures.Figures(told.figures.every, [], [], [], told.months)
    return {"year_chart": month_chart(bars), "year": shown(year, "all")["months"]}


def _mark() -> str:
    return _("Example data, of no effect") if settings.ENVIRONMENT.demo else ""


def _title(told: Report) -> str:
    title = _("%(month)s promises kept, monthly report") % {"month": told.month}
    return f"{title}（示例）" if settings.ENVIRONMENT.demo else title


def _words(told: Report) -> Words:
    from lianqiao.service.report_pdf import Words  # noqa: PLC0415 - as above

    every, levels = told.figures.every, level_words()
    rate = rate_words(every)
    owed = {"kept": every.kept, "owed": every.kept + every.broken}
    more = every.broken - len(told.broken)
    district = in_words(packs.current().district.title)
    at = f"{beijing(told.at):%Y-%m-%d %H:%M}"
    return Words(
        title=_title(told),
        subtitle=_("%(zone)s · as it stood at %(at)s, Beijing time") % {"zone": district, "at": at},
        mark=_mark(),
        foot=f"{district} · {_title(told)}",
        figure="—" if rate is None else f"{rate}%",
        figure_words=_("%(kept)s of the %(owed)s promises that came due were kept on time") % owed,
        tables=tables(told, nobody=unit_words(0, "")),
        chart_title=_("The year up to this month, by month of start"),
        legend=[("kept", _("Kept")), ("broken", _("Broken")), ("owed", _("Owed, in time"))],
        broken_title=_("Broken promises"),
        broken_heads=(_("Case"), _("Title"), _("Promise"), _("Answers for it"), _("Due"), _("Escalated to")),
        broken=[
            (
                row.number,
                row.title,
                row.clock,
                row.owner,
                f"{beijing(row.due_at):%m-%d %H:%M}" if row.due_at else "",
                levels[row.level],
            )
            for row in told.broken
        ],
        broken_more=_("%(n)s more are in the workbook.") % {"n": more}
        if len(told.broken) == BROKEN_TOLD and more
        else "",
        definitions_title=_("What the words mean"),
        definitions=definitions(),
        language="zh-CN" if (get_language() or "zh").startswith("zh") else "en",
    )
