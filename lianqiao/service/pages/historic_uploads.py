"""The office brings in a log: upload, say which column means what, keep it."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from lianqiao.bridge import commands
from lianqiao.bridge import queries as bridge
from lianqiao.bridge.refusals import refusal_text
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.service.commands.log_jobs import MOST_ROWS, ask_log_import
from lianqiao.service.forms.historic_logs import LOG_FILE, LogColumnsForm, LogFileForm
from lianqiao.service.log_import.guessing import Sight, looked_at
from lianqiao.service.pages import asking
from lianqiao.service.pages.item_imports import for_the_office
from lianqiao.service.pages.refusing import refusals_shown


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_office
@refusals_shown
def historic_import(request: HttpRequest) -> HttpResponse:
    """Take a file in and go on to what is in it."""
    form = LogFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = commands.receive(
                form.cleaned_data["file"],
                field=LOG_FILE,
                by=asking.person(request),
                now=asking.moment(request),
            )
            looked_at(stored_at(file["sha256"]), name=file["name"])
        except Refusal as refusal:
            for problem in refusal.problems:
                form.add_error("file", refusal_text(_as_known(problem)))
        else:
            address = reverse("historic-import-columns", args=[file["sha256"]])
            return redirect(f"{address}?{urlencode({'name': file['name']})}")
    return render(request, "service/historic_import.html", {"form": form, "most_rows": MOST_ROWS})


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_office
@refusals_shown
def historic_import_columns(request: HttpRequest, sha256: str) -> HttpResponse:
    """Show the first rows and ask which column means what; then let a worker keep the log."""
    file = _name_of(request, sha256)
    sight = looked_at(stored_at(sha256), name=file)
    typed = request.POST if request.method == "POST" else None
    form = LogColumnsForm(typed, sight=sight, initial={"name": PurePosixPath(file).stem})
    if request.method == "POST" and form.is_valid():
        job = ask_log_import(
            sha256,
            file=file,
            name=form.cleaned_data["name"].strip(),
            log_map=form.log_map(),
            by=asking.person(request),
            now=asking.moment(request),
        )
        return redirect("job", job_id=job.pk)
    context = {"form": form, "file": file, "sight": sight, "rows": _whole(sight)}
    return render(request, "service/historic_import_columns.html", context)


def _name_of(request: HttpRequest, sha256: str) -> str:
    """Return what the file was called when this person uploaded it."""
    name = request.GET.get("name", "")
    if not bridge.received_files([(sha256, name)], by=asking.person(request)):
        raise Http404
    return name


def _whole(sight: Sight) -> list[tuple[str, ...]]:
    """Return the first rows as far as they have a cell for each heading."""
    return [row for row in sight.rows if len(row) == len(sight.header)]


def _as_known(problem: Problem) -> Problem:
    """Return the problem of a file of another format with the formats as the office knows them."""
    if problem.code != "file-type":
        return problem
    return Problem(problem.code, problem.reason, facts={**problem.facts, "formats": "CSV, XES"})
