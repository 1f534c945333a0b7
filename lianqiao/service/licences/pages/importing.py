"""An officer brings in a register: upload, say which column means what, let a worker enter it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge
from lianqiao.bridge.storage import stored_at
from lianqiao.bridge.tables import Layout, Table, open_table
from lianqiao.engine.errors import Problem
from lianqiao.service.language import in_words
from lianqiao.service.licences.commands.importing import CALLED, KIND, ask_import
from lianqiao.service.licences.forms.importing import REGISTER, RegisterColumnsForm, RegisterForm
from lianqiao.service.licences.queries.rights import keeps_register
from lianqiao.service.pages import asking, files_brought
from lianqiao.service.pages.refusing import refusals_shown

ROWS_SHOWN = 5
View = Callable[..., HttpResponseBase]


def for_keepers(view: View) -> View:
    """Let only who keeps the register see a page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        if not keeps_register(asking.person(request), at=asking.moment(request)):
            raise PermissionDenied(_("Only licence officers see the register of licences."))
        return view(request, *args, **parts)

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
@refusals_shown
def licences_import(request: HttpRequest) -> HttpResponse:
    """Take a file in and go on to what its columns mean."""
    form = RegisterForm(request.POST or None, request.FILES or None)
    if file := files_brought.brought(request, form, field=REGISTER, look=_table):
        return redirect(files_brought.page_of("licences-import-columns", file))
    return render(request, "licences/import.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
@refusals_shown
def licences_import_columns(request: HttpRequest, sha256: str) -> HttpResponse:
    """Ask which column means what; then let a worker enter the register."""
    name = files_brought.name_of(request, sha256)
    table = _table(stored_at(sha256), name)
    guessed = {field: table.label(field) for field in CALLED if field not in table.absent}
    typed = request.POST if request.method == "POST" else None
    form = RegisterColumnsForm(typed, headings=table.header.headings, guessed=guessed)
    if request.method == "POST" and form.is_valid():
        job = ask_import(
            sha256,
            file=name,
            columns=form.cleaned_data,
            by=asking.person(request),
            now=asking.moment(request),
        )
        return redirect("job", job_id=job.pk)
    found = [one for one in CALLED if one not in table.absent]
    context = {
        "form": form,
        "file": name,
        "heads": [table.label(one) for one in found],
        "rows": [[row.cells.get(one, "") for one in found] for row in islice(table.rows, ROWS_SHOWN)],
    }
    return render(request, "licences/import_columns.html", context)


@require_safe
@for_keepers
@refusals_shown
def licences_imported(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show what came of an import, every row that was left out with its reason."""
    job = bridge.job_for(job_id, asking.person(request), at=asking.moment(request))
    if job.kind != KIND or not job.result:
        raise Http404
    kept = [_with_heading(Problem(**one)) for one in job.result["problems"]]
    problems = [files_brought.problem_row(one.facts.get("line", ""), one) for one in kept]
    columns = files_brought.problem_columns()
    context = {"job": job, "result": job.result, "problems": problems, "columns": columns}
    return render(request, "licences/imported.html", context)


def _with_heading(problem: Problem) -> Problem:
    """Name the column of a problem as people do, not as the register does."""
    name = problem.facts.get("column", "")
    asked, known = RegisterColumnsForm.base_fields.get(name), packs.current().licences.policies().attributes
    label = str(asked.label) if asked else in_words(known[name].title) if name in known else name
    return replace(problem, facts={**problem.facts, "column": label})


def _table(path: Path, name: str) -> Table:
    # nothing is required yet: the officer says which column is which
    return open_table(path, Layout(columns=CALLED), name=name)
