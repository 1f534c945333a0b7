"""Facts that cannot be used, for whoever puts them right; and files of facts taken in."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge.storage import stored_at
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem
from lianqiao.organization.lists import Column, Listed, column
from lianqiao.service.benefits.commands.fact_jobs import ask_facts_import
from lianqiao.service.benefits.fact_tables import Sight, looked_at
from lianqiao.service.benefits.fact_words import party_name, title_of, trouble_words
from lianqiao.service.benefits.forms.facts import FACTS_FILE, FactColumnsForm, FactsFileForm
from lianqiao.service.benefits.pages import columns
from lianqiao.service.benefits.pages.guarding import for_officers, tabs
from lianqiao.service.benefits.queries import problems as queries
from lianqiao.service.benefits.queries.facts import attributes_titled
from lianqiao.service.benefits.queries.vocabulary import recordable, vocabulary
from lianqiao.service.pages import asking, files_brought, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown


@require_safe
@for_officers
def fact_problems(request: HttpRequest) -> HttpResponse:
    """Show what cannot be used of what is known, newest first."""
    asked, listed = _list(request)
    codes = listing.options([(one, trouble_words(one)) for one in queries.CODES], asked.chosen["code"])
    return listed.page(request, "benefits/fact_problems.html", asked=asked, codes=codes, tabs=tabs(request))


@require_safe
@for_officers
def fact_problems_sheet(request: HttpRequest) -> FileResponse:
    """Send the same problems, all of them, as a workbook."""
    return _list(request)[1].workbook(request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def facts_import(request: HttpRequest) -> HttpResponse:
    """Take a file of facts in and go on to what its columns mean."""
    form = FactsFileForm(request.POST or None, request.FILES or None)
    if file := files_brought.brought(request, form, field=FACTS_FILE, look=_looked_at):
        return redirect(files_brought.page_of("facts-import-columns", file))
    context = {"form": form, "imports": queries.fact_imports()[:10]}
    return render(
        request, "benefits/facts_import.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def facts_import_columns(request: HttpRequest, sha256: str) -> HttpResponse:
    """Ask what each column means; then let a worker record the facts."""
    file, now = files_brought.name_of(request, sha256), asking.moment(request)
    sight = _looked_at(stored_at(sha256), file)
    typed = request.POST if request.method == "POST" else None
    form = FactColumnsForm(typed, sight=sight, attributes=recordable(), today=beijing(now).date())
    if typed is None:
        form.initial["source"] = PurePosixPath(file).stem[:100]
    elif form.is_valid():
        job = ask_facts_import(sha256, file=file, meant=form.meant(), by=asking.person(request), now=now)
        return redirect("job", job_id=job.pk)
    context = {"form": form, "file": file, "sight": sight}
    return render(
        request, "benefits/facts_import_columns.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@require_safe
@for_officers
def facts_import_report(request: HttpRequest, import_id: int) -> HttpResponse:
    """Show what came of a file: how much was new, and each row or cell that cannot be used."""
    found = queries.fact_import(import_id)
    if found is None:
        raise Http404
    problems = [files_brought.problem_row(one["line"], _problem(one)) for one in found.problems]
    return render(request, "benefits/facts_import_report.html", {"report": found, "problems": problems})


def _looked_at(path: Path, name: str) -> Sight:
    return looked_at(path, recordable(), name=name)


def _problem(kept: dict[str, Any]) -> Problem:
    code, facts = kept["code"], kept["facts"]
    return Problem(code, code, facts={**facts, "written": facts.get("value", "")})


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    asked, known = listing.asked(request, sort="-since", code=queries.CODES), vocabulary()
    found = queries.problems(
        text=asked.text, code=asked.chosen["code"], attributes=attributes_titled(asked.text), sort=asked.sort
    )
    which: tuple[Column[Any], ...] = (
        columns.party(),
        columns.attribute(),
        column("why", _("Why it cannot be used"), lambda row: row[3], width=48, sort="code"),
        column("since", _("Since"), lambda row: row[0].since, sort="since", fit=True),
    )
    return asked, Listed(
        "fact-problems",
        _("Problems of facts"),
        found,
        which,
        sheet=reverse("fact-problems-sheet"),
        row=lambda one: (
            one, party_name(one.firm, one.person), title_of(one.attribute, known), trouble_words(one.code)
        ),
    )  # fmt: skip
