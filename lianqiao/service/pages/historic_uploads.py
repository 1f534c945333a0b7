"""The office brings in a log: upload, say which column means what, keep it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lianqiao.bridge.storage import stored_at
from lianqiao.service.commands.log_jobs import MOST_ROWS, ask_log_import
from lianqiao.service.forms.historic_logs import LOG_FILE, LogColumnsForm, LogFileForm
from lianqiao.service.log_import.guessing import Sight, looked_at
from lianqiao.service.pages import asking, files_brought
from lianqiao.service.pages.item_imports import for_the_office
from lianqiao.service.pages.refusing import refusals_shown


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_office
@refusals_shown
def historic_import(request: HttpRequest) -> HttpResponse:
    """Take a file in and go on to what is in it."""
    form = LogFileForm(request.POST or None, request.FILES or None)
    if file := files_brought.brought(request, form, field=LOG_FILE, look=_looked_at, formats="CSV, XES"):
        return redirect(files_brought.page_of("historic-import-columns", file))
    return render(request, "service/historic_import.html", {"form": form, "most_rows": MOST_ROWS})


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_office
@refusals_shown
def historic_import_columns(request: HttpRequest, sha256: str) -> HttpResponse:
    """Show the first rows and ask which column means what; then let a worker keep the log."""
    file = files_brought.name_of(request, sha256)
    sight = _looked_at(stored_at(sha256), file)
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


def _looked_at(path: Path, name: str) -> Sight:
    return looked_at(path, name=name)


def _whole(sight: Sight) -> list[tuple[str, ...]]:
    """Return the first rows as far as they have a cell for each heading."""
    return [row for row in sight.rows if len(row) == len(sight.header)]
